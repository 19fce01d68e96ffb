"""What a charge line names is there and is the same tenant's: the database refuses all else."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.persistence.loading import MANY, load_rows
from tenants.principal import SYSTEM
from tenants.session import TenantSession, reading, transaction
from tests.settlement.books import a_charge_line, a_party, a_period, a_rating_run
from tests.world import a_tenant

NAMED = {
    "run_id": "rating_runs",
    "period_id": "periods",
    "corrects_period_id": "periods",
    "party_id": "parties",
    "subscription_id": "subscriptions",
    "agreement_id": "agreements",
    "terms_id": "terms",
    "tariff_version_id": "tariff_versions",
    "charge_id": "individual_charges",
    "batch_set": "batch_sets",
}
NOTHING = UUID(int=2**64)
COLUMNS = (
    "tenant_id", "id", "run_id", "period_id", "side", "direction", "party_id", "service",
    "currency", "events", "seconds", "billed_units", "amount_3600", "amount", "starts_on",
    "ends_on",
)  # fmt: skip


def what_is_there(session: TenantSession) -> dict[str, UUID]:
    """A period, a rating of it and a customer."""
    period = a_period(session)
    return {
        "run_id": a_rating_run(session, period),
        "period_id": period,
        "party_id": a_party(session),
    }


def rows(tenant_id: UUID, named: dict[str, UUID], count: int) -> list[tuple[object, ...]]:
    """So many lines with COLUMNS that name the same."""
    facts = {
        "tenant_id": tenant_id, "side": "customer", "direction": "receivable", "service": "voice",
        "currency": "PLN", "events": 1, "seconds": 60, "billed_units": 60,
        "amount_3600": Decimal(3600), "amount": Decimal(1), "starts_on": dt.date(2026, 10, 1),
        "ends_on": dt.date(2026, 11, 1),
    } | named  # fmt: skip
    numbered = (facts | {"id": UUID(int=number)} for number in range(count))
    return [tuple(line[name] for name in COLUMNS) for line in numbered]


@pytest.mark.parametrize("column", NAMED)
def test_a_line_does_not_name_what_is_not_there(session: TenantSession, column: str):
    named = what_is_there(session)

    with pytest.raises(IntegrityError, match=f"{column} {NOTHING} is not there"):
        a_charge_line(session, **{"amount": "1.00", **named, column: NOTHING})


def test_every_column_that_names_something_is_checked(session: TenantSession):
    """A column that is added later and names something is checked too: name it in the trigger."""
    columns = """
        SELECT column_name FROM information_schema.columns
        WHERE table_name = 'charge_lines' AND data_type = 'uuid'
    """

    found = set(session.scalars(sa.text(columns)))

    # Documents have a check of their own; what a contract is, its subscription says.
    assert found == {"tenant_id", "id", "document_id", "contract_id", *NAMED}


@pytest.mark.parametrize("column", ["run_id", "party_id"])
def test_one_of_many_lines_does_not_name_what_is_not_there(session: TenantSession, column: str):
    named = what_is_there(session)
    tenant_id = session.tenant_id
    right, wrong = rows(tenant_id, named, MANY), rows(tenant_id, named | {column: NOTHING}, MANY)

    with pytest.raises(psycopg.errors.ForeignKeyViolation, match=f"{column} {NOTHING}"):
        load_rows(session, "charge_lines", COLUMNS, [*right[1:], wrong[0]])


def test_many_lines_that_name_what_is_there_are_taken(session: TenantSession):
    lines = rows(session.tenant_id, what_is_there(session), MANY)

    load_rows(session, "charge_lines", COLUMNS, lines)

    assert session.scalar(sa.text("SELECT count(*) FROM charge_lines")) == MANY


@pytest.fixture
def two_tenants(database: Database) -> dict[str, dict[str, UUID]]:
    """What is there of alpha and of beta, committed."""
    found = {}
    for code in ("alpha", "beta"):
        tenant = a_tenant(code)
        with transaction(database, tenant.id, SYSTEM, "test.set_up") as session:
            directory.create_tenant(session, tenant)
            found[code] = what_is_there(session)
    return found


@pytest.mark.parametrize("column", ["run_id", "party_id"])
def test_nobody_names_what_is_another_tenants(
    database: Database, two_tenants: dict[str, dict[str, UUID]], column: str
):
    theirs = two_tenants["beta"][column]
    named = two_tenants["alpha"] | {column: theirs}

    with (
        pytest.raises(psycopg.errors.ForeignKeyViolation, match=f"{column} {theirs}"),
        transaction(database, a_tenant("alpha").id, SYSTEM, "test.rate") as session,
    ):
        load_rows(session, "charge_lines", COLUMNS, rows(session.tenant_id, named, 1))


@pytest.mark.parametrize("column", ["run_id", "party_id"])
def test_not_even_the_owner_copies_what_names_another_tenants(
    owner: psycopg.Connection, two_tenants: dict[str, dict[str, UUID]], column: str
):
    """The owner sees past row security; the check tells tenants apart all the same."""
    theirs = two_tenants["beta"][column]
    named = two_tenants["alpha"] | {column: theirs}
    copying = f"COPY charge_lines ({', '.join(COLUMNS)}) FROM STDIN"

    with (
        pytest.raises(psycopg.errors.ForeignKeyViolation, match=f"{column} {theirs}"),
        owner.cursor().copy(copying.encode()) as copy,
    ):
        copy.write_row(rows(a_tenant("alpha").id, named, 1)[0])


@pytest.mark.parametrize("table", ["parties", "periods", "rating_runs"])
@pytest.mark.parametrize(
    "change", ["DELETE FROM {}", "UPDATE {} SET id = gen_random_uuid()"], ids=["gone", "renamed"]
)
def test_what_lines_may_name_stays(
    owner: psycopg.Connection, two_tenants: dict[str, dict[str, UUID]], table: str, change: str
):
    assert two_tenants

    with pytest.raises(psycopg.errors.ForeignKeyViolation, match=f"a row of {table} stays"):
        owner.execute(change.format(table).encode())


def test_whatever_lines_may_name_is_kept_by_a_trigger(session: TenantSession):
    kept = """
        SELECT tgrelid::regclass::text FROM pg_trigger
        WHERE tgname = 'charge_lines_name_it' AND tgenabled = 'O'
    """

    # Sets of batches go with the lines that name them.
    assert set(session.scalars(sa.text(kept))) == set(NAMED.values()) - {"batch_sets"}


def test_a_row_that_lines_may_name_changes_otherwise(
    database: Database, owner: psycopg.Connection, two_tenants: dict[str, dict[str, UUID]]
):
    party = two_tenants["alpha"]["party_id"]

    owner.execute("UPDATE parties SET id = id, name = 'Nova' WHERE id = %s", (party,))

    with reading(database, a_tenant("alpha").id, SYSTEM) as session:
        assert session.scalar(sa.text("SELECT name FROM parties")) == "Nova"
