"""An offset from its proposal to the book, and what payouts pay of what it leaves."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from currencies import service as currencies
from currencies.fixing import Fixing
from currencies.fx_rate import FxRate
from currencies.money import money, shown, total
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit
from settlement.netting import service
from settlement.netting.offset import (
    Acceptance,
    ConsentWithoutReference,
    NettedElsewhere,
    NoSuchOffset,
    NothingToNet,
    NotInOffset,
    NotNetted,
    OffsetNotAgreed,
    OffsetOutdated,
    OffsetWaiting,
    SilenceUnclear,
    Status,
)
from settlement.payouts import service as payouts
from settlement.periods import service as periods
from tenants.four_eyes import NotAPerson, ProposerMayNotApprove
from tenants.principal import SYSTEM, Principal, Role
from tenants.session import TenantSession
from tests.settlement.books import a_party
from tests.settlement.payouts.builders import (
    APPROVER,
    MAKER,
    MAKERS_KEY,
    TENTH,
    a_partner,
    november,
    owed,
)

HUNDRED = {"PLN": money("100.00 PLN")}


def owing(session: TenantSession, party_id: UUID, amount: str) -> None:
    """What a declaration made receivable."""
    due = money(amount)
    postings = (
        debit(Account.CARRIER_RECEIVABLE, due, party_id),
        credit(Account.CARRIER_UNBILLED, due, party_id),
    )
    period = periods.period(session, "2026-11").id
    day = dt.date(2026, 11, 2)
    entry = Entry("document", session.ids.new(), "declared", period, day, "declared", postings)
    ledger.post(session, [entry])


def a_group(
    session: TenantSession,
    acceptance: Acceptance = Acceptance.AGREED,
    silence_days: int | None = None,
) -> tuple[UUID, UUID]:
    """A partner that is owed 140.00 and a carrier of the same group that owes 105.00."""
    november(session)
    partner, carrier = a_partner(session, "P-1"), a_party(session, "C-1", "carrier")
    owed(session, partner, "140.00 PLN")
    owing(session, carrier, "105.00 PLN")
    service.declare(
        session, "GROUP", ["P-1", "C-1"], HUNDRED, acceptance=acceptance, silence_days=silence_days
    )
    return partner, carrier


def booked(session: TenantSession, partner: UUID, carrier: UUID) -> None:
    proposed = service.propose(session, "GROUP")[0]
    session.principal = APPROVER
    for party in (partner, carrier):
        service.agree(session, proposed.id, party, "letter 7")
    service.book(session, proposed.id)


def balances(session: TenantSession) -> dict[str, str]:
    accounts = (Account.PARTNER_PAYABLE, Account.CARRIER_RECEIVABLE)
    return {each.account.value: shown(each.amount) for each in ledger.balances(session, *accounts)}


def test_r57_of_140_and_105_is_35_left_to_pay_and_payouts_pay_that(session: TenantSession):
    partner, carrier = a_group(session)
    booked(session, partner, carrier)
    assert balances(session)["partner_payable"] == "-35.00 PLN"
    assert balances(session).get("carrier_receivable", "0.00 PLN") == "0.00 PLN"
    session.principal = MAKER
    batch = payouts.propose(session, "PLN", TENTH)
    assert [shown(each.amount) for each in batch.payouts] == ["35.00 PLN"]


def test_booking_twice_books_once(session: TenantSession):
    partner, carrier = a_group(session)
    booked(session, partner, carrier)
    found = service.offsets(session)[0]
    assert service.book(session, found.id).status is Status.BOOKED
    assert balances(session)["partner_payable"] == "-35.00 PLN"


@pytest.mark.parametrize(
    ("acceptance", "days", "day", "status"),
    [
        # Proposed on the 2nd: of five days the 7th is the last, and silence agrees on the 8th.
        (Acceptance.AGREED_OR_SILENT, 5, 7, Status.PROPOSED),
        (Acceptance.AGREED_OR_SILENT, 5, 8, Status.AGREED),
        (Acceptance.AGREED, None, 30, Status.PROPOSED),
    ],
)
def test_silence_agrees_where_and_when_the_agreement_says_so(
    session: TenantSession,
    monkeypatch: pytest.MonkeyPatch,
    acceptance: Acceptance,
    days: int | None,
    day: int,
    status: Status,
) -> None:
    partner, carrier = a_group(session, acceptance, days)
    proposed = service.propose(session, "GROUP")[0]
    session.principal = APPROVER
    service.agree(session, proposed.id, partner, "letter 7")
    monkeypatch.setattr(periods, "today", lambda _session: dt.date(2026, 11, day))

    accepted = service.accept_silence(session)

    found = service.offset(session, proposed.id)
    assert found.status is status and len(accepted) == (status is Status.AGREED)
    if accepted:
        assert found.silent_from == dt.date(2026, 11, 8)
        assert {each.party_id: each.is_silent for each in found.consents} == {
            partner: False, carrier: True,
        }  # fmt: skip
        assert service.accept_silence(session) == []
        assert service.book(session, proposed.id).status is Status.BOOKED


@pytest.mark.parametrize("end", [False, True])
def test_silence_agrees_to_nothing_refused_or_after_the_end(
    session: TenantSession, monkeypatch: pytest.MonkeyPatch, end: bool
) -> None:
    a_group(session, Acceptance.AGREED_OR_SILENT, 5)
    proposed = service.propose(session, "GROUP")[0]
    if end:
        service.end(session, "GROUP")
    else:
        service.refuse(session, proposed.id, "not ours")
    monkeypatch.setattr(periods, "today", lambda _session: dt.date(2026, 12, 31))

    assert service.accept_silence(session) == []


@pytest.mark.parametrize(
    ("acceptance", "days"),
    [
        (Acceptance.AGREED, 5),
        (Acceptance.AGREED, 0),
        (Acceptance.AGREED_OR_SILENT, None),
        (Acceptance.AGREED_OR_SILENT, 0),
    ],
)
def test_days_are_named_where_silence_agrees_and_only_there(
    session: TenantSession, acceptance: Acceptance, days: int | None
) -> None:
    a_party(session, "C-1", "carrier")

    with pytest.raises(SilenceUnclear):
        service.declare(
            session, "GROUP", ["C-1"], HUNDRED, acceptance=acceptance, silence_days=days
        )


def test_nothing_is_booked_before_every_party_has_agreed(session: TenantSession):
    partner, carrier = a_group(session)
    proposed = service.propose(session, "GROUP")[0]
    session.principal = APPROVER
    agreed = service.agree(session, proposed.id, partner, "letter 7")
    assert agreed.status is Status.PROPOSED and agreed.waits_for == {carrier}
    with pytest.raises(OffsetNotAgreed):
        service.book(session, proposed.id)
    with pytest.raises(NotInOffset):
        service.agree(session, proposed.id, UUID(int=1), "letter 8")
    with pytest.raises(ConsentWithoutReference):
        service.agree(session, proposed.id, carrier)


@pytest.mark.parametrize(
    ("principal", "error"),
    [(MAKER, ProposerMayNotApprove), (MAKERS_KEY, ProposerMayNotApprove), (SYSTEM, NotAPerson)],
)
def test_who_proposed_neither_notes_a_consent_nor_books(session: TenantSession, principal, error):
    partner, carrier = a_group(session)
    proposed = service.propose(session, "GROUP")[0]
    session.principal = principal
    with pytest.raises(error):
        service.agree(session, proposed.id, partner, "letter 7")
    session.principal = APPROVER
    for party in (partner, carrier):
        service.agree(session, proposed.id, party, "letter 7")
    session.principal = principal
    with pytest.raises(error):
        service.book(session, proposed.id)


def test_a_party_agrees_for_itself_and_sees_only_its_own_lines(session: TenantSession):
    partner, carrier = a_group(session)
    proposed = service.propose(session, "GROUP")[0]
    session.principal = Principal("c@c.example", Role.CARRIER_USER, UUID(int=31), carrier)
    seen = service.agree(session, proposed.id, partner)
    assert {each.party_id for each in seen.lines} == {carrier}
    assert [each.party_id for each in seen.consents] == [carrier]
    assert shown(seen.payable) == "0.00 PLN"
    stranger = a_party(session, "C-2", "carrier")
    session.principal = Principal("d@d.example", Role.CARRIER_USER, UUID(int=32), stranger)
    assert service.offsets(session) == []
    with pytest.raises(NoSuchOffset):
        service.agree(session, proposed.id)


def test_what_was_paid_meanwhile_is_not_set_off_as_well(session: TenantSession):
    partner, carrier = a_group(session)
    proposed = service.propose(session, "GROUP")[0]
    batch = payouts.propose(session, "PLN", TENTH)
    session.principal = APPROVER
    payouts.approve(session, batch.id)
    for party in (partner, carrier):
        service.agree(session, proposed.id, party, "letter 7")
    with pytest.raises(OffsetOutdated):
        service.book(session, proposed.id)


def test_one_offset_waits_at_a_time_and_a_refused_one_gives_way(session: TenantSession):
    a_group(session)
    proposed = service.propose(session, "GROUP")[0]
    with pytest.raises(OffsetWaiting):
        service.propose(session, "GROUP")
    assert service.refuse(session, proposed.id, "too early").status is Status.REFUSED
    assert service.propose(session, "GROUP")[0].number.endswith("-02")


def test_below_the_threshold_nothing_is_proposed(session: TenantSession):
    november(session)
    partner, carrier = a_partner(session, "P-1"), a_party(session, "C-1", "carrier")
    owed(session, partner, "140.00 PLN")
    owing(session, carrier, "99.99 PLN")
    service.declare(session, "GROUP", ["P-1", "C-1"], HUNDRED)
    with pytest.raises(NothingToNet):
        service.propose(session, "GROUP")


def test_a_party_nets_under_one_agreement_and_a_customer_under_none(session: TenantSession):
    a_group(session)
    with pytest.raises(NettedElsewhere):
        service.declare(session, "OTHER", ["C-1"], HUNDRED)
    service.end(session, "GROUP")
    assert service.declare(session, "OTHER", ["C-1"], HUNDRED).code == "OTHER"
    a_party(session, "K-1", "customer")
    with pytest.raises(NotNetted):
        service.declare(session, "THIRD", ["K-1"], HUNDRED)


def test_a_declared_fixing_lets_currencies_meet_and_the_book_balances_in_each(
    session: TenantSession,
):
    # 1 EUR = 4.0001 PLN. Owed 140.00 PLN, owing 30.00 EUR = 120.003 PLN: 120.00 is set off.
    november(session)
    partner, carrier = a_partner(session, "P-1"), a_party(session, "C-1", "carrier")
    owed(session, partner, "140.00 PLN")
    owing(session, carrier, "30.00 EUR")
    today = periods.today(session)
    currencies.load_rates(
        session, [FxRate("NBP-A", "EUR", "PLN", 1, Decimal("4.0001"), today, today)]
    )
    fixing = Fixing("NBP-A", "on_date", "PL")
    service.declare(session, "GROUP", ["P-1", "C-1"], HUNDRED, "PLN", fixing)
    booked(session, partner, carrier)
    assert balances(session)["partner_payable"] == "-20.00 PLN"
    position = ledger.balances(session, Account.CURRENCY_POSITION)
    assert sorted(shown(each.amount) for each in position) == ["-120.00 PLN", "30.00 EUR"]
    for currency in ("PLN", "EUR"):
        lines = [
            each for each in ledger.trial_balance(session) if each.debits.currency.code == currency
        ]
        debits = total((each.debits for each in lines), currency)
        assert debits == total((each.credits for each in lines), currency)
    [told] = periods.rounding_entries(session, today.isoformat()[:7])
    assert (told.cause, told.source_type, told.currency) == ("fx", "offset", "PLN")
    assert told.fraction == Fraction("0.003")
