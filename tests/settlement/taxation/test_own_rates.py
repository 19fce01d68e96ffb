"""Rates of VAT that a tenant enters: kept with who and when, and never changed."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from settlement.taxation.own_rates import service
from settlement.taxation.own_rates.service import RateEntered
from tenants.session import TenantSession

JANUARY = dt.date(2026, 1, 1)


def test_an_entered_rate_names_who_and_when_and_is_in_the_book(session: TenantSession):
    service.enter(session, "KZ", "standard", Decimal("0.16"), JANUARY)

    [kept] = service.entered_of(session)
    assert (kept.entered_by, kept.entered_at) == ("system", session.now())
    assert service.book(session).rate("standard", "KZ", JANUARY) == Decimal("0.16")


def test_a_day_is_entered_once_and_stays(session: TenantSession):
    service.enter(session, "KZ", "standard", Decimal("0.16"), JANUARY)

    with pytest.raises(RateEntered):
        service.enter(session, "KZ", "standard", Decimal("0.12"), JANUARY)
    with pytest.raises(sa.exc.DBAPIError), session.begin_nested():
        session.execute(sa.text("UPDATE own_vat_rates SET rate = 0.12"))
