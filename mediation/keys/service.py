"""Remember the keys of landed records; find which of many keys have been kept, and where.

Each batch adds a run of its keys. A run of few keys stays in its row; runs of like length are
merged, eight files or sixteen short runs into one, so that a source has a few dozen at any time
and every key is rewritten a few times in its life. A look-up searches each file for the sorted
hashes of what is wanted: memory holds what came in and the short runs, and never what was kept.

A file that was merged away is deleted with the next batch of its source: until the merge is
committed, a rollback may need it.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

import polars as pl

from mediation.key_hashes import hashes_of
from mediation.key_runs import PLACES_SCHEMA, RUN_SCHEMA, merged, places, run_of
from mediation.keys import files, store
from tenants.session import TenantSession

SHORT = 4_096
SHORT_RUNS = 16
RUNS = 8


def remember(session: TenantSession, source_id: UUID, batch: int, kept: pl.DataFrame) -> None:
    """Add the keys of a batch; it is known to its source by a number, its records by their lines.

    Args:
        kept: record_key (`key_hashes.hashes_of`) and line of the records that have landed.
    """
    # The runs themselves are read only where something is done with them.
    known = store.lengths(session, source_id)
    if any(is_retired for _, is_retired in known):
        _discard_retired(session, source_id)
    if kept.is_empty():
        return
    run = run_of(hashes_of(kept), batch, kept["line"])
    _keep(session, source_id, [run], run.height)
    present = Counter(_length(keys) for keys, is_retired in known if not is_retired)
    present[_length(run.height)] += 1
    if any(_are_many(length, runs) for length, runs in present.items()):
        _merge(session, source_id)


def find(session: TenantSession, source_id: UUID, hashes: pl.Series) -> pl.DataFrame:
    """Where keys with these hashes were kept: `batch` and `line` (PLACES_SCHEMA).

    Nearly always it is the same key; the caller compares the text.
    """
    wanted = hashes.drop_nulls().unique().sort()
    found = [pl.DataFrame(schema=PLACES_SCHEMA)]
    short = [pl.DataFrame(schema=RUN_SCHEMA)]
    for row in store.rows(session, source_id):
        if row.content is None:
            found.append(places(_run(session, row), wanted))
        else:
            short += files.from_bytes(row.content)
    # Searched one by one, many short runs would cost more than one pass over all of them.
    among = pl.concat(short).join(wanted.to_frame("hash"), on="hash", how="semi")
    return pl.concat([*found, among.select(PLACES_SCHEMA.names())])


def _run(session: TenantSession, row: store.KeyFileRow) -> list[pl.DataFrame]:
    if row.content is not None:
        return files.from_bytes(row.content)
    assert row.sha256 is not None, "a run has a place"
    return files.read_run(session.files, row.sha256)


def _keep(session: TenantSession, source_id: UUID, run: Iterable[pl.DataFrame], keys: int) -> None:
    is_short = keys < SHORT
    session.add(
        store.KeyFileRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            source_id=source_id,
            keys=keys,
            sha256=None if is_short else files.keep_run(session.files, run),
            content=files.as_bytes(pl.concat(run)) if is_short else None,
            is_retired=False,
        )
    )
    session.flush()


def _merge(session: TenantSession, source_id: UUID) -> None:
    """Merge runs of like length, as long as there are enough of them."""
    while True:
        known = store.rows(session, source_id)
        alike: dict[int, list[store.KeyFileRow]] = {}
        for row in known:
            alike.setdefault(_length(row.keys), []).append(row)
        many = [same for length, same in alike.items() if _are_many(length, len(same))]
        if not many:
            return
        same = many[0]
        total = sum(row.keys for row in same)
        _keep(session, source_id, merged([_run(session, row) for row in same]), total)
        store.remove(session, [row for row in same if row.sha256 is None])
        for row in same:
            row.is_retired = row.sha256 is not None
        session.flush()


def _length(keys: int) -> int:
    """Runs are of like length when this is the same: short, then eight times as long each."""
    return -(-(keys // SHORT).bit_length() // 3)


def _are_many(length: int, runs: int) -> bool:
    return runs >= (RUNS if length else SHORT_RUNS)


def _discard_retired(session: TenantSession, source_id: UUID) -> None:
    gone = store.rows(session, source_id, retired=True)
    for row in gone:
        assert row.sha256 is not None, "what was kept in a row went with it"
        session.files.discard(row.sha256)
    store.remove(session, gone)
