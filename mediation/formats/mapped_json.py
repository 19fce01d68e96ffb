"""JSON with a list of records in it, or a record on each line, read by a user's mapping.

Beside the words of `formats.mapping`:

    records   where the list of records stands, as a path; "" (default) where the file is the list
    lines     true where each line is a record
    totals    {records, seconds, amount}: paths of control totals from the top of the document

A place is a path of keys with points between them: `call.from.number`, `legs.0.queue` (a number is
a place in a list, from 0); `$.header.day` begins at the top of the document instead of the record.
A path that leads nowhere is an empty cell.

Numbers are taken as they are written, so 1.10 stays 1.10. A document that is no JSON, or too deep,
is refused whole; a record with a key twice is rejected alone (`formats.paths`), and so is a line
that is not in its encoding.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any, Final

from i18n.locale import Words, _
from mediation.draft import Decoded, refused
from mediation.encodings import as_text
from mediation.formats.mapping import Fault, Place, places_of, require, shared_faults
from mediation.formats.paths import (
    NO_TEXT,
    BadRecord,
    Found,
    as_decoded,
    clean,
    declared_totals,
    faults_of_totals,
)
from mediation.source import Source

OWN: Final = {"records", "lines", "totals"}
KEY: Final = r"[^.\x00-\x1f]{1,200}"
PATH: Final = re.compile(rf"(?:\$\.)?{KEY}(?:\.{KEY}){{0,31}}")
TOP: Final = "$."


class _Twice(dict[str, Any]):
    """An object in which a key stands twice: nobody knows which value holds."""


def decode(content: bytes, source: Source) -> Decoded:
    """Read a JSON file by the source's mapping.

    Raises: BadMapping, when the mapping itself cannot be used.
    """
    mapping = checked_mapping(source)
    read = as_text(content, mapping.get("encoding", source.encoding))
    if read is None:
        return refused("WRONG_ENCODING")
    text, misread = read
    if mapping.get("lines", False):
        return as_decoded(_lines(text, frozenset(misread), mapping), mapping, None)
    if misread:
        return refused("WRONG_ENCODING")
    try:
        document = _loads(text)
        records = _at(document, mapping.get("records", ""))
        stated = (mapping.get("totals") or {}).items()
        texts = {name: _text(document, document, path) for name, path in stated}
        declared = declared_totals(texts, mapping)
    except json.JSONDecodeError as wrong:
        return refused(f"NOT_JSON: {wrong.msg} at line {wrong.lineno}, column {wrong.colno}")
    except RecursionError:
        return refused("TOO_DEEP")
    except (ValueError, ArithmeticError, BadRecord):
        return refused("BAD_TRAILER")
    if not isinstance(records, list):
        return refused("MISSING_RECORDS")
    return as_decoded((_found(record, document, mapping) for record in records), mapping, declared)


def checked_mapping(source: Source) -> Mapping[str, Any]:
    """The mapping of a source, when it names only what there is.

    Raises: BadMapping.
    """
    return require(source, _faults(source.mapping))


def _faults(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    yield from shared_faults(mapping, OWN)
    yield from faults_of_totals(mapping)
    totals, lines = mapping.get("totals") or {}, mapping.get("lines", False)
    whole = [name for name in ("records", "totals") if mapping.get(name)]
    remedy = Words(_("Records on lines have no document around them."))
    yield (
        Words(_("both lines and {choices}"), choices=", ".join(whole)),
        bool(lines and whole),
        remedy,
    )
    named = [*places_of(mapping), *totals.values(), *filter(None, [mapping.get("records")])]
    yield from faults_of_paths(named)


def faults_of_paths(paths: Iterable[Any]) -> Iterator[Fault]:
    """Which of these are no paths of keys."""
    for path in paths:
        is_path = isinstance(path, str) and PATH.fullmatch(path) is not None
        yield (
            Words(_("the path {path}"), path=repr(path)),
            not is_path,
            Words(_("Write keys with points between them.")),
        )


def value_at(record: Any, document: Any, path: str) -> Any:
    """What a path leads to from the record, or from the top of the document; None is nothing."""
    if path.startswith(TOP):
        return _at(document, path.removeprefix(TOP))
    return _at(record, path)


def _lines(text: str, misread: Set[int], mapping: Mapping[str, Any]) -> Iterator[Found]:
    for number, line in enumerate(text.split("\n"), start=1):
        if number in misread:
            yield Found(NO_TEXT.sub("?", line), None, "WRONG_ENCODING")
        elif line.strip():
            yield _line(line, mapping)


def _line(line: str, mapping: Mapping[str, Any]) -> Found:
    try:
        record = _loads(line)
    except (ValueError, RecursionError):
        return Found(NO_TEXT.sub("?", line), None, "NOT_JSON")
    return _found(record, record, mapping)


def _found(record: Any, document: Any, mapping: Mapping[str, Any]) -> Found:
    raw = json.dumps(record, ensure_ascii=True)
    if not isinstance(record, dict):
        return Found(raw, None, "NOT_AN_OBJECT")
    try:
        _require_single(record)
        texts = {place: _text(record, document, place) for place in places_of(mapping)}
    except BadRecord as wrong:
        return Found(raw, None, str(wrong))
    return Found(raw, texts)


def _loads(text: str) -> Any:
    """JSON with its numbers as they are written. Raises: JSONDecodeError, RecursionError."""
    return json.loads(
        text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Twice(found)


def _require_single(record: dict[str, Any]) -> None:
    waiting: list[Any] = [record]
    while waiting:
        part = waiting.pop()
        if isinstance(part, _Twice):
            raise BadRecord("DUPLICATE_KEY")
        if isinstance(part, dict):
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def _text(record: Any, document: Any, place: Place) -> str | None:
    value = value_at(record, document, str(place))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)):
        raise BadRecord("NOT_A_VALUE")
    return None if value is None else clean(value)


def _at(part: Any, path: str) -> Any:
    for key in path.split(".") if path else ():
        if isinstance(part, Mapping):
            part = part.get(key)
        elif isinstance(part, list) and key.isascii() and key.isdigit() and len(key) < 10:
            part = part[int(key)] if int(key) < len(part) else None
        else:
            return None
    return part
