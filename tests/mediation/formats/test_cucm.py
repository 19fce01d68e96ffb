"""CUCM legs: columns by name, epoch seconds, signed addresses, legs of one call."""

import csv
import datetime as dt

import polars as pl
import pytest

from mediation.formats.cucm import decode, dotted
from mediation.normalising import normalise
from tests.mediation.sources import a_source
from tests.sample_data import sample

NAMES = (
    "cdrRecordType", "globalCallID_callManagerId", "globalCallID_callId", "dateTimeOrigination",
    "origIpAddr", "callingPartyNumber", "origCause_value", "destIpAddr", "finalCalledPartyNumber",
    "destCause_value", "dateTimeConnect", "pkid", "duration", "origDeviceName", "destDeviceName",
    "globalCallId_ClusterID",
)  # fmt: skip
LEG = {
    "cdrRecordType": "1",
    "globalCallID_callManagerId": "2",
    "globalCallID_callId": "77",
    "dateTimeOrigination": "1790000000",
    "origIpAddr": "-1139627840",
    "callingPartyNumber": "601234567",
    "origCause_value": "16",
    "destIpAddr": "0",
    "finalCalledPartyNumber": "0049301234567",
    "destCause_value": "0",
    "dateTimeConnect": "1790000009",
    "pkid": "p1",
    "duration": "61",
    "origDeviceName": "SIP-ANNA",
    "destDeviceName": "TRUNK-A",
    "globalCallId_ClusterID": "C1",
}
TYPES = ",".join("VARCHAR(50)" if name == "pkid" else "INTEGER" for name in NAMES)


def a_leg(**changes: str) -> str:
    return ",".join((LEG | changes)[name] for name in NAMES)


def a_file(*rows: str, header: str = ",".join(NAMES), types: str = TYPES) -> bytes:
    return "".join(f"{row}\n" for row in (header, types, *rows) if row).encode()


def test_a_leg_is_read_by_the_names_of_its_columns() -> None:
    [leg] = decode(a_file(a_leg()), a_source("cucm")).drafts.rows(named=True)

    told = {name: text for name, text in leg.items() if text is not None and name != "raw"}
    assert told == {
        "line": 3,
        "event_id": "p1",
        "kind": "voice",
        "a_number": "601234567",
        "b_number": "0049301234567",
        "trunk_in": "SIP-ANNA",
        "trunk_out": "TRUNK-A",
        # 1,790,000,009 s: 20,717 days and 51,209 s, which is 2026-09-21 14:13:29.
        "occurred_at": "2026-09-21 14:13:29Z",
        "set_up": "1790000000",
        "duration_seconds": "61",
        "cause": "16/0",
        "session_id": "C1-2-77",
    }


def test_a_leg_that_nobody_took_lasted_no_second() -> None:
    content = a_file(a_leg(dateTimeConnect="0", duration="5"))

    [leg] = decode(content, a_source("cucm")).drafts.rows(named=True)

    assert (leg["duration_seconds"], leg["occurred_at"]) == ("0", "2026-09-21 14:13:20Z")


@pytest.mark.parametrize(
    ("signed", "address"),
    [
        # The example of the administration guide: 0xBC12A8C0, bytes turned round.
        ("-1139627840", "192.168.18.188"),
        ("16777343", "127.0.0.1"),
        ("-1", "255.255.255.255"),
        ("0", None),
        ("4294967295", None),
        ("x", None),
        (None, None),
    ],
)
def test_an_address_is_a_signed_number(signed: str | None, address: str | None) -> None:
    column = pl.DataFrame({"address": [signed]}, schema={"address": pl.String()})

    assert column.select(dotted(pl.col("address"))).item() == address


def test_a_device_without_a_name_is_known_by_its_address() -> None:
    content = a_file(a_leg(origDeviceName="", destDeviceName=""))

    [leg] = decode(content, a_source("cucm")).drafts.rows(named=True)

    assert (leg["trunk_in"], leg["trunk_out"]) == ("192.168.18.188", None)


def test_a_file_without_the_row_of_types_loses_no_leg() -> None:
    decoded = decode(a_file(a_leg(), types=""), a_source("cucm"))

    assert decoded.drafts["line"].to_list() == [2]


def test_a_row_of_another_type_is_rejected_alone() -> None:
    decoded = decode(a_file(a_leg(cdrRecordType="2"), a_leg(), "1,2"), a_source("cucm"))

    assert decoded.drafts["line"].to_list() == [4]
    assert decoded.rejected.select("line", "reason").rows() == [
        (3, "UNKNOWN_RECORD_TYPE"),
        (5, "WRONG_COLUMN_COUNT"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "MISSING_HEADER"),
        (a_file(a_leg(), header=",".join(NAMES).replace("pkid", "pkld")), "MISSING_COLUMN"),
        (a_file(a_leg()).decode().encode("utf-16"), "WRONG_ENCODING"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    assert decode(content, a_source("cucm")).refused == reason


def test_the_real_file_holds_what_a_csv_reader_finds_in_it() -> None:
    path = sample("telecom/cdr/cisco-cucm/cdr_StandAloneCluster_02_201510091036_254831")
    with path.open(encoding="utf-8", newline="") as lines:
        _types, *rows = csv.DictReader(lines)

    decoded = decode(path.read_bytes(), a_source("cucm"))

    found = normalise(decoded.drafts, a_source("cucm"), "b", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert decoded.rejected.is_empty() and decoded.refused is None
    # Three legs of 20 + 26 + 3974 = 4,020 s.
    assert found["duration_seconds"].sum() == sum(int(row["duration"]) for row in rows) == 4020
    assert found["fault"].to_list() == [None, None, None]
    assert found["occurred_at"].dt.epoch("s").to_list() == [
        int(row["dateTimeConnect"]) for row in rows
    ]
