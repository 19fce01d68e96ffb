"""What a posting names is there and is the same tenant's: the database refuses all else."""

import datetime as dt
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from currencies.money import money
from settlement.ledger import service
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import TenantSession, transaction
from tests.settlement.books import a_party, a_period
from tests.world import a_tenant

NOTHING = UUID(int=2**64)
# Both sides of an entry once more, so that it still balances, under what is named instead.
AGAIN = """
    INSERT INTO ledger_postings (tenant_id, entry_id, line, account, party_id, side, amount,
                                 currency)
    SELECT tenant_id, {entry}::uuid, line + 2, account, {party}::uuid, side, amount, currency
    FROM ledger_postings
"""


def post(session: TenantSession, period_id: UUID, party_id: UUID) -> UUID:
    """An entry of 10 PLN of a party."""
    amount = money("10.00 PLN")
    entry = Entry(
        source_type="charge",
        source_id=UUID(int=1),
        purpose="accrual",
        period_id=period_id,
        booked_on=dt.date(2026, 10, 31),
        narrative="",
        postings=(
            debit(Account.UNBILLED_RECEIVABLE, amount, party_id),
            credit(Account.REVENUE, amount, party_id),
        ),
    )
    return service.post(session, [entry])[0].id


def again(**named: object) -> str:
    """The statement that posts an entry once more, under an entry or a party that is named."""
    said = {column: "NULL" if value is None else f"'{value}'" for column, value in named.items()}
    return AGAIN.format(**({"entry": "entry_id", "party": "party_id"} | said))


@pytest.mark.parametrize("what", ["entry", "party"])
def test_a_posting_does_not_name_what_is_not_there(session: TenantSession, what: str):
    post(session, a_period(session), a_party(session))

    with pytest.raises(IntegrityError, match=f"{what}_id {NOTHING} is not there"):
        session.execute(sa.text(again(**{what: NOTHING})))


def test_a_posting_may_name_no_party(session: TenantSession):
    post(session, a_period(session), a_party(session))

    session.execute(sa.text(again(party=None)))

    assert session.scalar(sa.text("SELECT count(party_id) FROM ledger_postings")) == 2


def test_every_column_that_names_something_is_checked(session: TenantSession):
    """A column that is added later and names something is checked too: name it in the trigger."""
    columns = """
        SELECT column_name FROM information_schema.columns
        WHERE table_name = 'ledger_postings' AND data_type = 'uuid'
    """

    assert set(session.scalars(sa.text(columns))) == {"tenant_id", "entry_id", "party_id"}


@pytest.mark.parametrize("what", ["entry", "party"])
def test_not_even_the_owner_posts_to_what_is_another_tenants(
    database: Database, owner: psycopg.Connection, what: str
):
    """The owner sees past row security; the check tells tenants apart all the same."""
    found = {}
    for code in ("alpha", "beta"):
        tenant = a_tenant(code)
        with transaction(database, tenant.id, SYSTEM, "test.set_up") as session:
            directory.create_tenant(session, tenant)
            party = a_party(session)
            found[code] = {"entry": post(session, a_period(session), party), "party": party}
    theirs = found["beta"][what]
    own = f" WHERE tenant_id = '{a_tenant('alpha').id}'"

    with pytest.raises(psycopg.errors.ForeignKeyViolation, match=f"{what}_id {theirs}"):
        owner.execute((again(**{what: theirs}) + own).encode())


def test_an_entry_without_postings_does_not_come_to_stay(
    database: Database, owner: psycopg.Connection
):
    tenant = a_tenant("alpha")
    with transaction(database, tenant.id, SYSTEM, "test.set_up") as session:
        directory.create_tenant(session, tenant)
        post(session, a_period(session), a_party(session))

    with pytest.raises(psycopg.errors.CheckViolation, match="does not balance"):
        owner.execute(
            "INSERT INTO ledger_entries (tenant_id, id, n, period_id, booked_on, source_type,"
            " source_id, purpose, narrative, previous_hash, hash, recorded_at)"
            " SELECT tenant_id, gen_random_uuid(), 2, period_id, booked_on, 'other', id, 'other',"
            " '', hash, hash, recorded_at FROM ledger_entries"
        )


@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET id = gen_random_uuid()"])
@pytest.mark.parametrize("table", ["ledger_entries", "parties", "periods"])
def test_what_the_book_names_stays(
    database: Database, owner: psycopg.Connection, table: str, change: str
):
    tenant = a_tenant("alpha")
    with transaction(database, tenant.id, SYSTEM, "test.set_up") as session:
        directory.create_tenant(session, tenant)
        post(session, a_period(session), a_party(session))

    with pytest.raises(psycopg.errors.IntegrityError, match="stays|append-only"):
        owner.execute(change.format(table).encode())
