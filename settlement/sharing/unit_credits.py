"""Fixed amounts for units: so much for each event, each billed minute or each billed unit.

The owner of the agreement bears them beside the split, so the parts of revenue still add up to it.
An event that takes back (its amount is below zero) counts as one less.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple
from uuid import UUID

import polars as pl

from currencies.money import plain
from settlement.agreements.sharing_terms import SharingTerms
from settlement.sharing.crediting import UNIT, Credit, Revenue, party_of
from settlement.sharing.parts import payable

SECONDS: Final = 60


class UnitCounts(NamedTuple):
    """Events, and billed units: seconds of calls, bytes of data, else what quantities count."""

    events: int
    units: int

    def of(self, per: str) -> Fraction:
        """How many events, minutes or units that is."""
        if per == "event":
            return Fraction(self.events)
        return Fraction(self.units, SECONDS if per == "minute" else 1)


def unit_counts(charges: pl.DataFrame) -> UnitCounts:
    """Count the rated charges (rated_batch.CHARGES) of a revenue, event by event."""
    of_event = charges.group_by("source", "record_key").agg(
        pl.col("billed_units").sum(),
        sign=pl.when(pl.col("amount_3600").sum() < 0).then(-1).otherwise(1),
    )
    summed = of_event.select(
        events=pl.col("sign").sum(), units=(pl.col("sign") * pl.col("billed_units")).sum()
    )
    events, units = summed.row(0)
    return UnitCounts(int(events or 0), int(units or 0))


def unit_credits(
    revenue: Revenue, terms: SharingTerms, parties: Mapping[str, UUID], counts: UnitCounts
) -> list[Credit]:
    """Credit each payee its amount for the units, and the owner what that costs.

    Raises UnknownPayee.
    """
    given = []
    for number, unit in enumerate(terms.units):
        count = counts.of(unit.per)
        due = Fraction(unit.amount) * count
        if not due:
            continue
        amount = payable(due, revenue.currency).amount
        fraction = due - Fraction(amount)
        fact = {"fact": unit.per, "money": plain(unit.amount), "count": _text(count)}
        for place, (payee, sign) in enumerate([(unit.payee, 1), (terms.owner, -1)]):
            given.append(
                Credit(
                    agreement_id=revenue.agreement_id,
                    terms_id=revenue.terms_id,
                    party_id=party_of(payee, parties),
                    level=1,
                    position=2 * number + place,
                    product=revenue.product,
                    currency=revenue.currency,
                    events=counts.events,
                    gross=Decimal(0),
                    base=Decimal(0),
                    amount=sign * amount,
                    steps=(fact,),
                    batch_ids=revenue.batch_ids,
                    cause=UNIT,
                    rule=revenue.rule,
                    fraction=sign * fraction,
                )
            )
    return given


def _text(count: Fraction) -> str:
    """A count of minutes to the hundredth, for people to read."""
    return plain(Decimal(round(count * 100)).scaleb(-2))
