"""Read XML that somebody else wrote, so that it says one thing only.

    <amount>10<!-- x -->00</amount>     element.text is 10, the signed form says 1000

A comment, a processing instruction, an entity or a child element inside a value lets one reader
see 10 and another 1000. So a document with any of them inside a value is refused as a whole, not
read with care; so is one with a DOCTYPE, with a processing instruction anywhere, with text beside
child elements, in an encoding beyond the usual ones, or larger or deeper than any settlement
document is. Comments between elements say nothing and are tolerated.

All foreign XML comes in through `read_xml`, and every value out through `leaf_text`.
"""

from datetime import date
from decimal import Decimal

from lxml import etree

from currencies.money import parse_amount
from i18n.errors import Invalid
from i18n.locale import Words, _, outside

MAX_BYTES = 20 * 1024 * 1024
MAX_DEPTH = 40
MAX_ELEMENTS = 500_000
MAX_ATTRIBUTES = 50
XML_SPACE = " \t\r\n"
# An element that says it has no value says two things where a value, or none at all, is needed.
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"

# Whether anything in a document is to be refused. The library looks in a tenth of the time that a
# walk over the elements takes; the walk then says what it is and where.
REFUSABLE = etree.XPath(
    f"count(//*) > {MAX_ELEMENTS} or {'/*' * (MAX_DEPTH + 1)} or //@*[{MAX_ATTRIBUTES + 1}]"
    " or //processing-instruction() or //*[* or comment()][text()[normalize-space()]]"
)

# Whether anything may be, where blanks between elements were not kept: a text that has a neighbour
# then is the exception, and asking for it spares a look at every element.
DOUBTFUL = etree.XPath(
    f"count(//*) > {MAX_ELEMENTS} or {'/*' * (MAX_DEPTH + 1)} or //@*[{MAX_ATTRIBUTES + 1}]"
    " or //processing-instruction() or //comment()"
    " or //text()/following-sibling::*[1] or //text()/preceding-sibling::*[1]"
)

ENCODINGS = {
    "UTF-8", "US-ASCII", "ASCII", "UTF-16", "UTF-16LE", "UTF-16BE", "ISO-8859-1", "ISO-8859-2",
    "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252",
}  # fmt: skip


class XmlRefused(Invalid):
    """The XML cannot be accepted. Ask the sender to write it again without the fault."""


class XmlNotWellFormed(XmlRefused):
    """The XML is not well formed: {reason}. Ask the sender for a complete file."""


class XmlTooLarge(XmlRefused):
    """The XML is larger than {limit} {unit}. Ask the sender to split it."""


class XmlHasDoctype(XmlRefused):
    """The XML has a document type declaration. Send it without DOCTYPE and entities."""


class XmlHasInstruction(XmlRefused):
    """The XML has a processing instruction at line {line}. Send it without."""


class XmlEncodingRefused(XmlRefused):
    """The XML is written in {encoding}. Send it in UTF-8."""


class XmlValueBroken(XmlRefused):
    """Element {element} at line {line} has {what} inside its value. Write plain text there."""


class XmlNotADate(XmlRefused):
    """{text} is not a date. Ask the sender to write it like 2026-10-31."""


class XmlNotAWholeNumber(XmlRefused):
    """{text} is not a whole number. Ask the sender to write it without a fraction."""


class XmlElementMissing(XmlRefused):
    """Element {element} is missing in {parent} at line {line}. Add it."""


class XmlElementRepeated(XmlRefused):
    """Element {element} stands more than once in {parent} at line {line}. Leave one."""


def read_xml(
    content: bytes, max_bytes: int = MAX_BYTES, keeps_blanks: bool = True
) -> etree._Element:
    """Parse foreign XML and return its root. Raises a subclass of XmlRefused.

    Without `keeps_blanks` the white space between elements is left out, in half the time; what is
    signed, or is written again, keeps it.
    """
    if len(content) > max_bytes:
        raise XmlTooLarge(limit=max_bytes, unit="bytes")
    # One parser per document: a parser remembers its errors, and is not shared between threads.
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=False,
        remove_pis=False,
        remove_blank_text=not keeps_blanks,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise XmlNotWellFormed(reason=outside("libxml2", error)) from None
    _check_prolog(root.getroottree())
    if keeps_blanks or DOUBTFUL(root.getroottree()):
        _check_elements(root)
    return root


def leaf_text(element: etree._Element) -> str:
    """The value of an element that has no children, without surrounding white space."""
    if len(element):
        raise _broken(element, Words(_("another element")))
    if element.get(NIL, "false").strip(XML_SPACE) not in ("false", "0"):
        raise _broken(element, "xsi:nil")
    return (element.text or "").strip(XML_SPACE)


def only_child(parent: etree._Element, tag: str) -> etree._Element:
    """The one child of that name. Raises XmlElementMissing or XmlElementRepeated."""
    found = parent.findall(tag)
    if len(found) == 1:
        return found[0]
    error = XmlElementRepeated if found else XmlElementMissing
    raise error(
        element=etree.QName(tag).localname,
        parent=etree.QName(parent).localname,
        line=parent.sourceline,
    )


def child_text(parent: etree._Element, tag: str) -> str:
    """The value of the one child of that name."""
    return leaf_text(only_child(parent, tag))


def line_of(element: etree._Element) -> int:
    """The line an element begins on; 0 where that is not known."""
    return int(element.sourceline or 0)


def child_amount(parent: etree._Element, tag: str) -> Decimal:
    """The value of the one child of that name as an exact amount, strictly read."""
    return parse_amount(child_text(parent, tag))


def day_of(text: str) -> date:
    """A day as schemas write it, 2026-10-31 and no other way. Raises XmlNotADate."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # Python also reads 20261001 and 2026-W40-4, which no schema knows.
    if day is None or day.isoformat() != text:
        raise XmlNotADate(text=repr(text[:20]))
    return day


def whole_number_of(text: str) -> int:
    """A whole number. Raises XmlNotAWholeNumber or NotAnAmount."""
    number = parse_amount(text)
    if number != int(number):
        raise XmlNotAWholeNumber(text=repr(text[:20]))
    return int(number)


def _check_prolog(tree: etree._ElementTree) -> None:
    info = tree.docinfo
    if info.internalDTD is not None or info.doctype:
        raise XmlHasDoctype
    encoding = (info.encoding or "UTF-8").upper()
    if encoding not in ENCODINGS or info.xml_version != "1.0":
        raise XmlEncodingRefused(encoding=f"XML {info.xml_version}, {encoding}")


def _check_elements(root: etree._Element) -> None:
    # There are no entities to look for: what names one that has no DOCTYPE is not well formed.
    if not REFUSABLE(root.getroottree()):
        return
    for beside in (*root.itersiblings(preceding=True), *root.itersiblings()):
        _refuse_instruction(beside)
    depth = count = 0
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            depth, count = depth + 1, count + 1
            _check_size(node, depth, count)
            _check_content(node)
        elif event == "end":
            depth -= 1
        else:
            _refuse_instruction(node)


def _check_size(element: etree._Element, depth: int, count: int) -> None:
    if depth > MAX_DEPTH:
        raise XmlTooLarge(limit=MAX_DEPTH, unit="levels")
    if count > MAX_ELEMENTS:
        raise XmlTooLarge(limit=MAX_ELEMENTS, unit="elements")
    if len(element.attrib) > MAX_ATTRIBUTES:
        raise XmlTooLarge(limit=MAX_ATTRIBUTES, unit="attributes")


def _check_content(element: etree._Element) -> None:
    """Text stands alone in its element, or is white space between child elements."""
    nodes = list(element)
    if not nodes:
        return
    texts = [element.text, *(node.tail for node in nodes)]
    has_text = any(text and text.strip(XML_SPACE) for text in texts)
    has_child = any(isinstance(node.tag, str) for node in nodes)
    for node in nodes:
        if node.tag is etree.Entity:
            raise _broken(element, Words(_("an entity")))
    if has_text:
        raise _broken(element, Words(_("another element")) if has_child else Words(_("a comment")))


def _refuse_instruction(node: etree._Element) -> None:
    if node.tag is etree.ProcessingInstruction:
        raise XmlHasInstruction(line=node.sourceline)


def _broken(element: etree._Element, what: str | Words) -> XmlValueBroken:
    return XmlValueBroken(
        element=etree.QName(element).localname, line=element.sourceline, what=what
    )
