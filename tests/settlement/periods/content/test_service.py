"""The digest of what a period says: of every column of every row, in any order, in its form."""

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest
import sqlalchemy as sa

from settlement.periods import service as periods
from settlement.periods.content import store
from settlement.periods.content.service import (
    AS_JSON,
    FORM,
    WITH_BATCHES,
    content_digest,
    digest_of_groups,
)
from tenants.clock import HeldClock
from tenants.digest import digest
from tenants.directory.service import create_tenant
from tenants.persistence import launcher
from tenants.persistence.database import Database, Place
from tenants.principal import SYSTEM
from tenants.randomness import SeededRandomness
from tenants.session import TenantSession, reading, transaction
from tenants.settings import settings_from_environment
from tests.conftest import NOON, copy_of_template
from tests.settlement.insight.builders import TENANT, Intruder
from tests.settlement.periods.test_frozen_lines import TABLES, a_closed_line, a_line
from tests.world import a_tenant

P1 = "P1 a closed period says what it said"

# Another value of each type; and of texts of which only some are allowed.
OTHERWISE = {
    "uuid": "gen_random_uuid()",
    "text": "coalesce({}, '') || 'x'",
    "character": "'XXX'",
    "numeric": "coalesce({}, 0) + 0.000000000001",
    "bigint": "{} + 1",
    "integer": "{} + 1",
    "date": "{} + 1",
    "jsonb": "'[1]'",
    "ARRAY": "ARRAY[gen_random_uuid()]",
}
CHOSEN = {"side": "'carrier'", "direction": "'payable'", "fraction": "'1/3'"}


@pytest.fixture(scope="module")
def books(
    server: launcher.Server, template: Place, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The empty books of tenant alpha, opened as the owner of the schema."""
    assert template
    place = copy_of_template(server, "digested")
    settings = replace(settings_from_environment(), data_folder=tmp_path_factory.mktemp("home"))
    opened = Database(place.owner_url, settings, HeldClock(NOON), SeededRandomness(1))
    with transaction(opened, TENANT, SYSTEM, "tenants.create") as session:
        create_tenant(session, a_tenant("alpha"))
    yield opened
    opened.close()


@pytest.fixture
def session(books: Database) -> Iterator[TenantSession]:
    """A session that an intruder may do anything with, until all of it is rolled back."""
    with reading(books, TENANT, SYSTEM) as session:
        yield session


def columns_of(session: TenantSession, table: str) -> list[tuple[str, str]]:
    """The columns of a table that are told, and their types."""
    rows = session.execute(
        sa.text(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_name = :table AND column_name <> 'document_id'"
        ),
        {"table": table},
    )
    return [(row.column_name, row.data_type) for row in rows]


@pytest.mark.parametrize("form", [AS_JSON, WITH_BATCHES, FORM])
@pytest.mark.parametrize("table", TABLES)
def test_the_digest_tells_of_a_change_of_any_column(session: TenantSession, table: str, form: int):
    a_closed_line_of_a_batch(session, table)
    columns = columns_of(session, table)
    october = periods.period(session, "2026-10").id
    intruder = Intruder(session)
    before = content_digest(session, october, form)
    untold = []

    for column, kind in columns:
        value = CHOSEN.get(column, OTHERWISE[kind].format(column))
        intruder.run("SAVEPOINT unchanged")
        intruder.run(f"UPDATE {table} SET {column} = {value}")
        if content_digest(session, october, form) == before:
            untold.append(column)
        intruder.run("ROLLBACK TO unchanged")

    assert untold == []
    assert content_digest(session, october, form) == before


def a_closed_line_of_a_batch(session: TenantSession, table: str) -> None:
    """A line of a period that has closed since; a charge line came from a batch."""
    periods.open_period(session, "2026-10")
    batches = {}
    if table == "charge_lines":
        batches = {"batch_set": a_line(session, "batch_sets")}
    a_line(session, table, **batches)
    periods.close(session, "2026-10")


@pytest.mark.parametrize("form", [AS_JSON, WITH_BATCHES, FORM])
@pytest.mark.parametrize(
    "fault",
    ["UPDATE batch_sets SET batch_ids = ARRAY[gen_random_uuid()]", "DELETE FROM batch_sets"],
)
def test_the_digest_tells_of_other_batches(session: TenantSession, form: int, fault: str):
    a_closed_line_of_a_batch(session, "charge_lines")
    october = periods.period(session, "2026-10").id
    before = content_digest(session, october, form)

    Intruder(session).run(fault)

    assert content_digest(session, october, form) != before


def test_a_line_of_the_first_form_says_its_batches_and_no_more_than_it_said_then(
    session: TenantSession,
):
    a_closed_line_of_a_batch(session, "charge_lines")
    october = periods.period(session, "2026-10").id

    told = session.scalar(sa.text(store.AS_JSON), {"period_id": october})

    line = json.loads(told.removeprefix("charge "))
    batches = session.scalar(sa.text("SELECT batch_ids FROM batch_sets"))
    assert line["batch_ids"] == list(map(str, batches))
    later = {"case_name", "per", "reason", "charge_id", "derivation", "document_id", "batch_set"}
    assert not later & line.keys()


def test_the_second_form_had_the_batches_in_the_line(session: TenantSession):
    a_closed_line_of_a_batch(session, "charge_lines")
    october = periods.period(session, "2026-10").id
    session.execute(
        sa.text(
            "CREATE TEMPORARY TABLE before ON COMMIT DROP AS"
            " SELECT c.*, s.batch_ids FROM charge_lines c JOIN batch_sets s"
            " ON s.id = c.batch_set"
        )
    )
    columns = ", ".join("batch_ids" if each == "batch_set" else each for each in store.CHARGE)
    row = session.scalar(
        sa.text(f"SELECT record_send(ROW('charge'::text, {columns})) FROM before")  # noqa: S608 - the columns are our own.
    )

    found = content_digest(session, october, WITH_BATCHES)

    assert found == sha256(sha256(row).digest()).hexdigest()


def test_the_digest_does_not_depend_on_where_rows_lie(session: TenantSession):
    first = a_closed_line_and_another(session)
    october = periods.period(session, "2026-10").id
    before = content_digest(session, october)

    Intruder(session).run(f"UPDATE charge_lines SET service = service WHERE id = '{first}'")

    assert content_digest(session, october) == before


def a_closed_line_and_another(session: TenantSession) -> str:
    """The first of two lines of a period that has closed since."""
    periods.open_period(session, "2026-10")
    first = a_line(session, "charge_lines")
    a_line(session, "charge_lines")
    periods.close(session, "2026-10")
    return str(first)


def test_the_digest_tells_of_a_row_less(session: TenantSession):
    first = a_closed_line_and_another(session)
    october = periods.period(session, "2026-10").id
    before = content_digest(session, october)

    Intruder(session).run(f"DELETE FROM charge_lines WHERE id = '{first}'")

    assert content_digest(session, october) != before


def test_a_period_is_closed_in_the_present_form(session: TenantSession):
    a_closed_line(session, "charge_lines")

    closed = periods.period(session, "2026-10")

    assert closed.digest_form == FORM
    assert closed.digest == content_digest(session, closed.id)


def as_before(intruder: Intruder, session: TenantSession) -> None:
    """Have October closed by the release that knew the first form only."""
    october = periods.period(session, "2026-10").id
    digest = content_digest(session, october, AS_JSON)
    intruder.run(f"UPDATE periods SET digest = '{digest}', digest_form = DEFAULT")
    session.expire_all()


def test_what_was_closed_in_the_first_form_is_told_in_it(session: TenantSession):
    a_closed_line(session, "charge_lines")
    intruder = Intruder(session)
    as_before(intruder, session)

    assert P1 not in {finding.check for finding in intruder.findings()}


def test_a_change_of_what_was_closed_in_the_first_form_is_found(session: TenantSession):
    a_closed_line(session, "charge_lines")
    intruder = Intruder(session)
    as_before(intruder, session)

    intruder.run("UPDATE charge_lines SET amount = amount + 0.01")

    assert P1 in {finding.check for finding in intruder.findings()}


def test_digests_count_in_ascending_order_however_they_come():
    low, high, other = b"\x01" * 32, b"\x01" * 31 + b"\x02", b"\x07" * 32

    found = digest_of_groups([high + low, other])

    assert found == sha256(low + high + other).hexdigest()
    assert found == digest_of_groups([low + high, other])


def test_nothing_has_a_digest_too():
    assert digest_of_groups([]) == sha256(b"").hexdigest()


@pytest.mark.parametrize(
    "text",
    ['charge {"name": "A \\"B\\" \\\\ C"}', "Łódź, Köln, Омск 😀", "\t\n\r\b\f\x1f\x7f/", ""],
)
def test_the_database_digests_a_text_as_everything_else_does(session: TenantSession, text: str):
    query = sa.select(sa.text(store.DIGEST.format("cast(:text AS text)")))

    assert session.scalar(query, {"text": text}) == digest(text)
