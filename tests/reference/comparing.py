"""The kernel and the reference on the same world and usage, in the same words."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import localcontext
from fractions import Fraction
from typing import Any

import polars as pl

from settlement.catalogue.porting.ported_number import PORTED
from settlement.catalogue.rate_deck import rates_frame
from settlement.catalogue.tariff import tariff_from_plain
from settlement.catalogue.zones.zone_plan import ZONES
from settlement.rating.allowances import OPENINGS
from settlement.rating.kernel import rate
from settlement.rating.rated_batch import RatedBatch
from settlement.rating.snapshot import SUBSCRIPTIONS, TRUNKS, RatingSnapshot, rows
from tests.reference.rating import month as reference
from tests.reference.rating.world import Id, Part, World
from tests.settlement.rating.usage_and_terms import USAGE, Plain

_SCALE = 12


@dataclass
class Comparison:
    """What only one side has; both are empty where they agree."""

    only_kernel: list[Any]
    only_reference: list[Any]
    parts: Counter[str]
    outcomes: Counter[str]

    @property
    def agrees(self) -> bool:
        """Whether both have the same outcomes and the same parts."""
        return not self.only_kernel and not self.only_reference

    def __str__(self) -> str:
        shown = [f"kernel only:    {each}" for each in self.only_kernel[:8]]
        shown += [f"reference only: {each}" for each in self.only_reference[:8]]
        return "\n".join(shown)


def compare(world: World, usage: list[Plain]) -> Comparison:
    """Rate the same usage twice; amounts are compared exactly."""
    batch = rate(usage_frame(usage), snapshot_of(world))
    parts, outcomes = reference.rate(usage, world)
    one, other = kernel_parts(batch), Counter(map(_in_units, parts))
    found, wanted = kernel_outcomes(batch), Counter(outcomes.items())
    return Comparison(
        [*(one - other).elements(), *(found - wanted).elements()],
        [*(other - one).elements(), *(wanted - found).elements()],
        Counter(part.covered_by for part in parts),
        Counter(outcomes.values()),
    )


def usage_frame(usage: list[Plain]) -> pl.DataFrame:
    """Records as canonical usage, as far as rating reads it."""
    return pl.DataFrame(usage, schema=USAGE)


def snapshot_of(world: World) -> RatingSnapshot:
    """What the kernel knows of a world."""
    return RatingSnapshot(
        rows(SUBSCRIPTIONS, *map(_dated, world.subscriptions)),
        rows(TRUNKS, *map(_dated, world.trunks)),
        [tariff_from_plain(plain) for plain in world.tariffs],
        {code: rates_frame(deck) for code, deck in world.decks.items()},
        rows(OPENINGS, *world.openings),
        holidays={code: map(date.fromisoformat, days) for code, days in world.holidays.items()},
        zone_plans={
            code: rows(ZONES, *map(_dated, plan)) for code, plan in world.zone_plans.items()
        },
        ported={"": rows(PORTED, *world.ported)},
    )


def kernel_parts(batch: RatedBatch) -> Counter[tuple[Any, ...]]:
    """The parts that the kernel found."""
    granted = pl.col("granted").dt.strftime("%Y-%m")
    shown = batch.charges.select(
        "source", "record_key", "side", "balance", "agreement", "destination", "band", "case_name",
        "covered_by", pl.concat_str(pl.col("allowance"), granted, separator=" "),
        "free_units", "billed_units", "amount_3600", "set_aside_3600",
    )  # fmt: skip
    with localcontext(prec=60):
        return Counter(
            (
                *row[:-2],
                int(row[-2].scaleb(_SCALE)),
                None if row[-1] is None else int(row[-1].scaleb(_SCALE)),
            )
            for row in shown.iter_rows()
        )


def kernel_outcomes(batch: RatedBatch) -> Counter[tuple[Id, str]]:
    """The outcome of each record, or the reason where it is suspended."""
    key = ("source", "record_key")
    reasons = {row[:2]: row[2] for row in batch.suspended.select(*key, "reason").iter_rows()}
    rows_of = batch.outcomes.select(*key, "outcome").iter_rows()
    return Counter((Id(*row[:2]), reasons.get(row[:2], row[2])) for row in rows_of)


def _in_units(part: Part) -> tuple[Any, ...]:
    """A part with its amounts as the kernel keeps them, times 3600 and in units of 10^-12."""
    set_aside = None if part.set_aside is None else _whole(part.set_aside)
    return (*part[:-2], _whole(part.amount), set_aside)


def _whole(amount: Fraction) -> int | Fraction:
    units = amount * 3600 * 10**_SCALE
    return units.numerator if units.denominator == 1 else units


def _dated(row: Plain) -> Plain:
    days = {key: row[key] for key in ("valid_from", "valid_until") if row.get(key)}
    return row | {key: date.fromisoformat(day) for key, day in days.items()}
