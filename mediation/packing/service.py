"""Put small files of landed usage together, so that a month of events is a few dozen files.

Events over HTTP land in files of some hundred records, a few every second. Files of like size are
merged as they become many; the records stay what they are, sorted by account, each with its batch
and line. What a batch landed is then read out of the pack.

A file that was put into a larger one is deleted an hour later, when no transaction that began
before can be reading it any more.
"""

import datetime as dt
from uuid import UUID

import polars as pl

from mediation.packing import store
from mediation.usage import completed
from tenants.column_files import keep_frame, read_frame
from tenants.session import TenantSession

# Files with fewer records are packed; thirty-two such, or eight packs of like size, make one.
SMALL = 4_096
SMALL_FILES = 32
PACKS = 8
# Packs with more records are merged no further: each merge is held in memory.
LARGE = 500_000
KEPT_FOR = dt.timedelta(hours=1)


def pack(
    session: TenantSession, source_id: UUID, landed_file_id: UUID, sha256: str, records: int
) -> None:
    """Count a landed file among those to be packed, and pack where there are enough of them."""
    if records >= SMALL:
        return
    own = _add(session, source_id, sha256, records)
    session.add(
        store.PackedFileRow(tenant_id=session.tenant_id, landed_file_id=landed_file_id, pack_id=own)
    )
    session.flush()
    while _merged(session, source_id):
        _discard_retired(session, source_id)


def _merged(session: TenantSession, source_id: UUID) -> bool:
    """Merge packs of one size where there are enough; whether there were."""
    alike: dict[int, list[store.UsagePackRow]] = {}
    for row in store.present(session, source_id):
        if row.records < LARGE:
            alike.setdefault(_size(row.records), []).append(row)
    for size, rows in sorted(alike.items()):
        if len(rows) >= (PACKS if size else SMALL_FILES):
            _merge(session, source_id, rows)
            return True
    return False


def _merge(session: TenantSession, source_id: UUID, rows: list[store.UsagePackRow]) -> None:
    frames = [completed(read_frame(session.files, row.sha256)) for row in rows]
    together = pl.concat(frames).sort("account", "batch_id", "line")
    into = _add(session, source_id, keep_frame(session.files, together), together.height)
    store.move_files(session, [row.id for row in rows], into)
    for row in rows:
        row.retired_at = session.now()
    session.flush()


def _add(session: TenantSession, source_id: UUID, sha256: str, records: int) -> UUID:
    row = store.UsagePackRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        source_id=source_id,
        sha256=sha256,
        records=records,
        retired_at=None,
    )
    session.add(row)
    session.flush()
    return row.id


def _size(records: int) -> int:
    """Packs are of like size when this is the same: small files, then eight times as large each."""
    return -(-(records // SMALL).bit_length() // 3)


def _discard_retired(session: TenantSession, source_id: UUID) -> None:
    for row in store.retired_before(session, source_id, session.now() - KEPT_FOR):
        session.files.discard(row.sha256)
        session.delete(row)
    session.flush()
