"""Leave out of published rules what cannot say anything of a document; its findings stay the same.

Rules are published as stylesheets that a common skeleton made of Schematron. They ask some seven
hundred times whether an element stands where it may not, look for a code in a text of thousands,
and report each rule they come by. For one document nearly all of that is in vain:

    <svrl:fired-rule/>                       nobody reads it; no document needs it
    apply-templates, where none is written   a walk that ends in nothing; no document needs it
    contains(' A B ', concat(' ', x, ' '))   the same as one look-up in a map of A and B
    not(a/b/@c)                              true, where no b, or nothing named c, occurs at all
    template match="a/b[...]"                applied to nothing, where no a or no b occurs at all
    b[normalize-space(c) = 'D']              the same where no c says D

What goes by the last three depends on which names occur in a document, and which codes they say,
so a trimmed stylesheet is for documents that have no others than it was trimmed for. A stylesheet
that looks beyond the document is left as it was published.
"""

import re
from collections.abc import Iterator, Set
from copy import deepcopy
from typing import Final

from lxml import etree

from statements.validation.schematron import SVRL, XSL

MAP: Final = "http://www.w3.org/2005/xpath-functions/map"
BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
TEMPLATE: Final = f"{{{XSL}}}template"

# A walk to nodes that are perhaps not of the document, and what takes in other stylesheets.
ELSEWHERE = re.compile(r"\$|\b(?:document|doc|collection|parse-xml|parse-xml-fragment)\(")
WALKS = tuple(f"{{{XSL}}}{name}" for name in ("apply-templates", "for-each", "for-each-group"))
BEYOND = tuple(f"{{{XSL}}}{name}" for name in ("import", "include", "use-package"))

NAME = r"(?:[^\W\d][\w.-]*:)?[^\W\d][\w.-]*"
NAMED_STEP = re.compile(f"@?{NAME}")
CODE = r"[\w.-]+"
CODED = re.compile(rf"\[normalize-space\(({NAME})\) = '({CODE})'\]")
CODED_STEP = re.compile(f"{NAME}={CODE}")
PLAIN_PATHS = re.compile(r"\s*[\w.:@/*=-]+(?:\s*\|\s*[\w.:@/*=-]+)*\s*")
STEP = rf"(?:@?{NAME}|\({NAME}(?: ?\| ?{NAME})*\))"
FORBIDDEN = re.compile(rf"not\(((?://)?{STEP}(?:/{STEP})*)\)")
PREDICATE = re.compile(r"\[[^\[\]]*\]")
LISTED = re.compile(
    r"\(not\(contains\((normalize-space\([^()]*\)), ' '\)\) and "
    r"contains\(' ([^' ]+(?: [^' ]+)*) ', concat\(' ', \1, ' '\)\)\)"
)
ATTRIBUTES = etree.XPath("//@*")
STRING = etree.XPath("string()")
UNUSUAL = etree.XPath(
    "//@default-collation | //@default-mode | //xsl:mode[not(@name)]", namespaces={"xsl": XSL}
)


def names_in(root: etree._Element) -> frozenset[str]:
    """The local names of its elements, and of their attributes with an @ before them."""
    elements = {each.tag for each in root.iter("*")}
    attributes = {each.attrname for each in ATTRIBUTES(root)}
    found = {_local(each) for each in elements} | {f"@{_local(each)}" for each in attributes}
    return frozenset(found)


def codes_in(root: etree._Element, names: Set[str]) -> frozenset[str]:
    """What elements of some local names say, where it is one word: `ID=S`."""
    found = set()
    for each in root.iter(*(f"{{*}}{name}" for name in names)) if names else ():
        words = str(STRING(each) if len(each) else each.text or "").split()
        if len(words) == 1:
            found.add(f"{_local(each.tag)}={words[0]}")
    return frozenset(found)


def readied(stylesheet: bytes, address: str) -> etree._Element | None:
    """The stylesheet without what no document needs; None where it is to be left alone.

    Args:
        address: where it was published; lists of codes that it reads lie beside it.

    Raises lxml's XMLSyntaxError.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    sheet = etree.fromstring(stylesheet, parser)
    if not _stays_inside(sheet):
        return None
    for fired in list(sheet.iter(f"{{{SVRL}}}fired-rule")):
        _take_out(fired)
    _take_out_vain_walk(sheet)
    sheet.set(BASE, address)
    return _with_maps_of_codes(sheet)


def names_asked(sheet: etree._Element) -> frozenset[str]:
    """The names, and codes behind their names, that decide what of a stylesheet is trimmed."""
    paths = [path for template in _ruling(sheet) for path in _paths(template.get("match"))]
    for template in _ruling(sheet):
        for choice in template.iterchildren(f"{{{XSL}}}choose"):
            paths += _forbidden_by(choice)
    return frozenset(name for path in paths for name in _names_needed(path))


def trimmed(sheet: etree._Element, names: Set[str]) -> str:
    """A readied stylesheet, as text, for documents in which no other names occur."""
    own = deepcopy(sheet)
    for template in _ruling(own):
        if not any(_may_occur(path, names) for path in _paths(template.get("match"))):
            _take_out(template)
            continue
        for choice in list(template.iterchildren(f"{{{XSL}}}choose")):
            if any(not _may_occur(path, names) for path in _forbidden_by(choice)):
                _take_out(choice)
    written: str = etree.tostring(own, encoding="unicode")
    return written


def _stays_inside(sheet: etree._Element) -> bool:
    """Whether its templates see no nodes but those of the document, in the usual ways."""
    if next(sheet.iter(*BEYOND), None) is not None or UNUSUAL(sheet):
        return False
    return not any(ELSEWHERE.search(each.get("select", "")) for each in sheet.iter(*WALKS))


def _take_out_vain_walk(sheet: etree._Element) -> None:
    """The skeleton walks through the document once in no mode, in which it says nothing."""
    modeless = [each for each in sheet.iterchildren(TEMPLATE) if each.get("mode") is None]
    said = [each for each in modeless if each.get("match") != "text()" or len(each) or each.text]
    if len(said) != 1 or said[0].get("match") != "/" or len(modeless) == 1:
        return
    for walk in list(said[0].iter(f"{{{XSL}}}apply-templates")):
        if not walk.attrib and not len(walk):
            _take_out(walk)


def _with_maps_of_codes(sheet: etree._Element) -> etree._Element:
    """The same stylesheet with each list of codes in a map."""
    lists: dict[str, str] = {}

    def looked_up(found: re.Match[str]) -> str:
        name = lists.setdefault(found[2], f"saldo-codes-{len(lists)}")
        return f"map:contains(${name}, {found[1]})"

    for when in sheet.iter(f"{{{XSL}}}when"):
        when.set("test", LISTED.sub(looked_up, when.get("test")))
    mapped = etree.Element(sheet.tag, dict(sheet.attrib), nsmap={**sheet.nsmap, "map": MAP})
    mapped.extend(list(sheet))
    for codes, name in lists.items():
        pairs = ",".join(f"'{code}':true()" for code in dict.fromkeys(codes.split(" ")))
        variable = etree.SubElement(mapped, f"{{{XSL}}}variable", name=name)
        variable.set("select", f"map{{{pairs}}}")
    return mapped


def _ruling(sheet: etree._Element) -> list[etree._Element]:
    """The templates that stand for rules: those that match something in a mode."""
    templates = sheet.iterchildren(TEMPLATE)
    return [each for each in templates if each.get("match") and each.get("mode")]


def _paths(pattern: str) -> list[str]:
    """The paths of a pattern, each without its predicates, of which a node fits at least one.

    A predicate that asks for a code becomes a step of it. Of a pattern that is not understood it is
    one that needs no names.
    """
    pattern = CODED.sub(r"/\1=\2", pattern)
    while PREDICATE.search(pattern):
        pattern = PREDICATE.sub("", pattern)
    is_plain = PLAIN_PATHS.fullmatch(pattern) is not None
    return [path.strip() for path in pattern.split("|")] if is_plain else [""]


def _forbidden_by(choice: etree._Element) -> list[str]:
    """The path that is asserted to lead to nothing, where that is all that is asserted."""
    if len(choice) != 2 or choice[0].tag != f"{{{XSL}}}when" or len(choice[0]):
        return []
    path = FORBIDDEN.fullmatch(choice[0].get("test").strip())
    return [path[1]] if path is not None and not choice[0].text else []


def _may_occur(path: str, names: Set[str]) -> bool:
    return all(name in names for name in _names_needed(path))


def _names_needed(path: str) -> Iterator[str]:
    """The names without which a path leads nowhere; none of those it has a choice between."""
    for step in path.split("/"):
        if NAMED_STEP.fullmatch(step) or CODED_STEP.fullmatch(step):
            sign = "@" if step.startswith("@") else ""
            yield sign + step.removeprefix("@").rpartition(":")[2]


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _take_out(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)
