"""Raise a dispute, take it back, settle it; and say how much of a document is held."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from moneyed import Money

from currencies.money import money, scaled, shown, total
from currencies.rounding import is_payable, to_minor_unit
from currencies.units import minor_unit
from i18n.errors import Conflict, Forbidden, Invalid, NotFound
from settlement.disputes import store
from settlement.disputes.dispute import (
    Dispute,
    Reason,
    Side,
    Status,
    check_amount,
    closed,
)
from settlement.disputes.dispute import answer_by as last_day_to_answer
from settlement.interconnect.reconciling import service as reconciling
from settlement.periods import service as periods
from settlement.periods.calendar import local_day
from statements import service as statements
from statements.declaration import Declaration
from statements.filing import Filed
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

ANSWER_DAYS = "30"


class NoSuchDispute(NotFound):
    """There is no dispute {dispute}. Check the identifier."""


class NoSuchDocumentLine(NotFound):
    """Document {number} has no line {line}. Name one of its lines, or none."""


class NotYetIssued(Conflict):
    """The document is held and not issued. Only what was issued can be disputed."""


class NotYours(Forbidden):
    """This dispute was raised by the other side. Only who raised a dispute takes it back."""


class NotPayable(Invalid):
    """{amount} cannot be paid in {currency}, so it cannot be disputed. Round it to minor units."""


class NotItsCredit(Conflict):
    """Document {number} does not correct the disputed document. Name the credit that does."""


class NothingToCredit(Conflict):
    """The dispute is {status} and asks for no credit. Only an accepted one is credited, once."""


def raise_dispute(
    session: TenantSession,
    *,
    document_id: UUID,
    disputed: Money,
    reason: Reason,
    document_line: str = "",
    narrative: str = "",
    raised_by: Side = Side.US,
) -> Dispute:
    """Dispute an amount of an issued document, or of one of its lines.

    A declaration has the lines `incoming` and `outgoing`. A partner's or carrier's user disputes
    its own documents only. Raises NoSuchDocument, NoSuchDocumentLine, NotYetIssued, NotPayable and
    what `check_amount` raises.
    """
    document = _own_document(session, document_id)
    stated = _stated(session, document, document_line)
    return _raised(
        session,
        document,
        stated,
        Dispute(
            id=session.ids.new(),
            party_id=document.filing.party_id,
            document_id=document_id,
            document_line=document_line,
            reconciliation_id=None,
            reconciliation_line=None,
            raised_by=_side(session, raised_by),
            reason=reason,
            narrative=narrative,
            disputed=disputed,
            status=Status.OPEN,
            opened_at=session.now(),
        ),
    )


def dispute_difference(
    session: TenantSession,
    *,
    reconciliation_id: UUID,
    line: int,
    reason: Reason,
    narrative: str = "",
    raised_by: Side = Side.US,
) -> Dispute:
    """Dispute the variance of one compared line, on our declaration of that traffic.

    Raises NoSuchReconciliation, NoSuchReconciliationLine and what `raise_dispute` raises.
    """
    reconciliation = reconciling.reconciliation(session, reconciliation_id)
    compared = reconciling.compared_line(reconciliation, line)
    document = _own_document(session, reconciliation.document_id)
    variance = money(abs(compared.variance), reconciliation.currency)
    return _raised(
        session,
        document,
        document.gross,
        Dispute(
            id=session.ids.new(),
            party_id=document.filing.party_id,
            document_id=document.id,
            document_line=compared.key.direction,
            reconciliation_id=reconciliation_id,
            reconciliation_line=line,
            raised_by=_side(session, raised_by),
            reason=reason,
            narrative=narrative,
            disputed=_rounded_up(variance),
            status=Status.OPEN,
            opened_at=session.now(),
        ),
    )


def withdraw(session: TenantSession, dispute_id: UUID) -> Dispute:
    """Take a dispute back; the document stands as issued.

    A user of the other side takes back only what that side raised. Raises NoSuchDispute, NotYours
    or DisputeClosed.
    """
    row = _held_row(session, dispute_id)
    if session.principal.party_id is not None and row.raised_by != Side.THEM.value:
        raise NotYours
    return _ended(session, row, Status.WITHDRAWN)


def settle(session: TenantSession, dispute_id: UUID, *, is_accepted: bool) -> Dispute:
    """Accept or reject a dispute; its `consequence` says what has to happen next.

    Raises NoSuchDispute or DisputeClosed.
    """
    row = _held_row(session, dispute_id)
    return _ended(session, row, Status.ACCEPTED if is_accepted else Status.REJECTED)


def credited(session: TenantSession, dispute_id: UUID, credit_id: UUID) -> Dispute:
    """Note the document that credits an accepted dispute; its amount is held no longer.

    Raises NoSuchDispute, NothingToCredit, NoSuchDocument or NotItsCredit.
    """
    row = _held_row(session, dispute_id)
    if row.status != Status.ACCEPTED.value or row.credit_id is not None:
        raise NothingToCredit(status=row.status)
    credit = statements.document(session, credit_id)
    if not credit.is_issued or credit.filing.corrects_id != row.document_id:
        raise NotItsCredit(number=credit.number)
    row.credit_id = credit_id
    session.flush()
    return store.as_dispute(row)


def dispute(session: TenantSession, dispute_id: UUID) -> Dispute:
    """One dispute; for a user of a party, only its own. Raises NoSuchDispute."""
    row = store.row(session, dispute_id)
    return store.as_dispute(_own(session, row, dispute_id))


def disputes(
    session: TenantSession,
    *,
    status: Status | None = None,
    party_id: UUID | None = None,
    limit: int = 200,
) -> list[Dispute]:
    """Disputes, the newest first; for a user of a party, its own."""
    return store.found(session, session.principal.party_id or party_id, status, limit)


def answer_by(session: TenantSession, found: Dispute) -> dt.date:
    """The last day for an answer, by the tenant's clocks and policy dispute_answer_days."""
    tenant = own_tenant(session)
    days = int(tenant.policies.get("dispute_answer_days", ANSWER_DAYS))
    return last_day_to_answer(local_day(found.opened_at, tenant.time_zone), days)


def is_overdue(session: TenantSession, found: Dispute) -> bool:
    """Whether an open dispute should have been answered before today."""
    return found.status is Status.OPEN and periods.today(session) > answer_by(session, found)


def disputes_of(session: TenantSession, document_id: UUID) -> list[Dispute]:
    """The disputes of one document, the oldest first."""
    return store.of_document(session, document_id)


def disputed_amount(session: TenantSession, document_id: UUID) -> Money:
    """How much of a document is held now: open, or accepted and not credited yet."""
    found = disputed_amounts(session, [document_id])
    if document_id in found:
        return found[document_id]
    return scaled(statements.document(session, document_id).gross, 0)


def disputed_amounts(session: TenantSession, documents: Collection[UUID]) -> dict[UUID, Money]:
    """The same for many documents as a set; those of which nothing is held are left out."""
    if not documents:
        return {}
    held = store.held_amounts(session, documents)
    return {document: money(amount, code) for document, (amount, code) in held.items()}


def _raised(session: TenantSession, document: Filed, stated: Money, wanted: Dispute) -> Dispute:
    if not document.is_issued:
        raise NotYetIssued
    if not is_payable(wanted.disputed):
        raise NotPayable(amount=shown(wanted.disputed), currency=wanted.disputed.currency.code)
    store.hold_document(session, document.id)
    earlier = [
        each
        for each in store.of_document(session, document.id)
        if each.status in (Status.OPEN, Status.ACCEPTED)
    ]
    check_amount(wanted.disputed, document.gross, _sum(earlier, document), document.number)
    if wanted.document_line:
        same_line = [each for each in earlier if each.document_line == wanted.document_line]
        what = f"line {wanted.document_line} of {document.number}"
        check_amount(wanted.disputed, stated, _sum(same_line, document), what)
    store.add(session, wanted)
    return wanted


def _stated(session: TenantSession, document: Filed, line: str) -> Money:
    """What the document, or one of its lines with its tax, says."""
    if not line:
        return document.gross
    content = statements.content(session, document.id)
    if isinstance(content, Declaration):
        stated = {total.direction: total.payable for total in content.totals}
    else:
        stated = {
            each.id: to_minor_unit(scaled(each.net, 1 + each.tax.rate)) for each in content.lines
        }
    if line not in stated:
        raise NoSuchDocumentLine(number=document.number, line=line)
    return stated[line]


def _own_document(session: TenantSession, document_id: UUID) -> Filed:
    return statements.document(session, document_id, session.principal.party_id)


def _side(session: TenantSession, raised_by: Side) -> Side:
    return raised_by if session.principal.party_id is None else Side.THEM


def _held_row(session: TenantSession, dispute_id: UUID) -> store.DisputeRow:
    return _own(session, store.row(session, dispute_id, hold=True), dispute_id)


def _own(
    session: TenantSession, row: store.DisputeRow | None, dispute_id: UUID
) -> store.DisputeRow:
    party_id = session.principal.party_id
    if row is None or (party_id is not None and row.party_id != party_id):
        raise NoSuchDispute(dispute=dispute_id)
    return row


def _ended(session: TenantSession, row: store.DisputeRow, wanted: Status) -> Dispute:
    row.status = closed(Status(row.status), wanted).value
    row.settled_at = session.now()
    session.flush()
    return store.as_dispute(row)


def _sum(disputes: Collection[Dispute], document: Filed) -> Money:
    return total((each.disputed for each in disputes), document.gross.currency.code)


def _rounded_up(amount: Money) -> Money:
    """The smallest payable amount that covers it: a fraction of a cent can be disputed too."""
    code = str(amount.currency.code)
    rounded = to_minor_unit(amount)
    step = money(Decimal(1).scaleb(-minor_unit(code)), code)
    return rounded if rounded >= amount else rounded + step
