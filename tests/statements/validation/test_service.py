"""The validator agrees with the official samples, and its death is not a pass."""

import os
import signal
from dataclasses import replace

import pytest
from lxml import etree

from statements.ubl import invoice_xml
from statements.validation.rule_pack import (
    EN16931_UBL,
    SALDO_DECLARATION,
    NoSuchRulePack,
    pack_named,
)
from statements.validation.service import make_ready, validate, validate_all
from statements.validation.verdict import Finding, Verdict
from tenants.children import ChildLost, Children
from tests.sample_data import sample
from tests.statements.builders import an_invoice
from tests.statements.validation.test_schematron import small_pack

UNIT = "{http://difi.no/xsd/vefa/validator/1.0}"


def test_the_official_examples_are_valid():
    for path in sorted(sample("einvoice/en16931-ubl-examples").iterdir()):
        verdict = validate(path.read_bytes())

        assert verdict.is_valid, (path.name, verdict.findings)


@pytest.mark.parametrize("folder", ["Invoice-unit-UBL", "CreditNote-unit-UBL"])
def test_the_official_unit_tests_end_as_they_say(folder):
    checked = 0
    for path in sorted(sample(f"einvoice/en16931-unit/{folder}").iterdir())[::4]:
        for test in etree.parse(path).getroot().iter(f"{UNIT}test"):
            expected, document = test
            verdict = validate(etree.tostring(document))
            found = {finding.rule for finding in verdict.findings}
            assert texts(expected, "error", "warning") <= found, (path.name, checked)
            assert not texts(expected, "success") & found, (path.name, checked)
            checked += 1

    assert checked > 20


def texts(expected, *tags):
    return {element.text for tag in tags for element in expected.findall(f"{UNIT}{tag}")}


def test_a_document_off_the_schema_is_not_valid():
    xml = invoice_xml(an_invoice()).replace(b"cbc:IssueDate", b"cbc:IssuedOn")

    verdict = validate(xml)

    assert verdict.broken_rules[0] == "XSD"


@pytest.mark.parametrize(
    "xml", [b"", b"<Invoice/>", b"<Unknown/>", b"<!DOCTYPE a><a/>", b"\x00", b"<a>\xff</a>"]
)
def test_anything_that_is_not_an_invoice_gets_a_verdict(xml):
    verdict = validate(xml)

    assert verdict.was_checked
    assert not verdict.is_valid


def test_a_dead_validator_means_not_checked_and_the_next_question_is_answered():
    children = Children("statements.validation.gateway")
    xml = invoice_xml(an_invoice())
    assert validate(xml, children=children).is_valid

    process = children._idle.queue[0].process
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    after = validate(xml, children=children)

    assert after.is_valid
    children.close()


def test_a_validator_that_dies_while_it_checks_gives_no_verdict():
    children = Children("tests.statements.validation.broken_child")

    verdict = validate(b"<a/>", children=children)

    assert not verdict.was_checked
    assert not verdict.is_valid
    assert verdict.broken_rules == ("NOT-CHECKED",)
    children.close()


def test_of_documents_checked_together_each_has_its_own_verdict():
    """Some keep the schema, one breaks it, one ends the validator, one is by another pack."""
    children = Children("tests.statements.validation.fragile_child")
    schema_alone = replace(EN16931_UBL, rules=())
    xml = invoice_xml(an_invoice())
    broken = xml.replace(b"cbc:IssueDate", b"cbc:IssuedOn")
    documents = [(each, schema_alone) for each in (xml, broken, b"<deadly/>", xml)]
    documents += [(b"<Declaration/>", SALDO_DECLARATION), (xml, schema_alone)]

    verdicts = validate_all(documents, children)

    assert [each.is_valid for each in verdicts] == [True, False, False, True, False, True]
    assert [each.was_checked for each in verdicts] == [True, True, False, True, True, True]
    assert verdicts[1].broken_rules == ("XSD",)
    assert verdicts[4].pack == SALDO_DECLARATION.id
    children.close()


def test_more_documents_than_are_asked_together_keep_their_order():
    schema_alone = replace(EN16931_UBL, rules=())
    xml = invoice_xml(an_invoice())
    documents = [(xml if place % 3 else b"<Invoice/>", schema_alone) for place in range(40)]

    verdicts = validate_all(iter(documents))

    assert [each.is_valid for each in verdicts] == [place % 3 > 0 for place in range(40)]


def test_a_process_that_was_made_ready_has_read_the_rules(tmp_path):
    children = Children("statements.validation.gateway", size=1)
    pack = small_pack(tmp_path)

    for each in make_ready(pack, children):
        each.join()
    (tmp_path / "small.sch").unlink()

    assert validate(b"<shop/>", pack, children).was_checked
    children.close()


def test_what_cannot_be_made_ready_is_told_of_the_documents_that_come():
    missing = replace(EN16931_UBL, rules=("facturx:nowhere.xslt",))
    children = Children("statements.validation.gateway", size=1)
    broken = Children("tests.statements.validation.broken_child", size=1)

    for each in make_ready(missing, children) + make_ready(EN16931_UBL, broken):
        each.join()

    assert children._idle.queue[0].answered
    assert not validate(invoice_xml(an_invoice()), missing, children).was_checked
    children.close()
    broken.close()


def test_a_validator_that_hangs_is_ended_at_the_deadline():
    children = Children("tests.statements.validation.hanging_child", deadline_seconds=0.3)

    with pytest.raises(ChildLost):
        children.ask(b"x" * 1_000_000)

    children.close()


def test_a_verdict_is_stored_and_read_back():
    verdict = Verdict("p", "1", True, (Finding("BR-1", "fatal", "Łódź", "/a"),))

    assert Verdict.from_json(verdict.to_json()) == verdict


def test_a_warning_is_not_a_failure_and_a_rule_without_a_flag_is():
    warned = Verdict("p", "1", True, (Finding("A", "warning", ""),))
    unflagged = Verdict("p", "1", True, (Finding("A", "", ""),))

    assert warned.is_valid
    assert not unflagged.is_valid


def test_what_was_not_checked_is_not_valid_even_without_a_finding():
    assert not Verdict("p", "1", was_checked=False).is_valid


def test_packs_are_known_by_name():
    assert pack_named("en16931-ubl") is EN16931_UBL
    assert pack_named("saldo-declaration") is SALDO_DECLARATION
    with pytest.raises(NoSuchRulePack, match="en16931-ubl"):
        pack_named("peppol")
