"""Say what a change says otherwise than the version that holds when it begins."""

import datetime as dt
from collections.abc import Mapping

from settlement.agreements import service as agreements
from settlement.agreements.agreed import AgreedTerms
from settlement.amendments.amendment import Amendment, Kind
from settlement.amendments.beside import Changed, as_in_force, changes
from tenants.audit import service as audit
from tenants.session import TenantSession


def changes_of(session: TenantSession, found: Amendment) -> list[Changed]:
    """Terms and policies that a change makes other; nothing for a first version, or an end."""
    drafted = found.drafted
    earlier = [
        each
        for each in agreements.terms_by_id(session).values()
        if each.code == drafted.code
        and each.terms_id != found.terms_id
        and each.valid_from <= drafted.valid_from
    ]
    if drafted.kind is Kind.END or not earlier:
        return []
    followed = max(earlier, key=lambda each: each.valid_from)
    policies = _policies_before(session, followed, found)
    chosen = policies if drafted.policies is None else drafted.policies
    return changes(
        as_in_force(drafted.agreement_kind, followed.terms, policies, followed.currency),
        as_in_force(drafted.agreement_kind, drafted.terms, chosen, drafted.currency),
    )


def _policies_before(
    session: TenantSession, followed: AgreedTerms, found: Amendment
) -> Mapping[str, str]:
    """The policies of an agreement before a change was approved: its versions share them."""
    if found.terms_id is None:
        return followed.policies
    [approval] = audit.trail(session, object="amendments", object_id=str(found.id), limit=1)
    before, agreement_id = approval.at - dt.timedelta.resolution, followed.agreement_id
    was = audit.as_known(session, "agreements", before, [agreement_id]).get(agreement_id)
    return followed.policies if was is None else was["policies"]
