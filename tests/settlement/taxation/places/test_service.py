"""A private customer whose place is in doubt is parked with the reason until it is cleared up."""

import datetime as dt

import pytest

from settlement.billing import service as billing
from settlement.periods import service as periods
from settlement.taxation.places import service
from settlement.taxation.places.place import EvidenceKind, EvidenceUnclear
from tenants.directory.tenant import Address
from tests.settlement.billing.builders import a_customer, charged, october, policies
from tests.settlement.payouts.builders import a_partner

BERLIN = Address("Hauptstr. 1", "10115", "Berlin", "DE")


@pytest.fixture
def anna(session):
    """A private person in Germany with 100.00 of charges in a closed month."""
    where = october(session)
    found = a_customer(session, country="DE", address=BERLIN, tax_id="", legal_form="person")
    charged(session, where, found, "100.00")
    periods.close(session, "2026-10")
    return found


def test_a_contradiction_waits_and_is_billed_once_cleared_up(session, anna):
    service.enter(session, anna, EvidenceKind.SIM, "PL", "IMSI 260 02")
    first = billing.bill_period(session, "2026-10")
    assert first.issued == ()
    assert ["PL (sim)" in each.reason for each in first.parked] == [True]

    service.enter(session, anna, EvidenceKind.SIM, "DE", "IMSI 262 01")
    second = billing.bill_period(session, "2026-10")

    # 19 % of 100.00: the tax of where she lives.
    assert [each.tax.amount for each in second.issued] == [19]
    assert [each.country for each in service.evidence_of(session, anna)] == ["DE", "PL"]


def test_two_pieces_are_asked_for_by_policy(session, anna):
    policies(session, '{"place_evidence": "two_pieces"}')
    [parked] = billing.bill_period(session, "2026-10").parked
    assert "Only the billing address" in parked.reason

    service.enter(session, anna, EvidenceKind.BANK, "DE", "DE89 3704", dt.date(2026, 10, 1))

    assert len(billing.bill_period(session, "2026-10").issued) == 1


@pytest.mark.parametrize(
    ("country", "reference", "days"),
    [("XX", "r", 0), ("de", "r", 0), ("DE", " ", 0), ("DE", "r", 1)],
)
def test_evidence_that_says_nothing_is_refused(session, anna, country, reference, days):
    told_on = periods.today(session) + dt.timedelta(days=days)

    with pytest.raises(EvidenceUnclear):
        service.enter(session, anna, EvidenceKind.BANK, country, reference, told_on)


def test_only_customers_have_a_place(session):
    with pytest.raises(EvidenceUnclear, match="a customer"):
        service.enter(session, a_partner(session), EvidenceKind.BANK, "DE", "r")
