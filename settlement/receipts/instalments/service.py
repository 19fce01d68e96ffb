"""Agree instalments of an invoice, withdraw them, end what is not kept; tell what is due when.

Whoever agrees or ends a plan takes the tenant's book first, as whoever records a payment does, so
a plan is over what is open at that moment.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from currencies.money import Money, shown, total
from i18n.formats import date_text
from i18n.locale import _, translator
from settlement.ledger import service as ledger
from settlement.periods import service as periods
from settlement.rating.commitment import months_after
from settlement.receipts.applying import OpenInvoice
from settlement.receipts.instalments import store
from settlement.receipts.instalments.plan import (
    DisputedForInstalments,
    Instalment,
    InstalmentLeft,
    InstalmentsAgreedAlready,
    NoSuchPlan,
    NothingOpenForInstalments,
    PartDue,
    Plan,
    PlanIsOver,
    PlanWithoutReason,
    Standing,
    check_instalments,
    days_missed,
    is_missed,
    left,
    months_apart,
    parts_due,
    proposed,
)
from statements import service as statements
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

MISSED = _("Instalment {number}, due on {day}, was not paid")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Instalments that could be agreed of what is open of an invoice; nothing is kept."""

    document_id: UUID
    number: str
    open: Money
    instalments: tuple[Instalment, ...]


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """A plan with what is left of each instalment; of a plan that ended, as agreed."""

    plan: Plan
    instalments: tuple[InstalmentLeft, ...]

    @property
    def status(self) -> str:
        """agreed, paid, withdrawn or fell_away."""
        if self.plan.end is not None:
            return "fell_away" if self.plan.end.fell_away else "withdrawn"
        return "agreed" if self.open.amount else "paid"

    @property
    def open(self) -> Money:
        """What is still to be paid of all instalments."""
        return total((each.open for each in self.instalments), str(self.plan.asked.currency.code))

    @property
    def paid(self) -> Money:
        """What was paid of all instalments."""
        return total((each.paid for each in self.instalments), str(self.plan.asked.currency.code))

    @property
    def next_due_on(self) -> dt.date | None:
        """The day of the first instalment that is not paid; None where all are."""
        return next((each.due_on for each in self.instalments if each.open.amount), None)


def propose(
    session: TenantSession, document_id: UUID, count: int, first_on: dt.date | None = None
) -> Proposal:
    """Equal instalments of what is open, months apart by the policy; the first one month-step away.

    Raises as `preview` does, and InstalmentPolicyUnreadable.
    """
    months, today = months_apart(own_tenant(session).policies), periods.today(session)
    invoice = _open(session, document_id).invoice
    first_on = first_on or months_after(today, months)
    return preview(session, document_id, proposed(invoice.open, count, first_on, months))


def preview(
    session: TenantSession, document_id: UUID, instalments: Sequence[Instalment]
) -> Proposal:
    """What would be agreed, checked as if it were; nothing is kept.

    Raises NoSuchDocument, NothingOpenForInstalments, DisputedForInstalments,
    InstalmentsAgreedAlready and what `check_instalments` raises.
    """
    invoice = _open(session, document_id).invoice
    check_instalments(instalments, invoice.open, invoice.number, periods.today(session))
    return Proposal(document_id, invoice.number, invoice.open, tuple(instalments))


def agree(
    session: TenantSession, document_id: UUID, instalments: Sequence[Instalment], reason: str
) -> PlanStanding:
    """Agree instalments of all that is open of an invoice; they are due on their days from now on.

    Raises PlanWithoutReason and what `preview` raises.
    """
    reason = _reason(reason)
    ledger.hold_book(session)
    preview(session, document_id, instalments)
    now = _open(session, document_id)
    row = store.InstalmentPlanRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        document_id=document_id,
        currency=str(now.asked.currency.code),
        asked=now.asked.amount,
        paid=now.paid.amount,
        agreed_on=periods.today(session),
        reason=reason,
        recorded_by=session.principal.name,
        recorded_at=session.now(),
    )
    parts = [
        store.InstalmentRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            plan_id=row.id,
            number=number,
            due_on=each.due_on,
            amount=each.amount.amount,
        )
        for number, each in enumerate(instalments, start=1)
    ]
    store.add(session, [row, *parts])
    return plan(session, row.id)


def withdraw(session: TenantSession, plan_id: UUID, reason: str) -> PlanStanding:
    """End a plan; what is open of the invoice is due on the invoice's own day again.

    Raises NoSuchPlan, PlanIsOver or PlanWithoutReason.
    """
    reason = _reason(reason)
    ledger.hold_book(session)
    found = plan(session, plan_id).plan
    if found.end is not None:
        raise PlanIsOver(document=found.number, day=found.end.ended_on)
    _end(session, found, reason, fell_away=False)
    return plan(session, plan_id)


def drop_missed(session: TenantSession) -> list[PlanStanding]:
    """End the plans of which an instalment was missed, as the policy says; by default none.

    Raises InstalmentPolicyUnreadable.
    """
    tenant = own_tenant(session)
    days, today = days_missed(tenant.policies), periods.today(session)
    if days is None:
        return []
    ledger.hold_book(session)
    dropped = []
    for found, parts in _in_force(session, store.plans(session, only_in_force=True)):
        if is_missed(found, parts, days, today):
            language = tenant.languages[0]
            first = next(each.invoice for each in parts if each.invoice.plan_id)
            day = date_text(first.due_on, language)
            reason = translator(language)(MISSED, number=first.instalment, day=day)
            _end(session, found, reason, fell_away=True)
            dropped.append(plan(session, found.id))
    return dropped


def plan(session: TenantSession, plan_id: UUID) -> PlanStanding:
    """One plan with what is left of it. Raises NoSuchPlan."""
    for each in _standings(session, store.plans(session, plan_id=plan_id)):
        return each
    raise NoSuchPlan(plan=plan_id)


def plans(
    session: TenantSession, document_id: UUID | None = None, party_id: UUID | None = None
) -> list[PlanStanding]:
    """Plans, of one invoice, of one customer or all, the newest first."""
    documents = None if document_id is None else [document_id]
    found = store.plans(session, documents=documents, party_id=party_id)
    return _standings(session, found[::-1])


def standing(session: TenantSession, document_id: UUID, party_id: UUID) -> Standing:
    """What a document asks its party for, what was paid and what is open. Raises NoSuchDocument."""
    statements.document(session, document_id, party_id)
    found = store.standing(session, [document_id]).get(document_id)
    if found is None:
        raise statements.NoSuchDocument(document=document_id)
    return found


def agreed_of(session: TenantSession, documents: Collection[UUID]) -> dict[UUID, list[Plan]]:
    """All plans that were ever agreed of these invoices, the earliest first."""
    found: dict[UUID, list[Plan]] = {}
    for each in store.plans(session, documents=documents):
        found.setdefault(each.document_id, []).append(each)
    return found


def in_force_before(
    session: TenantSession, until: dt.date, documents: Collection[UUID]
) -> dict[UUID, Plan]:
    """The plans of these invoices that held at the end of the day before a day."""
    return {
        each.document_id: each
        for each in store.plans(session, documents=documents)
        if each.agreed_on < until and (each.end is None or each.end.ended_on >= until)
    }


def parts(
    session: TenantSession, documents: Collection[UUID] | None = None
) -> dict[UUID, list[PartDue]]:
    """The open parts of invoices whose plan is in force, of these or of all of them."""
    found = store.plans(session, documents=documents, only_in_force=True)
    return {each.document_id: parts for each, parts in _in_force(session, found)}


def in_parts(session: TenantSession, invoices: Iterable[OpenInvoice]) -> list[OpenInvoice]:
    """Open invoices, those with a plan in force part by part; the oldest due first."""
    invoices = list(invoices)
    planned = parts(session, [each.document_id for each in invoices])
    found: list[OpenInvoice] = []
    for each in invoices:
        due = planned.get(each.document_id)
        found += [each] if due is None else [part.invoice for part in due]
    return sorted(found, key=lambda each: (each.due_on, each.number))


def _open(session: TenantSession, document_id: UUID) -> Standing:
    """An invoice that instalments can be agreed of, as it stands."""
    statements.document(session, document_id)
    now = store.standing(session, [document_id]).get(document_id)
    if now is None or now.invoice.open.amount <= 0:
        raise NothingOpenForInstalments(document=document_id)
    number, disputed = now.invoice.number, now.invoice.disputed
    if disputed.amount > 0:
        raise DisputedForInstalments(disputed=shown(disputed), document=number)
    if store.plans(session, documents=[document_id], only_in_force=True):
        raise InstalmentsAgreedAlready(document=number)
    return now


def _in_force(session: TenantSession, found: Sequence[Plan]) -> list[tuple[Plan, list[PartDue]]]:
    now = store.standing(session, [each.document_id for each in found]) if found else {}
    return [(each, list(parts_due(each, now[each.document_id]))) for each in found]


def _standings(session: TenantSession, found: Sequence[Plan]) -> list[PlanStanding]:
    in_force = [each.document_id for each in found if each.end is None]
    now = store.standing(session, in_force) if in_force else {}
    standings = []
    for each in found:
        asked, paid, disputed = each.asked, each.paid, each.asked - each.asked
        if each.end is None:
            standing = now[each.document_id]
            asked, paid, disputed = standing.asked, standing.paid, standing.invoice.disputed
        standings.append(PlanStanding(each, left(each, asked, paid, disputed)))
    return standings


def _end(session: TenantSession, found: Plan, reason: str, *, fell_away: bool) -> None:
    row = store.InstalmentPlanEndRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        plan_id=found.id,
        ended_on=periods.today(session),
        fell_away=fell_away,
        reason=reason,
        recorded_by=session.principal.name,
        recorded_at=session.now(),
    )
    store.add(session, [row])


def _reason(text: str) -> str:
    if not text.strip():
        raise PlanWithoutReason()
    return text.strip()
