"""Which number decides the price: the one called, or the one that calls (B5)."""

from decimal import Decimal

import pytest

from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_message,
    a_tariff,
    amounts,
    outcome_of,
    rated,
)

FREE_PHONE = {
    "rated_number": "caller",
    "rates": [
        {"prefix": "48", "destination": "from Poland", "price": "0.10"},
        {"prefix": "486", "destination": "from mobiles", "price": "0.30"},
    ],
}


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        ("48221234567", [("from Poland", Decimal("0.10"))]),
        ("48600100200", [("from mobiles", Decimal("0.30"))]),
        ("4930123456", "NO_RATE"),
        (None, "NO_RATE"),
    ],
)
def test_b5_a_free_phone_number_is_charged_by_who_calls_it(
    caller: str | None, expected: object
) -> None:
    call = a_call(60, direction="incoming", a_number=caller, b_number="48800123456")

    batch = rated([call], a_tariff(voice_received=FREE_PHONE))

    charged = list(zip(batch.charges["destination"], amounts(batch), strict=True))
    assert charged == expected or outcome_of(batch) == {"call-1": expected}


def test_messages_may_be_rated_by_their_sender_too() -> None:
    message = a_message(direction="incoming", a_number="48600100200")

    batch = rated([message], a_tariff(sms_received=FREE_PHONE))

    assert amounts(batch) == [Decimal("0.30")]


def test_the_number_called_decides_where_nothing_is_said() -> None:
    voice = {"rates": [{"prefix": "4822", "price": "0.10"}, {"prefix": "486", "price": "0.30"}]}

    assert amounts(rated([a_call(60)], a_tariff(voice))) == [Decimal("0.10")]
