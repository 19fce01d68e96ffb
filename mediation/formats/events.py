"""Usage events as JSON: bare objects, CloudEvents or TMF635 usage, one, a list, or one per line.

    {"id": "e-1", "kind": "content", "product": "NEWS", "a_number": "+48601234567",
     "occurred_at": "2026-10-05T10:00:00Z", "amount": "1.20", "currency": "PLN"}

Fields are those of `mediation.draft`, with `id` for the event id. In an envelope (`envelopes`) they
stand in its data or its characteristics; id, time and kind come from the envelope where the data
have none.

Events that speak of other fields are read by a mapping of their source, in the words of
`formats.mapping`: a place is a path of keys from the data (or the name of a characteristic), and
one that begins with `$.` a path from the envelope, `$.subject`. What the mapping names neither as
column nor as constant of id, time and kind still comes from the envelope.

JSON is read strictly (`tenants.web.strict_json`): numbers as written, no NaN, no key twice. An
event that is not of this shape is rejected with its reason; one bad event never costs another.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl

from i18n.locale import Words, _
from mediation.draft import FIELDS, Decoded, as_drafts, no_rejects, refused
from mediation.encodings import as_text
from mediation.formats.envelopes import Opened, open_event
from mediation.formats.lines import RAW_SHOWN_MAX, as_rejected
from mediation.formats.mapped_json import faults_of_paths, value_at
from mediation.formats.mapping import Fault, Place, places_of, read_fields, require, shared_faults
from mediation.formats.paths import BadRecord, clean
from mediation.source import Source
from tenants.web.strict_json import BadJson, loads

KEYS = {"id", *FIELDS} - {"event_id"}
# What the envelope says, and the draft field that it fills.
SAID = {"id": "event_id", "occurred_at": "occurred_at", "kind": "kind"}


def decode(content: bytes, source: Source) -> Decoded:
    """Read a file of events: a JSON document, or one event per line.

    Raises: BadMapping, when the mapping of the source cannot be used.
    """
    mapping = checked_mapping(source)
    read = as_text(content, mapping.get("encoding", source.encoding))
    if read is None:
        return refused("WRONG_ENCODING")
    text, misread = read
    if text.lstrip().startswith("["):
        try:
            if misread:
                raise BadJson(reason=Words(_("it is not in its encoding")))
            return as_decoded(read_events(text), mapping)
        except BadJson as fault:
            # A line of events whose first bracket was damaged is no list.
            if not text.lstrip().split("\n", 1)[0].rstrip().endswith("}"):
                return refused(f"NOT_JSON: {fault.details['reason']}")
    bad = set(misread)
    rows = [
        (n, line, _Unread("WRONG_ENCODING") if n in bad else _read_line(line))
        for n, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
    return _decoded(rows, mapping)


def read_events(body: str | bytes) -> list[Any]:
    """The events of a request body: one or a list.

    Raises: BadJson.
    """
    document = loads(body)
    return document if isinstance(document, list) else [document]


def read_binary_event(attributes: Mapping[str, str], body: bytes) -> Any:
    """A CloudEvent in binary mode: its attributes stood in headers, the body is its data.

    Raises: BadJson.
    """
    return {**attributes, "data": loads(body)}


def as_decoded(events: Iterable[Any], mapping: Mapping[str, Any] | None = None) -> Decoded:
    """Events that have been read already; numbered from 1 in the order in which they came."""
    rows = [(number, _shown(event), event) for number, event in enumerate(events, start=1)]
    return _decoded(rows, mapping or {})


def checked_mapping(source: Source) -> Mapping[str, Any]:
    """The mapping of a source of events, which may be empty.

    Raises: BadMapping.
    """
    return require(source, _faults(source.mapping)) if source.mapping else {}


def _faults(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    yield from shared_faults(mapping, set())
    yield from faults_of_paths(places_of(mapping))


class _Unread(NamedTuple):
    """A line that cannot be read, and why."""

    reason: str


def _read_line(line: str) -> Any:
    try:
        return loads(line)
    except BadJson:
        return _Unread("NOT_JSON")


def _decoded(rows: list[tuple[int, str, Any]], mapping: Mapping[str, Any]) -> Decoded:
    good, bad = [], []
    for number, raw, event in rows:
        try:
            if isinstance(event, _Unread):
                raise BadRecord(event.reason)
            good.append({"line": number, "raw": raw} | _texts(open_event(event), mapping))
        except BadRecord as fault:
            bad.append({"line": number, "raw": raw, "reason": str(fault)})
    drafts = _drafts(good, mapping)
    return Decoded(drafts, as_rejected(pl.DataFrame(bad)) if bad else no_rejects())


def _texts(opened: Opened, mapping: Mapping[str, Any]) -> dict[str, str | None]:
    """The texts of an event: by draft field, or by place where there is a mapping."""
    said = {SAID[name]: _text(value) for name, value in opened.said.items()}
    if mapping:
        held = {
            _at(place): _text(value_at(opened.fields, opened.outside, str(place)))
            for place in places_of(mapping)
        }
        return held | {f"said.{name}": text for name, text in said.items()}
    if not set(opened.fields) <= KEYS:
        raise BadRecord("UNKNOWN_FIELD")
    own = {
        "event_id" if name == "id" else name: _text(value)
        for name, value in opened.fields.items()
        if value is not None
    }
    return said | own


def _drafts(good: list[dict[str, Any]], mapping: Mapping[str, Any]) -> pl.DataFrame:
    numbered = {"line": pl.Int64(), "raw": pl.String()}
    if not mapping:
        schema = numbered | dict.fromkeys(FIELDS, pl.String())
        return as_drafts(pl.DataFrame(good, schema=schema))
    said = {f"said.{name}": name for name in SAID.values()}
    texts = [*(_at(place) for place in places_of(mapping)), *said]
    rows = pl.DataFrame(good, schema=numbered | dict.fromkeys(texts, pl.String()))
    drafts = read_fields(rows, mapping, _at)
    return drafts.with_columns(
        pl.coalesce(drafts[name], rows[column]).alias(name) for column, name in said.items()
    )


def _at(place: Place) -> str:
    return f"at.{place}"


def _text(value: Any) -> str | None:
    """A value as text. Raises: BadRecord, for what is none or cannot be kept."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if not isinstance(value, str):
        raise BadRecord("BAD_FIELD")
    return clean(value)


def _shown(event: Any) -> str:
    return json.dumps(event, ensure_ascii=True, default=str)[:RAW_SHOWN_MAX]
