"""Round the seconds of a trunk and month together, where the contract says so (rule R51).

    three calls of 61 s, rounded to full minutes    each call: 6 min    trunk and month: 4 min

Calls are then charged by the second. What rounding adds stands on a line of its own, one for each
trunk, direction and price of a period: the seconds of all its calls are rounded up once, by the
increments of the price. Which calls a period has is decided by their start, as for all usage.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

import polars as pl

from currencies.amounts import SCALE
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from settlement.rating.charge_line import MONTH_ROUNDING, ChargeLine
from settlement.rating.line_derivation import as_text, of_month_rounding

OF_MONTH: Final = ("first_increment", "next_increment", "per_units")
TOGETHER: Final = (
    "side", "balance", "party", "agreement", "kind", "trunk", "currency", "per", "price", *OF_MONTH,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Together:
    """What calls of one price were charged for, in seconds, and the increments of that price."""

    used: int
    first: int
    following: int

    @property
    def rounded(self) -> int:
        """The seconds rounded up once: to the first increment, then to the next ones."""
        if not self.used:
            return 0
        beyond = max(self.used - self.first, 0)
        return self.first + -(-beyond // self.following) * self.following

    @property
    def added(self) -> int:
        """What rounding adds."""
        return self.rounded - self.used


def month_rounding(sums: pl.DataFrame, first: date, until: date) -> Iterator[ChargeLine]:
    """The lines of what rounding adds to the sums of a period (slicing.summed), where it does."""
    if "first_increment" not in sums.columns:
        return
    priced = sums.filter(pl.col("first_increment").is_not_null() & pl.col("price").is_not_null())
    together = priced.group_by(TOGETHER).agg(pl.col("billed_units").sum()).sort(TOGETHER)
    for row in together.iter_rows(named=True):
        found = Together(row["billed_units"], row["first_increment"], row["next_increment"])
        if found.added:
            yield _line(row, found, first, until)


def _line(row: Mapping[str, Any], found: Together, first: date, until: date) -> ChargeLine:
    currency, price, per = row["currency"], row["price"], row["per_units"]
    exact = Fraction(price) * found.added / per
    rounded: Decimal = round_fraction(exact, minor_unit(currency))
    derived = of_month_rounding(
        found.used, found.first, found.following, found.added, price, row["per"], per, rounded,
        currency,
    )  # fmt: skip
    return ChargeLine(
        side=row["side"],
        direction=row["balance"],
        party_id=UUID(row["party"]),
        agreement_id=UUID(row["agreement"]),
        service=MONTH_ROUNDING,
        product=row["kind"],
        trunk=row["trunk"] or "",
        per=row["per"],
        unit_price=price,
        currency=currency,
        starts_on=first,
        ends_on=until,
        events=1,
        quantity=1,
        billed_units=found.added,
        amount_3600=round_fraction(exact * 3600, SCALE),
        amount=rounded,
        derivation=as_text(derived),
    )
