"""A ported number is priced by its operator as of the call, not as of the run (R22)."""

from decimal import Decimal
from typing import Any

import pytest

from settlement.rating.spans import ValiditiesOverlap
from tests.settlement.rating.usage_and_terms import a_call, a_tariff, amounts, at, rated

MOBILE = "48600100200"
RATES = {
    "rates": [
        {"prefix": "48", "destination": "Poland", "price": "0.05"},
        {"prefix": "48600", "destination": "Alpha", "price": "0.10"},
        {"prefix": "48700", "destination": "Beta", "price": "0.20"},
        {"prefix": "487001", "destination": "Beta short", "price": "0.90"},
    ]
}


def a_porting(instant: str, operator: str = "48700", **facts: Any) -> dict[str, Any]:
    ported = {"number": MOBILE, "operator": operator, "valid_from": at(instant)}
    return ported | facts


def price_at(instant: str, *ported: dict[str, Any], **voice: Any) -> Decimal:
    call = a_call(60, b_number=MOBILE, occurred_at=at(instant))
    (amount,) = amounts(rated([call], a_tariff(RATES | voice), ported=list(ported)))
    return amount


@pytest.mark.parametrize(
    ("instant", "price"),
    [
        ("2026-10-01T09:59:59", "0.10"),
        ("2026-10-01T10:00:00", "0.20"),
        ("2026-12-01T00:00:00", "0.20"),
    ],
)
def test_r22_the_operator_at_the_instant_of_the_call_decides(instant: str, price: str) -> None:
    assert price_at(instant, a_porting("2026-10-01T10:00:00")) == Decimal(price)


def test_r22_a_number_may_come_back_or_go_on() -> None:
    moved = a_porting("2026-10-01T10:00:00", valid_until=at("2026-11-01T00:00:00"))
    again = a_porting("2026-12-01T00:00:00", "4812")

    assert price_at("2026-10-31T23:59:59", moved, again) == Decimal("0.20")
    assert price_at("2026-11-01T00:00:00", moved, again) == Decimal("0.10")
    # The operator's prefix 4812 has the price of Poland.
    assert price_at("2026-12-01T00:00:00", moved, again) == Decimal("0.05")


def test_the_routing_prefix_alone_is_looked_up() -> None:
    # Followed by the number, 48700 would have reached the dearer 487001.
    other = {"number": "100", "operator": "48700", "valid_from": at("2020-01-01T00:00:00")}
    call = a_call(60, b_number="100")

    assert amounts(rated([call], a_tariff(RATES), ported=[other])) == [Decimal("0.20")]


def test_a_section_may_ignore_porting() -> None:
    ported = a_porting("2020-01-01T00:00:00")

    assert price_at("2026-10-01T10:00:00", ported, portability="ignored") == Decimal("0.10")


def test_the_number_that_is_looked_at_may_be_the_callers() -> None:
    voice = RATES | {"rated_number": "caller"}
    call = a_call(60, direction="incoming", a_number=MOBILE, b_number="48800")
    ported = a_porting("2020-01-01T00:00:00")

    batch = rated([call], a_tariff(voice_received=voice), ported=[ported])

    assert amounts(batch) == [Decimal("0.20")]


def test_a_ported_number_lies_in_the_zone_of_its_operator() -> None:
    plan = [{"prefix": "48600", "zone": "Alpha"}, {"prefix": "48700", "zone": "Beta"}]
    rates = [{"zone": "Alpha", "price": "1"}, {"zone": "Beta", "price": "2"}]
    tariff = a_tariff({"zones": "poland", "rates": rates})
    ported = [a_porting("2020-01-01T00:00:00")]

    batch = rated([a_call(60, b_number=MOBILE)], tariff, zone_plans={"poland": plan}, ported=ported)

    assert batch.charges["destination"].to_list() == ["Beta"]


def test_two_operators_at_once_are_refused() -> None:
    with pytest.raises(ValiditiesOverlap):
        price_at("2026-10-01T10:00:00", *(a_porting("2020-01-01T00:00:00", n) for n in "12"))
