"""Turn Schematron rules into a stylesheet that finds what they complain about.

Rules are published as Schematron (ISO/IEC 19757-3) over XPath 2. The engine runs stylesheets, so
each pattern becomes a mode, each rule a template of that mode, each assertion a condition:

    pattern  every node is looked at by the first of its rules that matches, and by no other
    assert   reported where its test is false
    report   reported where its test is true

The answer is a report in SVRL with the failed assertions, as the stylesheets give that others
published. What is not written out in full (abstract rules and patterns, includes, phases) is
refused: rules that were not understood must not look like rules that were kept.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Final

from lxml import etree

SCH: Final = "http://purl.oclc.org/dsdl/schematron"
SVRL: Final = "http://purl.oclc.org/dsdl/svrl"
XSL: Final = "http://www.w3.org/1999/XSL/Transform"

# Says nothing that a verdict needs.
SAID_FOR_PEOPLE: Final = {"title", "p", "diagnostics", "ns"}


class SchematronNotUnderstood(Exception):
    """The rules use something that is not written out; their publisher's stylesheet is needed."""


def stylesheet_of(schematron: bytes) -> str:
    """The XSLT 3 stylesheet of a Schematron schema.

    Raises SchematronNotUnderstood, or lxml's XMLSyntaxError.
    """
    # The sentences of rules have elements inside, so they are not read as a document would be.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    schema = etree.fromstring(schematron, parser)
    if schema.tag != f"{{{SCH}}}schema":
        raise _not_understood(schema)
    prefixes = {each.get("prefix"): each.get("uri") for each in schema.iter(f"{{{SCH}}}ns")}
    sheet = etree.Element(f"{{{XSL}}}stylesheet", nsmap={**prefixes, "xsl": XSL, "svrl": SVRL})
    sheet.set("version", "3.0")
    patterns = []
    for each in schema.iterchildren("*"):
        name = etree.QName(each)
        if name.namespace == XSL:
            sheet.append(deepcopy(each))
        elif name.localname == "let":
            _let(sheet, each)
        elif name.localname == "pattern":
            patterns.append(each)
        elif name.localname not in SAID_FOR_PEOPLE:
            raise _not_understood(each)
    _entrance(sheet, len(patterns))
    for number, pattern in enumerate(patterns):
        _pattern(sheet, pattern, f"pattern-{number}")
    written: str = etree.tostring(sheet, encoding="unicode")
    return written


def _entrance(sheet: etree._Element, patterns: int) -> None:
    start = _add(sheet, "template", match="/")
    output = etree.SubElement(start, f"{{{SVRL}}}schematron-output")
    for number in range(patterns):
        _add(sheet, "mode", name=f"pattern-{number}", **{"on-no-match": "shallow-skip"})
        _add(output, "apply-templates", select="/", mode=f"pattern-{number}")


def _pattern(sheet: etree._Element, pattern: etree._Element, mode: str) -> None:
    _refuse_abstract(pattern)
    rules = []
    for each in _children(pattern):
        if etree.QName(each).localname == "let":
            _let(sheet, each)
        elif etree.QName(each).localname == "rule":
            rules.append(each)
        else:
            raise _not_understood(each)
    for place, rule in enumerate(rules):
        _refuse_abstract(rule)
        # The first rule that matches a node is the only one, so it outranks those behind it.
        priority = str(len(rules) - place)
        template = _add(sheet, "template", match=rule.get("context"), mode=mode, priority=priority)
        for each in _children(rule):
            _condition(template, each)
        _add(template, "apply-templates", select="@* | node()", mode=mode)


def _condition(template: etree._Element, each: etree._Element) -> None:
    name, test = etree.QName(each).localname, each.get("test")
    if name == "let":
        _let(template, each)
        return
    if name not in ("assert", "report"):
        raise _not_understood(each)
    found = _add(template, "if", test=test if name == "report" else f"not({test})")
    failed = etree.SubElement(found, f"{{{SVRL}}}failed-assert")
    for attribute in ("id", "flag"):
        if each.get(attribute):
            failed.set(attribute, each.get(attribute))
    _add(_add(failed, "attribute", name="location"), "value-of", select="path()")
    _text(etree.SubElement(failed, f"{{{SVRL}}}text"), each)


def _text(place: etree._Element, said: etree._Element) -> None:
    """What an assertion says, with the values it names."""
    _add(place, "text").text = said.text or ""
    for each in said.iterchildren("*"):
        name = etree.QName(each).localname
        if name == "value-of":
            _add(place, "value-of", select=each.get("select"))
        elif name == "name":
            _add(place, "value-of", select=f"name({each.get('path', '.')})")
        else:
            _text(place, each)
        _add(place, "text").text = each.tail or ""


def _let(place: etree._Element, let: etree._Element) -> None:
    _add(place, "variable", name=let.get("name"), select=let.get("value"))


def _children(parent: etree._Element) -> Iterator[etree._Element]:
    for each in parent.iterchildren("*"):
        if etree.QName(each).localname not in SAID_FOR_PEOPLE:
            yield each


def _refuse_abstract(element: etree._Element) -> None:
    if element.get("abstract") == "true" or element.get("is-a"):
        raise _not_understood(element)


def _add(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XSL}}}{tag}", attributes)


def _not_understood(element: etree._Element) -> SchematronNotUnderstood:
    name, line = etree.QName(element).localname, element.sourceline
    return SchematronNotUnderstood(f"'{name}' at line {line}; install the published stylesheet")
