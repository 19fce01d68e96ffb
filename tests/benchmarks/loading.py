"""Load what a month comes to for ten thousand customers, as sets, against row by row.

Ten charge lines and one entry of three postings per customer go into PostgreSQL with every
constraint, policy and trigger in place: as sets, and then, for a sample of the customers, an INSERT
for each line and a posting of each entry by itself (its postings cannot come one by one: they would
not balance), which is counted up to all of them.

    python -m tests.benchmarks.loading [--customers 10000] [--output bench-output]
"""

import argparse
import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg import sql

from currencies.money import money
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit
from settlement.migrations.upgrading import upgrade
from settlement.periods import service as periods
from settlement.rating.runs import store as rating
from tenants.clock import HeldClock
from tenants.cycles import seldom_look_for_cycles
from tenants.directory import service as directory
from tenants.directory.tenant import Address, Tenant
from tenants.ids import tenant_id_of
from tenants.persistence import launcher
from tenants.persistence.database import Database, place_on
from tenants.persistence.loading import load_rows
from tenants.persistence.programs import find_programs
from tenants.principal import SYSTEM
from tenants.randomness import SeededRandomness
from tenants.session import TenantSession
from tenants.settings import settings_from_environment
from tests.benchmarks.measuring import in_own_process, measured, written

BAR = 0.25
CUSTOMERS = 10_000
LINES_EACH = 10
SAMPLE = 200
LEDGER = "ledger entries and postings"
FIRST, LAST = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
TENANT = Tenant(
    id=tenant_id_of("bench"),
    code="bench",
    name="Bench Telekom",
    legal_name="Bench Telekom GmbH",
    country="DE",
    tax_id="DE136695976",
    address=Address("Kai 1", "20457", "Hamburg", "DE"),
    base_currency="EUR",
    time_zone="Europe/Berlin",
    languages=("en",),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--output", type=Path, default=Path("bench-output"))
    parser.add_argument("--step", choices=["load"])
    asked = parser.parse_args()
    if asked.step is None:
        written(run(asked.customers), asked.output)
        return
    print(json.dumps(both_ways(asked.customers)))  # noqa: T201


def run(customers: int = CUSTOMERS) -> list[dict[str, object]]:
    """Measure one size; the results are what results.json holds of it."""
    arguments = ("--step", "load", "--customers", str(customers))
    measures = in_own_process("tests.benchmarks.loading", *arguments)
    results = []
    for what, rows in (("charge lines", LINES_EACH), (LEDGER, 4)):
        found = measures[what]
        counted_up = found["sample_seconds"] * customers / found["sample"]
        results.append(
            {
                "name": f"load {what} of customers as a set",
                "rows": customers * rows,
                "seconds": found["seconds"],
                "baseline_seconds": round(counted_up, 3),
                "ratio": round(found["seconds"] / counted_up, 3),
                "bar": BAR,
                "peak_memory_mb": found["peak_memory_mb"],
            }
        )
    return results


def both_ways(customers: int) -> dict[str, dict[str, Any]]:
    """Seconds of loading all customers as sets, and a sample of others row by row."""
    sample = min(SAMPLE, customers)
    with an_operator() as session:
        parties = with_customers(session, customers + sample)
        period = periods.open_period(session, "2026-10").id
        run_id = a_rating_run(session, period)

        def charge(some: Sequence[UUID]) -> None:
            rating.add_lines(session, rating.LINE_COLUMNS, lines(session, run_id, period, some))

        def charge_singly(some: Sequence[UUID]) -> None:
            with patch.object(rating, "load_rows", inserted):
                charge(some)

        def post(some: Sequence[UUID]) -> None:
            ledger.post(session, entries(session, period, some))
            as_at_commit(session)

        def post_singly(some: Sequence[UUID]) -> None:
            for entry in entries(session, period, some):
                ledger.post(session, [entry])
            as_at_commit(session)

        ways = {"charge lines": (charge, charge_singly), LEDGER: (post, post_singly)}
        found = {}
        for what, (together, singly) in ways.items():
            found[what] = measured(partial(together, parties[:customers]))
            slow = measured(partial(singly, parties[customers:]))
            found[what] |= {"sample": sample, "sample_seconds": slow["seconds"]}
    return found


def as_at_commit(session: TenantSession) -> None:
    """Check what waits for the commit: that every entry has postings, and that they balance."""
    for when in ("IMMEDIATE", "DEFERRED"):
        session.execute(sa.text(f"SET CONSTRAINTS ALL {when}"))


def inserted(
    session: TenantSession, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """What `load_rows` does, one row at a time."""
    connection = cast(psycopg.Connection[Any], session.connection().connection.driver_connection)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    places = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table), names, places
    )
    with connection.cursor() as cursor:
        for row in rows:
            cursor.execute(statement, row)


@contextmanager
def an_operator() -> Iterator[TenantSession]:
    """A session of an operator on a server of its own, both gone afterwards."""
    # As a command does.
    seldom_look_for_cycles()
    folder = Path(tempfile.mkdtemp(prefix="saldo-bench-"))
    folder.chmod(0o755)
    settings = settings_from_environment()
    server = launcher.start(find_programs(settings.postgres), folder / "server")
    try:
        place = place_on(server, "bench")
        upgrade(place)
        home = replace(settings, data_folder=folder / "home", secret_key="bench")  # noqa: S106
        database = Database(place.application_url, home, HeldClock(NOON), SeededRandomness(1))
        with TenantSession(database, TENANT.id, SYSTEM) as session:
            directory.create_tenant(session, TENANT)
            yield session
            session.rollback()
        database.close()
    finally:
        launcher.stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def with_customers(session: TenantSession, count: int) -> list[UUID]:
    """That many customers, named by their numbers."""
    ids = session.ids.many(count)
    columns = (
        "tenant_id", "id", "kind", "code", "name", "country", "tax_id", "address", "email",
        "language", "currency", "time_zone", "created_at",
    )  # fmt: skip
    place = {"street": "Kai 2", "postcode": "20457", "city": "Hamburg", "country": "DE"}
    address = json.dumps(place)
    rows = (
        (
            session.tenant_id, party, "customer", f"C-{n}", f"Customer {n}", "DE", "", address, "",
            "en", "EUR", "Europe/Berlin", session.now(),
        )
        for n, party in enumerate(ids)
    )  # fmt: skip
    load_rows(session, "parties", columns, rows)
    return ids


def a_rating_run(session: TenantSession, period_id: UUID, rated_sha256: str | None = None) -> UUID:
    """The run that the lines come from."""
    counts = dict.fromkeys(("events", "rated", "suspended", "unbillable", "free"), 0)
    row = rating.RatingRunRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        period_id=period_id,
        rated_sha256=rated_sha256,
        snapshot_digest="0" * 64,
        rated_at=session.now(),
        **counts,
    )
    rating.add_run(session, row)
    return row.id


def same_on_all_lines(session: TenantSession, run_id: UUID, period_id: UUID) -> dict[str, object]:
    """Columns of charge lines of a customer that all benchmarks fill alike; others are null."""
    return dict.fromkeys(rating.LINE_COLUMNS) | {
        "tenant_id": session.tenant_id,
        "run_id": run_id,
        "period_id": period_id,
        "side": "customer",
        "direction": "receivable",
        "traffic_direction": "outgoing",
        "trunk": "",
        "band": "",
        "case_name": "",
        "per": "",
        "currency": "EUR",
        "free_units": 0,
        "tax_category": "standard",
        "starts_on": FIRST,
        "ends_on": LAST,
        "batch_set": None,
    }


def lines(
    session: TenantSession, run_id: UUID, period_id: UUID, parties: Sequence[UUID]
) -> Iterator[list[object]]:
    """Ten lines of each customer, each for calls to another country."""
    same = same_on_all_lines(session, run_id, period_id) | {
        "service": "voice",
        "product": "VOICE",
        "events": 30,
        "quantity": 30,
        "seconds": 5400,
        "billed_units": 5400,
    }
    ids = iter(session.ids.many(len(parties) * LINES_EACH))
    for party in parties:
        for number in range(LINES_EACH):
            amount = Decimal(100 + number).scaleb(-2)
            own = {
                "id": next(ids),
                "party_id": party,
                "destination": f"Destination {number}",
                "unit_price": amount,
                "amount_3600": amount * 3600,
                "amount": amount,
            }
            yield [(same | own)[name] for name in rating.LINE_COLUMNS]


def entries(session: TenantSession, period_id: UUID, parties: Sequence[UUID]) -> list[Entry]:
    """One invoice of each customer: what was unbilled and the tax become receivable."""
    return [
        Entry(
            source_type="document",
            source_id=session.ids.new(),
            purpose="issue",
            period_id=period_id,
            booked_on=LAST,
            narrative="invoice",
            postings=(
                debit(Account.RECEIVABLE, money("12.43 EUR"), party),
                credit(Account.UNBILLED_RECEIVABLE, money("10.45 EUR"), party),
                credit(Account.VAT_PAYABLE, money("1.98 EUR"), party),
            ),
        )
        for party in parties
    ]


if __name__ == "__main__":
    main()
