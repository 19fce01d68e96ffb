"""Calls of a contact centre, sessions, purchases and readings come by a mapping, as usage."""

import datetime as dt
import json
from typing import Any

import pytest

from mediation.decoding import decode
from mediation.normalising import normalise
from mediation.source import Source, source_from
from mediation.usage import USAGE_SCHEMA, assert_usage

ARRIVED = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)


def taken(source: Source, content: bytes, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of the usage that a file holds; all of it is sound."""
    decoded = decode(content, source)
    assert (decoded.refused, decoded.rejected.height) == (None, 0)
    records = normalise(decoded.drafts, source, "b1", ARRIVED)
    assert records["fault"].to_list() == [None] * decoded.records
    return assert_usage(records.select(USAGE_SCHEMA.keys())).select(columns).rows()


def mapped(format: str, kind: str, **mapping: Any) -> Source:
    return source_from("s", format, {"kind": kind, "zone": "Europe/Warsaw", "mapping": mapping})


def test_the_legs_of_one_call_share_its_session() -> None:
    source = mapped(
        "mapped_json",
        "voice",
        lines=True,
        columns={
            "session_id": "call",
            "leg": "step",
            "a_number": "from",
            "b_number": "to",
            "queue": "queue.name",
            "agent": "agent.login",
            "agent_location": "agent.site",
            "agent_kind": "agent.contract",
            "occurred_at": "began",
            "duration_seconds": "ms",
        },
        values={"agent_kind": {"D": "dedicated", "S": "shared"}},
        durations="milliseconds",
        time_format="epoch",
    )
    call = {"call": "K1", "from": "+48601234567", "to": "+48221234567"}
    legs = [
        {"step": "IVR", "began": 1_791_201_600, "ms": 20_000},
        {"step": "queue", "began": 1_791_201_620, "ms": 40_000, "queue": {"name": "sales"}},
        {
            "step": "agent",
            "began": 1_791_201_660,
            "ms": 300_000,
            "queue": {"name": "sales"},
            "agent": {"login": "ola", "site": "Lublin", "contract": "D"},
        },
        {"step": "after_call", "began": 1_791_201_960, "ms": 30_000, "agent": {"login": "ola"}},
    ]
    content = "\n".join(json.dumps(call | leg) for leg in legs).encode()

    columns = ("session_id", "leg", "queue", "agent", "agent_location", "agent_kind")

    assert taken(source, content, *columns, "duration_seconds", "unit") == [
        ("K1", "ivr", None, None, None, None, 20, "piece"),
        ("K1", "queue", "sales", None, None, None, 40, "piece"),
        ("K1", "agent", "sales", "ola", "Lublin", "dedicated", 300, "piece"),
        ("K1", "after_call", None, "ola", None, None, 30, "piece"),
    ]


def test_a_session_counts_what_went_in_and_out() -> None:
    source = mapped(
        "delimited",
        "data",
        count=[5, 5],
        columns={
            "account": 1,
            "occurred_at": 2,
            "duration_seconds": 3,
            "quantity": {"add": [4, 5]},
        },
        constants={"unit": "kilobyte"},
        durations="clock",
        decimal=",",
    )

    rows = taken(
        source,
        b"48501;2026-10-05 12:00:00;1:00:05;1200,5;300\n",
        "kind",
        "account",
        "duration_seconds",
        "quantity",
        "unit",
    )

    # An hour and five seconds; 1,200.5 and 300 kB.
    assert rows == [("data", "48501", 3_605, 1_500_500, "byte")]


@pytest.mark.parametrize(
    ("bought", "product", "quantity"),
    [
        ('<buy what="film-42"/>', "film-42", 1),
        ('<buy what="sport" pieces="3"/>', "sport", 3),
        ('<buy what="fax-broadcast" pieces="250"/>', "fax-broadcast", 250),
    ],
)
def test_a_purchase_is_content_with_a_product(bought: str, product: str, quantity: int) -> None:
    source = mapped(
        "mapped_xml",
        "content",
        records="buy",
        columns={"product": "@what", "quantity": "@pieces", "occurred_at": "/day"},
        constants={"account": "48501"},
    )
    content = f"<tv><day>2026-10-05 20:00:00</day>{bought}</tv>".encode()

    assert taken(source, content, "kind", "product", "quantity", "unit") == [
        ("content", product, quantity, "piece")
    ]


def test_gas_is_read_in_cubic_metres_and_kept_in_litres() -> None:
    source = mapped(
        "delimited",
        "meter",
        header=True,
        columns={"account": "meter", "occurred_at": "at", "reading": "m3", "estimated": "how"},
        constants={"unit": "cubic_metre", "register_digits": 5},
        values={"estimated": {"est": "yes", "read": "no"}},
    )
    content = b"meter;at;m3;how\nG7;2026-10-31 08:00:00;00412.5;est\n"

    columns = ("kind", "account", "reading", "estimated", "register_digits", "unit")

    assert taken(source, content, *columns) == [("meter", "G7", 412_500, True, 8, "litre")]
