"""A document leaves in the form its party takes, and only if it keeps the rules of that form."""

import datetime as dt
from dataclasses import replace

import pytest
from facturx import get_xml_from_pdf
from ksef_client.documents.fa3 import parse_invoice_xml

from statements import service as statements
from statements.document import Endpoint, Kind
from statements.filing import PDF, XML, Filing
from statements.profiles import service
from statements.profiles.profile import (
    EN16931,
    FACTUR_X,
    KSEF,
    PEPPOL,
    PROFILES,
    ProfileUnknown,
    suited,
)
from statements.profiles.service import Choice
from statements.validation.rule_pack import BUILT_IN
from tests.settlement.parties.builders import a_registered_party
from tests.statements.builders import a_buyer, a_seller, an_invoice

FIRST, TENTH = dt.date(2026, 11, 1), dt.date(2026, 11, 10)
RULE = """<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
  <ns prefix="cac" uri="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"/>
  <ns prefix="cbc" uri="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"/>
  <pattern><rule context="cac:AccountingCustomerParty/cac:Party">
    <assert id="HOUSE-1" flag="fatal" test="cbc:EndpointID">Where shall it be sent?</assert>
  </rule></pattern>
</schema>"""
MANIFEST = """
id = "peppol-billing"
version = "{version}"
valid_from = {valid_from}
builds_on = "en16931-ubl"
rules = ["rules.sch"]
"""


@pytest.fixture
def party(session):
    for kind in (Kind.INVOICE, Kind.DEBIT_NOTE):
        statements.open_series(session, kind, f"{kind.value}/{{number}}")
    return a_registered_party(session)


@pytest.fixture
def issue(session, party):
    def issued(purpose="a", **changes):
        draft = an_invoice(None, **({"number": "", "issued_on": None} | changes))
        return statements.issue(session, draft, Filing(party.id, purpose), TENTH)

    return issued


@pytest.fixture
def peppol_rules(tmp_path, monkeypatch):
    """Two versions of a pack, the later one not yet in force on the day of issue."""
    for version, valid_from in (("1", "2026-01-01"), ("2", "2026-11-11")):
        folder = tmp_path / version
        folder.mkdir()
        (folder / "pack.toml").write_text(MANIFEST.format(version=version, valid_from=valid_from))
        (folder / "rules.sch").write_text(RULE)
    monkeypatch.setenv("SALDO_RULE_PACKS", str(tmp_path))


def test_without_a_choice_it_is_the_form_for_everybody(session, issue):
    assert issue().verdict.pack == "en16931-ubl"


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ([("ksef", FIRST, False)], KSEF),
        ([("ksef", FIRST, False), ("factur-x", FIRST, True)], FACTUR_X),
        ([("ksef", FIRST, True), ("factur-x", TENTH, True)], FACTUR_X),
        ([("factur-x", TENTH, True), ("ksef", FIRST, True)], FACTUR_X),
        ([("ksef", TENTH + dt.timedelta(1), True)], EN16931),
        ([("ksef", FIRST, True), ("peppol", FIRST, True)], PEPPOL),
    ],
)
def test_the_party_goes_before_the_house_and_the_later_choice_before_the_earlier(
    session, party, choices, expected
):
    for profile, valid_from, is_partys in choices:
        service.choose(session, Choice(profile, valid_from, party.id if is_partys else None))

    assert service.in_force(session, TENTH, [party.id]) == {party.id: expected}


def test_a_choice_is_told_and_an_unknown_one_refused(session, party):
    kept = [Choice("ksef", FIRST, party.id), Choice("peppol", TENTH, party.id)]
    for choice in kept:
        service.choose(session, choice)
    service.choose(session, Choice("ksef", FIRST))

    assert service.choices(session, party.id) == kept
    assert len(service.choices(session)) == 3
    with pytest.raises(ProfileUnknown, match="factur-x"):
        service.choose(session, Choice("edifact", FIRST))


def test_ksef_gets_what_it_can_read(session, party, issue):
    service.choose(session, Choice("ksef", FIRST, party.id))

    filed = issue()

    assert (filed.status, filed.verdict.pack) == ("issued", "ksef-fa3")
    _, xml = statements.download(session, filed.id, XML)
    assert parse_invoice_xml(xml).total_gross == filed.gross.amount


def test_what_ksef_cannot_take_is_held_with_the_reason_and_the_next_is_issued(
    session, party, issue
):
    service.choose(session, Choice("ksef", FIRST, party.id))

    held = issue("a", seller=a_seller(vat_id="PL5260001247"))
    issued = issue("b")

    assert (held.status, held.number, held.files) == ("held", "", ())
    assert held.verdict.broken_rules == ("nip-wrong",)
    assert "PL5260001247" in held.verdict.findings[0].text
    assert issued.number == "invoice/1"


def test_factur_x_has_its_xml_inside_the_pdf_and_beside(session, party, issue):
    service.choose(session, Choice("factur-x", FIRST, party.id))

    filed = issue()

    _, pdf = statements.download(session, filed.id, PDF)
    _, xml = statements.download(session, filed.id, XML)
    assert get_xml_from_pdf(pdf) == ("factur-x.xml", xml)
    assert filed.verdict.pack == "facturx-en16931"


def test_rules_that_are_not_installed_hold_the_document(session, party, issue):
    service.choose(session, Choice("peppol", FIRST, party.id))

    filed = issue()

    assert filed.status == "held"
    assert not filed.verdict.was_checked
    assert "peppol-billing in force on 2026-11-10" in filed.verdict.findings[0].text


def test_an_operators_rules_are_applied_by_the_day_and_their_text_is_kept(
    session, party, issue, peppol_rules
):
    service.choose(session, Choice("peppol", FIRST, party.id))

    held = issue("a")
    issued = issue("b", buyer=a_buyer(endpoint=Endpoint("9945", "PL6762484560")))

    assert held.verdict.broken_rules == ("HOUSE-1",)
    assert held.verdict.findings[0].text == "Where shall it be sent?"
    assert (issued.status, issued.verdict.pack, issued.verdict.version) == (
        "issued", "peppol-billing", "1",
    )  # fmt: skip


def test_a_held_document_is_issued_once_its_party_takes_another_form(session, party, issue):
    service.choose(session, Choice("peppol", FIRST, party.id))
    held = issue()
    service.choose(session, replace(service.choices(session)[0], profile="en16931"))

    issued = issue()

    assert (issued.id, issued.status) == (held.id, "issued")


def test_poland_gets_no_debit_notes_as_invoices(session, party, issue):
    service.choose(session, Choice("ksef", FIRST, party.id))

    assert issue("d", kind=Kind.DEBIT_NOTE).verdict.pack == "en16931-ubl"
    assert suited(KSEF, Kind.INVOICE) is KSEF


def test_every_profile_without_an_operator_stands_on_rules_that_are_here():
    packs = {pack.id for pack in BUILT_IN}

    needed = {pack for each in PROFILES.values() for pack in (each.pack, each.self_billed)}

    assert needed - packs == {"peppol-billing", "peppol-selfbilling", "xrechnung"}
