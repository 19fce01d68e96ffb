"""Bill a closed period: one invoice for each customer and currency, issued and booked.

A run goes through its customers in the order of their codes, in parts: each is drafted, kept within
the customers' bounds, issued, and booked as a set. How the parts are cut changes nothing. Whatever
is wrong with one customer (no tax number, a rule its document breaks, an amount beyond its bound)
parks that customer with the reason; the others are billed. Running it again bills the parked ones
and nobody twice.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple
from uuid import UUID

from currencies import service as fx
from currencies.money import Money, total
from i18n.errors import Conflict, DomainError, Invalid
from settlement.agreements.contract import Contract
from settlement.agreements.contracts import service as contracts_kept
from settlement.agreements.cost_centres import service as cost_centres
from settlement.agreements.payers import service as payers
from settlement.billing import store
from settlement.billing.bounds import Bounds, bounds_of, breach
from settlement.billing.draft_document import AFTER_APPROVAL
from settlement.billing.drafting import Bill, Cycle, Due, due_and_carried
from settlement.billing.drafting_ahead import Ahead, Drafted, Waiting, draft_each
from settlement.billing.drafting_beside.service import WORTH_A_PROCESS, Beside, make_ready
from settlement.billing.drafts import service as drafts
from settlement.billing.invoice import owed_by
from settlement.billing.invoice_lines import Charge, TaxInside, promotion_key
from settlement.billing.issued_entry import change_entry, invoice_entry
from settlement.billing.margin_scheme import service as margin_scheme
from settlement.billing.parking import service as parking
from settlement.billing.parking.service import Asker, Known, SetAside
from settlement.billing.sections import Section
from settlement.billing.splitting import service as splitting
from settlement.billing.store import Borne
from settlement.catalogue import service as catalogue
from settlement.catalogue.products import service as products
from settlement.catalogue.promotions import service as promotions
from settlement.ledger import service as ledger
from settlement.parties import service as parties
from settlement.parties.accounts import service as accounts
from settlement.parties.bank_account import BankAccount
from settlement.parties.cycle_days import service as cycle_days
from settlement.parties.party import Kind as PartyKind
from settlement.parties.party import Party
from settlement.periods import service as periods
from settlement.periods.service import Period
from settlement.taxation.local_tax import vat_fixing
from settlement.taxation.number_checks import service as number_checks
from settlement.taxation.own_rates import service as own_rates
from settlement.taxation.places import service as places
from statements import service as statements
from statements.crediting import CREDITS
from statements.document import Document, Kind
from statements.filing import Filed
from statements.number_series.service import NoSeries
from tenants.behind import Behind
from tenants.directory.service import own_tenant
from tenants.session import TenantSession, reading

# Customers billed in one transaction. Twice as many take hardly less of the processor for each, and
# with PDF a part of these takes some seconds, in which nobody else gets a number of the series.
GROUP = 250
# The rate of a day is asked for at most a long holiday before it.
DAYS_OF_RATES = dt.timedelta(days=14)

Progress = Callable[[int, int], None]


class BilledAlready(Conflict):
    """{number} is the invoice of {period} already. What is left is billed with the next month."""


class NotAnInvoice(Invalid):
    """Document {number} is no invoice to a customer. Credit a statement through its partner."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A balance left for a later run: below the smallest invoice, or its cycle has not ended."""

    party: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Parked:
    """A customer that could not be billed, and why."""

    party: str
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What all parts of a run work with: as of its start, so that its parts agree."""

    cycle: Cycle
    customers: Mapping[UUID, Party]
    bounds: Bounds
    due: tuple[Due, ...]
    beside: Beside = field(compare=False)
    ahead: Ahead = field(default_factory=Ahead, compare=False)


@dataclass(frozen=True, slots=True)
class BillRun:
    """What a run came to; `issued` are the invoices and credit notes of this run."""

    issued: tuple[Filed, ...]
    carried: tuple[Carried, ...]
    parked: tuple[Parked, ...]


class RunNeedsApproval(Conflict):
    """Runs of this tenant are approved by a second person first. Ask for a run of {period}."""


def bill_period(session: TenantSession, code: str, progress: Progress | None = None) -> BillRun:
    """Bill every customer for a closed period and for what was carried before it.

    `progress` is called with bills done and bills in all. Raises NoSuchPeriod, PeriodNotClosed,
    NoSeries, MinimumUnreadable, BoundUnreadable or RunNeedsApproval; what concerns one customer
    only parks that customer.
    """
    frame = frame_of(session, periods.closed_period(session, code))
    if frame.cycle.tenant.policies.get("bill_run") == AFTER_APPROVAL:
        raise RunNeedsApproval(period=code)
    parts = []
    for start in range(0, len(frame.due), GROUP):
        end = start + GROUP
        part, following = frame.due[start:end], frame.due[end : end + GROUP]
        parts.append(bill_some(session, frame, part, following=following))
        if progress is not None:
            progress(min(end, len(frame.due)), len(frame.due))
    return BillRun(
        tuple(one for part in parts for one in part.issued),
        tuple(one for part in parts for one in part.carried),
        tuple(one for part in parts for one in part.parked),
    )


def frame_of(session: TenantSession, period: Period, after: tuple[str, str] = ("", "")) -> Frame:
    """What a run over a closed period works with, behind the customer it has come to.

    Raises BoundUnreadable.
    """
    store.lock(session)
    due = tuple(store.due(session, period.month.ends_on, after))
    if len(due) >= WORTH_A_PROCESS:
        make_ready()
    cycle = cycle_of(session, period)
    customers = {party.id: party for party in parties.parties(session, PartyKind.CUSTOMER)}
    return Frame(
        cycle,
        customers,
        bounds_of(cycle.tenant.policies),
        due,
        Beside(cycle, customers),
    )


def bill_some(
    session: TenantSession,
    frame: Frame,
    due: Sequence[Due],
    asker: Asker | None = None,
    following: Sequence[Due] = (),
) -> BillRun:
    """Bill some of those who are due, in their order: draft, keep within bounds, issue and book.

    `asker` asked for the run; without one it is whoever the session works for. `following` are
    billed next: they are drafted while the database works on these. Raises NoSeries or
    MinimumUnreadable.
    """
    store.lock(session)
    cycle = frame.cycle
    who = {each.party_id for each in due}
    # Asked for before these are taken: what drafts has the next ones when it has done these.
    if following:
        _draft_ahead(session, frame, following)
    found = _drafted_before(session, frame, due) or _drafted_now(session, frame, due)
    before = parking.known(session, cycle.period_id, cycle.month.starts_on, who)
    drafted = _drafts(session, frame, found, before)
    filed, refused = _issue(session, cycle, drafted.bills)
    parking.note_billed(session, before, ((one.filing.party_id, _code(one)) for one in filed))
    aside = [*drafted.aside, *refused]
    parking.park(session, cycle.period_id, aside, asker)
    parked = [
        Parked(frame.customers[each.party_id].code, each.currency, each.reason) for each in aside
    ]
    return BillRun(tuple(filed), tuple(drafted.carried), tuple(parked))


def credit_invoice(
    session: TenantSession, invoice_id: UUID, wanted: Mapping[str, Money], purpose: str
) -> Filed:
    """Take back part of an issued invoice, by line, and book it; a purpose is credited once.

    Raises NotAnInvoice and what `statements.issue_credit` raises; a held note is not booked.
    """
    invoice = statements.document(session, invoice_id)
    if CREDITS.get(invoice.kind) is not Kind.CREDIT_NOTE:
        raise NotAnInvoice(number=invoice.number or invoice_id)
    today = periods.today(session)
    note = statements.issue_credit(session, invoice_id, wanted, purpose, today)
    if note.is_issued:
        issued = statements.content(session, note.id)
        assert isinstance(issued, Document), "a credit note is an invoice's kind of document"
        bearing = periods.booking_period(session, today)
        entry = change_entry(note.id, note.filing.party_id, issued, bearing.id, today)
        ledger.post(session, [entry])
        margin_scheme.settle(session, note.id, bearing.id, today)
    return note


def hold_unbilled(session: TenantSession, party_id: UUID, currency: str) -> list[Charge]:
    """A customer's charges of closed periods that nothing bears; no run bills them meanwhile."""
    store.lock(session)
    found = store.unbilled(session, periods.today(session), [party_id])
    return [each for each in found if each.currency == currency]


def charges_of(session: TenantSession, party_id: UUID, ids: Collection[UUID]) -> list[Charge]:
    """Those of these charges of a customer that wait to be billed; no run bills them meanwhile."""
    store.lock(session)
    wanted = set(map(str, ids))
    return [each for each in store.unbilled(session, dt.date.max, [party_id]) if each.id in wanted]


def bear(session: TenantSession, charges: Sequence[Charge], document_id: UUID) -> None:
    """Note that an issued document bears charges of its customer."""
    ids = [charge.id for charge in charges]
    store.bear(session, [Borne(ids, document_id, charges[0].party_id)])


def cycle_of(session: TenantSession, period: Period) -> Cycle:
    """What all bills over a period have in common, as of today."""
    tenant = own_tenant(session)
    issued_on = periods.today(session)
    # Corrections of an earlier month go to whoever paid then, by the same contract.
    contracts = _by_payer_ever(session)
    return Cycle(
        tenant=tenant,
        month=period.month,
        period_id=period.id,
        issued_on=issued_on,
        contracts=contracts,
        products=names_on_paper(session),
        sections=sections_on(session, period.month.last_day, contracts),
        left_out=frozenset(map(str, drafts.left_out(session, period.month.ends_on))),
        choices=splitting.choices_on(session, period.month.last_day),
        cycle_days=cycle_days.all_cycle_days(session),
        accounts=_own_accounts(session),
        numbers=number_checks.known(session),
        places=places.known(session),
        margin_costs=margin_scheme.unbilled_costs(session),
        vat=own_rates.book(session),
        with_tax_inside=tax_inside(session),
        rates=fx.rate_table(
            session,
            [vat_fixing(tenant.country).source],
            min(period.month.starts_on, issued_on) - DAYS_OF_RATES,
            issued_on + DAYS_OF_RATES,
        ),
    )


def sections_on(
    session: TenantSession, day: dt.date, by_payer: Mapping[UUID, list[Contract]] | None = None
) -> dict[UUID, dict[UUID, Section]]:
    """Where lines of contracts stand on the invoices of their payers on a day, by payer.

    Contracts of sub-accounts stand under their account, those on a cost centre under it. The
    contracts by whoever ever pays for them are read where they are not given.
    """
    centres = cost_centres.cost_centres_on(session, day)
    above = accounts.payers_ever(session)
    if not centres and not above:
        return {}
    named = {}
    if above:
        customers = parties.parties(session, PartyKind.CUSTOMER)
        named = {each.id: f"{each.name} ({each.code})" for each in customers if each.id in above}
    found: dict[UUID, dict[UUID, Section]] = defaultdict(dict)
    given = _by_payer_ever(session) if by_payer is None else by_payer
    for payer_id, contract in ((payer, each) for payer, of in given.items() for each in of):
        centre, own = centres.get(contract.id, ""), contract.customer_id
        account = named[own] if payer_id in above.get(own, ()) else ""
        if account or centre:
            found[payer_id][contract.id] = Section(account, centre)
    return found


def _by_payer_ever(session: TenantSession) -> dict[UUID, list[Contract]]:
    """The contracts by everybody who pays, paid or will pay for them."""
    found: dict[UUID, list[Contract]] = defaultdict(list)
    others = payers.payers_ever(session)
    for contract in contracts_kept.contracts(session):
        for payer_id in {contract.billed_to, *others.get(contract.id, ())}:
            found[payer_id].append(contract)
    return found


def tax_inside(session: TenantSession) -> TaxInside:
    """The products and versions of tariffs whose prices include the tax."""
    inside = (each.code for each in products.products(session) if each.has_tax_inside)
    return TaxInside(frozenset(inside), catalogue.versions_with_tax_inside(session))


def names_on_paper(session: TenantSession) -> dict[str, str]:
    """What is sold, by code, and what takes something off, by `promotion_key`."""
    off = {promotion_key(each.code): each.name for each in promotions.promotions(session)}
    return off | {product.code: product.name for product in products.products(session)}


def _own_accounts(session: TenantSession) -> dict[str, BankAccount]:
    """The tenant's accounts in use; the newest of a currency is the one in use."""
    return {account.currency: account for account in parties.bank_accounts(session, None)}


class _Sorted(NamedTuple):
    """What came of some customers' charges before anything is issued."""

    bills: list[Bill]
    carried: list[Carried]
    aside: list[SetAside]


def _drafted_before(
    session: TenantSession, frame: Frame, due: Sequence[Due]
) -> list[Drafted] | None:
    """The drafts made ahead for those who are due, where the same charges wait as then."""
    if not frame.ahead.has(due):
        return None
    who = {each.party_id for each in due}
    return frame.ahead.take(due, store.seal(session, frame.cycle.month.ends_on, who))


def _drafted_now(session: TenantSession, frame: Frame, due: Sequence[Due]) -> list[Drafted]:
    """What those who are due get for the charges that wait now."""
    charges = store.unbilled(session, frame.cycle.month.ends_on, {each.party_id for each in due})
    return draft_each(frame.cycle, frame.customers, due, charges)


def _draft_ahead(session: TenantSession, frame: Frame, due: Sequence[Due]) -> None:
    """Begin to draft the same for those who are due next.

    Of a large run a process beside this one drafts, and the charges are read on a connection of
    their own, while this one stores what is billed now. What is not committed yet is not seen
    there; the seal then differs.
    """
    ends_on, who = frame.cycle.month.ends_on, {each.party_id for each in due}
    if len(frame.due) < WORTH_A_PROCESS:
        found = Waiting(store.seal(session, ends_on, who), store.unbilled(session, ends_on, who))
        draft = partial(draft_each, frame.cycle, frame.customers, due)
        frame.ahead.start(due, lambda: found, draft)
        return

    def read() -> Waiting[bytes]:
        with reading(session.database, session.tenant_id, session.principal) as beside:
            seal = store.seal(beside, ends_on, who)
            return Waiting(seal, store.unbilled_text(beside, ends_on, who))

    is_last = due[-1] == frame.due[-1]
    frame.ahead.start(due, read, partial(frame.beside.draft, due, is_last=is_last))


def _drafts(
    session: TenantSession, frame: Frame, found: Sequence[Drafted], before: Known
) -> _Sorted:
    drafted = _Sorted([], [], [])
    cycle = frame.cycle
    for party, currency, charges, bills, refusal in found:
        if refusal:
            drafted.aside.append(SetAside(party.id, currency, "refused", refusal, charges))
            continue
        of_due, left = due_and_carried(cycle, bills)
        drafted.carried.extend(Carried(party.code, owed_by(bill.draft)) for bill in left)
        beyond = _beyond(frame, of_due, before) if of_due else None
        if beyond is not None:
            drafted.aside.append(beyond)
        else:
            drafted.bills.extend(of_due)
    drafted.bills.sort(key=lambda bill: (bill.party.code, bill.draft.currency, bill.filing.purpose))
    return _without_second(session, cycle, drafted)


def _beyond(frame: Frame, bills: Sequence[Bill], before: Known) -> SetAside | None:
    """A customer's bills to set aside where they are beyond a bound and nobody let them go."""
    currency = bills[0].draft.currency
    key, charges = (bills[0].party.id, currency), sum(len(bill.charge_ids) for bill in bills)
    owed = total((owed_by(bill.draft) for bill in bills), currency)
    why = breach(frame.bounds, charges, owed, before.trails.get(key))
    if why is None or before.is_released(*key, charges, owed):
        return None
    return SetAside(*key, "bound", str(why), charges, owed.amount)


def _without_second(session: TenantSession, cycle: Cycle, drafted: _Sorted) -> _Sorted:
    """Set aside whoever has a document of this run already: one of a kind for each month."""
    known = statements.issued_for(session, [bill.filing.purpose for bill in drafted.bills])
    month = cycle.month.code
    seconds = [
        _refused(bill, str(BilledAlready(number=known[bill.filing.purpose].number, period=month)))
        for bill in drafted.bills
        if bill.filing.purpose in known
    ]
    bills = [bill for bill in drafted.bills if bill.filing.purpose not in known]
    return drafted._replace(bills=bills, aside=[*drafted.aside, *seconds])


def _issue(
    session: TenantSession, cycle: Cycle, bills: Sequence[Bill]
) -> tuple[list[Filed], list[SetAside]]:
    """Issue a group, or keep it as drafts where the tenant's policy asks for approval."""
    if not bills:
        return [], []
    if cycle.tenant.policies.get("issue") != AFTER_APPROVAL:
        return issue_bills(session, cycle, bills)
    kept = [(bill.draft, bill.filing, tuple(map(UUID, bill.charge_ids))) for bill in bills]
    drafts.keep(session, kept, cycle.issued_on)
    return [], []


def issue_bills(
    session: TenantSession, cycle: Cycle, bills: Sequence[Bill]
) -> tuple[list[Filed], list[SetAside]]:
    """Issue a group and book it; where the group as a whole fails, each bill by itself."""
    pairs = [(bill.composed or bill.draft, bill.filing) for bill in bills]
    try:
        with session.begin_nested():
            filed = statements.issue_all(session, pairs, cycle.issued_on)
    except NoSeries:
        raise
    except DomainError as error:
        if len(bills) == 1:
            return [], [_refused(bills[0], str(error))]
        each = [issue_bills(session, cycle, [bill]) for bill in bills]
        return [one for issued, _ in each for one in issued], [
            one for _, refused in each for one in refused
        ]
    done = [(bill, one) for bill, one in zip(bills, filed, strict=True) if one.is_issued]
    _book(session, cycle, done)
    held = [
        _refused(bill, _broken_rules(one))
        for bill, one in zip(bills, filed, strict=True)
        if not one.is_issued
    ]
    return [one for _, one in done], held


def _refused(bill: Bill, reason: str) -> SetAside:
    key, owed = (bill.party.id, bill.draft.currency), owed_by(bill.draft)
    return SetAside(*key, "refused", reason, len(bill.charge_ids), owed.amount)


def _code(one: Filed) -> str:
    return str(one.gross.currency.code)


def _book(session: TenantSession, cycle: Cycle, done: Sequence[tuple[Bill, Filed]]) -> None:
    if not done:
        return
    bearing = periods.booking_period(session, cycle.issued_on)
    borne = [Borne(bill.charge_ids, one.id, bill.party.id) for bill, one in done]
    entries = [
        invoice_entry(
            one.id,
            bill.party.id,
            replace(bill.draft, number=one.number),
            bill.charged,
            bill.tax_inside,
            bearing.id,
            cycle.issued_on,
        )
        for bill, one in done
        if one.gross.amount or bill.charged.amount
    ]
    begun = ledger.begin_posting(session, entries) if entries else None
    # Entries are linked while the database notes which charges are borne.
    with Behind() as storing:
        storing.do(lambda: store.bear(session, borne))
        linked = begun.linked() if begun else []
    if begun is not None:
        ledger.keep(session, begun, linked)
    for bill, one in done:
        if bill.sales:
            margin_scheme.keep(session, one.filing.purpose, bill.sales)
            margin_scheme.settle(session, one.id, bearing.id, cycle.issued_on)


def _broken_rules(held: Filed) -> str:
    verdict = held.verdict
    findings = verdict.findings if verdict else ()
    return "; ".join(f"{each.rule}: {each.text}" for each in findings) or "held"
