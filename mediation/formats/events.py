"""Usage events as JSON: bare objects or CloudEvents, one, a list, or one per line.

    {"id": "e-1", "kind": "content", "product": "NEWS", "a_number": "+48601234567",
     "occurred_at": "2026-10-05T10:00:00Z", "amount": "1.20", "currency": "PLN"}

Fields are those of `mediation.draft`, with `id` for the event id. In a CloudEvents envelope
(version 1.0, structured or batched) they stand in `data`; id and time come from the envelope where
`data` has none, and the last word of `type` is the kind where it names one.

JSON is read strictly (`tenants.web.strict_json`): numbers as written, no NaN, no key twice. An
event that is not of this shape is rejected with its reason; one bad event never costs another.
"""

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from mediation.draft import FIELDS, Decoded, as_drafts, no_rejects, refused
from mediation.formats.lines import RAW_SHOWN_MAX, as_rejected
from mediation.source import Source
from mediation.usage import KINDS
from tenants.web.strict_json import BadJson, loads

ENVELOPE_VERSION = "1.0"
KEYS = {"id", *FIELDS} - {"event_id"}
# Control characters and halves of surrogate pairs, which no database keeps as text.
NO_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def decode(content: bytes, source: Source) -> Decoded:
    """Read a file of events: a JSON document, or one event per line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return refused("WRONG_ENCODING")
    if text.lstrip().startswith("["):
        try:
            events = read_events(content)
        except BadJson as fault:
            return refused(f"NOT_JSON: {fault.details['reason']}")
        return as_decoded(events)
    lines = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    return _decoded([(number, line, *_read_line(line)) for number, line in lines])


def read_events(body: bytes) -> list[Any]:
    """The events of a request body: one or a list.

    Raises: BadJson.
    """
    document = loads(body)
    return document if isinstance(document, list) else [document]


def as_decoded(events: Iterable[Any]) -> Decoded:
    """Events that have been read already; numbered from 1 in the order in which they came."""
    rows = [(number, _shown(event), *_flat(event)) for number, event in enumerate(events, start=1)]
    return _decoded(rows)


def _decoded(rows: list[tuple[int, str, dict[str, str] | None, str | None]]) -> Decoded:
    good = [{"line": n, "raw": raw, **fields} for n, raw, fields, _ in rows if fields is not None]
    bad = [
        {"line": n, "raw": raw, "reason": fault} for n, raw, fields, fault in rows if fields is None
    ]
    schema = {"line": pl.Int64(), "raw": pl.String(), **dict.fromkeys(FIELDS, pl.String())}
    drafts = as_drafts(pl.DataFrame(good, schema=schema))
    return Decoded(drafts, as_rejected(pl.DataFrame(bad)) if bad else no_rejects())


def _read_line(line: str) -> tuple[dict[str, str] | None, str | None]:
    try:
        return _flat(loads(line))
    except BadJson:
        return None, "NOT_JSON"


def _flat(event: Any) -> tuple[dict[str, str] | None, str | None]:
    """An event's fields as text, or why it has none."""
    if not isinstance(event, Mapping):
        return None, "NOT_AN_OBJECT"
    fields = _opened(event) if "specversion" in event else event
    if fields is None:
        return None, "BAD_ENVELOPE"
    if not set(fields) <= KEYS:
        return None, "UNKNOWN_FIELD"
    texts = {}
    for name, value in fields.items():
        text = _text(value)
        if text is None:
            return None, "BAD_FIELD"
        if value is not None:
            texts["event_id" if name == "id" else name] = text
    return texts, None


def _opened(envelope: Mapping[str, Any]) -> Mapping[str, Any] | None:
    data = envelope.get("data")
    is_whole = (
        envelope["specversion"] == ENVELOPE_VERSION
        and isinstance(envelope.get("id"), str)
        and isinstance(envelope.get("type"), str)
        and isinstance(envelope.get("source"), str)
    )
    if not (is_whole and isinstance(data, Mapping)):
        return None
    said = {"id": envelope["id"], "occurred_at": envelope.get("time")}
    kind = envelope["type"].rpartition(".")[2]
    if kind in KINDS:
        said["kind"] = kind
    return {name: value for name, value in said.items() if value is not None} | dict(data)


def _text(value: Any) -> str | None:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    is_clean = isinstance(value, str) and not NO_TEXT.search(value)
    return value if is_clean else None


def _shown(event: Any) -> str:
    return json.dumps(event, ensure_ascii=True, default=str)[:RAW_SHOWN_MAX]
