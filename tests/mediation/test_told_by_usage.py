"""What a record's usage says is not kept twice, and is told in full when it is asked for."""

import datetime as dt

import polars as pl
import pytest

from mediation.draft import FIELDS, as_drafts, no_rejects
from mediation.intake import OUTCOMES_SCHEMA, SortedOut, no_records, sort_out
from mediation.normalising import normalise
from mediation.told_by_usage import kept_of, shortened, told
from tests.mediation.sources import a_source

ARRIVED = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
CALL = {
    "a_number": "+48601234567",
    "b_number": "+49301234567",
    "occurred_at": "2026-10-05 12:00:00",
    "duration_seconds": "61",
}
# Records with what sources write beside a plain call, some of them twice, some of them faulty.
ROWS = (
    CALL | {"event_id": "c1"},
    CALL | {"event_id": "c2", "trunk_in": "PJSIP/desk", "trunk_out": "PJSIP/carrier-1"},
    CALL | {"event_id": "c3", "trunk_out": "PJSIP/desk", "trunk_in": "PJSIP/carrier-1"},
    CALL | {"event_id": "c4", "cause": "BUSY", "last": "yes", "account": "+48601234568"},
    CALL | {"event_id": "c5", "amount": "1.50", "currency": "EUR", "sequence": "7"},
    CALL | {"event_id": "c6", "kind": "Data", "quantity": "5", "unit": "kilobyte"},
    CALL | {"event_id": "c7", "leg": "IVR", "agent_kind": "Shared", "queue": "q"},
    CALL | {"event_id": "c8", "kind": "meter", "reading": "12", "unit": "watt_hour"},
    CALL | {"event_id": "c9", "duration_seconds": "x", "trunk_in": "PJSIP/desk"},
    CALL | {"cause": "without an id"},
    CALL | {"event_id": "c1"},
    CALL | {"event_id": "c2", "trunk_in": "PJSIP/other", "trunk_out": "PJSIP/carrier-1"},
    CALL | {"event_id": "d1", "kind": "sms", "duration_seconds": None, "b_number": "112"},
    CALL | {"event_id": "d2", "product": "p", "direction": "Incoming", "session_id": "s"},
)


def sorted_out(is_digested: bool, places: range = range(len(ROWS))) -> SortedOut:
    columns: dict[str, list[object]] = {name: [row.get(name) for row in ROWS] for name in FIELDS}
    drafts = as_drafts(
        pl.DataFrame(
            {"line": range(1, len(ROWS) + 1), "raw": [""] * len(ROWS)} | columns,
            schema_overrides=dict.fromkeys(FIELDS, pl.String),
        )
    )[list(places)]
    source = a_source("asterisk", carrier_trunks=["PJSIP/carrier-1"])
    records = normalise(drafts, source, "b", ARRIVED, is_digested)
    none = pl.DataFrame(schema=OUTCOMES_SCHEMA)
    return sort_out("b", records, no_rejects(), none, no_records())


def test_a_record_is_told_in_full_by_its_usage() -> None:
    whole, short = sorted_out(True), sorted_out(False)

    kept = shortened(short.outcomes)

    landed_once = pl.col("outcome").eq("landed") & ~pl.col("line").is_in([1, 2])
    left_out = kept.filter(landed_once).select("event_id", "record_key", "payload_digest")
    assert left_out.height == 9
    assert left_out.null_count().row(0) == (9, 9, 9)
    assert told(kept, short.usage).rows() == whole.outcomes.rows()
    assert short.suspended.rows() == whole.suspended.rows()
    assert short.usage.rows() == whole.usage.rows()


@pytest.mark.parametrize("name", ["trunk_in", "cause", "last", "quantity", "leg"])
def test_what_a_record_says_is_in_its_digest(name: str) -> None:
    short = sorted_out(False)
    other = "PJSIP/other" if name == "trunk_in" else "17"
    cell = {"trunk_in": "written_trunk_in"}.get(name, name)
    changed = {
        frame: part.with_columns(_changed(part, cell, other))
        for frame, part in (("outcomes", short.outcomes), ("usage", short.usage))
        if cell in part.columns
    }

    before = told(short.outcomes, short.usage)
    after = told(changed.get("outcomes", short.outcomes), changed.get("usage", short.usage))

    digests = [
        frame.filter(pl.col("line") == 4)["payload_digest"].item() for frame in (before, after)
    ]
    assert digests[0] != digests[1]


def _changed(frame: pl.DataFrame, name: str, value: str) -> pl.Expr:
    kind = frame.schema[name]
    if kind == pl.Boolean:
        return (~pl.col(name)).alias(name)
    return pl.lit(value).cast(kind).alias(name)


def test_a_later_piece_is_compared_with_what_an_earlier_one_told() -> None:
    first = sorted_out(False, range(10))
    later = sorted_out(True, range(10, len(ROWS)))
    records = later.outcomes.select("record_key")

    found = kept_of([first], records)

    whole = sorted_out(True, range(10)).outcomes
    assert found.rows() == whole.filter(pl.col("line").is_in([1, 2])).rows()
