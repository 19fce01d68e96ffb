"""Sales abroad are measured against the bound of a year; the document that passes it is named."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest

from currencies.fx_rate import FxRate, RateTable
from currencies.money import money, shown
from currencies.service import load_rates
from settlement.billing import service as billing
from settlement.insight.oss import service
from settlement.insight.oss.bound import FIXED_ON, measured
from settlement.insight.oss.oss import Supply
from settlement.periods import service as periods
from tenants.session import TenantSession
from tests.settlement.billing.builders import charged, october, policies
from tests.settlement.insight.oss.test_oss import a_private_german

RATE = FxRate("ECB", "EUR", "PLN", 1, Decimal(4), FIXED_ON, FIXED_ON)
FOUR = RateTable([RATE])


def sold(amount: str, day: str = "2026-03-01", document: str = "FV/1") -> Supply:
    taxable = money(amount)
    on = dt.date.fromisoformat(day)
    return Supply(UUID(int=1), document, "", on, "DE", Decimal("0.19"), taxable, taxable)


@pytest.mark.parametrize(
    ("amounts", "turnover", "is_near", "passed_by"),
    [
        (["79999.99 EUR"], "79999.99 EUR", False, None),
        (["40000.00 EUR", "160000.00 PLN"], "80000.00 EUR", True, None),
        # The bound itself is within; a cent more is not, and a credit later changes nothing.
        (["60000.00 EUR", "40000.00 EUR"], "100000.00 EUR", True, None),
        (["60000.00 EUR", "40000.00 EUR", "0.04 PLN"], "100000.01 EUR", True, "FV/3"),
        (["60000.00 EUR", "60000.00 EUR", "-60000.00 EUR"], "60000.00 EUR", True, "FV/2"),
    ],
)
def test_a_year_is_added_up_without_tax_until_a_document_passes_the_bound(
    amounts: list[str], turnover: str, is_near: bool, passed_by: str | None
) -> None:
    supplies = [sold(each, document=f"FV/{place}") for place, each in enumerate(amounts, 1)]

    found = measured(supplies, FOUR, 2026)

    named = found.this_year.passed_by and found.this_year.passed_by.document
    assert (shown(found.this_year.turnover), found.is_near, named) == (turnover, is_near, passed_by)
    assert found.changes_on == (dt.date(2026, 3, 1) if passed_by else None)


def test_who_passed_it_last_year_needs_two_pieces_from_new_year_on() -> None:
    supplies = [sold("100000.01 EUR", "2025-12-31"), sold("1.00 EUR", "2026-01-01")]

    found = measured(supplies, FOUR, 2026)

    assert shown(found.this_year.turnover) == "1.00 EUR"
    assert (found.changes_on, found.is_near) == (dt.date(2026, 1, 1), True)


def test_what_has_no_rate_of_that_day_is_told_apart() -> None:
    found = measured([sold("5.00 PLN"), sold("7.00 PLN"), sold("1.00 EUR")], RateTable([]), 2026)

    assert [shown(each) for each in found.unmeasured] == ["12.00 PLN"]
    assert shown(found.this_year.turnover) == "1.00 EUR"


def test_issued_documents_are_measured_and_somebody_is_warned(session: TenantSession) -> None:
    where = october(session)
    charged(session, where, a_private_german(session), "320000.00")
    periods.close(session, "2026-10")
    [invoice] = billing.bill_period(session, "2026-10").issued
    assert service.bound_to_watch(session) is None
    load_rates(session, [RATE])

    found = service.bound(session)

    # 320,000 PLN without tax at 4.
    assert shown(found.this_year.turnover) == "80000.00 EUR"
    assert (service.bound_to_watch(session), invoice.status) == (found, "issued")
    policies(session, '{"place_evidence": "two_pieces"}')
    assert service.bound_to_watch(session) is None
