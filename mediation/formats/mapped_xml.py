"""XML with one element for each record, read by a user's mapping.

Beside the words of `formats.mapping`:

    records      path of the record element from the root: `calls/call`
    namespaces   {prefix: URI}; a prefix of a path is declared here
    totals       {records, seconds, amount}: paths of control totals from the root

A place is a path from the record: `from/number`, `c:leg[2]/c:queue`, `@id`, `leg/@kind`,
`field[@name='caller']`, or `.` for the record's own text. One that begins with / begins at the
root's content: `/header/day`. A path that leads nowhere is an empty cell; one that leads to two
elements is a fault of the record.

The reader loads nothing that the file names: a document type declaration is refused, and with it
entities of any kind. A document that is not well-formed is refused whole, because nobody can tell
what its rest says.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from i18n.locale import Words, _
from mediation.draft import Decoded, refused
from mediation.formats.mapping import Fault, Place, places_of, require, shared_faults
from mediation.formats.paths import (
    BadRecord,
    Found,
    as_decoded,
    clean,
    declared_totals,
    faults_of_totals,
)
from mediation.source import Source

OWN: Final = {"records", "namespaces", "totals"}
XML_BYTES_MAX: Final = 128 * 1024 * 1024
PROLOG_BYTES: Final = 65_536
NAME: Final = r"[A-Za-z_][\w.-]{0,99}"
QUALIFIED: Final = rf"(?:({NAME}):)?{NAME}"
CHOICE: Final = rf"\[(?:[1-9][0-9]{{0,3}}|@{NAME}='[^'\[\]]{{0,100}}')\]"
STEP: Final = re.compile(rf"{QUALIFIED}(?:{CHOICE})?", re.ASCII)
ATTRIBUTE: Final = re.compile(rf"@{QUALIFIED}", re.ASCII)
STEPS_MAX: Final = 32
DOCTYPE: Final = re.compile(rb"<!DOCTYPE", re.IGNORECASE)


def decode(content: bytes, source: Source) -> Decoded:
    """Read an XML file by the source's mapping.

    Raises: BadMapping, when the mapping itself cannot be used.
    """
    mapping = checked_mapping(source)
    if len(content) > XML_BYTES_MAX:
        return refused("TOO_LARGE")
    # In UTF-16 every other byte of ASCII is nothing.
    if DOCTYPE.search(content[:PROLOG_BYTES].replace(b"\0", b"")):
        return refused("DOCTYPE_NOT_ALLOWED")
    try:
        root = etree.fromstring(content, _parser(mapping))
    except (etree.XMLSyntaxError, ValueError) as wrong:
        return refused(f"NOT_XML: {str(wrong)[:200]}")
    if root.getroottree().docinfo.internalDTD is not None:
        return refused("DOCTYPE_NOT_ALLOWED")
    namespaces = mapping.get("namespaces") or {}
    try:
        stated = (mapping.get("totals") or {}).items()
        texts = {name: _text(root, root, path, namespaces) for name, path in stated}
        declared = declared_totals(texts, mapping)
    except (ValueError, ArithmeticError, BadRecord):
        return refused("BAD_TRAILER")
    records = root.iterfind(mapping["records"], namespaces)
    return as_decoded((_found(record, root, mapping) for record in records), mapping, declared)


def checked_mapping(source: Source) -> Mapping[str, Any]:
    """The mapping of a source, when it names only what there is.

    Raises: BadMapping.
    """
    return require(source, _faults(source.mapping))


def _faults(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    yield from shared_faults(mapping, OWN)
    yield from faults_of_totals(mapping)
    namespaces = mapping.get("namespaces") or {}
    is_table = isinstance(namespaces, Mapping) and all(
        isinstance(uri, str) and uri for uri in namespaces.values()
    )
    yield Words(_("no table in namespaces")), not is_table, Words(_("Give a URI for each prefix."))
    records = mapping.get("records")
    is_path = isinstance(records, str) and _is_path(records, namespaces, ends_in_element=True)
    remedy = Words(_("Name the elements from the root down, with / between them."))
    yield Words(_("the records {records}"), records=repr(records)), not is_path, remedy
    for path in (*places_of(mapping), *(mapping.get("totals") or {}).values()):
        remedy = Words(
            _("Name elements with / between them, @ before an attribute, known prefixes only.")
        )
        is_path = isinstance(path, str) and _is_path(path.removeprefix("/"), namespaces)
        yield Words(_("the path {path}"), path=repr(path)), not is_path, remedy


def _is_path(path: str, namespaces: Mapping[str, str], *, ends_in_element: bool = False) -> bool:
    if path == ".":
        return not ends_in_element
    *steps, last = path.split("/")
    if len(steps) >= STEPS_MAX:
        return False
    shapes = [STEP.fullmatch(step) for step in steps]
    shapes.append(STEP.fullmatch(last) or (None if ends_in_element else ATTRIBUTE.fullmatch(last)))
    return all(shape is not None and _is_known(shape, namespaces) for shape in shapes)


def _is_known(shape: re.Match[str], namespaces: Mapping[str, str]) -> bool:
    return shape[1] is None or shape[1] in namespaces


def _parser(mapping: Mapping[str, Any]) -> etree.XMLParser:
    # Where the mapping does not say it, the document does.
    encoding = mapping.get("encoding")
    return etree.XMLParser(
        encoding=None if encoding is None else encoding.replace("utf-16-", "utf-16"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _found(record: etree._Element, root: etree._Element, mapping: Mapping[str, Any]) -> Found:
    namespaces = mapping.get("namespaces") or {}
    raw = etree.tostring(record, encoding="unicode", with_tail=False)
    try:
        texts = {place: _text(record, root, place, namespaces) for place in places_of(mapping)}
    except BadRecord as wrong:
        return Found(raw, None, str(wrong))
    return Found(raw, texts)


def _text(
    record: etree._Element, root: etree._Element, place: Place, namespaces: Mapping[str, str]
) -> str | None:
    path = str(place)
    start = root if path.startswith("/") else record
    *steps, last = path.removeprefix("/").split("/")
    attribute = last.removeprefix("@") if last.startswith("@") else None
    way = "/".join(steps if attribute is not None else [*steps, last])
    found = [start] if way in ("", ".") else start.findall(way, dict(namespaces))
    if len(found) > 1:
        raise BadRecord("TWO_VALUES")
    if not found:
        return None
    if attribute is not None:
        value = found[0].get(_spelled(attribute, namespaces))
        return None if value is None else clean(value)
    if len(found[0]) and way != ".":
        raise BadRecord("NOT_A_VALUE")
    return None if found[0].text is None else clean(found[0].text)


def _spelled(attribute: str, namespaces: Mapping[str, str]) -> str:
    prefix, colon, name = attribute.rpartition(":")
    return f"{{{namespaces[prefix]}}}{name}" if colon else name
