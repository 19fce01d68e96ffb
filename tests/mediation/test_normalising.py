"""Drafts become usage; what cannot be read is a fault of one record."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from mediation.draft import as_drafts
from mediation.normalising import normalise
from mediation.usage import USAGE_SCHEMA, assert_usage
from tests.mediation.sources import a_source

ARRIVED = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
CALL = {
    "kind": "voice",
    "a_number": "601234567",
    "b_number": "+49301234567",
    "occurred_at": "2026-10-05 12:00:00",
    "duration_seconds": "61",
}


def normalised(*rows: dict[str, str | None], **settings: object) -> pl.DataFrame:
    lines = [{"line": n, "raw": "", **CALL, **row} for n, row in enumerate(rows, start=1)]
    drafts = as_drafts(pl.DataFrame(lines, infer_schema_length=None))
    return normalise(drafts, a_source(**settings), "b1", ARRIVED)


def fault(row: dict[str, str | None]) -> tuple[str | None, str | None]:
    [found] = normalised(row).select("fault", "detail").rows()
    return found


def test_a_sound_record_is_canonical_usage() -> None:
    usage = normalised({"amount": "1.50", "currency": "PLN"}).select(USAGE_SCHEMA.keys())

    [row] = assert_usage(usage).rows(named=True)
    assert row["amount"] == Decimal("1.5")
    assert (row["account"], row["quantity"], row["arrived_at"]) == ("48601234567", 1, ARRIVED)


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        ({"occurred_at": None}, "MISSING_TIME", "occurred_at: (empty)"),
        ({"duration_seconds": "1_000"}, "BAD_DURATION", "duration_seconds: 1_000"),
        ({"duration_seconds": "1e5"}, "BAD_DURATION", "duration_seconds: 1e5"),
        ({"duration_seconds": "-5"}, "BAD_DURATION", "duration_seconds: -5"),
        ({"duration_seconds": "６１"}, "BAD_DURATION", "duration_seconds: ６１"),
        ({"duration_seconds": "NaN"}, "BAD_DURATION", "duration_seconds: NaN"),
        ({"duration_seconds": "99999999"}, "BAD_DURATION", "duration_seconds: 99999999"),
        ({"duration_seconds": None}, "MISSING_DURATION", "duration_seconds: (empty)"),
        ({"quantity": "0"}, "BAD_QUANTITY", "quantity: 0"),
        ({"quantity": "1.5"}, "BAD_QUANTITY", "quantity: 1.5"),
        ({"amount": "1e999999"}, "BAD_AMOUNT", "amount: 1e999999"),
        ({"amount": "1,50"}, "BAD_AMOUNT", "amount: 1,50"),
        ({"amount": "Infinity"}, "BAD_AMOUNT", "amount: Infinity"),
        ({"amount": "1.5"}, "MISSING_CURRENCY", "amount: 1.5"),
        ({"amount": "1.5", "currency": "ZZZ"}, "UNKNOWN_CURRENCY", "currency: ZZZ"),
        ({"kind": "fax"}, "UNKNOWN_KIND", "kind: fax"),
        ({"direction": "up"}, "UNKNOWN_DIRECTION", "direction: up"),
        ({"b_number": "&"}, "BAD_NUMBER", "b_number: &"),
        ({"b_number": None}, "BAD_NUMBER", "b_number: (empty)"),
        ({"call_id": "k"}, "BAD_PART", "part: (empty)"),
        ({"event_id": "e" * 300}, "FIELD_TOO_LONG", "event_id: " + "e" * 80),
        ({"kind": "data", "duration_seconds": None}, "MISSING_QUANTITY", "quantity: (empty)"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(
    changes: dict[str, str | None], reason: str, detail: str
) -> None:
    assert fault(changes) == (reason, detail)


@pytest.mark.parametrize(
    "changes",
    [
        {"duration_seconds": "0", "b_number": "&"},
        {"kind": "content", "duration_seconds": None, "b_number": None},
        {"kind": "sms", "duration_seconds": None, "a_number": "INFO"},
        {"a_number": None},
    ],
)
def test_a_number_is_asked_for_only_where_one_is_needed_to_rate(
    changes: dict[str, str | None],
) -> None:
    assert fault(changes) == (None, None)


def test_a_fault_of_one_record_leaves_the_others() -> None:
    assert normalised({}, {"occurred_at": "never"}, {})["fault"].to_list() == [
        None,
        "BAD_TIME",
        None,
    ]


def test_trunks_to_carriers_decide_the_direction() -> None:
    records = normalised(
        {"trunk_in": "tele", "trunk_out": "own"},
        {"trunk_in": "own", "trunk_out": "tele"},
        {"trunk_in": "tele", "trunk_out": "nova"},
        {"trunk_in": "own", "trunk_out": "own"},
        carrier_trunks=["tele", "nova"],
    )

    assert records.select("direction", "trunk_in", "trunk_out", "account").rows() == [
        ("incoming", "tele", None, "49301234567"),
        ("outgoing", None, "tele", "48601234567"),
        ("transit", "tele", "nova", None),
        ("outgoing", None, None, "48601234567"),
    ]


def test_the_same_payload_written_otherwise_has_the_same_digest() -> None:
    records = normalised(
        {"amount": "1.50", "currency": "PLN"},
        {"amount": "1.5", "currency": "PLN", "occurred_at": "2026-10-05T10:00:00Z"},
        {"amount": "1.51", "currency": "PLN"},
    )

    first, second, third = records["payload_digest"]
    assert first == second != third


def test_two_messages_of_one_second_are_two_by_their_sequence() -> None:
    message: dict[str, str | None] = {"kind": "sms", "duration_seconds": None}

    records = normalised(
        message | {"sequence": "17"}, message | {"sequence": "18"}, message | {"sequence": "17"}
    )

    first, second, third = records["record_key"]
    assert first == third != second
