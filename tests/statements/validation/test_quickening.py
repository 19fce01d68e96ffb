"""What is left out of rules says nothing of the documents they are left out for."""

from operator import attrgetter

import pytest
from lxml import etree

from statements.ubl import invoice_xml
from statements.validation.quickening import codes_in, names_asked, names_in, readied, trimmed
from statements.validation.rule_pack import BUILT_IN
from statements.validation.service import validate
from tenants.children import Children
from tests.statements.validation.test_mutations import DOCUMENTS, EN16931, PREFIXES, changed

XSL = "http://www.w3.org/1999/XSL/Transform"
ADDRESS = "file:///rules.xslt"
SKELETON = """<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="2.0"
  xmlns:svrl="http://purl.oclc.org/dsdl/svrl" xmlns:a="urn:a">
  <xsl:template match="text()" priority="-1"/>
  <xsl:template match="/"><svrl:schematron-output><xsl:apply-templates/>
    <xsl:apply-templates mode="M1" select="/"/></svrl:schematron-output></xsl:template>
  {rules}
</xsl:stylesheet>"""
RULE = """<xsl:template match="{match}" mode="M1"><svrl:fired-rule context="r"/>
  <xsl:choose><xsl:when test="{test}"/><xsl:otherwise><svrl:failed-assert id="R"/></xsl:otherwise>
  </xsl:choose></xsl:template>"""


def skeleton(match="a:shop", test="a:name"):
    return SKELETON.format(rules=RULE.format(match=match, test=test)).encode()


def left_of(names, **rule):
    """Of a rule trimmed for names that occur: nothing, its template, or its test as well."""
    sheet = etree.fromstring(trimmed(readied(skeleton(**rule), ADDRESS), frozenset(names.split())))
    if sheet.find(f"{{{XSL}}}template[@mode]") is None:
        return "nothing"
    return "template" if sheet.find(f".//{{{XSL}}}when") is None else "test"


@pytest.mark.parametrize(
    ("test", "names", "left"),
    [
        ("not(a:line/a:note)", "shop line", "template"),
        ("not(a:line/a:note)", "shop note", "template"),
        ("not(a:line/a:note)", "shop line note", "test"),
        ("not(//a:line/@free)", "shop line", "template"),
        # An element is no attribute, and an attribute no element.
        ("not(//a:line/@free)", "shop line free", "template"),
        ("not(//a:line/free)", "shop line @free", "template"),
        ("not(//a:line/@free)", "shop line @free", "test"),
        # Of a choice of names each will do.
        ("not((a:line|a:row)/a:note)", "shop note", "test"),
        ("not((a:line|a:row)/a:note)", "shop row", "template"),
        # Whatever is not plainly a path of names is asked.
        ("not(../a:note)", "shop", "test"),
        ("not(.)", "shop", "test"),
        ("not(a:line[a:note])", "shop", "test"),
        ("not(a:line or a:row)", "shop", "test"),
        ("not(a:line) or not(a:row)", "shop", "test"),
        ("not(parent::a:line)", "shop", "test"),
        ("not(count(a:line))", "shop", "test"),
        ("exists(a:note)", "shop", "test"),
    ],
)
def test_an_assertion_that_nothing_stands_there_is_left_out_where_no_such_name_occurs(
    test, names, left
):
    assert left_of(names, test=test) == left


@pytest.mark.parametrize(
    ("match", "names", "left"),
    [
        ("a:shop", "shop", "test"),
        ("a:shop", "row", "nothing"),
        ("/a:shop/a:line", "shop", "nothing"),
        ("//a:line", "shop", "nothing"),
        ("a:shop | a:row", "row", "test"),
        ("a:shop | a:row", "line", "nothing"),
        ("a:shop[a:line = ']']/a:row", "shop", "test"),
        ("a:line[a:row or b[1]]", "line", "test"),
        ("a:line/@free", "line free", "nothing"),
        # What an element says is asked of its own name alone.
        ("a:line[normalize-space(a:id) = 'S']", "line id=S", "test"),
        ("a:line[normalize-space(a:id) = 'S']", "line id id=Z kind=S", "nothing"),
        ("a:line[normalize-space(a:id) = 'S'][a:b] | a:row", "row", "test"),
        ("a:line[a:b[normalize-space(a:id) = 'S'] or a:c]", "line", "test"),
        ("a:line[normalize-space(a:id) != 'S']", "line", "test"),
        ("a:line[not(normalize-space(a:id) = 'S')]", "line", "test"),
        ("a:line[normalize-space(a:id) = 'S' or a:c]", "line", "test"),
        ("*[@free]", "line", "test"),
        ("*:shop", "line", "test"),
        ("a:shop/*/text()", "line", "test"),
        ("key('k', 'a/b|c')", "line", "test"),
        ("a:shop/a:line union a:row", "row", "test"),
        ("Q{urn:a/x}shop", "line", "test"),
    ],
)
def test_a_rule_is_left_out_where_no_node_can_fit_it(match, names, left):
    assert left_of(names, match=match) == left


def test_what_no_document_needs_is_left_out_for_all():
    sheet = readied(skeleton(), ADDRESS)

    assert not list(sheet.iter("{http://purl.oclc.org/dsdl/svrl}fired-rule"))
    assert [each.get("select") for each in sheet.iter(f"{{{XSL}}}apply-templates")] == ["/"]


@pytest.mark.parametrize(
    ("codes", "test"),
    [
        ("A B", "map:contains($saldo-codes-0, normalize-space(.))"),
        # The gap in the list is what no code would find; it stays as it was.
        ("A  B", None),
        ("A &lt;B", "map:contains($saldo-codes-0, normalize-space(.))"),
    ],
)
def test_a_list_of_codes_becomes_a_map(codes, test):
    published = (
        "(not(contains(normalize-space(.), ' ')) and "
        f"contains(' {codes} ', concat(' ', normalize-space(.), ' ')))"
    )

    sheet = readied(skeleton(test=published), ADDRESS)

    found = sheet.find(f".//{{{XSL}}}when").get("test")
    assert found == (test or published)


@pytest.mark.parametrize(
    "rule",
    [
        '<xsl:import href="other.xsl"/>',
        '<xsl:mode on-no-match="text-only-copy"/>',
        "<xsl:template name='t'><xsl:for-each select=\"doc('x')/a\"/></xsl:template>",
        '<xsl:template name="t"><xsl:apply-templates select="$tree/a" mode="M1"/></xsl:template>',
    ],
)
def test_a_stylesheet_that_looks_beyond_the_document_is_left_alone(rule):
    assert readied(SKELETON.format(rules=rule).encode(), ADDRESS) is None


def test_names_are_those_of_elements_and_attributes():
    root = etree.fromstring(b'<s:a xmlns:s="urn:s" xmlns="urn:t" s:b="1"><!-- c --><d e=""/></s:a>')

    assert names_in(root) == {"a", "d", "@b", "@e"}


def test_codes_are_what_elements_say_in_one_word():
    root = etree.fromstring(
        "<a xmlns='urn:a'><id> S\n</id><id>A B</id><id/><no>Z</no><id>A<b>E</b></id></a>"
    )

    assert codes_in(root, {"id"}) == {"id=S", "id=AE"}
    assert codes_in(root, set()) == frozenset()


def test_only_names_that_decide_something_are_asked():
    sheet = readied(skeleton(match="a:shop[a:row]", test="not(//a:line/@free)"), ADDRESS)

    assert names_asked(sheet) == {"shop", "line", "@free"}


# Elements and attributes that EN 16931 has no place for, each where it would stand.
FORBIDDEN = [
    ("", "cbc:UUID"),
    ("", "cac:PrepaidPayment"),
    ("cac:InvoiceLine/cac:Item", "cbc:PackQuantity"),
    ("cbc:ID", "@schemeAgencyID"),
]


def with_more(xml, place, name):
    """The XML with an element, or an attribute, that is not in it otherwise."""
    root = etree.fromstring(xml)
    parent = root.xpath(place, namespaces=PREFIXES)[0] if place else root
    if name.startswith("@"):
        parent.set(name[1:], "x")
    else:
        prefix, _, local = name.partition(":")
        etree.SubElement(parent, f"{{{PREFIXES[prefix]}}}{local}").text = "x"
    return etree.tostring(root)


def test_findings_are_those_of_all_rules():
    xml = {name: invoice_xml(document) for name, document in DOCUMENTS.items()}
    faults = [changed(xml[name], *at) for name, *at, _ in EN16931[::12]]
    forbidden = [with_more(xml["taxed"], *more) for more in FORBIDDEN]
    trimming = Children("statements.validation.gateway")
    published = Children("tests.statements.validation.untrimmed_child")

    # The second is what the rules are trimmed for: what is forbidden has other names.
    asked = [xml["taxed"], xml["taxed"], *forbidden, *faults]
    found = [validate(each, children=trimming) for each in asked]
    expected = [validate(each, children=published) for each in asked]

    assert found == expected
    said = [{each.rule[:4] for each in verdict.findings} for verdict in found]
    assert not said[0]
    assert all("UBL-" in rules for rules in said[2 : 2 + len(forbidden)]), said
    trimming.close()
    published.close()


@pytest.mark.parametrize("pack", [each for each in BUILT_IN if each.rules], ids=attrgetter("id"))
def test_rules_of_packages_compile_as_published_so_no_child_has_to_find_out(pack):
    published = Children("tests.statements.validation.untrimmed_child")

    verdict = validate(b"<a/>", pack, published)

    assert verdict.was_checked, verdict.findings
    published.close()
