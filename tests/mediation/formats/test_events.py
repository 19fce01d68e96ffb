"""Events as JSON: strict, in envelopes or bare, each on its own."""

import base64
import json
from decimal import Decimal

import pytest

from mediation.formats.events import as_decoded, decode, read_binary_event, read_events
from mediation.formats.mapping import BadMapping
from tenants.web.strict_json import BadJson
from tests.mediation.sources import a_source

EVENT = {"id": "e1", "kind": "sms", "b_number": "+48601234567", "quantity": 1}
ENVELOPE = {
    "specversion": "1.0",
    "id": "e1",
    "source": "/switch/1",
    "type": "com.example.usage.content",
    "time": "2026-10-05T10:00:00Z",
    "data": {"product": "NEWS", "amount": 1.20, "currency": "PLN"},
}


def test_an_envelope_lends_its_id_time_and_kind() -> None:
    [draft] = as_decoded(read_events(json.dumps(ENVELOPE).encode())).drafts.rows(named=True)

    told = {name: text for name, text in draft.items() if text is not None and name != "raw"}
    assert told == {
        "line": 1,
        "event_id": "/switch/1 e1",
        "kind": "content",
        "product": "NEWS",
        "occurred_at": "2026-10-05T10:00:00Z",
        "amount": "1.2",
        "currency": "PLN",
    }


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (ENVELOPE | {"source": ""}, "BAD_ENVELOPE"),
        (ENVELOPE | {"id": 5}, "BAD_ENVELOPE"),
        (ENVELOPE | {"type": None}, "BAD_ENVELOPE"),
        (ENVELOPE | {"data_base64": "e30="}, "BAD_ENVELOPE"),
        ({**ENVELOPE, "data": None, "data_base64": "?"}, "BAD_ENVELOPE"),
        ({"usageDate": "x", "usageCharacteristic": {"name": "a"}}, "BAD_ENVELOPE"),
        ({"usageCharacteristic": [{"name": "product"}]}, "BAD_ENVELOPE"),
        ({"usageCharacteristic": [{"name": "colour", "value": 1}]}, "UNKNOWN_FIELD"),
        (
            {"usageCharacteristic": [{"name": "product", "value": x} for x in "ab"]},
            "DUPLICATE_CHARACTERISTIC",
        ),
        ("text", "NOT_AN_OBJECT"),
        (EVENT | {"tenant_id": "x"}, "UNKNOWN_FIELD"),
        (EVENT | {"b_number": {"a": 1}}, "BAD_FIELD"),
        (EVENT | {"b_number": "a\0b"}, "BAD_FIELD"),
        (EVENT | {"b_number": "\ud800"}, "BAD_FIELD"),
        (ENVELOPE | {"specversion": "0.3"}, "BAD_ENVELOPE"),
        (ENVELOPE | {"data": "x"}, "BAD_ENVELOPE"),
    ],
)
def test_an_event_of_another_shape_is_rejected_alone(event: object, reason: str) -> None:
    decoded = as_decoded([EVENT, event, EVENT])

    assert decoded.rejected.select("line", "reason").rows() == [(2, reason)]
    assert decoded.drafts["line"].to_list() == [1, 3]


@pytest.mark.parametrize(
    "body",
    [
        b'{"amount": NaN}',
        b'{"id": "a", "id": "b"}',
        b"[" * 100_000,
        b"{",
        b'{"amount": 1e999999}',
        b"\xff",
        b'{"quantity": ' + b"9" * 5_000 + b"}",
    ],
)
def test_json_that_two_readers_would_read_differently_is_refused(body: bytes) -> None:
    with pytest.raises(BadJson):
        read_events(body)


def test_numbers_stay_as_they_are_written() -> None:
    body = b'[{"amount": 100000000000000000.01}, {"amount": 1.10}, {"amount": 5}]'

    decoded = as_decoded(read_events(body))

    assert decoded.drafts["amount"].to_list() == ["100000000000000000.01", "1.10", "5"]


def test_a_file_has_one_event_in_each_line() -> None:
    content = json.dumps(EVENT).encode() + b"\n\nnonsense\n" + json.dumps(ENVELOPE).encode()

    decoded = decode(content, a_source("events"))

    assert decoded.drafts["line"].to_list() == [1, 4]
    assert decoded.rejected.select("line", "reason").rows() == [(3, "NOT_JSON")]


def told(event: object, mapping: dict[str, object] | None = None) -> dict[str, str]:
    """What the draft of one event holds."""
    [draft] = as_decoded([event], mapping).drafts.rows(named=True)
    return {name: text for name, text in draft.items() if text is not None and name != "raw"}


def test_data_may_be_encoded() -> None:
    envelope = {name: value for name, value in ENVELOPE.items() if name != "data"}
    encoded = base64.b64encode(b'{"product": "NEWS"}').decode()

    assert told(envelope | {"data_base64": encoded})["product"] == "NEWS"


def test_two_producers_may_count_alike() -> None:
    other = ENVELOPE | {"data": {}}

    drafts = as_decoded([other, other | {"source": "/switch/2"}]).drafts

    assert drafts["event_id"].to_list() == ["/switch/1 e1", "/switch/2 e1"]


def test_the_attributes_of_a_binary_event_are_its_envelope() -> None:
    attributes = {"specversion": "1.0", "id": "e1", "source": "/s", "type": "x.content"}

    event = read_binary_event(attributes, b'{"product": "NEWS"}')

    assert told(event) == {"line": 1, "event_id": "/s e1", "kind": "content", "product": "NEWS"}


USAGE = {
    "usageDate": "2026-10-05T10:00:00Z",
    "usageType": "Voice",
    "usageCharacteristic": [
        {"name": "b_number", "value": "+48601234567"},
        {"name": "duration_seconds", "value": 61},
    ],
}


def test_a_usage_of_tm_forum_is_an_event_of_its_characteristics() -> None:
    assert told(USAGE) == {
        "line": 1,
        "kind": "voice",
        "occurred_at": "2026-10-05T10:00:00Z",
        "b_number": "+48601234567",
        "duration_seconds": "61",
    }


def test_a_mapping_names_the_fields_of_data_of_characteristics_and_of_the_envelope() -> None:
    mapping: dict[str, object] = {
        "columns": {
            "b_number": ["calledNumber", "line"],
            "duration_seconds": "minutes",
            "account": ["$.subject", "$.relatedParty.0.id"],
        },
        "constants": {"kind": "voice"},
        "durations": "minutes",
    }
    usage = {
        "usageDate": "2026-10-05T10:00:00Z",
        "usageType": "data",
        "relatedParty": [{"id": "4850", "@referredType": "Customer"}],
        "usageCharacteristic": [
            {"name": "calledNumber", "value": "4960"},
            {"name": "minutes", "value": 1},
            {"name": "colour", "value": "blue"},
        ],
    }
    envelope = ENVELOPE | {"subject": "4851", "data": {"line": "4961", "minutes": Decimal("1.5")}}
    same = {"line": 1, "kind": "voice", "occurred_at": "2026-10-05T10:00:00Z"}

    assert told(usage, mapping) == same | {
        "b_number": "4960",
        "duration_seconds": "60",
        "account": "4850",
    }
    assert told(envelope, mapping) == same | {
        "event_id": "/switch/1 e1",
        "b_number": "4961",
        "duration_seconds": "90",
        "account": "4851",
    }


def test_a_mapped_event_of_another_shape_is_rejected_alone() -> None:
    mapping = {"columns": {"product": "what"}}
    content = b'{"what": "a"}\nnonsense\n{"what": {"is": 1}}\n{"what": "b"}'

    decoded = decode(content, a_source("events", mapping=mapping))

    assert decoded.drafts.select("line", "product").rows() == [(1, "a"), (4, "b")]
    assert decoded.rejected.select("line", "reason").rows() == [(2, "NOT_JSON"), (3, "BAD_FIELD")]


def test_a_mapping_of_events_says_what_is_wrong() -> None:
    with pytest.raises(BadMapping, match="header"):
        decode(b"", a_source("events", mapping={"header": True, "columns": {"product": "a"}}))


def test_an_undecodable_byte_costs_its_line_or_the_list_that_it_is_in() -> None:
    good, bad = json.dumps(EVENT).encode(), json.dumps(EVENT).encode().replace(b"e1", b"e\xff")

    lines = decode(good + b"\n" + bad + b"\n", a_source("events"))

    assert lines.drafts["line"].to_list() == [1]
    assert lines.rejected.select("line", "reason").rows() == [(2, "WRONG_ENCODING")]
    refused = decode(b"[" + good + b"," + bad + b"]", a_source("events")).refused
    assert refused == "NOT_JSON: it is not in its encoding"
