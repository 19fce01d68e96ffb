"""Note when a document is first fetched by whom it is for.

A request that reads is rolled back, so the note is a transaction of its own.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from statements.handing_out import store
from tenants.session import TenantSession, transaction


class Download(NamedTuple):
    """Who fetched a document first, when, and in which form."""

    document_id: UUID
    media_type: str
    downloaded_by: str
    downloaded_at: dt.datetime


def note(session: TenantSession, document_id: UUID, media_type: str) -> None:
    """Keep the first download of a document by a reader of its own party; others are not noted."""
    if session.principal.party_id is None or store.is_known(session, document_id):
        return
    with transaction(
        session.database, session.tenant_id, session.principal, "statements.hand-out"
    ) as own:
        store.note(own, document_id, media_type)


def downloads(session: TenantSession, documents: Sequence[UUID]) -> dict[UUID, Download]:
    """The first downloads of these documents; one that was not fetched is left out."""
    return {
        row.document_id: Download(
            row.document_id, row.media_type, row.downloaded_by, row.downloaded_at
        )
        for row in store.rows(session, documents)
    }
