"""The month that is measured is a month that is right."""

import csv
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from mediation import service as mediation
from settlement.app.benchmark import naive, operator, records
from settlement.app.benchmark.comparing import WaysDiffer, compared
from settlement.app.benchmark.operator import MONTH, SOURCE, TENANT, set_up
from settlement.app.benchmark.records import write_files
from settlement.periods import service as periods
from settlement.rating import service as rating
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


def test_the_naive_way_comes_to_the_same_charges(session: TenantSession, tmp_path: Path) -> None:
    first, _ = write_files(tmp_path, CALLS)
    mediation.ingest(session, SOURCE, first.name, first.read_bytes())

    run = periods.rate(session, MONTH)

    charges = rating.rated_charges(session, periods.period(session, MONTH).id)
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
