"""Tax on what private persons abroad bought is listed by country, rate and quarter."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest

from currencies.fx_rate import FxRate
from currencies.money import money, shown
from currencies.service import load_rates
from settlement.billing import service as billing
from settlement.insight.oss import service
from settlement.insight.oss.api import OwedAbroadSchema
from settlement.insight.oss.oss import NotAQuarter, listing_csv, quarter, quarter_of
from settlement.periods import service as periods
from tenants.directory.tenant import Address
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, checked, october

BERLIN = Address("Allee 1", "10115", "Berlin", "DE")
GERMAN = {"country": "DE", "address": BERLIN, "tax_id": ""}


def a_private_german(session: TenantSession, code: str = "C-DE") -> UUID:
    return a_customer(session, code, **GERMAN, legal_form="person")


def told(session: TenantSession, code: str) -> list[str]:
    return [
        f"{each.country} {each.rate} {shown(each.taxable)} {shown(each.tax)}"
        for each in service.owed_abroad(session, quarter(code))
    ]


def test_what_private_persons_abroad_bought_is_owed_to_their_country(session: TenantSession):
    where = october(session)
    charged(session, where, a_private_german(session), "100.00")
    # At home, and a business that accounts for the tax itself.
    charged(session, where, a_customer(session), "50.00")
    business = a_customer(session, "C-2", country="DE", address=BERLIN, tax_id="DE136695976")
    charged(session, where, checked(session, business), "70.00")
    periods.close(session, "2026-10")
    issued = {each.filing.party_id: each for each in billing.bill_period(session, "2026-10").issued}
    assert len(issued) == 3

    # 19 % of 100.00 by Germany's rate; October is of the last quarter.
    assert told(session, "2026-Q4") == ["DE 0.19 100.00 PLN 19.00 PLN"]
    assert told(session, "2026-Q3") == []
    [answer] = OwedAbroadSchema(many=True).dump(service.owed_abroad(session, quarter("2026-Q4")))
    assert (answer["country"], answer["rate"]) == ("DE", "0.19")
    assert answer["tax"] == {"amount": "19.00", "currency": "PLN"}
    assert [each["document"] for each in answer["supplies"]] == [
        each.number for each in issued.values() if each.tax == money("19.00 PLN")
    ]


def test_a_credit_lowers_the_listing_and_every_row_is_a_document(session: TenantSession):
    where = october(session)
    customer = a_private_german(session)
    charged(session, where, customer, "100.00")
    periods.close(session, "2026-10")
    [invoice] = billing.bill_period(session, "2026-10").issued
    note = billing.credit_invoice(session, invoice.id, {"1": money("10.00 PLN")}, "too much")
    last_day = dt.date(2026, 12, 31)
    load_rates(session, [FxRate("ECB", "EUR", "PLN", 1, Decimal("4.5"), last_day, last_day)])

    [owed] = service.owed_abroad(session, quarter("2026-Q4"))

    assert (shown(owed.taxable), shown(owed.tax)) == ("90.00 PLN", "17.10 PLN")
    assert (shown(owed.taxable_euro), shown(owed.tax_euro)) == ("20.00 EUR", "3.80 EUR")
    rows = [row.split(",") for row in listing_csv("2026-Q4", [owed]).decode().splitlines()]
    assert [(row[1], row[3], row[4], row[6], row[7]) for row in rows[1:]] == [
        ("DE", invoice.number, "", "100.00", "19.00"),
        ("DE", note.number, invoice.number, "-10.00", "-1.90"),
    ]
    assert invoice.tax + -note.tax == owed.tax


def test_without_a_rate_of_the_last_day_or_soon_after_nothing_is_stated_in_euro(
    session: TenantSession,
):
    where = october(session)
    charged(session, where, a_private_german(session), "100.00")
    periods.close(session, "2026-10")
    billing.bill_period(session, "2026-10")
    early, late = dt.date(2026, 12, 30), dt.date(2027, 1, 4)
    load_rates(session, [FxRate("ECB", "EUR", "PLN", 1, Decimal(4), early, early)])

    [owed] = service.owed_abroad(session, quarter("2026-Q4"))
    assert owed.tax_euro is None

    load_rates(session, [FxRate("ECB", "EUR", "PLN", 1, Decimal(5), late, late)])
    [owed] = service.owed_abroad(session, quarter("2026-Q4"))
    assert shown(owed.tax_euro) == "3.80 EUR"


@pytest.mark.parametrize(
    ("code", "first", "until"),
    [("2026-Q1", "2026-01-01", "2026-04-01"), ("2026-Q4", "2026-10-01", "2027-01-01")],
)
def test_a_quarter_has_three_months(code: str, first: str, until: str):
    span = quarter(code).span

    assert (span.starts_on.isoformat(), span.until.isoformat()) == (first, until)
    assert quarter_of(span.starts_on) == quarter_of(span.last_day) == quarter(code)


@pytest.mark.parametrize("text", ["2026-Q5", "2026Q1", "", "0026-Q1"])
def test_what_is_no_quarter_is_refused(text: str):
    with pytest.raises(NotAQuarter):
        quarter(text)
