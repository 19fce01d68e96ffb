"""Drafts become usage; what cannot be read is a fault of one record."""

import datetime as dt
from decimal import Decimal
from hashlib import blake2b

import polars as pl
import pytest

from mediation.draft import as_drafts
from mediation.fingerprints import APART
from mediation.normalising import normalise
from mediation.usage import USAGE_SCHEMA, assert_usage, completed
from tests.mediation.sources import a_source

ARRIVED = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
CALL = {
    "kind": "voice",
    "a_number": "601234567",
    "b_number": "+49301234567",
    "occurred_at": "2026-10-05 12:00:00",
    "duration_seconds": "61",
}

DATA: dict[str, str | None] = {"kind": "data", "b_number": None}
METER: dict[str, str | None] = {
    "kind": "meter",
    "unit": "kilowatt_hour",
    "account": "M1",
    "register_digits": "5",
    "a_number": None,
    "b_number": None,
    "duration_seconds": None,
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
    ("changes", "reason"),
    [
        ({}, None),
        ({"account": None}, "BAD_NUMBER"),
        ({"b_number": "&"}, "BAD_NUMBER"),
        ({"direction": "outgoing"}, "BAD_NUMBER"),
    ],
)
def test_who_was_called_may_be_known_by_an_account_alone(
    changes: dict[str, str | None], reason: str | None
) -> None:
    taken_abroad = {"direction": "incoming", "b_number": None, "account": "260011234567890"}

    assert fault(taken_abroad | changes)[0] == reason


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
        ({"kind": "meter"}, "MISSING_QUANTITY", "quantity: (empty)"),
        ({"unit": "furlong"}, "BAD_UNIT", "unit: furlong"),
        ({"unit": "byte"}, "BAD_UNIT", "unit: byte"),
        ({"kind": "meter", "quantity": "5", "unit": "piece"}, "BAD_UNIT", "unit: piece"),
        (METER | {"reading": "12x"}, "BAD_READING", "reading: 12x"),
        (METER | {"reading": "-1"}, "BAD_READING", "reading: -1"),
        (METER | {"reading": "1.0005"}, "BAD_READING", "reading: 1.0005"),
        (METER | {"reading": "100000"}, "BAD_READING", "reading: 100000"),
        (METER | {"reading": "5", "quantity": "5"}, "BAD_READING", "reading: 5"),
        (METER | {"reading": "5", "estimated": "perhaps"}, "BAD_READING", "estimated: perhaps"),
        (
            METER | {"reading": "5", "register_digits": "0"},
            "BAD_READING",
            "register_digits: 0",
        ),
        (METER | {"reading": "5", "account": None}, "MISSING_ACCOUNT", "account: (empty)"),
        ({"reading": "5"}, "BAD_READING", "reading: 5"),
        (DATA | {"quantity": "0.5"}, "BAD_QUANTITY", "quantity: 0.5"),
        (DATA | {"quantity": "-1"}, "BAD_QUANTITY", "quantity: -1"),
        (DATA | {"quantity": "1000000000000000"}, "BAD_QUANTITY", "quantity: 1000000000000000"),
        (DATA | {"quantity": "1000000", "unit": "gigabyte"}, "BAD_QUANTITY", "quantity: 1000000"),
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


@pytest.mark.parametrize(
    ("changes", "quantity", "unit"),
    [
        ({}, 1, "piece"),
        ({"kind": "content", "quantity": "3"}, 3, "piece"),
        (DATA, 0, "byte"),
        (DATA | {"quantity": "0"}, 0, "byte"),
        (DATA | {"quantity": "999999999999999"}, 999_999_999_999_999, "byte"),
        (DATA | {"quantity": "1.5", "unit": "Kilobyte"}, 1_500, "byte"),
        (DATA | {"quantity": "1.5", "unit": "kibibyte"}, 1_536, "byte"),
        (DATA | {"quantity": "2", "unit": "gigabyte"}, 2_000_000_000, "byte"),
        ({"kind": "meter", "quantity": "12.345", "unit": "kilowatt_hour"}, 12_345, "watt_hour"),
        ({"kind": "meter", "quantity": "7"}, 7, "watt_hour"),
        ({"kind": "meter", "quantity": "0.25", "unit": "cubic_metre"}, 250, "litre"),
        ({"kind": "meter", "quantity": "1.5", "unit": "core_hour"}, 5_400, "core_second"),
        ({"kind": "meter", "quantity": "2.5", "unit": "terabyte_hour"}, 2_500_000, "megabyte_hour"),
        ({"kind": "meter", "quantity": "2", "unit": "thousand_requests"}, 2_000, "request"),
        ({"kind": "meter", "quantity": "10", "unit": "device_day"}, 240, "device_hour"),
        ({"kind": "meter", "quantity": "3", "unit": "consultation"}, 3, "consultation"),
    ],
)
def test_a_quantity_is_kept_in_the_unit_of_its_kind(
    changes: dict[str, str | None], quantity: int, unit: str
) -> None:
    [record] = normalised(changes).select("fault", "quantity", "unit").rows()

    assert record == (None, quantity, unit)


@pytest.mark.parametrize(("word", "estimated"), [(None, False), ("Y", True), ("false", False)])
def test_a_reading_and_its_register_are_kept_in_the_unit_of_its_kind(
    word: str | None, estimated: bool
) -> None:
    names = ("fault", "account", "reading", "register_digits", "unit", "quantity", "estimated")

    [record] = normalised(METER | {"reading": "00123.456", "estimated": word}).select(names).rows()

    # Five digits of kWh are eight of Wh. What was consumed is not known from one reading.
    assert record == (None, "M1", 123_456, 8, "watt_hour", 0, estimated)


def test_a_register_of_hours_says_nothing_in_digits_of_seconds() -> None:
    """Five digits of core hours begin anew at 360,000,000 core seconds, no power of ten."""
    hours = METER | {"reading": "12", "unit": "core_hour"}

    assert normalised(hours)["fault"].to_list() == ["BAD_READING"]
    assert normalised(hours | {"register_digits": None})["fault"].to_list() == [None]


def test_two_readings_of_one_instant_are_two_and_the_same_one_is_one() -> None:
    low, high, guess, again = normalised(
        METER | {"reading": "5"},
        METER | {"reading": "6"},
        METER | {"reading": "5", "estimated": "yes"},
        METER | {"reading": "5.0", "estimated": "no"},
    )["record_key"]

    assert low == again
    assert len({low, high, guess}) == 3


def test_words_of_a_contact_centre_have_one_spelling() -> None:
    leg: dict[str, str | None] = {"session_id": " S-1 ", "leg": "AGENT ", "agent_kind": "Dedicated"}

    [record] = normalised(leg).select("session_id", "leg", "agent_kind").rows()

    assert record == ("S-1", "agent", "dedicated")


def test_two_legs_of_one_second_are_two_by_their_names() -> None:
    ivr, agent, again = normalised({"leg": "ivr"}, {"leg": "agent"}, {"leg": "IVR"})["record_key"]

    assert ivr == again != agent


def test_two_sessions_of_one_second_are_two_by_their_accounts() -> None:
    session = DATA | {"a_number": None, "quantity": "10"}

    first, second, again = normalised(
        session | {"account": "4850"}, session | {"account": "4851"}, session | {"account": "4850"}
    )["record_key"]

    assert first == again != second


def test_a_unit_that_goes_without_saying_is_the_same_payload() -> None:
    silent, said, other = normalised(
        DATA | {"quantity": "1000"},
        DATA | {"quantity": "1", "unit": "kilobyte"},
        DATA | {"quantity": "1"},
    )["payload_digest"]

    assert silent == said != other


def test_the_keys_of_an_earlier_release_are_still_known() -> None:
    [record] = normalised({}).rows(named=True)

    # Worked out from the joined text of the columns that there were then.
    start = str(1_791_194_400_000_000)
    joined = APART.join(["switch", "48601234567", "49301234567", start, "61", "voice", "", ""])
    assert record["record_key"] == blake2b(joined.encode(), digest_size=16).hexdigest()


def test_usage_kept_before_there_were_units_is_completed() -> None:
    usage = normalised({}, DATA | {"quantity": "5"}).select(USAGE_SCHEMA.keys())
    before = usage.drop("session_id", "leg", "queue", "agent", "agent_location", "agent_kind")

    completed_again = assert_usage(completed(before.drop("unit")))

    assert completed_again.equals(usage)


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


@pytest.mark.parametrize(
    ("changes", "is_the_same"),
    [
        ({}, True),
        ({"occurred_at": "2026-10-05T10:00:00Z"}, True),
        ({"occurred_at": "2026-10-05T13:00:00+03:00"}, True),
        ({"a_number": "+48 601 234 567"}, True),
        ({"sequence": "17"}, False),
        ({"occurred_at": "2026-10-05 12:00:01"}, False),
        ({"b_number": "+49301234568"}, False),
        ({"kind": "voice", "duration_seconds": "0"}, False),
    ],
)
def test_r02_without_an_id_an_instant_is_an_instant_and_no_sequence_equals_no_sequence(
    changes: dict[str, str | None], is_the_same: bool
) -> None:
    message: dict[str, str | None] = {"kind": "sms", "duration_seconds": None, "sequence": None}

    first, second = normalised(message, message | changes)["record_key"]

    assert (first == second) is is_the_same


def test_a_product_that_the_record_does_not_name_is_that_of_its_source() -> None:
    own, named = normalised({}, {"product": "NEWS"}, product="CALLS")["product"]

    assert (own, named) == ("CALLS", "NEWS")
    assert normalised({})["product"].to_list() == [None]
