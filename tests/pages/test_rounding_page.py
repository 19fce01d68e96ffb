"""The rounding ledger of a month, by cause and entry by entry."""

import csv
import io
import re
from decimal import Decimal

import sqlalchemy as sa

from settlement.periods import service as periods
from settlement.periods.rounding.wording import CAUSES
from tenants.ids import tenant_id_of
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.pages.conftest import Office
from tests.pages.reader import signed_in, text_of
from tests.settlement.books import insert

# Cause, of what, numerator, denominator. A third and a sixth of tiers are a half.
ROUNDED = (("tier", "label", "1", "3"), ("tier", "studio", "1", "6"), ("fee", "label", "-1", "3"))


def test_a_cause_opens_to_its_entries_which_come_to_its_sum(office: Office) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.rounded") as session:
        period_id = periods.period(session, "2026-11").id
        for cause, what, numerator, denominator in ROUNDED:
            insert(
                session, "rounding_entries", period_id=period_id, cause=cause, product="film",
                rule="", what=what, currency="EUR", numerator=numerator, denominator=denominator,
                posted=Decimal("1.50"),
            )  # fmt: skip
    reader = signed_in(office.app, office.world, Role.OPERATOR)

    page = reader.read("/rounding?period=2026-11")
    sums = [text_of(row) for row in page.xpath("(//table)[1]//tr[td]")]
    assert {"Fees EUR 1 -0.333333333333", "Tiers EUR 2 0.5"} <= set(sums)
    opened = reader.read(page.xpath("//a[@title='tier']/@href")[0])

    listed = [text_of(row) for row in opened.xpath("(//table)[2]//tr[td]")]
    assert listed == [
        "Tiers label film 1.5 EUR 0.333333333333",
        "Tiers studio film 1.5 EUR 0.166666666667",
    ]
    file = reader.open("/rounding/csv?period=2026-11&cause=tier").data.decode("utf-8-sig")
    found = [(each["what"], each["denominator"]) for each in csv.DictReader(io.StringIO(file))]
    assert found == [("label", "3"), ("studio", "6")]


def test_every_cause_that_the_books_take_has_its_words(office: Office) -> None:
    query = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = ANY(:names)"
    names = ["rounding_entries_cause_check", "posted_fractions_cause_check"]
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.causes") as session:
        allowed = " ".join(session.scalars(sa.text(query), {"names": names}))

    assert set(re.findall(r"'(\w+)'", allowed)) == set(CAUSES)
