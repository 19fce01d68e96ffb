"""What must hold of a broken file, whatever its format and however it was broken.

It is read or refused within ten seconds, never with an exception. A file may be refused, with a
reason, when its frame is broken or no record of it is whole. Else every record that is whole is
read as it is read from the good file, and what is broken is a draft or a reject that can be seen.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import polars as pl

from mediation.control_totals import differences, totals_of
from mediation.decoding import decode
from mediation.draft import DRAFT_SCHEMA, FIELDS, REJECTED_SCHEMA, Decoded
from mediation.intake import no_records, sort_out
from mediation.normalising import normalise
from tests.mediation.corpora.breaking import Broken, Specimen
from tests.mediation.taken_in import ARRIVED, NOTHING_EARLIER

SECONDS_MAX: Final = 10
# A split shared by all records that are cut off would hide which of them were; it is asked apart.
COMPARED: Final = [*FIELDS, "doubt"]


@contextmanager
def no_hang() -> Iterator[None]:
    """Fail when what is done here takes longer than a file may."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"longer than {SECONDS_MAX} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS_MAX)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def told(decoded: Decoded) -> list[tuple[Any, ...]]:
    """The drafts of a file without their places in it, in order."""
    return decoded.drafts.sort("line").select(COMPARED).rows()


def read_of_good(specimen: Specimen) -> dict[int, tuple[Any, ...]]:
    """The draft of each record of the good file, by its place; the file must be all good."""
    decoded = decode(specimen.content, specimen.source)
    assert decoded.refused is None, decoded.refused
    assert decoded.rejected.is_empty(), decoded.rejected
    drafts = told(decoded)
    assert len(drafts) == len(specimen.records), "one draft of each record"
    assert len(set(drafts)) == len(drafts), "records that can be told apart"
    return dict(zip(specimen.records, drafts, strict=True))


def require_accounted(
    specimen: Specimen, good: dict[int, tuple[Any, ...]], broken: Broken
) -> Decoded:
    """Decode a broken file and require what must hold of it."""
    with no_hang():
        decoded = decode(broken.content, specimen.source)
    whole = broken.whole & set(specimen.records)
    frame_is_whole = specimen.frame <= broken.whole
    if decoded.refused is not None:
        assert decoded.refused.strip(), broken.deed
        is_too_much = frame_is_whole and whole and not specimen.is_one_document
        assert not is_too_much, f"{broken.deed}: refused {decoded.refused}"
        return decoded
    assert dict(decoded.drafts.schema) == DRAFT_SCHEMA
    assert dict(decoded.rejected.schema) == REJECTED_SCHEMA
    lines = [*decoded.drafts["line"], *decoded.rejected["line"]]
    assert len(set(lines)) == len(lines), f"{broken.deed}: a record with two outcomes"
    assert decoded.rejected["reason"].str.len_bytes().min() != 0, broken.deed
    if frame_is_whole:
        found = told(decoded)
        for place in whole:
            assert good[place] in found, f"{broken.deed}: part {place} is not read any more"
        others = len(found) - sum(draft in found for draft in good.values())
        seen = others + decoded.rejected.height
        struck = [place for place in specimen.records if place not in broken.whole]
        present = all(good[place] in found for place in struck)
        has_lost = broken.deed.startswith(("cut", "without"))
        assert has_lost or present or seen, f"{broken.deed}: what was broken is not seen"
    return decoded


def require_totals(broken: Broken, decoded: Decoded) -> None:
    """A file whose totals do not hold is quarantined whole."""
    is_quarantined = decoded.refused is not None or (
        decoded.declared is not None and bool(differences(decoded.declared, totals_of(decoded)))
    )
    assert is_quarantined, f"{broken.deed}: believed"


def require_normal(specimen: Specimen, several: list[Decoded]) -> pl.DataFrame:
    """All drafts of the broken files, normalised and sorted out at once: one outcome for each."""
    drafts = pl.concat([decoded.drafts for decoded in several]).with_columns(
        line=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    )
    with no_hang():
        records = normalise(drafts, specimen.source, "b", ARRIVED)
    assert records["line"].to_list() == drafts["line"].to_list()
    no_rejects = pl.DataFrame(schema=REJECTED_SCHEMA)
    sorted_out = sort_out("b", records, no_rejects, NOTHING_EARLIER, no_records())
    assert sorted_out.outcomes["line"].to_list() == drafts["line"].to_list()
    waits = sorted_out.outcomes.filter(pl.col("outcome") == "suspended")
    assert waits["reason"].null_count() == 0
    return records
