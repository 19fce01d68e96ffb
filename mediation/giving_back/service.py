"""Give records back to who sent them, or a refused file whole, and take them back again.

    given back     neither repaired nor sent on nor rated; the same record may come again, corrected
    taken back     as if it had never been given back; what came again since lands once

What was given up in the meantime, or has come again and landed, is not taken back.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from i18n.errors import Conflict
from mediation.batch import Batch
from mediation.kept import service as kept
from mediation.landing import service as landing
from mediation.suspense import service as suspense
from tenants.session import TenantSession

WHOLE: Final = 0


class GivenUpSince(Conflict):
    """Records of {file} that were returned are written off. Ask the sender for them in a new
    file.
    """


class CameAgain(Conflict):
    """Records of {file} that were returned have come again corrected, so they are not taken back.
    Undo the later file first.
    """


def give_back(session: TenantSession, batch: Batch, lines: Sequence[int], returned_as: str) -> None:
    """Give back these lines of a batch under a name, or all of a refused one (line WHOLE)."""
    kept.lock(session, kept.source_of(session, batch))
    if list(lines) == [WHOLE]:
        landing.mark_returned(session, batch.id, returned_as)
    else:
        suspense.give_back(session, batch.id, lines, returned_as)


def take_back(session: TenantSession, batch: Batch, lines: Sequence[int]) -> None:
    """Lines of a batch are ours again, or all of a refused one.

    Raises GivenUpSince and CameAgain.
    """
    kept.lock(session, kept.source_of(session, batch))
    if list(lines) == [WHOLE]:
        landing.mark_returned(session, batch.id, None)
        return
    waiting = {each.line: each for each in suspense.open_of_batch(session, batch.id)}
    if not set(lines) <= set(waiting):
        raise GivenUpSince(file=batch.file_name)
    landed = [line for line in lines if waiting[line].stage == "rating"]
    if landed and _came_again(session, batch, landed):
        raise CameAgain(file=batch.file_name)
    suspense.take_back(session, batch.id, lines)


def _came_again(session: TenantSession, batch: Batch, lines: Sequence[int]) -> bool:
    """Whether another record has landed under the key of one of these, which has landed too.

    What has not landed is compared when it is sent on.
    """
    own = pl.col("line").is_in(list(lines))
    records = landing.usage_of_batch(session, batch.id).filter(own).select("record_key")
    found = landing.kept_keys(session, batch.source_id, records)
    return not found.filter((pl.col("batch_id") != str(batch.id)) | ~own).is_empty()
