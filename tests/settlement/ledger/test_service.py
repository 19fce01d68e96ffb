"""The book: balanced in code and in the database, append-only, chained, one entry per cause."""

import datetime as dt
import threading
import time
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from currencies.money import money, shown
from settlement.ledger import service
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, Unbalanced, credit, debit
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import TenantSession, transaction
from tests.settlement.books import a_party, a_period
from tests.world import a_tenant

LAST_OF_OCTOBER = dt.date(2026, 10, 31)
ALPHA = a_tenant("alpha").id


def an_entry(
    period_id: UUID, amount: str = "10.00 PLN", cause: int = 1, party_id: UUID | None = None
) -> Entry:
    return Entry(
        source_type="charge",
        source_id=UUID(int=cause),
        purpose="accrual",
        period_id=period_id,
        booked_on=LAST_OF_OCTOBER,
        narrative="October usage",
        postings=(
            debit(Account.UNBILLED_RECEIVABLE, money(amount), party_id),
            credit(Account.REVENUE, money(amount), party_id),
        ),
    )


def balances(session: TenantSession) -> list[tuple[str, str]]:
    return [(line.account.value, shown(line.amount)) for line in service.balances(session)]


def test_a_posting_shows_in_the_balances_of_its_party(session: TenantSession):
    period_id, party_id = a_period(session), a_party(session)

    service.post(session, [an_entry(period_id, party_id=party_id)])

    assert [
        (line.account, line.party_id, shown(line.amount)) for line in service.balances(session)
    ] == [
        (Account.REVENUE, party_id, "-10.00 PLN"),
        (Account.UNBILLED_RECEIVABLE, party_id, "10.00 PLN"),
    ]


def test_entries_are_numbered_from_one_without_gaps(session: TenantSession):
    period_id = a_period(session)

    first = service.post(session, [an_entry(period_id, cause=1), an_entry(period_id, cause=2)])
    second = service.post(session, [an_entry(period_id, cause=3)])

    assert [booked.n for booked in first + second] == [1, 2, 3]


def test_the_same_cause_is_booked_once(session: TenantSession):
    period_id = a_period(session)

    first = service.post(session, [an_entry(period_id)])
    again = service.post(session, [an_entry(period_id), an_entry(period_id)])

    assert again == [first[0], first[0]]
    assert balances(session) == [
        ("revenue", "-10.00 PLN"),
        ("unbilled_receivable", "10.00 PLN"),
    ]


def test_the_same_cause_with_another_figure_is_refused(session: TenantSession):
    period_id = a_period(session)
    service.post(session, [an_entry(period_id, "10.00 PLN")])

    with pytest.raises(service.PostedDifferently):
        service.post(session, [an_entry(period_id, "11.00 PLN")])


def test_a_reversal_leaves_nothing_and_happens_once(session: TenantSession):
    period_id = a_period(session)
    booked = service.post(session, [an_entry(period_id)])[0]

    undone = service.reverse(session, booked.id, period_id, LAST_OF_OCTOBER)

    assert undone.entry.reverses_id == booked.id
    assert balances(session) == [("revenue", "0.00 PLN"), ("unbilled_receivable", "0.00 PLN")]
    with pytest.raises(service.AlreadyReversed):
        service.reverse(session, booked.id, period_id, LAST_OF_OCTOBER)


def test_reversing_an_unknown_entry_says_so(session: TenantSession):
    with pytest.raises(service.NoSuchEntry):
        service.reverse(session, UUID(int=9), a_period(session), LAST_OF_OCTOBER)


def test_the_trial_balance_adds_up_in_each_currency(session: TenantSession):
    period_id = a_period(session)

    service.post(session, [an_entry(period_id, "10.00 PLN", 1), an_entry(period_id, "3 JPY", 2)])

    assert [
        (line.account.value, shown(line.debits), shown(line.credits))
        for line in service.trial_balance(session)
    ] == [
        ("revenue", "0 JPY", "3 JPY"),
        ("revenue", "0.00 PLN", "10.00 PLN"),
        ("unbilled_receivable", "3 JPY", "0 JPY"),
        ("unbilled_receivable", "10.00 PLN", "0.00 PLN"),
    ]


def test_an_unbalanced_entry_is_refused_before_the_database(session: TenantSession):
    entry = an_entry(a_period(session))
    lopsided = replace(entry, postings=entry.postings[:1])

    with pytest.raises(Unbalanced):
        service.post(session, [lopsided])

    assert service.balances(session) == []


def test_ten_thousand_entries_are_one_set_after_a_few(session: TenantSession):
    period_id = a_period(session)
    # The first few leave plans in the connection that were made for a book of a single page.
    for cause in range(1, 11):
        service.post(session, [an_entry(period_id, cause=cause)])
    read_before = rows_read(session, "ledger_entries")

    service.post(session, [an_entry(period_id, cause=cause) for cause in range(11, 10_001)])

    assert balances(session)[0] == ("revenue", "-100000.00 PLN")
    # Each cause is looked for among the few, which are one page. A check that goes through the
    # whole book for each posting would read fifty million rows.
    assert rows_read(session, "ledger_entries") - read_before < 150_000


def test_entries_that_are_begun_are_linked_and_kept_as_if_posted_at_once(session: TenantSession):
    period_id = a_period(session)
    [first] = service.post(session, [an_entry(period_id, cause=1)])
    entries = [an_entry(period_id, cause=cause) for cause in (2, 1, 3, 2)]

    begun = service.begin_posting(session, entries)
    linked = begun.linked()

    assert [(each.n, each.entry.cause) for each in linked] == [
        (2, entries[0].cause),
        (3, entries[2].cause),
    ]
    kept = service.keep(session, begun, linked)
    assert kept == [linked[0], first, linked[1], linked[0]]
    assert service.verify_chain(session) == []


def test_what_is_booked_already_is_found_without_reading_the_book(session: TenantSession):
    period_id = a_period(session)
    service.post(session, [an_entry(period_id, cause=cause) for cause in range(1, 1_001)])
    some = [an_entry(period_id, cause=cause) for cause in (7, 5, 2_000)]
    read_before = rows_read(session, "ledger_entries")

    places = [booked.n for booked in service.post(session, some)]

    assert places == [7, 5, 1_001]
    # The two, the last of the book, and the new one for each of its postings.
    assert rows_read(session, "ledger_entries") - read_before < 10


def rows_read(session: TenantSession, table: str) -> int:
    """How many rows of a table this transaction has read so far, from an index or the table."""
    counted = sa.text(
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = :table"
    )
    return int(session.execute(counted, {"table": table}).scalar_one())


def test_the_chain_holds_for_what_was_posted(session: TenantSession):
    period_id, party_id = a_period(session), a_party(session)
    service.post(session, [an_entry(period_id, "0.005 PLN", 1), an_entry(period_id, "7 JPY", 2)])
    service.post(session, [an_entry(period_id, "1.00 PLN", 3, party_id)])

    assert service.verify_chain(session) == []
    assert [booked.n for booked in service.journal(session)] == [1, 2, 3]


@pytest.fixture
def october(database: Database) -> UUID:
    """The tenant alpha with an open October, committed."""
    with transaction(database, ALPHA, SYSTEM, "test.set_up") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        return a_period(session)


def post(database: Database, entry: Entry) -> None:
    with transaction(database, ALPHA, SYSTEM, "test.post") as session:
        service.post(session, [entry])


def test_the_database_refuses_an_unbalanced_entry_by_itself(
    database: Database, october: UUID, owner: psycopg.Connection
):
    post(database, an_entry(october))

    with pytest.raises(psycopg.errors.CheckViolation, match="does not balance"):
        owner.execute(
            "INSERT INTO ledger_postings (tenant_id, entry_id, line, account, side, amount,"
            " currency) SELECT tenant_id, id, 3, 'bank', 'debit', 0.01, 'PLN' FROM ledger_entries"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_postings SET amount = 1",
        "DELETE FROM ledger_postings",
        "UPDATE ledger_entries SET narrative = 'other'",
        "DELETE FROM ledger_entries",
    ],
)
def test_nobody_changes_the_book_not_even_the_owner(
    database: Database, october: UUID, owner: psycopg.Connection, statement: str
):
    post(database, an_entry(october))

    with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
        owner.execute(statement)
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        transaction(database, ALPHA, SYSTEM, "test.tamper") as session,
    ):
        session.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        (
            "UPDATE ledger_postings SET amount = 9 WHERE entry_id ="
            " (SELECT id FROM ledger_entries WHERE n = 2)",
            [(2, "was changed after it was booked")],
        ),
        (
            "UPDATE ledger_entries SET booked_on = '2026-10-30' WHERE n = 1",
            [(1, "was changed after it was booked")],
        ),
        (
            "UPDATE ledger_entries SET hash = repeat('f', 64) WHERE n = 2",
            [(2, "was changed after it was booked"), (3, "does not follow the entry before it")],
        ),
        (
            "DELETE FROM ledger_postings WHERE entry_id ="
            " (SELECT id FROM ledger_entries WHERE n = 2);"
            "DELETE FROM ledger_entries WHERE n = 2",
            [
                (3, "number 2 is missing before 3"),
                (3, "does not follow the entry before it"),
            ],
        ),
    ],
)
def test_what_a_superuser_changes_is_found_by_the_chain(
    database: Database,
    october: UUID,
    owner: psycopg.Connection,
    tampering: str,
    found: list[tuple[int, str]],
):
    for cause in (1, 2, 3):
        post(database, an_entry(october, cause=cause))

    for table in ("ledger_entries", "ledger_postings"):
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    owner.execute(tampering)

    with transaction(database, ALPHA, SYSTEM, "test.verify") as session:
        assert [(each.n, each.reason) for each in service.verify_chain(session)] == found


def test_two_postings_at_once_keep_one_chain(database: Database, october: UUID):
    both = threading.Barrier(2)

    def run(first_cause: int) -> None:
        both.wait()
        for cause in range(first_cause, first_cause + 10):
            post(database, an_entry(october, cause=cause))

    threads = [threading.Thread(target=run, args=(cause,)) for cause in (1, 101)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with transaction(database, ALPHA, SYSTEM, "test.verify") as session:
        assert service.verify_chain(session) == []
        assert [booked.n for booked in service.journal(session)] == list(range(1, 21))


def test_a_posting_that_races_the_close_waits_and_is_refused(database: Database, october: UUID):
    refused = []

    def post_late() -> None:
        try:
            post(database, an_entry(october))
        except service.PeriodNotOpen as error:
            refused.append(error)

    late = threading.Thread(target=post_late)
    with transaction(database, ALPHA, SYSTEM, "test.close") as session:
        service.hold_book(session)
        session.execute(
            sa.text("UPDATE periods SET status = 'closed', closed_at = now() WHERE id = :id"),
            {"id": october},
        )
        late.start()
        time.sleep(0.3)
        assert late.is_alive(), "the posting waits for the close"
    late.join()

    assert len(refused) == 1
    with transaction(database, ALPHA, SYSTEM, "test.verify") as session:
        assert service.balances(session) == []


def test_the_database_refuses_a_closed_period_by_itself(
    database: Database, october: UUID, owner: psycopg.Connection
):
    post(database, an_entry(october))
    owner.execute("UPDATE periods SET status = 'closed', closed_at = now()")

    with pytest.raises(psycopg.errors.CheckViolation, match="is not open for entries"):
        owner.execute(
            "INSERT INTO ledger_entries (tenant_id, id, n, period_id, booked_on, source_type,"
            " source_id, purpose, narrative, previous_hash, hash, recorded_at)"
            " SELECT tenant_id, gen_random_uuid(), 2, period_id, booked_on, 'late', id, 'late',"
            " '', hash, hash, recorded_at FROM ledger_entries"
        )
