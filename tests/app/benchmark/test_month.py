"""The month that is measured is a month that is right."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import pytest

from mediation import service as mediation
from mediation.suspense import service as suspense
from settlement.app.benchmark import naive, operator, records
from settlement.app.benchmark.comparing import WaysDiffer, compared
from settlement.app.benchmark.operator import MONTH, SOURCE, TENANT, set_up
from settlement.app.benchmark.records import write_files
from settlement.periods import service as periods
from settlement.rating.runs import service as rating_runs
from settlement.rating.runs.store import RatingRunRow
from settlement.rating.slicing import service as slicing
from settlement.rating.slicing import slices
from settlement.sharing import service as sharing
from settlement.sharing.sealing import service as sealing
from tenants import column_files
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import TenantSession, reading

CUSTOMERS = 20
CALLS = 6_000
OF_FIRST_FILE = 4_000


@pytest.fixture
def small_town(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few customers that a month uses allowances up and reaches tiers."""
    for module in (records, operator, naive):
        monkeypatch.setattr(module, "CUSTOMERS", CUSTOMERS)
    monkeypatch.setattr(records, "NUMBERS", CUSTOMERS // 5 * 7)
    monkeypatch.setattr(records, "FILE_RECORDS", OF_FIRST_FILE)


@pytest.fixture
def session(small_town: None, database: Database) -> Iterator[TenantSession]:
    with reading(database, TENANT.id, SYSTEM) as opened:
        set_up(opened)
        yield opened


def test_files_follow_one_another_and_repeat_a_little(small_town: None, tmp_path: Path) -> None:
    files = write_files(tmp_path, CALLS)

    first, second = (
        [row for row in csv.reader(each.read_text().splitlines()) if len(row) > 3] for each in files
    )
    starts = [row[9] for row in first]
    assert starts == sorted(starts)
    assert first[-2:] == second[:2]
    assert first[-3] not in second
    assert (starts[0][:10], second[-1][9][:10]) == ("2026-10-01", "2026-10-31")


def test_a_month_is_the_same_by_any_slices_and_any_number_of_workers(
    session: TenantSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in write_files(tmp_path, CALLS):
        mediation.ingest(session, SOURCE, place.name, place.read_bytes())
    # Groups of rows end within slices, and slices within groups.
    monkeypatch.setattr(column_files, "ROWS_OF_A_GROUP", 1_000)
    run = periods.rate(session, MONTH)
    whole, sha256 = told_of(session, run), rated_sha256(session, run)

    for events, workers, held in ((700, 2, 0), (1_900, 1, 2**28)):
        monkeypatch.setattr(slices, "SLICE_EVENTS", events)
        monkeypatch.setattr(slicing, "AT_A_TIME", workers)
        monkeypatch.setattr(slicing, "HELD_BYTES", held)
        run = periods.rate(session, MONTH)
        assert rated_sha256(session, run) == sha256
        assert told_of(session, run) == whole

    assert len(whole["charges"]) > CALLS


def test_events_are_sealed_alike_in_any_pieces(
    session: TenantSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in write_files(tmp_path, CALLS):
        mediation.ingest(session, SOURCE, place.name, place.read_bytes())
    run = periods.rate(session, MONTH)
    [whole] = sealing.events_of(session, run.period_id, [run_terms(session, run)])

    monkeypatch.setattr(sealing, "ROWS_AT_ONCE", 700)
    with sealing.seal_beside(session, run.period_id):
        pass

    [seal] = sealing.seals(session, [run.period_id])
    assert (seal.events, seal.root) == (whole.events, whole.root)
    assert len(whole.leaves) > 3


def run_terms(session: TenantSession, run: rating_runs.RatingRun) -> UUID:
    """The terms under which all that customers bought is shared."""
    [terms] = {credit.terms_id for credit in sharing.credits_of_usage(session, run.period_id)}
    return terms


def rated_sha256(session: TenantSession, run: rating_runs.RatingRun) -> str:
    """The hash of the file of charges that a rating kept, byte by byte."""
    found = session.get(RatingRunRow, (session.tenant_id, run.id))
    assert found is not None and found.rated_sha256 is not None
    return found.rated_sha256


def told_of(session: TenantSession, run: rating_runs.RatingRun) -> dict[str, Any]:
    """All that a rating left: counts, charges, lines, suspense, shares."""
    charges = rating_runs.rated_charges(session, run.period_id)
    return {
        "run": replace(run, id=run.period_id),
        "charges": charges.rows(),
        "lines": sorted(rating_runs.lines_of_period(session, run.period_id), key=repr),
        "suspended": sorted(suspense.open_at_rating(session, run.period_id)),
        "shares": sorted(map(repr, sharing.credits_of_usage(session, run.period_id))),
    }


def test_the_naive_way_comes_to_the_same_charges(session: TenantSession, tmp_path: Path) -> None:
    first, _ = write_files(tmp_path, CALLS)
    mediation.ingest(session, SOURCE, first.name, first.read_bytes())

    run = periods.rate(session, MONTH)

    charges = rating_runs.rated_charges(session, periods.period(session, MONTH).id)
    charges.write_parquet(tmp_path / "sample.parquet")
    seen = compared(first, tmp_path / "sample.parquet", OF_FIRST_FILE)
    assert seen["charges"] == charges.n_unique(["record_key", "side"]) > OF_FIRST_FILE
    # Otherwise the comparison would say nothing of them.
    assert set(charges["covered_by"].unique()) >= {"charge", "allowance"}
    assert {"peak", "off-peak"} <= set(charges["band"].unique())
    by_use = charges.filter((pl.col("side") == "customer") & pl.col("band").is_null())
    assert by_use.filter(pl.col("billed_units") > 0)["price"].n_unique() > 1
    assert run.suspended == 0

    charges.with_columns(pl.col("billed_units") + 1).write_parquet(tmp_path / "sample.parquet")
    with pytest.raises(WaysDiffer):
        compared(first, tmp_path / "sample.parquet", OF_FIRST_FILE)
