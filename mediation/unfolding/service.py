"""Read sets of flows whose template has come: one waiting record becomes the flows that it holds.

The file is decoded again, from the bytes that were kept. Its other records stay what they are; were
they to change (a set told how flows are sampled, or that some are missing), the set waits on and
says so, and a person undoes the file and sends it again.
"""

from collections.abc import Sequence
from uuid import UUID

import polars as pl

from mediation.batch import Batch, SuspendedRecord
from mediation.draft import Decoded
from mediation.exporters import service as exporters
from mediation.flow_knowledge import UNKNOWN_TEMPLATE
from mediation.intake import no_records, sort_out
from mediation.kept import service as kept
from mediation.landing import service as landing
from mediation.normalising import normalise
from mediation.reading import service as reading
from mediation.sources.service import RegisteredSource
from mediation.suspense import service as suspense
from mediation.suspense.recycled import Recycled
from tenants.session import TenantSession

TELLS_OF_OTHERS = "its options change how other flows of the file are read: undo the file, send it"


def unfold(
    session: TenantSession,
    registered: RegisteredSource,
    batch_id: UUID,
    waiting: Sequence[SuspendedRecord],
) -> None:
    """Read these sets of a batch as far as their templates are known by now."""
    if not waiting or batch_id not in exporters.readable(session, registered.id):
        return
    batch = landing.the_batch(session, batch_id)
    before = landing.outcomes_of_batch(session, batch_id)
    decoded = _decoded_again(session, registered, batch, before, waiting)
    hindrance = decoded.refused or _change(registered, batch, decoded, before)
    if hindrance:
        told = [Recycled(each.line, "open", UNKNOWN_TEMPLATE, hindrance) for each in waiting]
        suspense.settle_again(session, batch_id, told)
        return
    still = set(decoded.drafts["line"])
    read = [each.line for each in waiting if each.line not in still]
    drafts = decoded.drafts.join(before, on="line", how="anti", maintain_order="left")
    rejected = decoded.rejected.join(before, on="line", how="anti", maintain_order="left")
    records = normalise(drafts, registered.source, str(batch_id), batch.arrived_at)
    earlier = kept.earlier_keys(session, registered, records)
    # A flow is no part of a call, so nothing that waits can be joined with it.
    result = sort_out(str(batch_id), records, rejected, earlier, no_records())
    landing.unfold(session, batch_id, read, result.outcomes)
    found = f"{result.outcomes.height} flows"
    settled = [Recycled(line, "repaired", UNKNOWN_TEMPLATE, found) for line in read]
    suspense.settle_again(session, batch_id, settled)
    landing.land(session, batch_id, result.usage)
    suspense.suspend(session, result.suspended, drafts)
    exporters.learn(session, registered.id, batch_id, decoded.flows_told)


def _decoded_again(
    session: TenantSession,
    registered: RegisteredSource,
    batch: Batch,
    before: pl.DataFrame,
    waiting: Sequence[SuspendedRecord],
) -> Decoded:
    """The file by all that is known now; sets that a person has given up are left unread."""
    sets = before.filter(pl.col("reason") == UNKNOWN_TEMPLATE)["line"]
    given_up = sorted(set(sets) - {each.line for each in waiting})
    return reading.read(session, registered, session.files.get(batch.sha256), unread=given_up)


def _change(
    registered: RegisteredSource, batch: Batch, decoded: Decoded, before: pl.DataFrame
) -> str | None:
    """Why records that were read before cannot stay what they are; None where they can."""
    old = decoded.drafts.join(before, on="line", how="semi", maintain_order="left")
    now = normalise(old, registered.source, str(batch.id), batch.arrived_at).join(
        before.select("line", "outcome", was="payload_digest"), on="line"
    )
    is_faulty = (pl.col("outcome") == "landed") & pl.col("fault").is_not_null()
    is_other = pl.col("payload_digest").ne_missing(pl.col("was"))
    return TELLS_OF_OTHERS if now.filter(is_faulty | is_other).height else None
