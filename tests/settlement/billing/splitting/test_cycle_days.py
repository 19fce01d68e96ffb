"""Customers whose bills begin on days of their own: each second and each fee is billed once."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from currencies.money import shown
from mediation import service as mediation
from mediation.sources import service as sources
from settlement.agreements.contract import NewContract, NewSubscription
from settlement.agreements.contracts import service as contracts
from settlement.billing import service as billing
from settlement.billing.splitting import service
from settlement.catalogue import service as catalogue
from settlement.catalogue.products import service as products
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.parties import service as parties
from settlement.parties.cycle_day import CycleDayUnusable, DatedCycleDay, cut_of
from settlement.parties.cycle_days import service as cycle_days
from settlement.parties.cycle_days.service import CycleDayLater, NotBilled
from settlement.periods import service as periods
from settlement.periods.calendar import month
from statements import service as statements
from statements.document import Document, Period
from statements.document import Kind as DocumentKind
from tenants.session import TenantSession
from tests.settlement.billing.builders import OWN_IBAN, a_customer, charged, october
from tests.settlement.books import a_party

WARSAW = ZoneInfo("Europe/Warsaw")
MONTHS = ["2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09"]
SEPTEMBER, OCTOBER, NOVEMBER = (dt.date(2026, number, 1) for number in (9, 10, 11))
# 0.37 a minute by the second after 10 free minutes a month; the line costs 30.00 a month.
TERMS = {
    "code": "flat",
    "currency": "PLN",
    "valid_from": "2026-01-01",
    "voice": {
        "price": "0.37",
        "first_increment": 1,
        "next_increment": 1,
        "allowances": [{"code": "free", "amount": 600}],
    },
    "fees": [{"product": "line", "kind": "recurring", "amount": "30.00"}],
}
Call = tuple[dt.datetime, int]


def billed(session: TenantSession, code: str) -> list[tuple[str, Period, dt.date]]:
    """Net amount, days and tax point of what a run over a month issues, by number."""
    run = billing.bill_period(session, code)
    assert run.parked == ()
    contents = [(each, statements.content(session, each.id)) for each in run.issued]
    found = []
    for each, content in contents:
        assert isinstance(content, Document) and content.period and content.tax_point_on
        found.append((shown(each.net), content.period, content.tax_point_on))
    return found


@pytest.fixture
def customer(session: TenantSession) -> UUID:
    """A customer with 14.00 until 14 October and 17.00 for the rest of it."""
    where = october(session)
    found = a_customer(session)
    cut = dt.date(2026, 10, 15)
    charged(session, where, found, "14.00", starts_on=OCTOBER, ends_on=cut)
    charged(session, where, found, "17.00", starts_on=cut, ends_on=NOVEMBER)
    return found


def test_a_run_bills_until_the_day_before_and_leaves_the_rest(
    session: TenantSession, customer: UUID
):
    service.choose_cycle_day(session, customer, 15, OCTOBER)
    periods.close(session, "2026-10")

    # Whoever was billed until 30 September is billed from 1 October.
    middle = dt.date(2026, 10, 15)
    assert billed(session, "2026-10") == [
        ("14.00 PLN", Period(OCTOBER, middle), dt.date(2026, 10, 14))
    ]
    [left] = ledger.balances(session, Account.UNBILLED_RECEIVABLE)
    assert shown(left.amount) == "17.00 PLN"


def test_a_bill_of_no_calendar_month_says_what_months_count(session: TenantSession, customer: UUID):
    where = october(session)
    by_month = a_customer(session, "C-2")
    charged(session, where, by_month, "9.00", starts_on=OCTOBER, ends_on=NOVEMBER)
    service.choose_cycle_day(session, customer, 15, OCTOBER)
    periods.close(session, "2026-10")

    run = billing.bill_period(session, "2026-10")

    said = [dict(content_of(session, each.id).policies).get("counted_by") for each in run.issued]
    assert said == ["calendar_month", None]


def content_of(session: TenantSession, document_id: UUID) -> Document:
    content = statements.content(session, document_id)
    assert isinstance(content, Document)
    return content


def test_a_bill_goes_from_where_the_one_before_ended(session: TenantSession, customer: UUID):
    service.choose_cycle_day(session, customer, 15, SEPTEMBER)
    periods.close(session, "2026-10")

    [(_, days, _)] = billed(session, "2026-10")

    assert days == Period(dt.date(2026, 9, 15), dt.date(2026, 10, 15))


def test_who_has_no_contract_any_more_is_billed_all(session: TenantSession, customer: UUID):
    contracts.load_contracts(
        session, [NewContract("K-1", "C-1", "PLN", SEPTEMBER, valid_until=dt.date(2026, 10, 20))]
    )
    service.choose_cycle_day(session, customer, 15, OCTOBER)
    periods.close(session, "2026-10")

    assert billed(session, "2026-10") == [
        ("31.00 PLN", Period(OCTOBER, NOVEMBER), dt.date(2026, 10, 31))
    ]


def test_a_day_of_a_closed_month_is_refused(session: TenantSession, customer: UUID):
    periods.close(session, "2026-10")

    with pytest.raises(service.CycleDayTooEarly, match="2026-11-01"):
        service.choose_cycle_day(session, customer, 15, dt.date(2026, 10, 31))
    chosen = service.choose_cycle_day(session, customer, 15, NOVEMBER)

    assert cycle_days.cycle_days(session, customer) == [chosen] == [DatedCycleDay(15, NOVEMBER)]


def test_a_day_holds_until_the_next_one(session: TenantSession, customer: UUID):
    cycle_days.set_cycle_day(session, customer, 15, OCTOBER)
    cycle_days.set_cycle_day(session, customer, 15, NOVEMBER)
    cycle_days.set_cycle_day(session, customer, 1, NOVEMBER)

    found = cycle_days.all_cycle_days(session)[customer]

    assert found == [DatedCycleDay(15, OCTOBER, NOVEMBER), DatedCycleDay(1, NOVEMBER)]
    with pytest.raises(CycleDayLater):
        cycle_days.set_cycle_day(session, customer, 20, NOVEMBER)


@pytest.mark.parametrize("day", [0, 29, -1])
def test_a_day_that_some_month_lacks_is_refused(session: TenantSession, customer: UUID, day: int):
    with pytest.raises(CycleDayUnusable):
        cycle_days.set_cycle_day(session, customer, day, OCTOBER)


def test_only_customers_have_a_day(session: TenantSession):
    with pytest.raises(NotBilled):
        cycle_days.set_cycle_day(session, a_party(session, "P-1", "partner"), 15, OCTOBER)


def test_the_day_of_the_last_of_a_month_cuts_it():
    dated = [
        DatedCycleDay(20, SEPTEMBER, dt.date(2026, 10, 31)),
        DatedCycleDay(5, dt.date(2026, 10, 31)),
    ]

    assert cut_of(dated, SEPTEMBER, OCTOBER) == dt.date(2026, 9, 20)
    assert cut_of(dated, OCTOBER, NOVEMBER) == dt.date(2026, 10, 5)
    assert cut_of([], OCTOBER, NOVEMBER) == NOVEMBER


# Against a plain reference: six months of calls, with days that change.


def to_grosz(exact: Fraction) -> Decimal:
    """Half-up; nothing here is below zero."""
    doubled = exact * 200 + 1
    return Decimal(doubled.__floor__() // 2) / 100


def owed_until(day: dt.date, code: str, calls: Sequence[Call]) -> Decimal:
    """What a month comes to before a day of it: calls and the fee, each rounded (R36)."""
    first, ends = month(code).starts_on, month(code).ends_on
    free, exact = 600, Fraction(0)
    for at, seconds in sorted(calls):
        on = at.astimezone(WARSAW).date()
        if first <= on < ends:
            covered = min(free, seconds)
            free -= covered
            if on < day:
                exact += Fraction(37, 100) * (seconds - covered) / 60
    fee = Fraction(30) * (day - first).days / (ends - first).days
    return to_grosz(exact) + to_grosz(fee)


def owed(first: dt.date, until: dt.date, calls: Sequence[Call]) -> Decimal:
    """What the days from one to another come to."""
    amount = Decimal(0)
    for code in MONTHS:
        begins, ends = month(code).starts_on, month(code).ends_on
        low, high = max(first, begins), min(until, ends)
        if low < high:
            amount += owed_until(high, code, calls) - owed_until(low, code, calls)
    return amount


def a_world(session: TenantSession, numbers: Sequence[str]) -> dict[str, UUID]:
    """Customers with a number each, who call at all hours of six months."""
    products.add_product(session, "mobile", "Mobile", "voice")
    products.add_product(session, "line", "Line", "fee")
    catalogue.publish_tariff(session, "flat", "Flat", TERMS, dt.date(2026, 1, 1))
    sources.register_source(session, "exchange", "Exchange", "events", {})
    statements.open_series(session, DocumentKind.INVOICE, "FV/{year}/{number:04}")
    parties.set_bank_account(session, None, "Alpha Telekom", OWN_IBAN, None, "PLN")
    who = {}
    for number in numbers:
        who[number] = a_customer(session, f"C-{number[-1]}")
        subscription = NewSubscription("mobile", "flat", (number,))
        began = dt.date(2026, 1, 1)
        contract = NewContract(
            f"K-{number[-1]}", f"C-{number[-1]}", "PLN", began, subscriptions=(subscription,)
        )
        contracts.load_contracts(session, [contract])
    return who


def calls_of(rng: Random) -> list[Call]:
    begins = dt.datetime(2026, 4, 1, tzinfo=WARSAW)
    minutes = (dt.datetime(2026, 10, 1, tzinfo=WARSAW) - begins) // dt.timedelta(minutes=1)
    return [
        (begins + dt.timedelta(minutes=rng.randrange(minutes)), rng.randint(1, 900))
        for _ in range(60)
    ]


def events_of(
    calls: Mapping[str, Sequence[Call]], first: dt.date, until: dt.date
) -> list[dict[str, object]]:
    """The calls of some days as the exchange sends them."""
    return [
        {
            "id": f"{number}-{at:%m%d%H%M}-{seconds}",
            "kind": "voice",
            "a_number": number,
            "b_number": "48226000001",
            "occurred_at": at.astimezone(dt.UTC).isoformat(),
            "duration_seconds": seconds,
        }
        for number, own in calls.items()
        for at, seconds in own
        if first <= at.astimezone(WARSAW).date() < until
    ]


def a_day_may_be_chosen(session: TenantSession, customer: UUID, code: str, rng: Random) -> dt.date:
    """Where the month is cut; in the last one all change to the calendar, so nothing is left."""
    of = month(code)
    day = 1 if code == MONTHS[-1] else rng.choice([None, 1, rng.randint(2, 28)])
    if day is not None:
        valid_from = of.starts_on.replace(day=rng.randint(1, 28))
        service.choose_cycle_day(session, customer, day, valid_from)
    return cut_of(cycle_days.cycle_days(session, customer), of.starts_on, of.ends_on)


def is_sound_and_billed(session: TenantSession) -> bool:
    left = {each.amount.amount for each in ledger.balances(session, Account.UNBILLED_RECEIVABLE)}
    assert [str(finding) for finding in verify(session)] == []
    return left == {0}


NUMBERS = [f"4850110000{number}" for number in range(1, 6)]


@pytest.mark.parametrize("seed", range(2))
def test_six_months_of_changing_days_are_billed_once(session: TenantSession, seed: int):
    rng = Random(seed)
    session.clock.move_to(dt.datetime(2026, 3, 30, tzinfo=dt.UTC))
    who = a_world(session, NUMBERS)
    calls = {number: calls_of(rng) for number in NUMBERS}
    periods.open_period(session, MONTHS[0])
    ends = {number: [month(MONTHS[0]).starts_on] for number in NUMBERS}
    found: dict[str, list[tuple[str, Period]]] = {number: [] for number in NUMBERS}
    for code in MONTHS:
        for number in NUMBERS:
            ends[number].append(a_day_may_be_chosen(session, who[number], code, rng))
        for number, net, days in a_month_is_billed(session, code, calls, who):
            found[number].append((net, days))

    for number in NUMBERS:
        wanted = [
            (f"{owed(first, until, calls[number]):,.2f} PLN", Period(first, until))
            for first, until in pairwise(ends[number])
        ]
        assert found[number] == wanted
        # As much as by calendar months.
        by_month = [owed_until(month(code).ends_on, code, calls[number]) for code in MONTHS]
        assert owed(ends[number][0], OCTOBER, calls[number]) == sum(by_month)
    assert is_sound_and_billed(session)


def test_what_comes_late_is_billed_once_too(session: TenantSession):
    rng = Random(7)
    session.clock.move_to(dt.datetime(2026, 3, 30, tzinfo=dt.UTC))
    who = a_world(session, NUMBERS[:2])
    calls = {number: calls_of(rng) for number in who}
    # The first of them takes of the allowance that others had, on either side of the cut.
    late = {number: own[::5] for number, own in calls.items()}
    in_time = {
        number: [each for each in own if each not in late[number]] for number, own in calls.items()
    }
    periods.open_period(session, MONTHS[0])
    billed_in_all: dict[str, Decimal] = dict.fromkeys(who, Decimal(0))
    for code in MONTHS:
        for number in who:
            a_day_may_be_chosen(session, who[number], code, rng)
        before = month(code).starts_on
        missed = events_of(late, (before - dt.timedelta(days=1)).replace(day=1), before)
        if code == MONTHS[-1]:
            missed += events_of(late, before, OCTOBER)
        for number, net, _ in a_month_is_billed(session, code, in_time, who, missed):
            billed_in_all[number] += Decimal(net.removesuffix(" PLN"))

    for number in who:
        assert billed_in_all[number] == owed(month(MONTHS[0]).starts_on, OCTOBER, calls[number])
    assert is_sound_and_billed(session)


def a_month_is_billed(
    session: TenantSession,
    code: str,
    calls: Mapping[str, Sequence[Call]],
    who: Mapping[str, UUID],
    besides: Sequence[dict[str, object]] = (),
) -> Iterator[tuple[str, str, Period]]:
    """Its calls, and some besides, are rated, closed and billed: number, net amount and days."""
    of = month(code)
    session.clock.move_to(dt.datetime.combine(of.ends_on, dt.time(12), dt.UTC))
    events = [*events_of(calls, of.starts_on, of.ends_on), *besides]
    mediation.ingest_events(session, "exchange", events)
    periods.rate(session, code)
    periods.close(session, code)
    run = billing.bill_period(session, code)
    assert run.parked == ()
    for each in run.issued:
        content = statements.content(session, each.id)
        assert isinstance(content, Document) and content.period
        [number] = [one for one in who if who[one] == each.filing.party_id]
        yield number, shown(each.net), content.period
