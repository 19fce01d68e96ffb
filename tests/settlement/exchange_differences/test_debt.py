"""Booked value is released cumulatively, and what it gains or loses follows (rule R74)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import money, shown
from settlement.exchange_differences.debt import Debt, carried, gain, oldest_first, release
from settlement.exchange_differences.rate_dates import (
    BadRatePolicy,
    RatePolicyMissing,
    booking_day,
    rate_dates,
)

DAY = date(2026, 10, 31)


def a_debt(payable="1000.00 EUR", side="payable", **changes):
    code = payable.split()[1]
    debt = Debt(
        UUID(int=1), "1", UUID(int=2), side, DAY, money(payable), money(0, code), money(0, code),
        money("0 PLN"),
    )  # fmt: skip
    return replace(debt, **changes)


@pytest.mark.parametrize(("side", "gained"), [("payable", "-30.00"), ("receivable", "30.00")])
def test_r74_a_thousand_euro_booked_at_4_25_and_paid_at_4_28(side, gained):
    debt = a_debt(side=side)

    released = release(debt, money("4250.00 PLN"), money("1000.00 EUR"))

    assert shown(released) == "4250.00 PLN"
    assert shown(gain(side, released, money("4280.00 PLN"))) == f"{gained} PLN"


def paid(debt, booked, part):
    released = release(debt, booked, part)
    settled, before = debt.settled + part, debt.released
    return released, replace(debt, settled=settled, released=before + released)


def test_three_thirds_release_the_whole_to_the_grosz():
    # 1.00 EUR at 4.2501 is 4.25 PLN; 0.33, 0.33 and 0.34 of it are 1.40, 1.41 and 1.44.
    debt, booked, found = a_debt("1.00 EUR"), money("4.25 PLN"), []
    for part in ("0.33 EUR", "0.33 EUR", "0.34 EUR"):
        released, debt = paid(debt, booked, money(part))
        found.append(shown(released))

    assert found == ["1.40 PLN", "1.41 PLN", "1.44 PLN"]


def test_a_credit_takes_its_part_at_the_booked_rate():
    # 1,000 at 4.25; 200 are credited (850.00): the other 800 release 3,400.00.
    debt = a_debt(credited=money("200.00 EUR"))

    assert shown(debt.open) == "800.00 EUR"
    assert shown(release(debt, money("4250.00 PLN"), money("800.00 EUR"))) == "3400.00 PLN"
    assert shown(carried(debt, money("4250.00 PLN"))) == "3400.00 PLN"


CENTS = st.lists(st.integers(1, 10_000_000), min_size=1, max_size=8)


@given(CENTS, st.integers(1, 10**9))
def test_however_many_parts_release_exactly_what_was_booked(parts, grosze):
    whole = sum(parts)
    debt = a_debt(f"{whole // 100}.{whole % 100:02} EUR")
    booked = money(f"{grosze // 100}.{grosze % 100:02} PLN")
    total = money("0 PLN")

    for part in parts:
        released, debt = paid(debt, booked, money(f"{part // 100}.{part % 100:02} EUR"))
        assert carried(debt, booked) == booked - debt.released
        total += released

    assert total == booked


def test_the_oldest_debt_is_paid_first_and_the_rest_pays_nothing():
    first = a_debt("10.00 EUR", settled=money("4.00 EUR"))
    second = a_debt("5.00 EUR", document_id=UUID(int=9))

    payments = oldest_first([first, second], money("20.00 EUR"), UUID(int=3), DAY)

    assert [shown(each.amount) for each in payments] == ["6.00 EUR", "5.00 EUR"]
    assert [each.document_id for each in payments] == [UUID(int=1), UUID(int=9)]


TAX_POINT = {"fx_tax_point": "NBP-A PL_previous_business_day PL PLN"}


def test_each_purpose_is_a_field_and_none_is_guessed_from_another():
    dates = rate_dates(TAX_POINT | {"fx_payout": "ECB period_end ECB"})

    assert dates.fixing("payout").rate_day(DAY) == date(2026, 10, 30)
    assert dates.fixing("tax_point").pivot == "PLN"
    assert dates.revaluation == "reversed"
    with pytest.raises(RatePolicyMissing, match="fx_settlement"):
        dates.fixing("settlement")


def test_a_tenant_that_names_no_rate_for_documents_has_no_differences():
    assert rate_dates({"fx_payout": "ECB period_end ECB"}) is None


@pytest.mark.parametrize(
    "policy",
    [
        {"fx_tax_point": "NBP-A"},
        {"fx_tax_point": "NBP-A yesterday PL"},
        {"fx_tax_point": "NBP-A on_date XX"},
        {"fx_tax_point": "AGREED fixed PL"},
        {"fx_tax_point": "NBP-A on_date PL PLN EUR"},
        TAX_POINT | {"fx_revaluation": "sometimes"},
    ],
)
def test_a_policy_that_says_nothing_usable_is_refused(policy):
    with pytest.raises(BadRatePolicy):
        rate_dates(policy)


def test_a_document_is_booked_for_the_earlier_of_issue_and_tax_point():
    assert booking_day(DAY, None) == DAY
    assert booking_day(DAY, date(2026, 10, 1)) == date(2026, 10, 1)
    assert booking_day(DAY, date(2026, 11, 1)) == DAY
