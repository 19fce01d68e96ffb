"""Fees by tariff version and day, bundles by component, and what leaving costs, as charge lines."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.agreements.contract import Subscriber
from settlement.catalogue.bundle import Component
from settlement.catalogue.product import Product
from settlement.catalogue.tariff import TariffVersion
from settlement.catalogue.term import term_from_plain
from settlement.rating.charge_line import ChargeLine
from settlement.rating.commitment import Commitment
from settlement.rating.fee_lines import SharedUnder, Sold, bonus_line, fee_dues, leaving_line
from settlement.rating.fees import Days
from settlement.rating.line_derivation import from_text
from tests.settlement.rating.commercial_builders import (
    OCTOBER,
    a_day,
    a_subscriber,
    a_version,
    days,
)
from tests.settlement.rating.formula import worked_out

ANYWHERE = Sold({}, {})
TERMS = UUID(int=9)


def fees(amount: str, kind: str = "recurring", **more: Any) -> dict[str, Any]:
    return {"fees": [{"product": "line", "kind": kind, "amount": amount} | more]}


def lines(
    versions: list[TariffVersion],
    subscriber: Subscriber | None = None,
    sold: Sold = ANYWHERE,
    committed: tuple[Commitment, ...] = (),
    period: Days = OCTOBER,
    cut_on: date | None = None,
) -> list[ChargeLine]:
    dues = fee_dues(subscriber or a_subscriber(), versions, committed, period, sold, cut_on)
    found = [line for due in dues for line in due.lines]
    for line in found:
        # How it came about gives its amount (rule R131).
        assert line.derivation is not None
        assert worked_out(from_text(line.derivation).formula) == Fraction(line.amount)
    return found


def charged(*args: Any, **named: Any) -> list[str]:
    return [str(line.amount) for line in lines(*args, **named)]


def until(day: str, **terms: Any) -> TariffVersion:
    return replace(a_version(**terms), valid_until=a_day(day))


@pytest.mark.parametrize(
    ("first", "second", "change", "amounts"),
    [
        # 10 and 21 of 31 days; 310 then 620: 100.00 + 420.00.
        ("310.00", "620.00", "10-11", ["100.00", "420.00"]),
        # The price stays: both pieces together are the price, 33.333... and so 32.26 + 67.74.
        ("100.00", "100.00", "10-11", ["32.26", "67.74"]),
        ("10.00", "10.00", "10-02", ["0.32", "9.68"]),
    ],
)
def test_a_tariff_that_changes_within_the_month_charges_each_its_days(
    first: str, second: str, change: str, amounts: list[str]
) -> None:
    versions = [until(change, **fees(first)), a_version(f"2026-{change}", **fees(second))]

    assert charged(versions) == amounts


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "amounts"),
    [
        ("2026-01-01", "2026-10-21", ["20.00"]),
        ("2026-10-12", None, ["20.00"]),
        ("2026-10-31", None, ["1.00"]),
        ("2026-10-05", "2026-10-06", ["1.00"]),
        ("2026-01-01", "2026-10-01", []),
    ],
)
def test_a_subscription_that_begins_or_ends_pays_its_days(
    valid_from: str, valid_until: str | None, amounts: list[str]
) -> None:
    ends = date.fromisoformat(valid_until) if valid_until else None
    subscriber = a_subscriber(valid_from=date.fromisoformat(valid_from), valid_until=ends)

    assert charged([a_version(**fees("31.00"))], subscriber) == amounts


def test_by_the_second_the_long_day_counts_25_hours() -> None:
    # October has 745 hours in Warsaw; 25 October alone has 25 of them. By day it is what is due by
    # its end, 600.81, less what was due by its beginning, 576.77.
    subscriber = a_subscriber(valid_from=a_day("10-25"), valid_until=a_day("10-26"))

    by_second = charged([a_version(**fees("745.00", proration_unit="second"))], subscriber)
    by_day = charged([a_version(**fees("745.00"))], subscriber)

    assert (by_second, by_day) == (["25.00"], ["24.04"])


@given(st.lists(st.integers(2, 31), unique=True, max_size=6), st.integers(1, 10**6))
def test_pieces_of_a_fee_are_the_fee(cuts: list[int], cents: int) -> None:
    price = str(Decimal(cents).scaleb(-2))
    edges = [date(2026, 10, 1), *(date(2026, 10, cut) for cut in sorted(cuts)), date(2026, 11, 1)]
    versions = [
        replace(a_version(first.isoformat(), **fees(price)), valid_until=ends)
        for first, ends in zip(edges, edges[1:], strict=False)
    ]

    assert sum(line.amount for line in lines(versions)) == Decimal(price)


def test_a_one_off_fee_is_charged_once_whatever_the_versions() -> None:
    subscriber = a_subscriber(valid_from=a_day("10-05"))
    versions = [
        until("10-11", **fees("5", "one_off")),
        a_version("2026-10-11", **fees("5", "one_off")),
    ]

    assert charged(versions, subscriber) == ["5.00"]


def test_the_bonus_month_is_not_charged() -> None:
    term = term_from_plain({"months": 12, "bonus_months": 1}, "tariff gold")

    def october(begins: str) -> list[str]:
        committed = (Commitment(date.fromisoformat(begins), term),)
        return charged([a_version(**fees("31.00"))], committed=committed)

    # The twelfth month is October itself, or its second half; or it is long over.
    assert october("2025-11-01") == []
    assert october("2025-11-17") == ["16.00"]
    assert october("2024-01-01") == ["31.00"]


def bundle(*weights: str) -> Sold:
    parts = tuple(Component(f"part{n}", Decimal(weight)) for n, weight in enumerate(weights, 1))
    product = Product(UUID(int=8), "line", "All in one", "bundle", components=parts)
    return Sold({"line": product}, {"part2": [SharedUnder(TERMS, days("10-01"))]})


def test_the_price_of_a_bundle_stands_on_its_components_by_largest_remainder() -> None:
    found = lines([a_version(**fees("10.00"))], sold=bundle("1", "1", "1"))

    assert [(each.product, str(each.amount)) for each in found] == [
        ("part1", "3.34"),
        ("part2", "3.33"),
        ("part3", "3.33"),
    ]
    assert {each.reason for each in found} == {"line"}
    assert [each.terms_id for each in found] == [None, TERMS, None]


@pytest.mark.parametrize(
    ("kind", "begins_on", "parts"),
    [
        # 14 and 17 of 31 days of 100.00: 45.16 until the 14th, and what is left of the price.
        ("recurring", "01-01", [("10-01", "10-15", "45.16", 1), ("10-15", "11-01", "54.84", 0)]),
        # The last 12 days: what is due by the end less 61.29 for 19 days.
        ("recurring", "10-20", [("10-15", "11-01", "38.71", 1)]),
        ("one_off", "10-14", [("10-01", "10-15", "100.00", 1)]),
        ("one_off", "10-15", [("10-15", "11-01", "100.00", 1)]),
    ],
)
def test_a_fee_of_a_cut_month_is_charged_in_parts_and_counted_once(
    kind: str, begins_on: str, parts: list[tuple[str, str, str, int]]
) -> None:
    subscriber = a_subscriber(valid_from=a_day(begins_on))

    found = lines([a_version(**fees("100.00", kind))], subscriber, cut_on=a_day("10-15"))

    assert [(line.starts_on, line.ends_on, str(line.amount), line.events) for line in found] == [
        (a_day(first), a_day(until), amount, events) for first, until, amount, events in parts
    ]
    assert [line.quantity for line in found] == [line.events for line in found]


def test_components_of_a_cut_month_keep_to_their_weights() -> None:
    found = lines([a_version(**fees("10.00"))], sold=bundle("1", "1", "1"), cut_on=a_day("10-15"))

    # Of 4.52 for 14 days 1.51, 1.51, 1.50; of 10.00 in all 3.34, 3.33, 3.33.
    assert [str(line.amount) for line in found] == ["1.51", "1.51", "1.50", "1.83", "1.82", "1.83"]


def test_leaving_and_the_bonus_of_a_term_stand_in_one_part_of_a_cut_month() -> None:
    left = a_subscriber(valid_until=a_day("10-14"), ended_at=datetime(2026, 10, 1, tzinfo=UTC))
    leaving = Commitment(a_day("01-01"), term_from_plain({"months": 24, "fee": "100"}, "gold"))
    given = Commitment(a_day("10-05"), term_from_plain({"months": 12, "bonus_amount": "50"}, "g"))

    fee = leaving_line(left, [leaving], OCTOBER, ANYWHERE, a_day("10-15"))
    bonus = bonus_line(a_subscriber(), [given], OCTOBER, ANYWHERE, a_day("10-15"))

    assert fee is not None and (fee.starts_on, fee.ends_on) == (a_day("10-01"), a_day("10-15"))
    assert bonus is not None
    assert (bonus.starts_on, bonus.ends_on) == (a_day("10-15"), a_day("11-01"))


def test_a_piece_of_a_bundle_is_shared_out_as_a_whole() -> None:
    # 20 of 31 days of 31.00 are 20.00, at 70 and 30.
    subscriber = a_subscriber(valid_from=a_day("10-12"))

    assert charged([a_version(**fees("31.00"))], subscriber, bundle("70", "30")) == [
        "14.00",
        "6.00",
    ]


def test_a_product_is_shared_by_the_terms_of_the_first_day_charged() -> None:
    sold = Sold({}, {"line": [SharedUnder(TERMS, days("01-01", "10-12"))]})

    from_the_first = lines([a_version(**fees("31.00"))], sold=sold)
    after = lines([a_version(**fees("31.00"))], a_subscriber(valid_from=a_day("10-12")), sold)

    assert [each.terms_id for each in (*from_the_first, *after)] == [TERMS, None]


@pytest.mark.parametrize(
    ("ended", "left_on", "amount"),
    [
        (True, "10-15", "100.00"),
        (True, "10-01", "100.00"),
        (True, "11-01", None),
        (True, "09-30", None),
        # It ends as was agreed from the beginning.
        (False, "10-15", None),
    ],
)
def test_leaving_early_is_charged_in_the_month_of_leaving(
    ended: bool, left_on: str, amount: str | None
) -> None:
    when = datetime(2026, 9, 1, tzinfo=UTC) if ended else None
    subscriber = a_subscriber(valid_until=a_day(left_on), ended_at=when)
    term = term_from_plain({"months": 24, "fee": "100"}, "tariff gold")

    line = leaving_line(subscriber, [Commitment(a_day("01-01"), term)], OCTOBER, ANYWHERE)

    assert (None if line is None else f"{line.amount:.2f}") == amount
    assert line is None or (line.service, line.product) == ("early_leaving", "line")


@pytest.mark.parametrize(
    ("terms", "changes", "amount"),
    [
        ([("10-05", {})], {}, "-50.00"),
        ([("09-30", {})], {}, None),
        ([("11-01", {})], {}, None),
        # A year from last October begins again on 5 October.
        ([("2025-10-05", {"renewal": "again"})], {}, "-50.00"),
        ([("2025-10-05", {})], {}, None),
        # Whoever leaves later in the month keeps it; whoever was gone before gets none.
        ([("10-05", {})], {"valid_until": a_day("10-06")}, "-50.00"),
        ([("10-05", {})], {"valid_until": a_day("10-05")}, None),
        # 50.00 and 12.345, which is 12.35 by itself.
        ([("10-05", {}), ("10-20", {"bonus_amount": "12.345"})], {}, "-62.35"),
        ([("10-05", {}), ("10-05", {"bonus_amount": "20"})], {}, "-20.00"),
        ([("10-05", {"bonus_amount": "0"})], {}, None),
    ],
)
def test_a_term_gives_its_bonus_once_on_the_day_on_which_it_begins(
    terms: list[tuple[str, dict[str, str]]], changes: dict[str, Any], amount: str | None
) -> None:
    replaced = [a_day(day) for day, _ in terms[1:]]
    committed = [
        Commitment(
            a_day(day),
            term_from_plain({"months": 12, "bonus_amount": "50"} | said, "tariff gold"),
            until,
        )
        for (day, said), until in zip(terms, [*replaced, None], strict=True)
    ]

    line = bonus_line(a_subscriber(**changes), committed, OCTOBER, ANYWHERE)

    assert (None if line is None else f"{line.amount:.2f}") == amount
    if line is not None:
        assert (line.service, line.product) == ("term_bonus", "line")
        assert line.derivation is not None
        assert worked_out(from_text(line.derivation).formula) == Fraction(line.amount)
