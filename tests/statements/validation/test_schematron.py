"""Schematron turned into a stylesheet says what its authors say it says."""

from pathlib import Path

import pytest
from lxml import etree

from statements.validation.manifest import pack_of
from statements.validation.rule_pack import RulePack
from statements.validation.schematron import SchematronNotUnderstood, stylesheet_of
from statements.validation.service import validate
from tests.sample_data import sample

UNIT = "{http://difi.no/xsd/vefa/validator/1.0}"
SMALL = """<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
  <ns prefix="s" uri="urn:shop"/>
  <ns prefix="xs" uri="http://www.w3.org/2001/XMLSchema"/>
  <let name="limit" value="10"/>
  <function xmlns="http://www.w3.org/1999/XSL/Transform" name="s:twice">
    <param name="of"/><sequence select="$of * 2"/>
  </function>
  <pattern>
    <let name="most" value="$limit * 2"/>
    <rule context="s:line[@free]">
      <assert id="FREE" flag="warning" test="s:price = 0">Free</assert>
    </rule>
    <rule context="s:line">
      <let name="price" value="number(s:price)"/>
      <assert id="DEAR" flag="fatal" test="$price le $most">No more
         than <value-of select="$most"/>!</assert>
      <report id="TWICE" test="s:twice($price) = $limit">Half of the limit, in <name/>.</report>
    </rule>
  </pattern>
  <pattern><rule context="s:price"><assert id="WHOLE" test=". castable as xs:integer"
    >Whole</assert></rule></pattern>
</schema>"""


def small_pack(folder: Path, schematron: str = SMALL) -> RulePack:
    (folder / "small.sch").write_text(schematron)
    return pack_of('id = "small"\nversion = "1"\nrules = ["small.sch"]', str(folder))


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("<line><price>20</price></line>", []),
        ("<line><price>21</price></line>", [("DEAR", "fatal", "No more than 20!")]),
        ("<line><price>5</price></line>", [("TWICE", "", "Half of the limit, in line.")]),
        # The first rule that matches is the only one: what is free may cost anything but DEAR.
        ('<line free="1"><price>99</price></line>', [("FREE", "warning", "Free")]),
        # Every pattern looks at every node.
        ("<line><price>1.5</price></line>", [("WHOLE", "", "Whole")]),
    ],
)
def test_each_node_is_judged_by_the_first_rule_of_every_pattern(tmp_path, line, broken):
    found = validate(f'<shop xmlns="urn:shop">{line}</shop>'.encode(), small_pack(tmp_path))

    assert [(each.rule, each.flag, each.text) for each in found.findings] == broken
    assert found.was_checked


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("<pattern><rule", '<pattern abstract="true"><rule', "pattern"),
        ('<rule context="s:line">', '<rule context="s:line" abstract="true">', "rule"),
        ('<let name="limit', '<include href="other.sch"/><let name="limit', "include"),
        ("<pattern><rule", '<phase id="p"/><pattern><rule', "phase"),
        (SMALL, "<a/>", "a"),
    ],
)
def test_rules_that_are_not_understood_are_not_rules_that_were_kept(tmp_path, before, after, what):
    changed = SMALL.replace(before, after)

    with pytest.raises(SchematronNotUnderstood, match=f"'{what}'"):
        stylesheet_of(changed.encode())

    verdict = validate(b"<shop/>", small_pack(tmp_path, changed))

    assert not verdict.was_checked
    assert not verdict.is_valid
    assert what in verdict.findings[0].text


@pytest.mark.parametrize("broken", ["<schema", SMALL.replace("s:twice(", "s:thrice(")])
def test_rules_that_cannot_be_compiled_check_nothing_and_are_named(tmp_path, broken):
    verdict = validate(b"<shop/>", small_pack(tmp_path, broken))

    assert verdict.broken_rules == ("NOT-CHECKED",)
    assert not verdict.was_checked


def test_a_file_that_is_not_there_checks_nothing(tmp_path):
    pack = small_pack(tmp_path)
    (tmp_path / "small.sch").rename(tmp_path / "away.sch")

    verdict = validate(b"<shop/>", pack)

    assert verdict.broken_rules == ("NOT-CHECKED",)


def test_the_official_peppol_unit_tests_end_as_they_say():
    rules = sample("einvoice/peppol-rules-2026.5/PEPPOL-EN16931-UBL.sch")
    pack = RulePack("peppol-alone", "2026.5", (), (str(rules),))
    checked = 0
    for path in sorted(sample("einvoice/peppol-unit-UBL").iterdir()):
        for test in etree.parse(path).getroot().iter(f"{UNIT}test"):
            expected, document = test
            found = {each.rule for each in validate(etree.tostring(document), pack).findings}
            assert _texts(expected, "error", "warning") <= found, (path.name, checked)
            assert not _texts(expected, "success") & found, (path.name, checked)
            checked += 1

    assert checked > 80


def _texts(expected, *tags):
    return {element.text for tag in tags for element in expected.findall(f"{UNIT}{tag}")}


def test_the_official_answers_to_invoices_keep_their_rules_and_a_changed_one_does_not():
    folder = sample("telecom/dispute-peppol-T111")
    rules = folder / "PEPPOLBIS-T111.sch"
    pack = RulePack("peppol-invoice-response", "1", (), (str(rules),))
    answers = sorted(folder.glob("*.xml"))

    assert answers
    for path in answers:
        assert validate(path.read_bytes(), pack).is_valid, path.name
    changed = answers[0].read_bytes().replace(b"invoice_response:3", b"invoice_response:2")
    assert "PEPPOL-T111-R003" in validate(changed, pack).broken_rules
