"""Charge lines and shares of a closed period stay as they were: the database refuses."""

import threading
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, ProgrammingError

from settlement.periods import service
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import TenantSession, transaction
from tests.settlement.books import (
    a_charge_line,
    a_party,
    a_period,
    a_rating_run,
    a_share,
    an_agreement,
    insert,
)
from tests.world import a_tenant

TABLES = ["charge_lines", "shares"]
FROZEN = [*TABLES, "batch_sets"]


def a_line(session: TenantSession, table: str, code: str = "2026-10", **changes: object) -> UUID:
    """One more line of the period in the table."""
    period = service.period(session, code)
    if table == "batch_sets":
        batches = f"{{{session.ids.new()}}}"
        return insert(session, table, period_id=period.id, batch_ids=batches)
    run = a_rating_run(session, period.id)
    party = a_party(session, f"P-{run}", "partner")
    if table == "charge_lines":
        return a_charge_line(session, run, period.id, party, "10.00", **changes)
    agreement, terms = an_agreement(session, party, f"RS-{run}")
    return a_share(session, run, period.id, terms, agreement, party, "10.00")


def a_closed_line(session: TenantSession, table: str) -> UUID:
    """A line of a period that has closed since."""
    a_period(session)
    line = a_line(session, table)
    service.close(session, "2026-10")
    return line


def a_document(session: TenantSession, status: str = "issued", number: str | None = "FV/1") -> UUID:
    """A document of nothing."""
    return insert(
        session,
        "documents",
        kind="invoice",
        status=status,
        number=number,
        party_id=a_party(session, "C-9"),
        language="en",
        currency="PLN",
        amount_net=0,
        amount_tax=0,
        amount_gross=0,
        content={},
        purpose="billing",
    )


def change(session: TenantSession, table: str, what: str, line: UUID) -> int:
    """Change the line; how many rows it was."""
    done = session.execute(sa.text(f"UPDATE {table} SET {what} WHERE id = :id"), {"id": line})
    return int(getattr(done, "rowcount", 0))


@pytest.mark.parametrize("table", FROZEN)
def test_a_closed_period_takes_no_more_lines(session: TenantSession, table: str):
    a_closed_line(session, table)

    with pytest.raises(IntegrityError, match=f"period 2026-10 is closed: its {table} stay"):
        a_line(session, table)


@pytest.mark.parametrize("table", FROZEN)
def test_a_closed_period_loses_no_line(session: TenantSession, table: str):
    a_closed_line(session, table)

    with pytest.raises(IntegrityError, match=f"period 2026-10 is closed: its {table} stay"):
        session.execute(sa.text(f"DELETE FROM {table}"))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "what",
    [
        "amount = 10.01",
        "amount = 10.01, document_id = gen_random_uuid()",
        "corrects_period_id = period_id",
        "product = 'other'",
        "events = 0",
        "id = gen_random_uuid()",
    ],
)
def test_nothing_of_a_closed_line_changes(session: TenantSession, table: str, what: str):
    line = a_closed_line(session, table)

    with pytest.raises(IntegrityError, match=f"a line of {table} never changes"):
        change(session, table, what, line)


def test_a_set_of_batches_never_changes(session: TenantSession):
    a_closed_line(session, "batch_sets")

    with pytest.raises(ProgrammingError, match="permission denied for table batch_sets"):
        session.execute(sa.text("UPDATE batch_sets SET batch_ids = batch_ids"))


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_watched_but_the_document(session: TenantSession, table: str):
    """A column that is added later is watched too: make the trigger `only_borne` anew with it."""
    watched = """
        SELECT a.attname FROM pg_trigger t
        JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr::int2[])
        WHERE t.tgname = 'only_borne' AND t.tgrelid = CAST(:table AS regclass)
    """
    columns = "SELECT column_name FROM information_schema.columns WHERE table_name = :table"

    found = set(session.scalars(sa.text(watched), {"table": table}))

    assert found == set(session.scalars(sa.text(columns), {"table": table})) - {"document_id"}


@pytest.mark.parametrize("table", TABLES)
def test_a_document_bears_a_closed_line_once(session: TenantSession, table: str):
    line = a_closed_line(session, table)
    document = f"document_id = '{a_document(session)}'"

    assert change(session, table, document, line) == 1
    assert change(session, table, document, line) == 1, "saying it again changes nothing"
    for another in ("document_id = gen_random_uuid()", "document_id = NULL"):
        with pytest.raises(IntegrityError, match="may bear it once"), session.begin_nested():
            change(session, table, another, line)


@pytest.mark.parametrize("table", TABLES)
def test_what_is_no_document_bears_no_line(session: TenantSession, table: str):
    line = a_closed_line(session, table)

    with pytest.raises(IntegrityError, match="document"):
        change(session, table, "document_id = gen_random_uuid()", line)


def test_a_held_document_bears_no_charge_line(session: TenantSession):
    line = a_closed_line(session, "charge_lines")
    held = a_document(session, status="held", number=None)

    with pytest.raises(IntegrityError, match="is no issued document"):
        change(session, "charge_lines", f"document_id = '{held}'", line)


def test_a_charge_line_does_not_come_with_what_is_no_document(session: TenantSession):
    period = a_period(session)
    run, party = a_rating_run(session, period), a_party(session, "P-1", "partner")

    with pytest.raises(IntegrityError, match="is no issued document"):
        a_charge_line(session, run, period, party, "10.00", document_id=session.ids.new())


@pytest.mark.parametrize("table", TABLES)
def test_a_line_cannot_be_moved_behind_a_close(session: TenantSession, table: str):
    a_closed_line(session, table)
    line = a_line(session, table, "2026-11")

    with pytest.raises(IntegrityError, match="never changes"):
        change(session, table, "period_id = (SELECT id FROM periods WHERE code = '2026-10')", line)


@pytest.mark.parametrize("table", TABLES)
def test_lines_of_an_open_period_are_replaced_as_a_whole(session: TenantSession, table: str):
    a_closed_line(session, table)
    line = a_line(session, table, "2026-11")

    gone = session.execute(sa.text(f"DELETE FROM {table} WHERE id = :id"), {"id": line})

    assert getattr(gone, "rowcount", 0) == 1


def test_a_line_on_its_way_in_waits_for_a_close_in_progress(database: Database):
    tenant = a_tenant("alpha")
    with transaction(database, tenant.id, SYSTEM, "test.set_up") as session:
        directory.create_tenant(session, tenant)
        a_period(session)
    refused = []

    def add() -> None:
        try:
            with transaction(database, tenant.id, SYSTEM, "test.rate") as session:
                a_line(session, "charge_lines")
        except IntegrityError as error:
            refused.append(str(error))

    adding = threading.Thread(target=add)
    with transaction(database, tenant.id, SYSTEM, "test.close") as session:
        # The barest close there is: it holds no more of the row than a change of status takes.
        session.execute(
            sa.text("UPDATE periods SET status = 'closed', closed_at = now(), closed_by = 'ana'")
        )
        adding.start()
        adding.join(0.3)
        assert adding.is_alive(), "the line waits for the close"
    adding.join()

    assert "period 2026-10 is closed" in refused[0]
