"""Calls without a calling number above the agreed share pay the default rate (rule R62).

    100 minutes, 20 of them without a calling number; agreed are 5 %, the default rate is 0.10
    15 minutes are above the share: each costs 0.10 in place of what it was charged

The share is of the billed seconds that a carrier brought in the period. What is above it costs what
calls without a number cost on average; the line of a period is the difference to the default rate,
and there is none where the default rate is not higher.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final
from uuid import UUID

import polars as pl

from currencies.amounts import AMOUNT, SCALE, totals
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from settlement.agreements.agreed import Interconnect
from settlement.rating.charge_line import MISSING_CALLER, ChargeLine
from settlement.rating.line_derivation import as_text, of_missing_callers

SECONDS_A_MINUTE: Final = 60
CALLERS: Final = pl.Schema(
    {"agreement": pl.String(), "is_missing": pl.Boolean(), "amount_3600": AMOUNT,
     "billed_units": pl.Int64()}
)  # fmt: skip


def callers_of(charges: pl.DataFrame, usage: pl.DataFrame, asked: frozenset[str]) -> pl.DataFrame:
    """Billed seconds and charges of what was brought in, with and without a calling number.

    Only of the agreements asked for: (agreement, is_missing, amount_3600, billed_units).
    """
    own = charges.filter(
        pl.col("agreement").is_in(sorted(asked)),
        pl.col("balance") == "receivable",
        pl.col("kind") == "voice",
    )
    numbers = usage.select("batch_id", "line", "a_number")
    named = own.join(numbers, on=["batch_id", "line"], how="left").with_columns(
        is_missing=pl.col("a_number").fill_null("") == ""
    )
    return added(named)


def added(callers: pl.DataFrame) -> pl.DataFrame:
    """The sums of several parts of a month."""
    by = ("agreement", "is_missing")
    return totals(callers, by, "amount_3600", pl.col("billed_units").sum())


@dataclass(frozen=True, slots=True)
class MissingCallers:
    """What was brought in a period, in billed seconds, and what of it named no caller."""

    seconds: int
    missing: int
    charged: Fraction
    share: Decimal
    price: Decimal

    @property
    def excess(self) -> Fraction:
        """The seconds above the agreed share."""
        return max(self.missing - self.seconds * Fraction(self.share), Fraction(0))

    @property
    def surcharge(self) -> Fraction:
        """What the default rate adds to what the excess was charged, exactly."""
        if not self.excess:
            return Fraction(0)
        default = Fraction(self.price) / SECONDS_A_MINUTE
        return max(self.excess * (default - self.charged / self.missing), Fraction(0))


def missing_caller_lines(
    callers: pl.DataFrame, agreements: Mapping[str, Interconnect], first: date, until: date
) -> Iterator[ChargeLine]:
    """The lines of a period, by the sums of its callers and the agreements that name a share."""
    found: dict[str, dict[bool, tuple[int, Fraction]]] = {}
    columns = ("agreement", "is_missing", "billed_units", "amount_3600")
    for agreement, is_missing, seconds, amount in callers.select(columns).iter_rows():
        found.setdefault(agreement, {})[is_missing] = seconds, Fraction(amount) / 3600
    for agreement, sums in sorted(found.items()):
        terms = agreements[agreement]
        assert terms.missing_caller_share is not None and terms.missing_caller_price is not None
        missing, charged = sums.get(True, (0, Fraction(0)))
        of = MissingCallers(
            sum(seconds for seconds, _ in sums.values()), missing, charged,
            terms.missing_caller_share, terms.missing_caller_price,
        )  # fmt: skip
        if of.surcharge:
            yield _line(of, terms, first, until)


def _line(of: MissingCallers, terms: Interconnect, first: date, until: date) -> ChargeLine:
    amount = round_fraction(of.surcharge, minor_unit(terms.currency))
    derived = of_missing_callers(
        of.seconds, of.missing, of.charged, of.share, of.price, amount, terms.currency
    )
    return ChargeLine(
        side="carrier",
        direction="receivable",
        party_id=terms.carrier_id,
        agreement_id=UUID(str(terms.agreement_id)),
        service=MISSING_CALLER,
        product="voice",
        unit_price=amount,
        currency=terms.currency,
        starts_on=first,
        ends_on=until,
        events=1,
        quantity=1,
        amount_3600=round_fraction(of.surcharge * 3600, SCALE),
        amount=amount,
        derivation=as_text(derived),
    )
