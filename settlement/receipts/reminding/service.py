"""Remind customers of what is overdue: say who is due a letter, issue the letters, read them.

Where the policy says what a letter costs, a debit note over the fee goes with it; it is booked and
owed like any other, and stands on the letter by itself.

A letter is of one customer and currency. It names all that is overdue and not disputed, also what
is not due a further reminder by itself, and has the highest level of what is. It is issued like any
document, so it is kept and goes the customer's own ways of delivery.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

from currencies.money import Money, total
from i18n.errors import Conflict, DomainError
from settlement.billing import service as billing
from settlement.billing.drafting import terms_of
from settlement.billing.issued_entry import change_entry
from settlement.billing.sides import party_side, tenant_side
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.parties import service as parties
from settlement.parties.party import Party
from settlement.periods import service as periods
from settlement.receipts.applying import OpenInvoice
from settlement.receipts.asking import FEE
from settlement.receipts.instalments import service as instalments
from settlement.receipts.instalments.plan import PartDue
from settlement.receipts.interest import service as interest
from settlement.receipts.reminding import store
from settlement.receipts.reminding.fees import fee_note
from settlement.receipts.reminding.levels import Overdue, Reminding, next_level, reminding
from statements import service as statements
from statements.document import Kind
from statements.filing import Filed, Filing
from statements.number_series.service import NoSeries
from statements.reminder_letter import OpenItem, ReminderLetter
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

JOB = "receipts.remind"


class ReminderFeeHeld(Conflict):
    """The debit note over the costs of reminding {party} breaks a rule of its form. Correct the
    party, then remind it again.
    """


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A letter that is due: `raised` are the items that it reminds of at a level they reach."""

    party: str
    party_name: str
    party_id: UUID
    currency: str
    level: int
    is_last: bool
    items: tuple[Overdue, ...]
    raised: tuple[tuple[OpenInvoice, int], ...]

    @property
    def account(self) -> tuple[UUID, str]:
        """Whose letter it is: the customer and the currency."""
        return self.party_id, self.currency

    @property
    def may_cost(self) -> bool:
        """Whether it reminds of more than the costs of letters before."""
        fees = {each.invoice.document_id for each in self.items if each.is_fee}
        return any(each.document_id not in fees for each, _ in self.raised)

    @property
    def amount(self) -> Money:
        """What the letter asks for: all that is overdue and not disputed."""
        return total((each.invoice.undisputed for each in self.items), self.currency)


@dataclass(frozen=True, slots=True)
class ParkedReminder:
    """An account that could not be reminded, or charged interest, and why."""

    party: str
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReminderRun:
    """What a run came to; `notes` are the interest notes that went with last reminders."""

    issued: tuple[Filed, ...]
    notes: tuple[Filed, ...]
    parked: tuple[ParkedReminder, ...]


def due(session: TenantSession) -> list[DueReminder]:
    """The letters that are due today, by customer and currency.

    Raises ReminderPolicyUnreadable.
    """
    return _due(session, reminding(own_tenant(session).policies), periods.today(session))


def issue(
    session: TenantSession, accounts: Collection[tuple[UUID, str]] | None = None
) -> ReminderRun:
    """Issue the letters that are due today, and interest notes where the policy says so.

    Of all accounts, or of those that are given and still due a letter. On the same day again it
    issues nothing more. What is wrong with one account parks that account. Raises
    ReminderPolicyUnreadable or NoSeries.
    """
    # Whoever reminds of the same at this moment ends first, so nobody gets a letter twice.
    ledger.hold_book(session)
    said, today = reminding(own_tenant(session).policies), periods.today(session)
    issued, notes, parked = [], [], []
    for each in _due(session, said, today):
        if accounts is not None and each.account not in accounts:
            continue
        try:
            with session.begin_nested():
                issued.append(_issued(session, each, said, today))
        except NoSeries:
            raise
        except DomainError as error:
            parked.append(ParkedReminder(each.party, each.currency, str(error)))
            continue
        if each.is_last and said.charges_interest:
            try:
                with session.begin_nested():
                    notes.append(interest.issue_note(session, each.party, each.currency, today))
            except interest.NoInterestDue:
                pass
            except DomainError as error:
                parked.append(ParkedReminder(each.party, each.currency, str(error)))
    return ReminderRun(tuple(issued), tuple(notes), tuple(parked))


def reminders(session: TenantSession, limit: int, after: UUID | None = None) -> list[Filed]:
    """The letters that were issued, the newest first, so many at most, from one after another on.

    Raises NoSuchDocument.
    """
    return statements.issued_of(session, Kind.REMINDER, limit, after)


def _due(session: TenantSession, said: Reminding, today: dt.date) -> list[DueReminder]:
    known = {party.id: party for party in parties.parties(session)}
    found = _by_account(_overdue(session, today))
    letters = [_letter_due(known[items[0].party_id], items, said, today) for items in found]
    return sorted(
        (each for each in letters if each is not None), key=lambda each: (each.party, each.currency)
    )


def _overdue(session: TenantSession, today: dt.date) -> list[Overdue]:
    """What is overdue; of invoices with a plan of instalments the instalments that are."""
    planned = instalments.parts(session)
    plans = {part.invoice.plan_id for of in planned.values() for part in of if part.invoice.plan_id}
    reminded = store.reminded_instalments(session, plans)
    found: list[Overdue] = []
    for item in store.overdue(session, today, planned):
        parts = planned.get(item.invoice.document_id)
        if parts is None:
            found.append(item)
            continue
        due = [each for each in parts if each.invoice.due_on < today]
        found += [_part_overdue(item, each, reminded) for each in due]
    return sorted(found, key=_account_and_day)


def _part_overdue(
    item: Overdue, part: PartDue, reminded: Mapping[tuple[UUID, int], tuple[int, dt.date]]
) -> Overdue:
    """A part of an item that is in instalments; what no plan covers keeps the item's reminders."""
    level, on = item.level, item.reminded_on
    if part.invoice.plan_id is not None and part.invoice.instalment is not None:
        level, on = reminded.get((part.invoice.plan_id, part.invoice.instalment), (0, None))
    return replace(
        item,
        invoice=part.invoice,
        amount=part.amount,
        level=level,
        reminded_on=on,
        instalments=part.instalments,
    )


def _account_and_day(item: Overdue) -> tuple[UUID, str, dt.date, str]:
    invoice = item.invoice
    return item.party_id, str(invoice.open.currency.code), invoice.due_on, invoice.number


def _by_account(overdue: Sequence[Overdue]) -> Iterator[list[Overdue]]:
    """What is overdue of each account, without what is wholly disputed."""
    asked = [each for each in overdue if each.invoice.undisputed.amount > 0]
    for _, items in groupby(asked, key=lambda each: (each.party_id, each.invoice.open.currency)):
        yield list(items)


def _letter_due(
    party: Party, items: Sequence[Overdue], said: Reminding, today: dt.date
) -> DueReminder | None:
    levels = [(each.invoice, next_level(each, said.days, today)) for each in items]
    raised = tuple((invoice, level) for invoice, level in levels if level is not None)
    if not raised:
        return None
    level = max(level for _, level in raised)
    currency = str(items[0].amount.currency.code)
    is_last = level == len(said.days)
    return DueReminder(
        party.code, party.full_name, party.id, currency, level, is_last, tuple(items), raised
    )


def _issued(session: TenantSession, found: DueReminder, said: Reminding, today: dt.date) -> Filed:
    party = parties.party(session, found.party_id)
    pay_by = today + dt.timedelta(days=said.pay_days)
    fee = said.fee(found.level, found.currency) if found.may_cost else None
    note = _fee_issued(session, party, fee, found.level, pay_by) if fee else None
    accounts = {each.currency: each for each in parties.bank_accounts(session, None)}
    draft = ReminderLetter(
        locale=party.language,
        currency=found.currency,
        seller=tenant_side(own_tenant(session), accounts.get(found.currency)),
        buyer=party_side(party),
        issued_on=today,
        pay_by=pay_by,
        level=found.level,
        items=tuple(_item(each) for each in found.items),
        charges=fee,
        charges_document=note.number if note else "",
    )
    purpose = f"reminder:{found.party}:{found.currency}:{session.ids.new()}"
    filed = statements.issue(session, draft, Filing(party.id, purpose), today)
    store.add_reminded(session, filed.id, found.raised)
    return filed


def _fee_issued(
    session: TenantSession, party: Party, fee: Money, level: int, pay_by: dt.date
) -> Filed:
    """Issue and book the debit note over what a letter costs. Raises ReminderFeeHeld, NoSeries."""
    ledger.hold_book(session)
    today = periods.today(session)
    bearing = periods.booking_period(session, today)
    currency = str(fee.currency.code)
    terms = terms_of(billing.cycle_of(session, bearing), party, currency, is_outside_vat=True)
    draft = fee_note(fee, level, terms, today, pay_by)
    filing = Filing(party.id, f"{FEE}{party.code}:{session.ids.new()}", bearing.id)
    filed = statements.issue(session, draft, filing, today)
    if not filed.is_issued:
        raise ReminderFeeHeld(party=party.code)
    issued = replace(draft, number=filed.number)
    income = Account.REMINDER_INCOME
    ledger.post(
        session, [change_entry(filed.id, party.id, issued, bearing.id, today, income=income)]
    )
    return filed


def _item(overdue: Overdue) -> OpenItem:
    invoice = overdue.invoice
    return OpenItem(
        invoice.number,
        invoice.issued_on,
        invoice.due_on,
        overdue.amount,
        invoice.undisputed,
        invoice.instalment or 0,
        overdue.instalments,
    )
