"""Which rate a tenant uses for which purpose, as named policies (rule R70).

    fx_tax_point   = "NBP-A PL_previous_business_day PL PLN"    what a document is booked at
    fx_settlement  = "NBP-A previous_business_day PL PLN"       money received
    fx_payout      = "NBP-A previous_business_day PL PLN"       money paid out
    fx_closing     = "NBP-A period_end PL PLN"                  open items at the end of a period
    fx_revaluation = "reversed"                                 or cumulative

Each purpose is a field of its own: source, day, calendar and, where pairs are crossed, the pivot. A
tenant without `fx_tax_point` keeps no values in its own currency, and has no differences; one that
names it has to name the others before they are needed, for none is guessed from another. What a
contract fixes or averages is a fixing of the agreement (`settlement.agreements`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from currencies.fixing import Calendar, Day, Fixing
from i18n.errors import Invalid

Purpose = Literal["tax_point", "settlement", "payout", "closing"]
Revaluation = Literal["reversed", "cumulative"]


class BadRatePolicy(Invalid):
    """Policy {policy} cannot be {value}. Name source, day, calendar and pivot, for example NBP-A
    previous_business_day PL PLN.
    """


class RatePolicyMissing(Invalid):
    """Policy fx_{purpose} is not named. Name whose rate of which day is used, then repeat."""


@dataclass(frozen=True, slots=True)
class RateDates:
    """The fixing of each purpose; what is not named is None and asked for by `fixing`."""

    tax_point: Fixing
    settlement: Fixing | None
    payout: Fixing | None
    closing: Fixing | None
    revaluation: Revaluation

    def fixing(self, purpose: Purpose) -> Fixing:
        """The fixing of a purpose. Raises RatePolicyMissing."""
        found: Fixing | None = getattr(self, purpose)
        if found is None:
            raise RatePolicyMissing(purpose=purpose)
        return found


def rate_dates(policies: Mapping[str, str]) -> RateDates | None:
    """What a tenant's policies say; None where it keeps no values in its own currency.

    Raises BadRatePolicy.
    """
    tax_point = _fixing(policies, "tax_point")
    if tax_point is None:
        return None
    mode = policies.get("fx_revaluation", "reversed")
    if mode not in get_args(Revaluation):
        raise BadRatePolicy(policy="fx_revaluation", value=mode[:60])
    return RateDates(
        tax_point=tax_point,
        settlement=_fixing(policies, "settlement"),
        payout=_fixing(policies, "payout"),
        closing=_fixing(policies, "closing"),
        revaluation="cumulative" if mode == "cumulative" else "reversed",
    )


def _fixing(policies: Mapping[str, str], purpose: Purpose) -> Fixing | None:
    name = f"fx_{purpose}"
    told = policies.get(name)
    if told is None:
        return None
    parts = told.split()
    wrong = BadRatePolicy(policy=name, value=told[:60])
    if not 3 <= len(parts) <= 4:
        raise wrong
    source, day, calendar = parts[:3]
    if day not in get_args(Day) or calendar not in get_args(Calendar) or day == "fixed":
        raise wrong
    pivot = parts[3] if len(parts) > 3 else None
    return Fixing(source, day, calendar, pivot)  # type: ignore[arg-type]


def booking_day(issued_on: date, tax_point_on: date | None) -> date:
    """The day a document's rate is asked for: the earlier of its issue and its tax point."""
    return min(issued_on, tax_point_on or issued_on)
