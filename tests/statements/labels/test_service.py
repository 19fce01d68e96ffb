"""Labels: the documents of a reseller's customers wear its brand, everybody else's the house's."""

import datetime as dt

import pytest

from statements import service as statements
from statements.brand import Brand, LabelUnusable
from statements.branding import service as branding
from statements.document import Kind
from statements.filing import Filing
from statements.labels import service
from statements.labels.service import DatedLabel, NoSuchLabel
from tests.settlement.parties.builders import a_registered_party
from tests.statements.branding.test_service import OWN, a_draft, paper

FIRST, TENTH, LAST = dt.date(2026, 11, 1), dt.date(2026, 11, 10), dt.date(2026, 11, 30)
TEXTS = {"en": {"footer": "Registered in Warsaw"}}
RESELLER = {"en": {"footer": "Fonia, a name of Alpha"}}


@pytest.fixture
def customers(session):
    statements.open_series(session, Kind.INVOICE, "FV/{number}")
    return [a_registered_party(session, code=code) for code in ("C-1", "C-2")]


def issued_to(session, parties, on=TENTH):
    wanted = [(a_draft(), Filing(party.id, f"{on}:{party.code}")) for party in parties]
    return statements.issue_all(session, wanted, on)


def test_only_who_wears_a_label_gets_documents_in_its_brand(session, customers):
    branding.keep(session, Brand(texts=TEXTS), FIRST)
    branding.keep(
        session, Brand(texts=RESELLER, templates={"invoice.html": OWN}), FIRST, label="Fonia"
    )
    service.wear(session, DatedLabel(customers[1].id, "Fonia", FIRST))

    house, resold = issued_to(session, customers)

    assert (house.brand_version, resold.brand_version) == (1, 2)
    assert "Registered in Warsaw" in paper(session, house)
    assert "Fonia, a name of Alpha" in paper(session, resold)
    assert "Our own FV/2" in paper(session, resold)
    assert "Our own" not in paper(session, house)


def test_a_label_is_worn_from_its_day_until_another_is(session, customers):
    branding.keep(session, Brand(texts=TEXTS), FIRST)
    branding.keep(session, Brand(texts=RESELLER), FIRST, label="Fonia")
    [_, customer] = customers
    service.wear(session, DatedLabel(customer.id, "Fonia", TENTH))
    service.wear(session, DatedLabel(customer.id, "", LAST))

    worn = {
        day: service.worn_by(session, day, {customer.id})[customer.id].version
        for day in (TENTH - dt.timedelta(1), TENTH, LAST - dt.timedelta(1), LAST)
    }

    assert list(worn.values()) == [1, 2, 2, 1]


def test_a_label_without_a_version_by_then_looks_as_the_house_does(session, customers):
    branding.keep(session, Brand(texts=TEXTS), FIRST)
    branding.keep(session, Brand(texts=RESELLER), LAST, label="Fonia")
    service.wear(session, DatedLabel(customers[0].id, "Fonia", FIRST))

    [filed] = issued_to(session, customers[:1])

    assert filed.brand_version == 1


def test_what_is_said_again_for_a_day_takes_the_place_of_what_was_said(session, customers):
    branding.keep(session, Brand(), FIRST, label="Fonia")
    branding.keep(session, Brand(), FIRST, label="Vox")
    service.wear(session, DatedLabel(customers[0].id, "Fonia", FIRST))
    service.wear(session, DatedLabel(customers[0].id, " Vox ", FIRST))

    assert service.labels(session) == [DatedLabel(customers[0].id, "Vox", FIRST)]


def test_a_version_gone_back_to_stays_under_its_label(session):
    branding.keep(session, Brand(deep="#111111"), FIRST, label="Fonia")
    branding.keep(session, Brand(deep="#222222"), FIRST, label="Fonia")

    branding.roll_back(session, 1, TENTH)

    assert branding.in_force(session, TENTH, "Fonia").brand.deep == "#111111"
    assert branding.in_force(session, TENTH) is None
    assert branding.known_labels(session) == ["Fonia"]


@pytest.mark.parametrize("label", ["Two\nlines", "x" * 61, "\u202eainoF"])
def test_a_label_that_cannot_be_read_is_not_kept(session, label):
    with pytest.raises(LabelUnusable):
        branding.keep(session, Brand(), FIRST, label=label)


def test_a_label_that_nothing_was_kept_for_is_not_worn(session, customers):
    branding.keep(session, Brand(), FIRST, label="Vox")

    with pytest.raises(NoSuchLabel, match="Fonia.*Vox"):
        service.wear(session, DatedLabel(customers[0].id, "Fonia", FIRST))
