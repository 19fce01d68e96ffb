"""How well calls went by a trunk to a prefix: counted over usage, added up over days.

A call of no seconds was tried and not answered. ASR is answered calls out of tried ones, ACD the
mean seconds of an answered call. A switch that writes answered calls only would seem perfect; so
where no unanswered call of a trunk is known at all, its ASR is unknown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import polars as pl

from currencies.rounding import round_fraction
from settlement.rating.prefixes import Prefixes, number_keys

TALLY: Final = pl.Schema(
    {
        "trunk": pl.String(),
        "prefix": pl.String(),
        "attempts": pl.Int64(),
        "answered": pl.Int64(),
        "seconds": pl.Int64(),
    }
)
_ALWAYS: Final = (frozenset[str](),)


@dataclass(frozen=True, slots=True)
class Quality:
    """Calls tried and answered, and the seconds of those; whether unanswered ones are known."""

    attempts: int
    answered: int
    seconds: int
    knows_attempts: bool

    @property
    def acd(self) -> Fraction | None:
        """Average call duration: seconds of an answered call; None where none was answered."""
        return Fraction(self.seconds, self.answered) if self.answered else None

    @property
    def asr(self) -> Fraction | None:
        """Answer-seizure ratio in percent; None where unanswered calls are not known."""
        return Fraction(100 * self.answered, self.attempts) if self.knows_attempts else None


def tally(usage: pl.DataFrame, prefixes: Sequence[str]) -> pl.DataFrame:
    """Count the calls that left by a trunk, by the longest of the prefixes: rows of TALLY.

    Calls to none of the prefixes are counted under null, for they tell of the trunk too.
    """
    calls = usage.filter(
        (pl.col("kind") == "voice")
        & pl.col("direction").is_in(["outgoing", "transit"])
        & pl.col("trunk_out").is_not_null()
        & pl.col("duration_seconds").is_not_null()
    )
    keys = calls.select(number_keys(pl.col("b_number"))).to_series()
    slots = pl.zeros(len(calls), pl.Int64, eager=True)
    days = calls["occurred_at"].dt.date().cast(pl.Int32)
    found = _laid_out(prefixes).find(keys, slots, days)
    names = pl.Series("prefix", prefixes, pl.String)
    return (
        calls.select("duration_seconds", trunk="trunk_out", prefix=names.gather(found))
        .group_by("trunk", "prefix")
        .agg(
            attempts=pl.len(),
            answered=(pl.col("duration_seconds") > 0).sum(),
            seconds=pl.col("duration_seconds").sum(),
        )
        .cast(TALLY)
    )


def qualities(tallies: Iterable[pl.DataFrame]) -> Mapping[tuple[str, str], Quality]:
    """Add tallies of several days up, by trunk and prefix."""
    every = pl.concat([TALLY.to_frame(), *tallies])
    counts = pl.col("attempts", "answered", "seconds").sum()
    added = every.group_by("trunk", "prefix").agg(counts)
    misses = (pl.col("attempts") > pl.col("answered")).any().over("trunk")
    rows = added.with_columns(knows_attempts=misses).drop_nulls("prefix")
    return {(trunk, prefix): Quality(*counted) for trunk, prefix, *counted in rows.iter_rows()}


def shown(number: Fraction | None) -> Decimal | None:
    """A figure of quality for people: one place after the point."""
    return None if number is None else round_fraction(number, 1)


def _laid_out(prefixes: Sequence[str]) -> Prefixes:
    rows = pl.DataFrame({"prefix": prefixes}, schema={"prefix": pl.String()}).with_columns(
        band=pl.lit(None, pl.String),
        priority=pl.lit(0, pl.Int64),
        valid_from=pl.lit(None, pl.Date),
        valid_until=pl.lit(None, pl.Date),
    )
    return Prefixes(rows, _ALWAYS)
