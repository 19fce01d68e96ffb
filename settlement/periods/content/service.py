"""One digest of all that a period says; from its close on it never changes (check P1).

The digest has a form, which a closed period keeps: one that was closed in an earlier form is told
in that form for good.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final
from uuid import UUID

from settlement.periods.content import store
from tenants.digest import digest_of_digests
from tenants.session import TenantSession

# The first form is of rows as JSON, the second of rows as PostgreSQL sends them. In both a line had
# its batches in it; in the present one they are rows.
AS_JSON: Final = 1
WITH_BATCHES: Final = 2
FORM: Final = 3
LENGTH: Final = sha256().digest_size


def content_digest(session: TenantSession, period_id: UUID, form: int = FORM) -> str:
    """SHA-256 over all charges and shares of a period in any order, in hexadecimal."""
    if form == AS_JSON:
        return digest_of_digests(store.digests_of_json(session, period_id))
    assert form in (WITH_BATCHES, FORM), "a digest has a form that is known"
    is_earlier = form == WITH_BATCHES
    groups = store.digests_by_first_byte(session, period_id, batches_in_lines=is_earlier)
    return digest_of_groups(groups)


def digest_of_groups(groups: Iterable[bytes]) -> str:
    """SHA-256 over digests in ascending order: they come by their first byte, else in any order."""
    whole = sha256()
    for group in groups:
        starts = range(0, len(group), LENGTH)
        whole.update(b"".join(sorted(group[start : start + LENGTH] for start in starts)))
    return whole.hexdigest()
