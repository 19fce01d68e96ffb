"""Fractions are posted once, stay, and are read by their days."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from currencies.conversion import Converted
from currencies.money import money
from currencies.rounding_ledger import service
from currencies.rounding_ledger.posted_fraction import (
    FX,
    FX_SETTLEMENT,
    PostedFraction,
    Rounded,
    of_conversion,
)
from tenants.session import TenantSession

ONE, OTHER = UUID(int=1), UUID(int=2)
DAY = date(2026, 10, 31)


def a_fraction(exact="1/3", posted="0.33", what="1", source=ONE):
    rounded = Rounded(FX, what, "EUR", Fraction(exact), Decimal(posted))
    return PostedFraction(FX_SETTLEMENT, source, rounded)


def shown(session: TenantSession, source=ONE):
    return [
        (each.rounded.what, each.rounded.fraction, each.rounded.posted)
        for each in service.of_source(session, FX_SETTLEMENT, source)
    ]


def test_a_conversion_tells_what_it_rounded():
    # EUR 0.01 at 4.2345 are 0.042345 PLN, which is 0.04.
    found = of_conversion(
        "1", Converted(money("0.04 PLN"), money("0.01 EUR"), (), Fraction("4.2345"))
    )

    assert (found.cause, found.currency, found.fraction) == (FX, "PLN", Fraction("0.002345"))


def test_what_came_out_even_is_not_posted(session):
    service.post(session, [a_fraction(), a_fraction("0.5", "0.50", "2")], DAY)

    assert shown(session) == [("1", Fraction(1, 300), Decimal("0.33"))]


def test_a_day_belongs_to_the_month_that_it_lies_in(session):
    service.post(session, [a_fraction()], DAY)

    assert len(service.between(session, date(2026, 10, 1), date(2026, 11, 1))) == 1
    assert service.between(session, date(2026, 10, 1), DAY) == []


def test_taking_back_leaves_nothing_of_it(session):
    service.post(session, [a_fraction()], DAY)

    service.take_back(session, FX_SETTLEMENT, ONE, OTHER, DAY)

    assert shown(session, OTHER) == [("1", Fraction(-1, 300), Decimal("-0.33"))]


def test_a_source_posts_an_amount_once(session):
    service.post(session, [a_fraction()], DAY)

    with pytest.raises(IntegrityError):
        service.post(session, [a_fraction()], DAY)


def test_many_are_posted_as_a_set(session):
    service.post(session, [a_fraction(what=f"{n:03}") for n in range(60)], DAY)

    assert len(shown(session)) == 60


@pytest.mark.parametrize(
    "change", ["UPDATE posted_fractions SET what = ''", "DELETE FROM posted_fractions"]
)
def test_what_is_posted_stays(session, change):
    service.post(session, [a_fraction()], DAY)

    with pytest.raises(DBAPIError):
        session.execute(sa.text(change))
