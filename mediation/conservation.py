"""Every record that came in is somewhere: the outcomes of a batch add up to its records (I1)."""

from dataclasses import dataclass

import polars as pl

AT_MEDIATION = ("landed", "rejected", "duplicate", "suspended")


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How many records of a batch went where; landed ones are decided by rating."""

    landed: int = 0
    rejected: int = 0
    duplicate: int = 0
    suspended: int = 0

    @property
    def records(self) -> int:
        return self.landed + self.rejected + self.duplicate + self.suspended


def count_outcomes(outcomes: pl.DataFrame, records: int) -> Outcomes:
    """Count a batch's outcomes, one row per record with `line` and `outcome`.

    A record without an outcome, or with two, is our own mistake and stops the batch.
    """
    assert _rises(outcomes["line"]) or outcomes["line"].is_unique().all(), (
        "a record has two outcomes"
    )
    assert outcomes["outcome"].is_in(AT_MEDIATION).all(), "an outcome that does not exist"
    counted = dict(outcomes.group_by("outcome").len().iter_rows())
    counts = Outcomes(**counted)
    assert counts.records == records, f"{records} records came, {counts.records} are accounted for"
    return counts


def _rises(lines: pl.Series) -> bool:
    """Whether each line is after the one before it, as in most batches: no two are one."""
    return bool((lines.diff() > 0).all())
