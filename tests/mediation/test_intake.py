"""Duplicates, parts of calls, file numbers: what every batch is sorted by."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.assembling import assemble
from mediation.conservation import Outcomes, count_outcomes
from mediation.draft import as_drafts, no_rejects
from mediation.duplicates import KEYS_SCHEMA, judge_duplicates
from mediation.intake import no_records, sort_out
from mediation.normalising import normalise
from tests.mediation.sources import a_source

ARRIVED = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)


def keys(*rows: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=KEYS_SCHEMA, orient="row")


def judged(*rows: tuple[str, str], earlier: pl.DataFrame, has_id: bool = True) -> list[str]:
    records = keys(*rows).with_columns(has_id=has_id)
    return judge_duplicates(records, earlier)["verdict"].to_list()


def test_an_id_is_new_duplicate_or_reused() -> None:
    verdicts = judged(
        ("k1", "p"), ("k1", "p"), ("k1", "q"), ("k1", "p"), ("k2", "p"), ("k0", "p"), ("k0", "z"),
        earlier=keys(("k0", "p")),
    )  # fmt: skip

    assert verdicts == [
        "new", "duplicate", "reused", "duplicate", "new", "duplicate", "reused",
    ]  # fmt: skip


def test_a_fingerprint_again_is_a_duplicate_whatever_else_differs() -> None:
    verdicts = judged(("f", "p"), ("f", "q"), earlier=keys(), has_id=False)

    assert verdicts == ["new", "duplicate"]


def parts(*rows: tuple[int, int, str], batch_id: str = "b1") -> pl.DataFrame:
    """Parts of call k: number, seconds, last."""
    lines = [
        {
            "line": line,
            "raw": "",
            "a_number": "601234567",
            "b_number": "+49301234567",
            "occurred_at": f"2026-10-05 12:{10 * part:02d}:00",
            "duration_seconds": str(seconds),
            "call_id": "k",
            "part": str(part),
            "last": last,
        }
        for line, (part, seconds, last) in enumerate(rows, start=1)
    ]
    return normalise(as_drafts(pl.DataFrame(lines)), a_source(), batch_id, ARRIVED)


def test_parts_in_any_order_become_one_call() -> None:
    calls = assemble(parts((3, 17, "Y"), (1, 610, "N"), (2, 610, "N")), "b1").calls

    [call] = calls.select("duration_seconds", "occurred_at", "line", "event_id").rows()
    assert call == (1237, dt.datetime(2026, 10, 5, 10, 10, tzinfo=dt.UTC), 1, "k")


@pytest.mark.parametrize(
    "rows",
    [
        [(1, 610, "N"), (2, 610, "N")],
        [(1, 610, "N"), (3, 17, "Y")],
        [(2, 610, "N"), (3, 17, "Y")],
        [(1, 610, "Y"), (2, 17, "Y")],
        [(1, 610, "Y"), (2, 17, "N")],
    ],
)
def test_a_call_with_a_part_missing_waits_whole(rows: list[tuple[int, int, str]]) -> None:
    assembled = assemble(parts(*rows), "b1")

    assert assembled.calls.is_empty()
    assert assembled.incomplete.height == len(rows)


def test_a_record_that_is_unaccounted_for_stops_the_batch() -> None:
    went = pl.DataFrame({"line": [1, 2], "outcome": ["landed", "suspended"]})

    assert count_outcomes(went, 2) == Outcomes(landed=1, suspended=1)
    with pytest.raises(AssertionError, match="3 records came, 2 are accounted for"):
        count_outcomes(went, 3)


cells = st.fixed_dictionaries(
    {
        "event_id": st.sampled_from(["e1", "e2", None]),
        "a_number": st.just("601234567"),
        "b_number": st.sampled_from(["+49301234567", "&"]),
        "occurred_at": st.sampled_from(["2026-10-05 12:00:00", "2026-10-05 12:00:01", None]),
        "duration_seconds": st.sampled_from(["0", "61"]),
    }
)


def landed_keys(rows: list[dict[str, str | None]], cut: int) -> tuple[set[str], int]:
    """Take rows in as two batches; the keys that landed and how many records were accounted for."""
    earlier, keys_landed, accounted = keys(), set(), 0
    for batch_id, some in (("b1", rows[:cut]), ("b2", rows[cut:])):
        lines = [{"line": n, "raw": "", **row} for n, row in enumerate(some, start=1)]
        schema = {"line": pl.Int64, "raw": pl.String, **dict.fromkeys(rows[0], pl.String)}
        drafts = as_drafts(pl.DataFrame(lines, schema=schema))
        records = normalise(drafts, a_source(), batch_id, ARRIVED)
        result = sort_out(batch_id, records, no_rejects(), earlier, no_records())
        accounted += count_outcomes(result.outcomes, len(some)).records
        kept = result.outcomes.filter(pl.col("outcome") != "duplicate")
        earlier = pl.concat([earlier, kept.select(list(KEYS_SCHEMA))])
        keys_landed |= set(result.usage["record_key"])
    return keys_landed, accounted


@settings(max_examples=25)
@given(rows=st.lists(cells, min_size=1, max_size=8), cut=st.integers(0, 8))
def test_cutting_the_same_records_into_batches_lands_the_same_usage(
    rows: list[dict[str, str | None]], cut: int
) -> None:
    whole, all_of_them = landed_keys(rows, len(rows))

    split, as_many = landed_keys(rows, cut)

    assert split == whole
    assert as_many == all_of_them == len(rows)
