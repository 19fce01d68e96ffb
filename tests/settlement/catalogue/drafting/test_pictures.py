"""What is drawn of a tariff: the hours of its bands, and the steps of its tiers."""

from decimal import Decimal

import pytest

from settlement.catalogue.bands import Band, Holidays, Window, week_of
from settlement.catalogue.drafting.tier_picture import Step, tier_picture
from settlement.catalogue.drafting.week_picture import WeekPicture, week_picture
from settlement.catalogue.tiers import tiers_from_plain

WORKDAYS = (0, 1, 2, 3, 4)
PEAK = Band("peak", (Window(WORKDAYS, 8 * 60, 18 * 60),))
NIGHT = Band("night", (Window((4,), 22 * 60, 6 * 60),))
REST = Band("rest")


def hours(picture: WeekPicture, place: int, of_holidays: bool = False) -> list[tuple[str, int]]:
    """Until which hour which bands hold, over one day."""
    day = (picture.holidays if of_holidays else picture.days)[place]
    return [("+".join(picture.slots[each.slot]), each.ends // 60) for each in day.stretches]


def test_a_day_is_cut_where_its_bands_change() -> None:
    picture = week_picture(week_of((PEAK, NIGHT, REST)))

    assert hours(picture, 0) == [("rest", 8), ("peak", 18), ("rest", 24)]
    assert hours(picture, 4) == [
        ("night", 6), ("rest", 8), ("peak", 18), ("rest", 22), ("night", 24),
    ]  # fmt: skip
    assert hours(picture, 5) == [("rest", 24)]
    assert picture.holidays == ()


def test_bands_that_hold_at_once_share_a_stretch() -> None:
    late = Band("late", (Window((0,), 17 * 60, 20 * 60),))

    picture = week_picture(week_of((PEAK, late)))

    assert hours(picture, 0) == [("", 8), ("peak", 17), ("late+peak", 18), ("late", 20), ("", 24)]


@pytest.mark.parametrize(("weekdays", "rows"), [("replaced", [None]), ("kept", list(range(7)))])
def test_holidays_stand_apart_and_by_weekday_only_where_it_counts(
    weekdays: Holidays, rows: list[int | None]
) -> None:
    feast = Band("feast", (Window((7,), 0, 12 * 60),))

    picture = week_picture(week_of((PEAK, feast, REST), weekdays))

    assert [day.weekday for day in picture.holidays] == rows
    if weekdays == "replaced":
        assert hours(picture, 0, of_holidays=True) == [("feast", 12), ("rest", 24)]
    else:
        assert hours(picture, 0, of_holidays=True) == [
            ("feast", 8), ("feast+peak", 12), ("peak", 18), ("rest", 24),
        ]  # fmt: skip
        assert hours(picture, 6, of_holidays=True) == [("feast", 12), ("rest", 24)]


def test_steps_stand_as_high_as_their_price_is_to_the_dearest() -> None:
    steps = [{"up_to": 100, "price": "0.10"}, {"up_to": 1000, "price": "0.40"}, {"price": "0.20"}]

    found = tier_picture(tiers_from_plain({"kind": "graduated", "steps": steps}, "sms"))

    assert found == (
        Step(0, 100, Decimal("0.10"), Decimal("0.25")),
        Step(100, 1000, Decimal("0.40"), Decimal(1)),
        Step(1000, None, Decimal("0.20"), Decimal("0.5")),
    )


def test_packages_show_what_the_month_costs_after_each() -> None:
    plain = {"kind": "package", "size": 50, "price": "3"}

    found = tier_picture(tiers_from_plain(plain, "sms"))

    assert [(each.above, each.up_to, int(each.price)) for each in found] == [
        (0, 50, 3), (50, 100, 6), (100, 150, 9), (150, 200, 12),
    ]  # fmt: skip
    assert [each.height for each in found] == [
        Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal(1),
    ]  # fmt: skip


def test_a_commitment_has_the_promised_units_and_those_beyond() -> None:
    plain = {"kind": "commitment", "units": 500, "price": "0.02", "overage": "0.04"}

    found = tier_picture(tiers_from_plain(plain, "sms"))

    assert [(each.above, each.up_to, each.height) for each in found] == [
        (0, 500, Decimal("0.5")), (500, None, 1),
    ]  # fmt: skip


def test_free_steps_stand_on_the_ground() -> None:
    plain = {"kind": "volume", "steps": [{"up_to": 5, "price": "0"}, {"price": "0"}]}

    assert [each.height for each in tier_picture(tiers_from_plain(plain, "sms"))] == [0, 0]
