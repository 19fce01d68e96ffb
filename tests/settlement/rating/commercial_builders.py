"""Subscriptions and what is charged for them, as values: valid by default, changed as asked."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from currencies.money import money
from settlement.agreements.contract import Subscriber
from settlement.catalogue.promotion import Promotion, promotion_from_plain
from settlement.catalogue.tariff import TariffVersion, tariff_from_plain
from settlement.rating.charge_line import ChargeLine
from settlement.rating.commitment import overlap
from settlement.rating.due import Due
from settlement.rating.fees import Days, prorated

JANUARY = date(2026, 1, 1)
OCTOBER = Days(date(2026, 10, 1), date(2026, 11, 1))
SUBSCRIPTION = UUID(int=1)
CUSTOMER = UUID(int=2)
CONTRACT = UUID(int=3)


def a_day(text: str) -> date:
    """The day of a text like 10-05, in 2026 unless a year is said."""
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


def days(first: str, until: str | None = None) -> Days:
    """Days as a table writes them."""
    return Days(a_day(first), a_day(until) if until else None)


def a_subscriber(**changes: Any) -> Subscriber:
    """Somebody who subscribes to the line at the tariff gold since January."""
    facts: dict[str, Any] = {
        "subscription_id": SUBSCRIPTION,
        "contract_id": CONTRACT,
        "customer_id": CUSTOMER,
        "payer_id": CUSTOMER,
        "product": "line",
        "tariff": "gold",
        "currency": "PLN",
        "time_zone": "Europe/Warsaw",
        "valid_from": JANUARY,
        "valid_until": None,
    }
    return Subscriber(**(facts | changes))


def a_version(valid_from: str = "2026-01-01", **terms: Any) -> TariffVersion:
    """A version of gold in PLN, with an id as the database gives it."""
    plain = {"code": "gold", "currency": "PLN", "valid_from": valid_from} | terms
    return tariff_from_plain(plain, str(UUID(int=a_day(valid_from).toordinal())))


def a_promotion(code: str = "hello", **terms: Any) -> Promotion:
    """A promotion for everybody since January, changed as asked."""
    entitled = {"entitlement": {"everybody": True}}
    return promotion_from_plain(entitled | terms, code, code.title(), JANUARY)


def a_line(amount: str, **changes: Any) -> ChargeLine:
    """A monthly fee for the line in October."""
    facts: dict[str, Any] = {
        "side": "customer",
        "direction": "receivable",
        "party_id": CUSTOMER,
        "subscription_id": SUBSCRIPTION,
        "service": "recurring",
        "product": "line",
        "currency": "PLN",
        "starts_on": OCTOBER.first,
        "ends_on": OCTOBER.until,
        "amount": Decimal(amount),
    }
    return ChargeLine(**(facts | changes))


def a_due(*amounts: str, **changes: Any) -> Due:
    """Lines of these amounts for one thing, evenly due on the days of October."""
    lines = tuple(a_line(amount, **changes) for amount in amounts)
    whole = sum(line.amount for line in lines)
    return Due(lines[0].service, lines[0].product, lines, partial(_even, str(whole)))


def _even(whole: str, on: Days) -> Any:
    part = overlap(on, OCTOBER)
    if part is None:
        return money(0, "PLN")
    assert part.until is not None and OCTOBER.until is not None
    pieces = [(part.first - OCTOBER.first).days, (part.until - part.first).days]
    return prorated(money(whole, "PLN"), pieces, 31)[1]
