"""Raise a dispute, take it back, settle it; and say how much of a document is held."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from moneyed import Money

from currencies.money import money, scaled, shown, total
from currencies.rounding import is_payable, to_minor_unit
from currencies.units import minor_unit
from i18n.errors import Conflict, Forbidden, Invalid, NotFound
from i18n.locale import Words, _
from settlement.disputes import store
from settlement.disputes.dispute import (
    Consequence,
    Dispute,
    Reason,
    Side,
    Status,
    check_amount,
    closed,
    left_of,
)
from settlement.disputes.dispute import answer_by as last_day_to_answer
from settlement.interconnect.reconciling import service as reconciling
from settlement.periods import service as periods
from settlement.periods.calendar import local_day
from statements import service as statements
from statements.declaration import Declaration
from statements.document import Document
from statements.downloading import LETTERS
from statements.filing import Filed
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

ANSWER_DAYS = "30"
# More open disputes than anybody has.
MOST_OPEN = 100_000


class NoSuchDispute(NotFound):
    """There is no dispute {dispute}. Check the identifier."""


class NoSuchDocumentLine(NotFound):
    """Document {number} has no line {line}. Name one of its lines, or none."""


class NotYetIssued(Conflict):
    """The document is held and not issued. Only what was issued can be disputed."""


class NotYours(Forbidden):
    """This dispute was raised by the other side. Only who raised a dispute takes it back."""


class AccountNotDisputed(Invalid):
    """{number} asks for nothing. Dispute a document that it names."""


class NotPayable(Invalid):
    """{amount} cannot be paid in {currency}, so it cannot be disputed. Round it to minor units."""


class NotItsCredit(Conflict):
    """Document {number} does not correct the disputed document. Name the credit that does."""


class NothingToCredit(Conflict):
    """The dispute is {status} and asks for no credit. Only an accepted one is credited, once."""


class CreditOfAnotherValue(Conflict):
    """Document {number} credits {credited}, the dispute is settled at {settled}. Credit that."""


class DisputedAlready(Conflict):
    """This is disputed already, in dispute {dispute}. Go on there."""


class NoDifference(Invalid):
    """Both sides say the same here, so there is nothing to dispute. Name what differs."""


class Counted(NamedTuple):
    """What both sides counted: of whom, in which document and direction; theirs less ours."""

    party_id: UUID
    document_id: UUID | None
    direction: str
    variance: Money


class Said(NamedTuple):
    """What whoever disputes says."""

    reason: Reason
    narrative: str = ""
    by: Side = Side.US


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
            raised_by=side(session, raised_by),
            reason=reason,
            narrative=narrative,
            disputed=disputed,
            held=disputed,
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
    return dispute_counted(
        session,
        Counted(
            party_id=reconciliation.carrier_id,
            document_id=reconciliation.document_id,
            direction=compared.key.direction,
            variance=money(compared.variance, reconciliation.currency),
        ),
        Said(reason, narrative, raised_by),
        reconciliation_id=reconciliation_id,
        reconciliation_line=line,
    )


def dispute_counted(session: TenantSession, counted: Counted, said: Said, **about: Any) -> Dispute:
    """Dispute the whole difference of what both sides counted; `about` says where it was found.

    Of our document as much waits as no other dispute holds. Raises NoDifference, DisputedAlready,
    NoSuchDocument and NotYetIssued.
    """
    disputed = _rounded_up(money(abs(counted.variance.amount), counted.variance.currency.code))
    if not disputed.amount:
        raise NoDifference
    held = money(0, disputed.currency.code)
    if counted.document_id is not None:
        document = _own_document(session, counted.document_id)
        held = min(disputed, max(held, _left(session, document)))
    wanted = Dispute(
        id=session.ids.new(),
        party_id=counted.party_id,
        document_id=counted.document_id,
        document_line=counted.direction,
        raised_by=side(session, said.by),
        reason=said.reason,
        narrative=said.narrative,
        disputed=disputed,
        held=held,
        variance=disputed if counted.variance.amount > 0 else -disputed,
        status=Status.OPEN,
        opened_at=session.now(),
        **about,
    )
    store.hold_document(session, counted.party_id)
    for known in store.about(session, about | {"document_line": counted.direction}):
        if known.status in (Status.OPEN, Status.ACCEPTED):
            raise DisputedAlready(dispute=known.id)
    store.add(session, wanted)
    return wanted


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
    if not is_accepted:
        return _ended(session, row, Status.REJECTED)
    return _settled(session, row, store.as_dispute(row).disputed)


def settle_at(session: TenantSession, dispute_id: UUID, value: Money) -> Dispute:
    """Accept a dispute at a value both sides agreed on; the rest of it stands and is free.

    Raises NoSuchDispute or DisputeClosed.
    """
    return _settled(session, _held_row(session, dispute_id), value)


def adjusted(session: TenantSession, dispute_id: UUID) -> Dispute:
    """Note that the agreed value is booked; nothing is held any longer. Raises NoSuchDispute."""
    row = _held_row(session, dispute_id)
    row.adjusted_at = session.now()
    session.flush()
    return store.as_dispute(row)


def credited(session: TenantSession, dispute_id: UUID, credit_id: UUID) -> Dispute:
    """Note the document that credits an accepted dispute; its amount is held no longer.

    Raises NoSuchDispute, NothingToCredit, NoSuchDocument, NotItsCredit or CreditOfAnotherValue.
    """
    row = _held_row(session, dispute_id)
    found = store.as_dispute(row)
    if found.consequence not in (Consequence.CREDIT, Consequence.ADJUST):
        raise NothingToCredit(status=row.status)
    credit = statements.document(session, credit_id)
    if not credit.is_issued or credit.filing.corrects_id != row.document_id:
        raise NotItsCredit(number=credit.number)
    value = money(abs(credit.gross.amount), credit.gross.currency.code)
    if found.settled is not None and value != found.settled:
        raise CreditOfAnotherValue(
            number=credit.number, credited=shown(value), settled=shown(found.settled)
        )
    row.credit_id = credit_id
    session.flush()
    return store.as_dispute(row)


def dispute(session: TenantSession, dispute_id: UUID) -> Dispute:
    """One dispute; for a user of a party, only its own. Raises NoSuchDispute."""
    row = store.row(session, dispute_id)
    return store.as_dispute(_own(session, row, dispute_id))


def held_dispute(session: TenantSession, dispute_id: UUID) -> Dispute:
    """The same, while nobody else changes it. Raises NoSuchDispute."""
    return store.as_dispute(_held_row(session, dispute_id))


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


def overdue(session: TenantSession) -> list[Dispute]:
    """Open disputes that should have been answered before today, the oldest first."""
    open_ones = disputes(session, status=Status.OPEN, limit=MOST_OPEN)
    return [each for each in reversed(open_ones) if is_overdue(session, each)]


def disputes_of(session: TenantSession, document_id: UUID) -> list[Dispute]:
    """The disputes of one document, the oldest first."""
    return store.of_document(session, document_id)


def of_objection(session: TenantSession, message_id: UUID) -> list[Dispute]:
    """The disputes that an objection has opened, whatever became of them."""
    return store.about(session, {"objection_id": message_id})


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


def _settled(session: TenantSession, row: store.DisputeRow, value: Money) -> Dispute:
    found = _ended(session, row, Status.ACCEPTED)
    row.settled = value.amount
    row.held = min(found.held, value).amount
    session.flush()
    return store.as_dispute(row)


def _left(session: TenantSession, document: Filed) -> Money:
    """What of an issued document no dispute holds; others wait until this one is kept."""
    if not document.is_issued:
        raise NotYetIssued
    store.hold_document(session, document.id)
    return left_of(document.gross, _sum(_standing(session, document.id), document))


def _standing(session: TenantSession, document_id: UUID) -> list[Dispute]:
    return [
        each
        for each in store.of_document(session, document_id)
        if each.status in (Status.OPEN, Status.ACCEPTED)
    ]


def _raised(session: TenantSession, document: Filed, stated: Money, wanted: Dispute) -> Dispute:
    if not document.is_issued:
        raise NotYetIssued
    if not is_payable(wanted.disputed):
        raise NotPayable(amount=shown(wanted.disputed), currency=wanted.disputed.currency.code)
    store.hold_document(session, document.id)
    earlier = _standing(session, document.id)
    check_amount(wanted.disputed, document.gross, _sum(earlier, document), document.number)
    if wanted.document_line:
        same_line = [each for each in earlier if each.document_line == wanted.document_line]
        what = Words(
            _("line {line} of {number}"),
            line=wanted.document_line,
            number=document.number,
        )
        check_amount(wanted.disputed, stated, _sum(same_line, document), what)
    store.add(session, wanted)
    return wanted


def _stated(session: TenantSession, document: Filed, line: str) -> Money:
    """What the document, or one of its lines with its tax, says."""
    if document.kind in LETTERS:
        raise AccountNotDisputed(number=document.number)
    if not line:
        return document.gross
    content = statements.content(session, document.id)
    assert isinstance(content, Document | Declaration), "letters have no lines to dispute"
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


def side(session: TenantSession, raised_by: Side) -> Side:
    """Who does it: a party's own user is always the other side; our people say whose word it is."""
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
    return total((each.held for each in disputes), document.gross.currency.code)


def _rounded_up(amount: Money) -> Money:
    """The smallest payable amount that covers it: a fraction of a cent can be disputed too."""
    code = str(amount.currency.code)
    rounded = to_minor_unit(amount)
    step = money(Decimal(1).scaleb(-minor_unit(code)), code)
    return rounded if rounded >= amount else rounded + step
