"""What is left of a slice once its charges are on disk: sums that add up to those of the month."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import polars as pl

from settlement.rating.charging import line_sums
from settlement.rating.cuts import CUTS, REST, with_rest
from settlement.rating.missing_callers import CALLERS, added, callers_of
from settlement.rating.month_rounding import OF_MONTH
from settlement.rating.rated_batch import IDENTITY, PRICED_BY, RatedBatch

ALSO_BY: Final = ("trunk", "terms", "price")
# What a charge is priced by and these say all that a line is known by.
ALIKE: Final = (*PRICED_BY, "month", "direction", "product", "destination", "terms")
BATCH: Final = ("batch_id", "outcome")
NO_SETS: Final = pl.Series("batches", dtype=pl.List(pl.String))
NOTHING_CUT: Final = pl.DataFrame(schema=CUTS)
OF_AGREEMENT: Final = ("side", "balance", "party", "agreement", "kind")


class Summed(NamedTuple):
    """Sums of lines still to be rounded (`charging.line_sums`, apart by `month_rounding.OF_MONTH`
    where seconds of a month are rounded together, and by `cuts.REST` where months are cut); the
    batches of each agreement, of a slice as a list of categories, of a month as the number of a
    list; how many records of a batch had which outcome; what could not be priced, with the columns
    of its usage; what came without a calling number. Of a month also those lists, as texts in
    order.
    """

    lines: pl.DataFrame
    batches: pl.DataFrame
    outcomes: pl.DataFrame
    suspended: pl.DataFrame
    callers: pl.DataFrame
    batch_sets: pl.Series = NO_SETS


def summed(
    usage: pl.DataFrame,
    rated: RatedBatch,
    asking: frozenset[str] = frozenset(),
    cuts: pl.DataFrame = NOTHING_CUT,
) -> Summed:
    """Sum the rating of a slice up; agreements that are `asking` tell missing callers apart.

    `cuts` are the subscriptions whose month is cut (`cuts.CUTS`).
    """
    named = rated.suspended.select(*IDENTITY, "reason", detail=pl.col("side").cast(pl.String))
    # Where nothing waits, no record is looked for.
    usage_named = usage if named.height else usage.clear()
    waiting = named.join(usage_named, on=list(IDENTITY), how="left", maintain_order="left")
    callers = callers_of(rated.charges, usage, asking) if asking else pl.DataFrame(schema=CALLERS)
    return Summed(
        _by_itself(_line_sums(rated, cuts)),
        _by_itself(_batches(rated.charges)),
        _by_itself(rated.outcomes.group_by(BATCH).len()),
        _by_itself(waiting),
        _by_itself(callers),
    )


def all_summed(slices: Iterable[Summed]) -> Summed:
    """The sums of a month; there is at least one slice."""
    lines, *others, _ = zip(*slices, strict=True)
    batches, outcomes, suspended, callers = map(pl.concat, others)
    of_agreements, batch_sets = _whole_batches(batches)
    return Summed(
        pl.concat(lines, how="diagonal"),
        of_agreements,
        outcomes.group_by("batch_id", "outcome")
        .agg(pl.col("len").sum())
        .sort("batch_id", "outcome"),
        suspended.sort("occurred_at", "record_key", "source", "batch_id", "line"),
        added(callers),
        batch_sets,
    )


def _by_itself(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows, whose texts are copies, also those of categories.

    Texts that Polars takes from a frame keep all texts of that frame in memory, even where it took
    none, and these rows are kept when their slice is gone.
    """
    categories = [name for name, kind in frame.schema.items() if kind == pl.Categorical]
    oldest = pl.CompatLevel.oldest()
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return frame.with_columns(
        pl.col(categories).cast(pl.String),
        *(pl.Series(name, frame[name].to_arrow(compat_level=oldest)) for name in texts),
    )


def _batches(charges: pl.DataFrame) -> pl.DataFrame:
    """The batches of each agreement, as categories: a month has millions of pairs."""
    return charges.group_by(OF_AGREEMENT).agg(
        pl.col("batch_id").cast(pl.Categorical).unique().alias("batches")
    )


def _whole_batches(of_slices: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Those of a month: the number of its `batch_set` by agreement, and the sets by their numbers.

    Only carriers' agreements stand in several slices.
    """
    again = pl.struct(OF_AGREEMENT).is_duplicated()
    once, several = of_slices.filter(~again), of_slices.filter(again)
    joined = several.explode("batches").group_by(OF_AGREEMENT).agg(pl.col("batches").unique())
    whole = pl.concat([once, joined]).with_columns(pl.col("batches").list.sort())
    sets = whole.select(pl.col("batches").unique(maintain_order=True)).with_row_index("batch_set")
    of_agreements = whole.join(sets, on="batches").drop("batches")
    return of_agreements, sets["batches"].cast(NO_SETS.dtype)


def _line_sums(rated: RatedBatch, cuts: pl.DataFrame) -> pl.DataFrame:
    """Sums of lines, apart by increments where a month is rounded together (`month_rounding`), and
    by where it is cut.
    """
    assert rated.charges.height == rated.priced_by.height, "charges and what priced them"
    charges = pl.concat([rated.charges, rated.priced_by], how="horizontal")
    also_by: tuple[str, ...] = ALSO_BY
    alike: tuple[str, ...] = ALIKE
    if charges["by_month"].any():
        own = [pl.when("by_month").then(name).alias(name) for name in OF_MONTH]
        charges, also_by = charges.with_columns(own), (*also_by, *OF_MONTH)
    if cuts.height:
        charges = with_rest(charges, cuts)
        also_by, alike = (*also_by, REST), (*alike, REST)
    return line_sums(charges, also_by, alike)
