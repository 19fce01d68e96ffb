"""JSON is read by paths; what cannot be read costs itself and no more."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.control_totals import differences, totals_of
from mediation.draft import ControlTotals
from mediation.formats.mapped_json import decode
from mediation.formats.mapping import BadMapping
from tests.mediation.sources import a_source

MAPPING: dict[str, Any] = {
    "records": "body.calls",
    "columns": {
        "event_id": "id",
        "a_number": "from.number",
        "queue": "legs.0.queue",
        "duration_seconds": "seconds",
        "amount": "price",
        "product": "$.header.list",
    },
    "totals": {"records": "trailer.count", "seconds": "trailer.seconds"},
}
CALL = {"id": "c1", "from": {"number": "4850"}, "legs": [{"queue": "sales"}], "seconds": 61}


def document(*calls: Any, count: Any = None, seconds: Any = 61) -> bytes:
    trailer = {"count": len(calls) if count is None else count, "seconds": seconds}
    return json.dumps(
        {"header": {"list": "gold"}, "body": {"calls": list(calls)}, "trailer": trailer}
    ).encode()


def test_fields_are_found_by_paths_from_the_record_and_from_the_top() -> None:
    decoded = decode(document(CALL), a_source("mapped_json", mapping=MAPPING))

    [draft] = decoded.drafts.rows(named=True)
    names = ("line", "event_id", "a_number", "queue", "duration_seconds", "amount", "product")
    assert [draft[name] for name in names] == [1, "c1", "4850", "sales", "61", None, "gold"]
    assert decoded.declared == ControlTotals(records=1, seconds=61)
    assert totals_of(decoded) == ControlTotals(records=1, seconds=61, amount=Decimal(0))


def test_numbers_are_taken_as_they_are_written() -> None:
    content = b'[{"price": 0.10}, {"price": 100000000000000000.01}, {"price": 1e2}, {"price": NaN}]'
    mapping = {"columns": {"amount": "price"}}

    drafts = decode(content, a_source("mapped_json", mapping=mapping)).drafts

    assert drafts["amount"].to_list() == ["0.10", "100000000000000000.01", "1e2", "NaN"]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ('"text"', "NOT_AN_OBJECT"),
        ("[1]", "NOT_AN_OBJECT"),
        ('{"id": {"a": 1}}', "NOT_A_VALUE"),
        ('{"id": [1]}', "NOT_A_VALUE"),
        ('{"id": 1, "id": 2}', "DUPLICATE_KEY"),
        ('{"id": 1, "x": [{"y": 1, "y": 1}]}', "DUPLICATE_KEY"),
        ('{"id": "\\ud800"}', "BAD_FIELD"),
        ('{"id": "\\u0000"}', "BAD_FIELD"),
    ],
)
def test_a_broken_record_is_rejected_and_the_rest_is_read(record: str, reason: str) -> None:
    source = a_source("mapped_json", mapping={"columns": {"event_id": "id"}})
    content = f'[{{"id": "before"}}, {record}, {{"id": true}}]'.encode()

    decoded = decode(content, source)

    assert decoded.rejected.select("line", "reason").rows() == [(2, reason)]
    assert decoded.drafts.select("line", "event_id").rows() == [(1, "before"), (3, "true")]


def test_one_record_on_each_line() -> None:
    mapping = {"lines": True, "columns": {"event_id": "id"}}
    content = b'{"id": "a"}\r\n\n{"id": "b"\n{"id": "c"}\n"\x00"'

    decoded = decode(content, a_source("mapped_json", mapping=mapping))

    assert decoded.drafts.select("line", "event_id").rows() == [(1, "a"), (3, "c")]
    assert decoded.rejected["reason"].to_list() == ["NOT_JSON", "NOT_JSON"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "NOT_JSON"),
        (b"[{]", "NOT_JSON"),
        (b"\xff\xfe", "WRONG_ENCODING"),
        (b"[" * 100_000, "TOO_DEEP"),
        (b'{"body": {}}', "BAD_TRAILER"),
        (b'{"body": {"calls": {}}, "trailer": {"count": 1, "seconds": 1}}', "MISSING_RECORDS"),
        (document(CALL, count="many"), "BAD_TRAILER"),
        (document(CALL, count=[1]), "BAD_TRAILER"),
    ],
)
def test_a_document_that_cannot_be_understood_is_refused_whole(content: bytes, reason: str) -> None:
    decoded = decode(content, a_source("mapped_json", mapping=MAPPING))

    assert decoded.drafts.is_empty()
    assert (decoded.refused or "").startswith(reason)


@settings(max_examples=60)
@given(at=st.integers(0, len(document(CALL, CALL, seconds=122)) - 1))
def test_a_document_cut_anywhere_is_never_believed(at: int) -> None:
    content = document(CALL, CALL, seconds=122)

    assert decode(content[:at], a_source("mapped_json", mapping=MAPPING)).refused is not None


@settings(max_examples=60)
@given(at=st.integers(0, len(document(CALL)) - 1), byte=st.integers(0, 255))
def test_a_flipped_byte_never_escapes(at: int, byte: int) -> None:
    content = bytearray(document(CALL))
    content[at] = byte

    decoded = decode(bytes(content), a_source("mapped_json", mapping=MAPPING))

    assert decoded.refused is not None or decoded.records <= 1
    if decoded.declared is not None and decoded.refused is None:
        assert isinstance(differences(decoded.declared, totals_of(decoded)), list)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"columns": {"event_id": 1}}, "the path 1"),
        ({"columns": {"event_id": "a..b"}}, "the path 'a..b'"),
        ({"records": "."}, "the path '.'"),
        ({"lines": True}, "both lines and records, totals"),
        ({"totals": {"sum": "a"}}, "the totals ['sum']"),
        ({"totals": ["a"]}, "no table in totals"),
        ({"header": True}, "the keys ['header']"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_is_wrong(
    changes: dict[str, Any], fault: str
) -> None:
    with pytest.raises(BadMapping) as refusal:
        decode(b"[]", a_source("mapped_json", mapping=MAPPING | changes))

    assert fault in str(refusal.value)
