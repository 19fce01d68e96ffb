"""Which order holds for whom, and what a closed period knows."""

import datetime as dt
from uuid import UUID

import pytest

from settlement.rating.orders.re_rating import Orders, ReasonMissing, ReRating, checked_reason

ANNA, BORIS = UUID(int=1), UUID(int=2)
RUN = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)


def an_order(number: int, days_after: int, **about: object) -> ReRating:
    known = {"tariff": None, "party_id": None, "version": None} | about
    return ReRating(
        id=UUID(int=number),
        period_id=UUID(int=9),
        reason="a test",
        ordered_at=RUN + dt.timedelta(days=days_after),
        ordered_by="anybody",
        **known,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("about", "tariff", "party", "holds"),
    [
        ({}, "gold", ANNA, True),
        ({"tariff": "gold"}, "gold", ANNA, True),
        ({"tariff": "gold"}, "silver", ANNA, False),
        ({"party_id": ANNA}, "silver", ANNA, True),
        ({"party_id": ANNA}, "silver", BORIS, False),
        ({"tariff": "gold", "party_id": ANNA}, "gold", BORIS, False),
    ],
)
def test_an_order_concerns_what_it_names(
    about: dict[str, object], tariff: str, party: UUID, holds: bool
):
    order = an_order(1, 1, **about)

    found = Orders([order], RUN).order_for(tariff, str(party))

    assert (found == order) is holds


def test_of_two_orders_the_later_holds():
    named, later = an_order(1, 1, tariff="gold", version=2), an_order(2, 3, tariff="gold")

    assert Orders([later, named], RUN).order_for("gold", str(ANNA)) == later


def test_what_the_run_knew_already_needs_no_order():
    before = an_order(1, -1)

    assert Orders([before], RUN).order_for("gold", str(ANNA)) is None
    assert Orders([before]).order_for("gold", str(ANNA)) is None


def test_a_later_order_without_a_version_ends_one_with_a_version():
    named, later = an_order(1, -2, version=2, tariff="gold"), an_order(2, -1)

    # The run came after both: by event time, and as it was known to the run.
    assert Orders([named, later], RUN).order_for("gold", str(ANNA)) is None
    assert Orders([named], RUN).order_for("gold", str(ANNA)) == named


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
def test_an_order_says_why(reason: str):
    with pytest.raises(ReasonMissing):
        checked_reason(reason)
