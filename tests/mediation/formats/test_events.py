"""Events as JSON: strict, in envelopes or bare, each on its own."""

import json

import pytest

from mediation.formats.events import as_decoded, decode, read_events
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
        "event_id": "e1",
        "kind": "content",
        "product": "NEWS",
        "occurred_at": "2026-10-05T10:00:00Z",
        "amount": "1.2",
        "currency": "PLN",
    }


@pytest.mark.parametrize(
    ("event", "reason"),
    [
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
