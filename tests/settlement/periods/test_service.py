"""A period closes once, with nothing missing or with a reason, and books what it owes."""

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest

from currencies.money import shown
from mediation.landing import service as landing
from mediation.sources import service as sources
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service
from settlement.periods.closing import PeriodStillOpen
from tenants.clock import HeldClock
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import TenantSession, reading, transaction
from tests.settlement.books import (
    a_batch,
    a_charge_line,
    a_party,
    a_rating_run,
    a_share,
    an_agreement,
    insert,
)
from tests.world import a_tenant

IN_OCTOBER = dt.datetime(2026, 10, 15, 12, tzinfo=dt.UTC)


def a_source(session: TenantSession) -> UUID:
    settings = {"file_numbers": "cdr_{number}.csv"}
    return sources.register_source(session, "pbx", "Exchange", "asterisk", settings).id


def landed(session: TenantSession, batch_id: UUID) -> None:
    insert(
        session,
        "landed_files",
        batch_id=batch_id,
        sha256="0" * 64,
        records=1,
        part=1,
        first_at=IN_OCTOBER,
        last_at=IN_OCTOBER,
        landed_at=session.now(),
    )


def suspended(session: TenantSession, batch_id: UUID, line: int = 1, **changes: object) -> UUID:
    facts: dict[str, object] = {
        "batch_id": batch_id,
        "line": line,
        "stage": "mediation",
        "reason": "BAD_NUMBER",
        "status": "open",
        "occurred_at": IN_OCTOBER,
        "suspended_at": session.now(),
    }
    return insert(session, "suspense", **(facts | changes))


def test_opening_a_period_twice_is_opening_it_once(session: TenantSession):
    first = service.open_period(session, "2026-10")

    assert service.open_period(session, "2026-10") == first
    assert [each.code for each in service.periods(session)] == ["2026-10"]


def test_an_instant_is_borne_by_the_period_of_its_local_day(session: TenantSession):
    october = service.open_period(session, "2026-10")
    november = service.open_period(session, "2026-11")

    late = dt.datetime(2026, 10, 31, 23, 0, tzinfo=dt.UTC)

    assert service.period_of(session, late) == november
    assert service.period_of(session, late - dt.timedelta(microseconds=1)) == october


def test_a_close_books_what_every_party_is_owed(session: TenantSession):
    october = service.open_period(session, "2026-10")
    run = a_rating_run(session, october.id)
    customer, partner = a_party(session, "C-1"), a_party(session, "P-1", "partner")
    carrier = a_party(session, "K-1", "carrier")
    agreement, terms = an_agreement(session, partner)
    a_charge_line(session, run, october.id, customer, "10.00")
    a_charge_line(session, run, october.id, customer, "2.50")
    a_charge_line(session, run, october.id, customer, "7.00", currency="EUR")
    a_charge_line(session, run, october.id, carrier, "3.00", side="carrier", direction="payable")
    a_charge_line(session, run, october.id, carrier, "4.00", side="carrier")
    a_share(session, run, october.id, terms, agreement, partner, "1.25")

    service.close(session, "2026-10")

    assert {
        (line.account, line.party_id, shown(line.amount)) for line in ledger.balances(session)
    } == {
        (Account.UNBILLED_RECEIVABLE, customer, "12.50 PLN"),
        (Account.REVENUE, customer, "-12.50 PLN"),
        (Account.UNBILLED_RECEIVABLE, customer, "7.00 EUR"),
        (Account.REVENUE, customer, "-7.00 EUR"),
        (Account.CARRIER_COST, carrier, "3.00 PLN"),
        (Account.CARRIER_ACCRUED, carrier, "-3.00 PLN"),
        (Account.CARRIER_UNBILLED, carrier, "4.00 PLN"),
        (Account.CARRIER_REVENUE, carrier, "-4.00 PLN"),
        (Account.PARTNER_COST, partner, "1.25 PLN"),
        (Account.PARTNER_ACCRUED, partner, "-1.25 PLN"),
    }


def test_a_closed_period_is_followed_by_an_open_one(session: TenantSession):
    service.open_period(session, "2026-10")

    closed = service.close(session, "2026-10")

    assert (closed.is_open, closed.closed_at, closed.closed_by) == (False, session.now(), "system")
    assert service.booking_period(session, dt.date(2026, 10, 31)).code == "2026-11"


def test_a_period_closes_once(session: TenantSession):
    service.open_period(session, "2026-10")
    service.close(session, "2026-10")

    with pytest.raises(service.PeriodClosed, match="closed since 2026-11-02"):
        service.close(session, "2026-10")
    with pytest.raises(service.PeriodClosed):
        service.open_period(session, "2026-10")


def test_a_period_is_not_closed_before_its_last_day_is_over(session: TenantSession):
    service.open_period(session, "2026-11")

    with pytest.raises(service.PeriodNotOver, match="ends on 2026-12-01"):
        service.close(session, "2026-11")


def test_periods_close_in_their_order(session: TenantSession):
    service.open_period(session, "2026-09")
    service.open_period(session, "2026-10")

    with pytest.raises(service.EarlierPeriodOpen, match="2026-09 is still open"):
        service.close(session, "2026-10")


Obstacle = Callable[[TenantSession], object]


def a_record_in_suspense(session: TenantSession) -> None:
    suspended(session, a_batch(session, a_source(session), "cdr_1.csv"))


def a_record_without_a_time(session: TenantSession) -> None:
    suspended(session, a_batch(session, a_source(session), "cdr_1.csv"), occurred_at=None)


def a_missing_file(session: TenantSession) -> None:
    source = a_source(session)
    for number in (101, 102, 104):
        a_batch(session, source, f"cdr_{number}.csv", sequence=number)


def a_quarantined_file(session: TenantSession) -> None:
    a_batch(session, a_source(session), "bad.csv", status="quarantined")


def a_silent_source(session: TenantSession) -> None:
    """It is due by 4 o'clock in Warsaw, 3 o'clock UTC in winter, and has never sent anything."""
    now, session.clock = session.clock, HeldClock(IN_OCTOBER)
    settings = {"zone": "Europe/Warsaw", "schedule": {"daily_by": "04:00"}}
    sources.register_source(session, "pbx", "Exchange", "asterisk", settings)
    session.clock = now


def a_batch_nobody_rated(session: TenantSession) -> None:
    landed(session, a_batch(session, a_source(session), "cdr_1.csv"))


OBSTACLES = [
    (a_record_in_suspense, "1 records are in suspense"),
    (a_record_without_a_time, "1 records are in suspense"),
    (a_missing_file, "files 103 of source pbx are missing"),
    (a_silent_source, "source pbx has been silent since 2026-11-02 03:00 UTC"),
    (a_quarantined_file, "files bad.csv are quarantined"),
    (a_batch_nobody_rated, "1 batches are not rated"),
]


@pytest.mark.parametrize(("obstacle", "said"), OBSTACLES)
def test_a_period_stays_open_while_something_is_missing(
    session: TenantSession, obstacle: Obstacle, said: str
):
    service.open_period(session, "2026-10")
    obstacle(session)

    with pytest.raises(PeriodStillOpen, match=said):
        service.close(session, "2026-10")

    assert service.period(session, "2026-10").is_open


@pytest.mark.parametrize(("obstacle", "said"), OBSTACLES)
def test_a_reason_closes_it_all_the_same_and_is_kept(
    session: TenantSession, obstacle: Obstacle, said: str
):
    service.open_period(session, "2026-10")
    obstacle(session)

    closed = service.close(session, "2026-10", "Agreed with the auditor")

    assert closed.waiver == f"Agreed with the auditor ({said})"
    assert service.period(session, "2026-10").waiver == closed.waiver


def test_a_waived_file_is_waived_by_its_number(session: TenantSession):
    service.open_period(session, "2026-10")
    a_missing_file(session)

    service.close(session, "2026-10", "Lost by the exchange")

    assert [each.number for each in sources.waivers(session, "pbx")] == [103]


def test_a_reason_without_need_is_refused(session: TenantSession):
    service.open_period(session, "2026-10")

    with pytest.raises(service.WaiverNotNeeded):
        service.close(session, "2026-10", "Just in case")


def test_what_is_settled_or_of_later_days_does_not_keep_it_open(session: TenantSession):
    october = service.open_period(session, "2026-10")
    source = a_source(session)
    batch = a_batch(session, source, "cdr_1.csv")
    suspended(session, batch, 1, status="rejected")
    suspended(session, batch, 2, occurred_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    a_batch(session, source, "cdr_2.csv", status="quarantined")
    a_batch(session, source, "cdr_2.csv")
    landed(session, batch)
    a_rating_run(session, october.id)

    assert service.close(session, "2026-10").waiver == ""


def test_usage_that_comes_late_for_a_closed_month_is_rated_before_the_next_close(
    session: TenantSession,
):
    clock = HeldClock(dt.datetime(2026, 11, 2, tzinfo=dt.UTC))
    session.clock = clock
    source = a_source(session)
    october = service.open_period(session, "2026-10")
    landed(session, a_batch(session, source, "cdr_1.csv"))
    a_rating_run(session, october.id)
    service.close(session, "2026-10")
    clock.move_to(dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    landed(session, a_batch(session, source, "cdr_2.csv"))

    with pytest.raises(PeriodStillOpen, match="1 batches are not rated"):
        service.close(session, "2026-11")

    a_rating_run(session, service.period(session, "2026-11").id)
    assert not service.close(session, "2026-11").is_open


def test_our_own_part_of_a_revenue_is_owed_to_nobody(session: TenantSession):
    october = service.open_period(session, "2026-10")
    run = a_rating_run(session, october.id)
    agreement, terms = an_agreement(session, a_party(session, "P-1", "partner"))
    a_share(session, run, october.id, terms, agreement, None, "30.00")

    service.close(session, "2026-10")

    assert ledger.balances(session) == []


def test_the_digest_tells_of_a_figure_changed_past_every_guard(
    database: Database, owner: psycopg.Connection
):
    tenant = a_tenant("alpha")
    with transaction(database, tenant.id, SYSTEM, "test.close") as session:
        directory.create_tenant(session, tenant)
        october = service.open_period(session, "2026-10")
        run = a_rating_run(session, october.id)
        a_charge_line(session, run, october.id, a_party(session), "10.00")
        closed = service.close(session, "2026-10")
        assert closed.digest == service.content_digest(session, october.id)

    owner.execute("SET session_replication_role = replica")
    owner.execute("UPDATE charge_lines SET amount = 10.01")

    with reading(database, tenant.id, SYSTEM) as session:
        assert closed.digest != service.content_digest(session, october.id)


def test_every_month_of_a_year_closes_in_turn(session: TenantSession):
    session.clock = HeldClock(dt.datetime(2028, 1, 1, tzinfo=dt.UTC))
    service.open_period(session, "2026-10")

    for code in ("2026-10", "2026-11", "2026-12", "2027-01"):
        service.close(session, code)

    assert [each.code for each in service.periods(session) if each.is_open] == ["2027-02"]


def test_nobody_opens_a_closed_period_again(database: Database, owner: psycopg.Connection):
    tenant = a_tenant("alpha")
    with transaction(database, tenant.id, replace(SYSTEM), "test.close") as session:
        directory.create_tenant(session, tenant)
        service.open_period(session, "2026-10")
        service.close(session, "2026-10")

    with pytest.raises(psycopg.errors.RestrictViolation, match="closed for good"):
        owner.execute("UPDATE periods SET status = 'open', closed_at = NULL WHERE code = '2026-10'")


def test_a_file_on_its_way_in_is_waited_for_and_keeps_the_period_open(database: Database):
    tenant = a_tenant("alpha")
    with transaction(database, tenant.id, SYSTEM, "test.set_up") as session:
        directory.create_tenant(session, tenant)
        service.open_period(session, "2026-10")
        source = a_source(session)
        batch = a_batch(session, source, "cdr_1.csv")
    refused = []

    def close() -> None:
        try:
            with transaction(database, tenant.id, SYSTEM, "test.close") as session:
                service.close(session, "2026-10")
        except PeriodStillOpen as error:
            refused.append(str(error))

    closing = threading.Thread(target=close)
    with transaction(database, tenant.id, SYSTEM, "test.ingest") as session:
        landing.lock_source(session, source)
        landed(session, batch)
        session.flush()
        closing.start()
        closing.join(0.3)
        assert closing.is_alive(), "the close waits for the file"
    closing.join()

    assert "1 batches are not rated" in refused[0]
