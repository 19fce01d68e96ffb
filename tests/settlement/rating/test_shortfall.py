"""What is promised and not used is charged when the month is over."""

from dataclasses import replace
from datetime import date
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


def test_the_version_of_the_last_day_says_what_was_promised() -> None:
    until = promised(MINUTES | {"units": 10}, valid_until="2026-10-31")
    since = promised(MINUTES | {"units": 20}, valid_from="2026-10-31")

    (found,) = shortfalls([HOLDER], [until, since], rated([], a_tariff()).charges.lazy(), *OCTOBER)

    assert found.promised == 20 * 60


def test_an_agreement_with_two_trunks_owes_it_once() -> None:
    again = HOLDER._replace(valid_from=date(2026, 10, 10))

    nothing = rated([], a_tariff()).charges.lazy()
    found = shortfalls([HOLDER, again], [promised()], nothing, *OCTOBER)

    assert len(list(found)) == 1
