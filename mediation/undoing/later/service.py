"""Ask later files again about what they were refused because of a batch that has been undone.

    the same bytes under another name    recorded as a duplicate: it is taken in now
    a file with the same number          quarantined as SEQUENCE_TAKEN: it is read again
    a record with the same key           dropped as a duplicate: it is sorted out now
    an id with other content             suspended as ID_REUSED: likewise

All in the order in which they came, as they would have been had the batch never been there.
"""

from collections.abc import Set
from uuid import UUID

import polars as pl

from mediation import service as collecting
from mediation.batch import Batch
from mediation.kept import service as kept
from mediation.landing import service as landing
from mediation.recycling import service as recycling
from mediation.sources.service import RegisteredSource
from mediation.suspense import service as suspense
from tenants.session import TenantSession


def keys_of(session: TenantSession, batch: Batch) -> frozenset[str]:
    """The keys that a batch has taken, of what landed of it and of what waits or waited."""
    came = landing.outcomes_of_batch(
        session, batch.id, pl.col("outcome").is_in(["landed", "suspended"])
    )
    return frozenset(came["record_key"].drop_nulls()) | suspense.keys_of_batch(session, batch.id)


def ask_again(
    session: TenantSession, registered: RegisteredSource, undone: Batch, keys: Set[str]
) -> None:
    """Take in what later files were refused because of the undone batch.

    Files of its source, and records of all sources that share ids with it.
    """
    senders = {each.id: each for each in kept.sharing_ids(session, registered)}
    known = [each for each in landing.batches(session) if each.source_id in senders]
    landed = {each.id for each in known if each.status == "landed"}
    asked = {each.id: _lines_to_ask(session, each.id, keys) for each in known if each.id in landed}
    for batch in known:
        if _was_refused(session, batch, undone):
            collecting.take_in_again(session, batch.id)
        elif asked.get(batch.id):
            # What comes after it does not stand in its way.
            undecided = pl.DataFrame(
                [(str(each), line) for each, lines in asked.items() for line in lines],
                schema={"batch_id": pl.String, "line": pl.Int64},
                orient="row",
            )
            sender = senders[batch.source_id]
            collecting.take_lines_again(session, sender, batch, asked.pop(batch.id), undecided)
    changed = [
        record.id
        for batch_id in landed
        for record in suspense.reused_ids(session, batch_id, keys)
        if record.is_repaired
    ]
    if changed:
        # What a person has changed goes on as changed.
        recycling.recycle(session, changed)


def _was_refused(session: TenantSession, batch: Batch, undone: Batch) -> bool:
    if batch.source_id != undone.source_id or batch.returned_as is not None:
        return False
    if batch.status == "duplicate" and batch.sha256 == undone.sha256:
        # Of several copies the first is taken in, and the others are its copies from now on.
        return landing.batch_with_content(session, batch.source_id, batch.sha256) is None
    took_number = batch.status == "quarantined" and batch.reason.startswith("SEQUENCE_TAKEN")
    is_same_number = (batch.stream, batch.sequence) == (undone.stream, undone.sequence)
    return took_number and is_same_number


def _lines_to_ask(session: TenantSession, batch_id: UUID, keys: Set[str]) -> list[int]:
    """Lines of a batch that were dropped, or wait as they came, because of one of these keys."""
    copies = landing.outcomes_of_batch(session, batch_id, pl.col("outcome") == "duplicate")
    dropped = copies.filter(pl.col("record_key").is_in(list(keys)))
    reused = suspense.reused_ids(session, batch_id, keys)
    return sorted([*dropped["line"], *(each.line for each in reused if not each.is_repaired)])
