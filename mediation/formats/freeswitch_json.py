"""FreeSWITCH call records of mod_json_cdr: one object for each leg, one or many in a file.

    {"core-uuid": …, "variables": {"uuid": …, "answer_epoch": …},
     "callflow": [{"caller_profile": {"caller_id_number": …, "destination_number": …}}, …]}

A record begins with a bracket at the beginning of a line, or right after the one before it. Each is
read alone and strictly (`tenants.web.strict_json`), so that a damaged one costs no other:

    NOT_JSON     what begins like a record is none
    STRAY_TEXT   text before, between or after records
    BAD_FIELD    a value that is no text or number, or has control characters in it
"""

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import polars as pl

from mediation.draft import DRAFT_SCHEMA, Decoded, as_drafts, no_drafts, no_rejects, refused
from mediation.encodings import UNREADABLE, as_text
from mediation.formats.freeswitch_call import PROFILE, USED, call_of
from mediation.formats.lines import RAW_SHOWN_MAX, as_rejected
from mediation.instants import as_iso
from mediation.source import Source
from tenants.web.strict_json import BadJson, loads

BEGINS: Final = re.compile(r"""^\{|(?<=\})\s*\{(?=\s*"core-uuid"\s*:)""", re.MULTILINE)
NO_TEXT: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
SCANNER: Final = json.JSONDecoder()


def decode(content: bytes, source: Source) -> Decoded:
    """Read records of mod_json_cdr; one that cannot be read is rejected with its reason."""
    read = as_text(content, source.encoding)
    if read is None:
        return refused("WRONG_ENCODING")
    text, misread = read
    starts = [match.end() - 1 for match in BEGINS.finditer(text)]
    if not starts:
        return refused("NO_RECORDS") if text.strip() else Decoded(no_drafts(), no_rejects())
    good: list[dict[str, Any]] = []
    bad: list[dict[str, Any]] = []
    for number, (piece, reason, first, last) in enumerate(_pieces(text, starts), start=1):
        shown = {"line": number, "raw": NO_TEXT.sub(" ", piece)[:RAW_SHOWN_MAX]}
        is_misread = any(first <= line <= last for line in misread) and _is_escaped(piece)
        fields, fault = (None, reason) if reason else _read(piece)
        if fields is None or is_misread:
            bad.append(shown | {"reason": "WRONG_ENCODING" if is_misread else fault})
        else:
            good.append(shown | fields)
    drafts = as_drafts(pl.DataFrame(good, schema=DRAFT_SCHEMA))
    return Decoded(
        drafts.with_columns(occurred_at=as_iso(pl.col("occurred_at"), "epoch")),
        as_rejected(pl.DataFrame(bad)) if bad else no_rejects(),
    )


def _pieces(text: str, starts: list[int]) -> Iterator[tuple[str, str | None, int, int]]:
    """Records and stray text in their order, each with the first and the last line of it."""
    line = 1
    edges = [*starts, len(text)]
    stretches = [(text[: edges[0]], False)]
    stretches += [(text[a:b], True) for a, b in itertools.pairwise(edges)]
    for stretch, begins in stretches:
        size = _size(stretch) if begins else 0
        for piece, reason in ((stretch[:size], None), (stretch[size:], "STRAY_TEXT")):
            last = line + piece.count("\n")
            if piece.strip():
                what = "NOT_JSON" if begins and not size else reason
                yield piece, what, line, last
            line = last


def _is_escaped(piece: str) -> bool:
    """Whether what stands for unreadable bytes stands in this piece of a line."""
    return UNREADABLE in piece or "\\x" in piece


def _size(stretch: str) -> int:
    """How long the object is with which the stretch begins; 0 where it is none."""
    try:
        return SCANNER.raw_decode(stretch)[1]
    except (ValueError, RecursionError):
        return 0


def _read(piece: str) -> tuple[dict[str, str | None] | None, str]:
    try:
        record = loads(piece)
    except BadJson:
        return None, "NOT_JSON"
    variables = record.get("variables")
    flow = record.get("callflow")
    latest = flow[0] if isinstance(flow, list) and flow else flow
    profile = latest.get("caller_profile") if isinstance(latest, Mapping) else None
    if not isinstance(variables, Mapping):
        return None, "BAD_FIELD"
    told = {name: _text(variables.get(name)) for name in USED}
    who = profile if isinstance(profile, Mapping) else {}
    numbers = {name: _text(who.get(name)) for name in PROFILE}
    fields = call_of(told, numbers)
    if any(NO_TEXT.search(text or "") for text in (*told.values(), *fields.values())):
        return None, "BAD_FIELD"
    return fields, ""


def _text(value: Any) -> str | None:
    """A value as text; a NUL, which is found later, where it is neither text nor number."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return "\0"
