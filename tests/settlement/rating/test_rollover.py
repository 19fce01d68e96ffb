"""What is left of a month: granted less used, for whom, and for how long."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from settlement.catalogue.tariff import TariffVersion, tariff_from_plain
from settlement.rating.rollover.left import HELD, USES, month_before, openings, uses
from settlement.rating.snapshot import rows
from tests.settlement.rating.usage_and_terms import a_call, a_subscription, a_tariff, at, rated

AUGUST, SEPTEMBER, OCTOBER = (date(2026, month, 1) for month in (8, 9, 10))


def a_version(months: int = 1, amount: int = 100, **facts: Any) -> TariffVersion:
    minutes = {"code": "minutes", "amount": amount, "rollover_months": months}
    minutes |= {key: facts.pop(key) for key in ("shared_by",) if key in facts}
    return tariff_from_plain(a_tariff({"price": "0.60", "allowances": [minutes]}) | facts)


def held(*rows_of: dict[str, Any]) -> pl.DataFrame:
    somebody = {"agreement": "S1", "contract": "K1", "party": "C1", "tariff": "standard"}
    return rows(HELD, *(somebody | row for row in rows_of or [{}]))


def used(granted: date, units: int, month: date = SEPTEMBER) -> dict[str, Any]:
    pool = {"tariff": "standard", "section": "voice", "allowance": "minutes", "holder": "S1"}
    return pool | {"month": month, "granted": granted, "units": units}


def left(
    versions: list[TariffVersion],
    *spent: dict[str, Any],
    who: pl.DataFrame | None = None,
    months: tuple[date, ...] = (AUGUST, SEPTEMBER),
) -> dict[tuple[str, date], int]:
    """Units that are left in October by holder and month granted."""
    who = held() if who is None else who
    found = openings(OCTOBER, months, versions, who, rows(USES, *spent))
    assert found["month"].unique().to_list() in ([OCTOBER], [])
    return {(row["holder"], row["granted"]): row["units"] for row in found.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (0, {}),
        (1, {("S1", SEPTEMBER): 100}),
        (2, {("S1", AUGUST): 100, ("S1", SEPTEMBER): 100}),
    ],
)
def test_what_is_left_lasts_for_the_months_agreed(months: int, expected: dict[Any, int]) -> None:
    assert left([a_version(months)]) == expected


@pytest.mark.parametrize(("units", "expected"), [(99, 1), (100, 0), (120, 0)])
def test_what_is_left_is_what_was_granted_less_what_was_used(units: int, expected: int) -> None:
    assert left([a_version()], used(SEPTEMBER, units)).get(("S1", SEPTEMBER), 0) == expected


def test_what_was_rolled_over_and_used_since_is_gone() -> None:
    spent = [used(AUGUST, 10, AUGUST), used(AUGUST, 20), used(SEPTEMBER, 30)]

    assert left([a_version(2)], *spent) == {("S1", AUGUST): 70, ("S1", SEPTEMBER): 70}


def test_a_month_that_was_never_rated_leaves_nothing() -> None:
    assert left([a_version(2)], months=(SEPTEMBER,)) == {("S1", SEPTEMBER): 100}


@pytest.mark.parametrize(
    ("validity", "expected"),
    [
        ({"valid_from": SEPTEMBER}, 1),
        ({"valid_from": date(2026, 9, 30)}, 1),
        ({"valid_from": OCTOBER}, 0),
        ({"valid_until": date(2026, 9, 30)}, 0),
        ({"valid_until": OCTOBER}, 1),
        ({"tariff": "other"}, 0),
    ],
)
def test_who_holds_the_tariff_on_the_last_day_has_what_is_left(
    validity: dict[str, Any], expected: int
) -> None:
    assert len(left([a_version()], who=held(validity))) == expected


def test_the_version_of_the_last_day_says_how_much_and_how_long() -> None:
    until = a_version(2, 50, valid_until="2026-09-01")
    since = a_version(1, 80, valid_from="2026-09-01")

    assert left([until, since]) == {("S1", AUGUST): 50, ("S1", SEPTEMBER): 80}


@pytest.mark.parametrize(
    ("shared_by", "holders"),
    [("subscription", ["S1", "S2"]), ("contract", ["K1"]), ("customer", ["C1"])],
)
def test_what_is_shared_is_left_once(shared_by: str, holders: list[str]) -> None:
    found = left([a_version(shared_by=shared_by)], who=held({}, {"agreement": "S2"}))

    assert sorted(holder for holder, _ in found) == holders


@pytest.mark.parametrize(
    ("shared_by", "expected"),
    [("subscription", {"S1": 60, "S2": 40}), ("contract", {"K1": 100}), ("customer", {"C1": 100})],
)
def test_what_charges_took_is_kept_by_holder(shared_by: str, expected: dict[str, int]) -> None:
    version = a_version(shared_by=shared_by, amount=100)
    plain = a_tariff(
        {"price": "0.60", "allowances": [{
            "code": "minutes", "amount": 100, "rollover_months": 1, "shared_by": shared_by,
        }]}
    )  # fmt: skip
    calls = [
        a_call(60, record_key="one"),
        a_call(40, record_key="two", account="2", occurred_at=at("2026-10-02T10:00:00")),
    ]
    two = [
        a_subscription(contract="K1"),
        a_subscription(identifier="2", subscription="S2", contract="K1"),
    ]

    charges = rated(calls, plain, subscriptions=two).charges
    found = uses(charges.lazy(), [version], held({}, {"agreement": "S2"}), {version.id: "standard"})

    assert dict(found.select("holder", "units").iter_rows()) == expected
    assert found["granted"].unique().to_list() == found["month"].unique().to_list() == [OCTOBER]


def test_what_does_not_roll_over_is_not_kept() -> None:
    version = a_version(0)
    charges = rated([a_call(60)], a_tariff({"price": "1", "allowance": {"amount": 60}})).charges

    assert uses(charges.lazy(), [version], held(), {version.id: "standard"}).is_empty()


@pytest.mark.parametrize(
    ("count", "month"),
    [(0, OCTOBER), (1, SEPTEMBER), (10, date(2025, 12, 1)), (-3, date(2027, 1, 1))],
)
def test_months_are_counted_over_the_year(count: int, month: date) -> None:
    assert month_before(OCTOBER, count) == month
