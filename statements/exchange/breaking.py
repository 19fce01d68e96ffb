"""What is wrong with a message of the exchange that is not well formed or breaks the schema."""

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import BinaryIO, Final

from lxml import etree

from statements.exchange.message import MessageRefused, Q, RefusedLine

MOST_FINDINGS: Final = 100
# A message of this size is held as a tree to say which of its lines break the schema.
LARGEST_TREE: Final = 20 * 1024 * 1024
LINES: Final = ("Record", "Bucket", "Settle", "Disputed", "Line")


@cache
def schema() -> etree.XMLSchema:
    """The schema that every message keeps."""
    name = "schemas/saldo-exchange-1.0.xsd"
    return etree.XMLSchema(etree.parse(BytesIO((files("statements") / name).read_bytes())))


def broken(content: BinaryIO, found: list[str], error: Exception) -> MessageRefused:
    """What to refuse it with: line by line where the message is short enough to be read again.

    Args:
        found: what the parser said of it on the way.
        error: what ended the reading.
    """
    size = content.seek(0, 2)
    content.seek(0)
    if size <= LARGEST_TREE:
        lines = _schema_findings(content.read())
        if lines:
            return MessageRefused(tuple(lines[:MOST_FINDINGS]))
    reasons = found or [str(error)[:200]]
    is_syntax = isinstance(error, etree.XMLSyntaxError)
    code = "unreadable" if not is_syntax else "schema" if found else "not-well-formed"
    return MessageRefused(
        tuple(RefusedLine(0, code, reason[:500]) for reason in reasons[:MOST_FINDINGS])
    )


def _schema_findings(content: bytes) -> list[RefusedLine]:
    """The lines that break the schema; nothing where the document is not well formed."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        return [RefusedLine(0, "not-well-formed", str(error)[:200])]
    rules = schema()
    if rules.validate(root):
        return []
    tree, numbers = root.getroottree(), _numbers(root)
    return [
        RefusedLine(
            _line_of(tree, entry.path, numbers), "schema", _without_namespace(entry.message)
        )
        for entry in rules.error_log
    ]


def _numbers(root: etree._Element) -> dict[etree._Element, int]:
    """The number of every line element: of records in a Records message, else of its lines."""
    wanted = LINES[:1] if root.tag == f"{Q}Records" else LINES[1:]
    lines = [each for each in root.iter() if etree.QName(each).localname in wanted]
    return {element: number for number, element in enumerate(lines, 1)}


def _line_of(tree: etree._ElementTree, path: str | None, numbers: dict[etree._Element, int]) -> int:
    found = tree.xpath(path.partition("/@")[0]) if path else []
    for element in found[:1]:
        for each in (element, *element.iterancestors()):
            if each in numbers:
                return numbers[each]
    return 0


def _without_namespace(text: str) -> str:
    return text.replace(Q, "")[:500]
