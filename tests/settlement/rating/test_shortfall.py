"""What is promised and not used is charged when the month is over."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import polars as pl
import pytest

from settlement.catalogue.tariff import TariffVersion, tariff_from_plain
from settlement.rating.shortfall import Committed, Shortfall, shortfalls
from tests.settlement.rating.usage_and_terms import a_call, a_tariff, rated

OCTOBER = date(2026, 10, 1), date(2026, 11, 1)
VERSION = "00000000-0000-0000-0000-000000000001"
MINUTES = {"kind": "commitment", "units": 1000, "price": "0.05", "overage": "0.08"}
HOLDER = Committed("customer", "receivable", "S1", "C1", "standard", date(2026, 1, 1), None)


def promised(tiers: dict[str, object] | None = None, **facts: object) -> TariffVersion:
    return tariff_from_plain(a_tariff({"tiers": tiers or MINUTES}) | facts, VERSION)


def missing(seconds: list[int], holder: Committed = HOLDER, **facts: object) -> list[Shortfall]:
    version = promised(**facts)
    tariff = a_tariff({"tiers": MINUTES}) | facts
    calls = [a_call(each, record_key=f"c{number}") for number, each in enumerate(seconds)]
    charges = rated(calls, tariff).charges
    charges = charges.with_columns(tariff_version=pl.lit(VERSION))
    return list(shortfalls([holder], [version], charges.lazy(), *OCTOBER))


@pytest.mark.parametrize(
    ("seconds", "units", "amount"),
    [
        # 1000 minutes at 0.05; 900 used leave 100, which are 5.00.
        ([54_000], 6_000, "5.00"),
        # 1 s used of 60,000: 59,999 s are 49.999166..., half-up 50.00.
        ([1], 59_999, "50.00"),
        ([], 60_000, "50.00"),
    ],
)
def test_what_is_missing_is_charged_at_the_price_promised(
    seconds: list[int], units: int, amount: str
) -> None:
    (found,) = missing(seconds)
    found = replace(found, by=found.by._replace(agreement=str(UUID(int=2)), party=str(UUID(int=3))))
    line = found.line(*OCTOBER, None)

    assert (found.missing, line.billed_units, line.amount) == (units, units, Decimal(amount))
    assert (line.service, line.product, line.events) == ("shortfall", "voice", 1)


@pytest.mark.parametrize("direction", ["outgoing", "incoming", "transit"])
def test_what_a_meter_counts_is_used_whichever_way_it_goes(direction: str) -> None:
    # A thousand kilowatt hours are promised, nine hundred are used.
    power = {"per": "kilowatt_hour", "tiers": MINUTES}
    reading = a_call(
        None, kind="meter", b_number=None, quantity=900_000, unit="watt_hour", direction=direction
    )
    charges = rated([reading], a_tariff(meter=power)).charges
    charges = charges.with_columns(tariff_version=pl.lit(VERSION))
    version = tariff_from_plain(a_tariff(meter=power), VERSION)

    (found,) = shortfalls([HOLDER], [version], charges.lazy(), *OCTOBER)

    assert (found.promised, found.used, found.missing) == (1_000_000, 900_000, 100_000)


@pytest.mark.parametrize("seconds", [[60_000], [59_000, 2_000]])
def test_nothing_is_charged_where_the_commitment_is_used(seconds: list[int]) -> None:
    assert missing(seconds) == []


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "count"),
    [
        (date(2026, 11, 1), None, 0),
        (date(2026, 1, 1), date(2026, 10, 1), 0),
        (date(2026, 1, 1), date(2026, 10, 2), 1),
        (date(2026, 10, 31), None, 1),
    ],
)
def test_only_who_held_it_in_the_month_owes_it(
    valid_from: date, valid_until: date | None, count: int
) -> None:
    holder = HOLDER._replace(valid_from=valid_from, valid_until=valid_until)

    assert len(missing([], holder)) == count


WHOLE = {"part_of_month": "whole"}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        # R36: 600 s by 30 days of 31 are 580.6, rounded 581; 1200 s less the 1161 of 30 days: 39.
        ({}, [581, 39]),
        # The version of the last day promises all of its own.
        (WHOLE, [1200]),
    ],
)
def test_versions_of_a_month_promise_by_their_days_or_the_last_one_does(
    policy: dict[str, str], expected: list[int]
) -> None:
    until = promised(MINUTES | policy | {"units": 10}, valid_until="2026-10-31")
    since = promised(MINUTES | policy | {"units": 20}, valid_from="2026-10-31")

    found = shortfalls([HOLDER], [until, since], rated([], a_tariff()).charges.lazy(), *OCTOBER)

    assert [each.promised for each in found] == expected


@pytest.mark.parametrize(
    ("first", "until", "policy", "units"),
    [
        # 60,000 s a month of 31 days: 10 days are 19,354.8; 21 are 40,645.2; their difference
        # is promised for the days between, so the three parts are 19,355 + 21,290 + 19,355.
        (1, 11, {}, 19_355),
        (11, 22, {}, 21_290),
        (22, 32, {}, 19_355),
        (1, 32, {}, 60_000),
        (11, 22, WHOLE, 60_000),
    ],
)
def test_a_part_of_a_month_promises_its_part_and_parts_add_up(
    first: int, until: int, policy: dict[str, str], units: int
) -> None:
    october = date(2026, 9, 30)
    holder = HOLDER._replace(
        valid_from=october + timedelta(first), valid_until=october + timedelta(until)
    )

    nothing = rated([], a_tariff()).charges.lazy()
    (found,) = shortfalls([holder], [promised(MINUTES | policy)], nothing, *OCTOBER)

    assert found.promised == units


def test_who_comes_back_in_the_month_promises_both_parts() -> None:
    # Days 1 to 10 and 22 to 31.
    gone = HOLDER._replace(valid_until=date(2026, 10, 11))
    back = HOLDER._replace(valid_from=date(2026, 10, 22))

    nothing = rated([], a_tariff()).charges.lazy()
    (found,) = shortfalls([gone, back], [promised()], nothing, *OCTOBER)

    assert found.promised == 19_355 + 19_355


def test_an_agreement_with_two_trunks_owes_it_once() -> None:
    again = HOLDER._replace(valid_from=date(2026, 10, 10))

    nothing = rated([], a_tariff()).charges.lazy()
    found = shortfalls([HOLDER, again], [promised()], nothing, *OCTOBER)

    assert len(list(found)) == 1
