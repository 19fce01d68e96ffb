"""How far a deal is fulfilled, and what is charged for what it lacks (rule R59).

    1,000,000 minutes at 0.010, 950,000 used    50,000 missing: 500.00, once, when the term is over

A deal is settled on the last statement of its term only; what it lacks before is merely told. Of a
swap only who lacks more pays, for what it lacks beyond the other side.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from currencies.amounts import SCALE
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from settlement.agreements.agreed import Interconnect
from settlement.agreements.deal import Deal, Direction, Promise
from settlement.rating.charge_line import ChargeLine
from settlement.rating.line_derivation import as_text, of_amount_missing, of_seconds_missing
from settlement.rating.shortfall import SHORTFALL

BALANCE: Final[Mapping[Direction, str]] = {"incoming": "receivable", "outgoing": "payable"}
SECONDS_A_MINUTE: Final = 60


class Used(NamedTuple):
    """What a direction carried in a term: billed seconds, and its charges, exact, times 3600."""

    seconds: int
    amount_3600: Decimal

    def plus(self, other: "Used") -> "Used":
        """Both together."""
        return Used(self.seconds + other.seconds, self.amount_3600 + other.amount_3600)


NOTHING: Final = Used(0, Decimal(0))


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """One direction of a deal: what was promised, what was used, in seconds or in money.

    `forgiven` are the seconds that the other direction of a swap lacks too.
    """

    agreement: Interconnect
    deal: Deal
    direction: Direction
    promise: Promise
    used: Used
    forgiven: int = 0

    @property
    def missing_seconds(self) -> int:
        """The seconds to be paid for though nobody used them; 0 where money was promised."""
        return max((self.promise.seconds or 0) - self.used.seconds - self.forgiven, 0)

    @property
    def missing(self) -> Fraction:
        """What is missing in money, exactly."""
        promise = self.promise
        if promise.amount is not None:
            used = Fraction(self.used.amount_3600) / 3600
            return max(Fraction(promise.amount) - used, Fraction(0))
        return Fraction(promise.price or 0) * self.missing_seconds / SECONDS_A_MINUTE

    @property
    def amount(self) -> Decimal:
        """What is missing in money, rounded to the minor unit."""
        return round_fraction(self.missing, minor_unit(self.agreement.currency))

    def line(self, first: date, until: date) -> ChargeLine | None:
        """The charge line of a period; `reason` is the deal. None where nothing is missing."""
        if not self.missing:
            return None
        currency, seconds, amount = self.agreement.currency, self.missing_seconds, self.amount
        return ChargeLine(
            side="carrier",
            direction=BALANCE[self.direction],
            party_id=self.agreement.carrier_id,
            agreement_id=self.agreement.agreement_id,
            service=SHORTFALL,
            product="voice" if seconds else "",
            per="minute" if seconds else "",
            unit_price=self.promise.price if seconds else amount,
            reason=self.deal.code,
            currency=currency,
            starts_on=first,
            ends_on=until,
            events=1,
            quantity=1,
            billed_units=seconds,
            amount_3600=round_fraction(self.missing * 3600, SCALE),
            amount=amount,
            derivation=self._derivation(amount),
        )

    def _derivation(self, amount: Decimal) -> str:
        promise, currency = self.promise, self.agreement.currency
        if promise.amount is not None:
            used = Fraction(self.used.amount_3600) / 3600
            return as_text(of_amount_missing(promise.amount, used, amount, currency))
        counted = self.used.seconds + self.forgiven
        assert promise.seconds is not None and promise.price is not None, "seconds have a price"
        return as_text(
            of_seconds_missing(promise.seconds, counted, promise.price, amount, currency)
        )


def fulfilments(
    agreement: Interconnect, deal: Deal, used: Mapping[Direction, Used]
) -> Iterator[Fulfilment]:
    """Each direction of a deal as it stands; what is used is of the term so far."""
    of = {
        direction: Fulfilment(agreement, deal, direction, promise, used.get(direction, NOTHING))
        for direction, promise in deal.promises.items()
    }
    for direction, each in of.items():
        forgiven = 0
        if deal.kind == "swap":
            other: Direction = "outgoing" if direction == "incoming" else "incoming"
            forgiven = min(of[other].missing_seconds, each.missing_seconds)
        yield Fulfilment(agreement, deal, direction, each.promise, each.used, forgiven)
