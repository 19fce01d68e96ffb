"""An invoice response keeps Peppol's schema and rules, and the official examples are read."""

from dataclasses import replace
from datetime import date

import pytest
from lxml import etree

from i18n.errors import DomainError
from statements.document import Endpoint
from statements.invoice_response import (
    ACTION_LIST,
    REASON_LIST,
    Clarification,
    Condition,
    InvoiceResponse,
    InvoiceStatus,
    Responder,
    read_response,
    response_xml,
)
from statements.validation.rule_pack import RulePack
from statements.validation.service import validate
from tests.sample_data import sample

T111 = "telecom/dispute-peppol-T111"
QUERIED = InvoiceResponse(
    number="R-1",
    issued_on=date(2026, 11, 12),
    sender=Responder("Buyer & Co", Endpoint("9945", "PL5260001246")),
    receiver=Responder("Alpha Telekom", Endpoint("9945", "PL7740001454")),
    status=InvoiceStatus.UNDER_QUERY,
    clarifications=(
        Clarification(REASON_LIST, "PRI", "price", (Condition("BT-115", "90.00"),)),
        Clarification(ACTION_LIST, "CNP"),
    ),
    invoice="FV/1",
    type_code="380",
    effective_on=date(2026, 11, 13),
    note="see the statement",
)


def broken_rules(xml: bytes) -> tuple[str, ...]:
    """The ids of the rules of the official Schematron that a document breaks."""
    rules = sample(f"{T111}/PEPPOLBIS-T111.sch")
    return validate(xml, RulePack("peppol-t111", "3", (), (str(rules),))).broken_rules


def test_what_is_written_is_read_back_to_equal_values() -> None:
    assert read_response(response_xml(QUERIED)) == QUERIED


def test_it_keeps_the_official_schema() -> None:
    path = sample("einvoice/ubl21-xsd/maindoc/UBL-ApplicationResponse-2.1.xsd")
    schema = etree.XMLSchema(etree.parse(path))

    assert schema.validate(etree.fromstring(response_xml(QUERIED))), schema.error_log


def test_it_keeps_the_official_rules_and_they_bite() -> None:
    assert broken_rules(response_xml(QUERIED)) == ()
    wrong = response_xml(QUERIED).replace(b">PRI<", b">XXX<")
    # The code is on no list at all, and so not on the one that it names.
    assert broken_rules(wrong) == ("PEPPOL-T111-B03301", "PEPPOL-T111-R007")


EXAMPLES = [
    ("uc001-Invoice_in_process", "IP", [], [], []),
    ("uc004b-Rejected_requesting_reissue", "RE", ["REF"], ["NIN"], []),
    ("uc005-Invoice_is_conditionally_accepted", "CA", ["PAY"], [], ["BT-9=2018-01-15"]),
    ("uc006a-Under_query_missing_information", "UQ", ["REF"], ["PIN"], ["BT-13=PO0001"]),
]


@pytest.mark.parametrize(("name", "status", "reasons", "actions", "conditions"), EXAMPLES)
def test_the_official_examples_are_read_and_written_again(
    name: str, status: str, reasons: list[str], actions: list[str], conditions: list[str]
) -> None:
    said = read_response(sample(f"{T111}/T111-{name}.xml").read_bytes())

    assert (said.status.value, said.invoice, said.type_code) == (status, "inv021", "380")
    assert (said.codes(REASON_LIST), said.codes(ACTION_LIST)) == (reasons, actions)
    assert [f"{c.term}={c.value}" for each in said.clarifications for c in each.conditions] == (
        conditions
    )
    assert read_response(response_xml(said)) == said


def test_an_example_that_rejects_says_why() -> None:
    said = read_response(sample(f"{T111}/T111-uc004a-Invoice_is_rejected.xml").read_bytes())

    assert said.status is InvoiceStatus.REJECTED
    assert said.codes(REASON_LIST)


BROKEN = [
    (b">UQ<", b">XX<", "is not a status"),
    (b">PRI<", b">NIN<", "'NIN' is not on list"),
    (b"OPStatusReason", b"OPStatus", "is not on list 'OPStatus'"),
    (b"2026-11-12", b"12.11.2026", "is not a date"),
    (b"invoice_response:3</cbc:Cust", b"invoice_response:9</cbc:Cust", "it is not made for"),
    (b"ApplicationResponse-2", b"ApplicationResponse-9", "it is not a"),
    (b">FV/1<", b">FV<!-- -->/1<", "comment"),
]


@pytest.mark.parametrize(("before", "after", "reason"), BROKEN)
def test_what_is_no_response_is_refused(before: bytes, after: bytes, reason: str) -> None:
    xml = response_xml(QUERIED)
    assert before in xml

    with pytest.raises(DomainError, match=reason):
        read_response(xml.replace(before, after, 1))


def test_what_is_not_said_is_not_written() -> None:
    bare = replace(QUERIED, clarifications=(), effective_on=None, note="")

    assert read_response(response_xml(bare)) == bare
