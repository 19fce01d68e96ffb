"""State accounts: of one party when asked, of everybody in a run; read them without issuing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from currencies.money import Money, money
from i18n.errors import Conflict, DomainError, Invalid
from settlement.account_statements import store
from settlement.account_statements.movements import ACCOUNTS, movements
from settlement.billing.sides import party_side, tenant_side
from settlement.ledger import service as ledger
from settlement.parties import service as parties
from settlement.parties.bank_account import BankAccount
from settlement.parties.party import Kind, Party
from settlement.periods import service as periods
from statements import service as statements
from statements.account_statement import AccountStatement
from statements.document import Period
from statements.filing import Filed, Filing
from statements.number_series.service import NoSeries
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

AT_ONCE = 100


class AccountDaysUnusable(Invalid):
    """{starts_on} to before {until} are no days to state. Name a day and a later one after it."""


class AccountDaysNotOver(Conflict):
    """The account up to before {until} changes until the end of today, {today}. Wait a day."""


@dataclass(frozen=True, slots=True)
class ParkedAccount:
    """An account that could not be stated, and why."""

    party: str
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class StatementRun:
    """What a run came to."""

    issued: tuple[Filed, ...]
    parked: tuple[ParkedAccount, ...]


def account(
    session: TenantSession,
    party_id: UUID,
    currency: str,
    starts_on: dt.date,
    until: dt.date,
    language: str | None = None,
) -> AccountStatement:
    """A party's account in a half-open span of days, as the book has it; nothing is issued.

    It is in the party's language, or in that of whoever reads it. Raises NoSuchParty or
    AccountDaysUnusable.
    """
    _check_days(starts_on, until)
    party = parties.party(session, party_id)
    party = replace(party, language=language) if language else party
    return _drafted(session, party, currency, starts_on, until)


def issue(
    session: TenantSession, party: str, currency: str, starts_on: dt.date, until: dt.date
) -> Filed:
    """Issue the statement of a party, by its code; the same days again are the same document.

    Raises NoSuchParty, AccountDaysUnusable, AccountDaysNotOver, AccountDoesNotTie or NoSeries.
    """
    today = _check_over(session, starts_on, until)
    found = parties.party_by_code(session, party)
    draft = _drafted(session, found, currency, starts_on, until)
    return statements.issue(session, draft, _filing(found, draft), today)


def issue_all(session: TenantSession, starts_on: dt.date, until: dt.date) -> StatementRun:
    """Issue a statement for every account on which something happened or is left.

    What is wrong with one account parks that account. Raises AccountDaysUnusable,
    AccountDaysNotOver or NoSeries.
    """
    today = _check_over(session, starts_on, until)
    issued: list[Filed] = []
    parked: list[ParkedAccount] = []
    known = {party.id: party for party in parties.parties(session)}
    held = accounts(session, until)
    for start in range(0, len(held), AT_ONCE):
        drafts: list[tuple[AccountStatement, Filing]] = []
        for party_id, currency in held[start : start + AT_ONCE]:
            draft = _drafted(session, known[party_id], currency, starts_on, until)
            if draft.movements or draft.opening or draft.closing:
                drafts.append((draft, _filing(known[party_id], draft)))
        filed, refused = _issued(session, drafts, today)
        issued += filed
        parked += refused
    return StatementRun(tuple(issued), tuple(parked))


def accounts(session: TenantSession, until: dt.date | None = None) -> list[tuple[UUID, str]]:
    """The parties that have an account, each with its currency."""
    found = {
        (each.party_id, str(each.amount.currency.code))
        for each in ledger.balances(session, *ACCOUNTS, until=until)
        if each.party_id is not None
    }
    return sorted(found)


def _issued(
    session: TenantSession, drafts: Sequence[tuple[AccountStatement, Filing]], today: dt.date
) -> tuple[list[Filed], list[ParkedAccount]]:
    """Issue drafts together; where one of them is refused, each by itself."""
    try:
        with session.begin_nested():
            return statements.issue_all(session, drafts, today), []
    except NoSeries:
        raise
    except DomainError:
        issued, parked = [], []
    for draft, filing in drafts:
        try:
            with session.begin_nested():
                issued.append(statements.issue(session, draft, filing, today))
        except DomainError as error:
            holder = draft.holder.reference
            parked.append(ParkedAccount(holder, draft.currency, str(error)))
    return issued, parked


def _drafted(
    session: TenantSession, party: Party, currency: str, starts_on: dt.date, until: dt.date
) -> AccountStatement:
    opening = _balance(session, party.id, currency, starts_on)
    moves = ledger.moves(session, party.id, currency, ACCOUNTS, starts_on, until)
    documents = [each.source_id for each in moves if each.source_type == "document"]
    kinds = store.kinds(session, documents)
    items, unapplied = None, money(0, currency)
    if party.kind is Kind.CUSTOMER:
        items, unapplied = store.open_items(session, party.id, currency, until)
    return AccountStatement(
        currency=currency,
        locale=party.language,
        issuer=tenant_side(own_tenant(session), _own_account(session, currency)),
        holder=party_side(party),
        period=Period(starts_on, until),
        opening=opening,
        movements=movements(moves, kinds, party.language),
        closing=_balance(session, party.id, currency, until),
        open_items=items,
        unapplied=unapplied,
    )


def _balance(session: TenantSession, party_id: UUID, currency: str, until: dt.date) -> Money:
    held = [
        each.amount
        for each in ledger.balances(session, *ACCOUNTS, party_id=party_id, until=until)
        if str(each.amount.currency.code) == currency
    ]
    return sum(held, money(0, currency))


def _own_account(session: TenantSession, currency: str) -> BankAccount | None:
    held = parties.bank_accounts(session, None)
    return next((each for each in reversed(held) if each.currency == currency), None)


def _filing(party: Party, draft: AccountStatement) -> Filing:
    period = draft.period
    return Filing(
        party.id,
        f"account:{party.code}:{draft.currency}:{period.starts_on}:{period.until}",
        direction="receivable" if party.kind is Kind.CUSTOMER else "payable",
    )


def _check_days(starts_on: dt.date, until: dt.date) -> None:
    if starts_on >= until:
        raise AccountDaysUnusable(starts_on=starts_on, until=until)


def _check_over(session: TenantSession, starts_on: dt.date, until: dt.date) -> dt.date:
    _check_days(starts_on, until)
    today = periods.today(session)
    if until > today:
        raise AccountDaysNotOver(until=until, today=today)
    return today
