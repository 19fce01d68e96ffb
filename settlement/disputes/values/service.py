"""Propose at which value a dispute ends, accept that value, and carry it out in the books."""

from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from moneyed import Money

from currencies.money import money, total
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from i18n.errors import Conflict, Invalid
from settlement.billing import service as billing
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Consequence, Dispute, Side, adjusting
from settlement.disputes.service import NoSuchDocumentLine, NothingToCredit
from settlement.disputes.values import store
from settlement.disputes.values.value import (
    ProposedValue,
    accepted,
    check_proposal,
    contained,
)
from settlement.interconnect import service as interconnect
from settlement.interconnect.comparison import Agreement
from settlement.interconnect.posting import accepted_variance
from settlement.interconnect.reconciling import service as reconciling
from settlement.interconnect.settling import service as settling
from settlement.interconnect.traffic import Direction
from settlement.ledger import service as ledger
from statements import service as statements
from statements.document import Document
from tenants.session import TenantSession


class NothingToAdjust(Conflict):
    """The dispute is {status} and asks for no adjusting entry. Only an accepted difference does,
    once.
    """


class LineNotNamed(Invalid):
    """The dispute is about the document as such. Name the line that is credited."""


def proposals(session: TenantSession, dispute_id: UUID) -> list[ProposedValue]:
    """The values proposed so far. Raises NoSuchDispute."""
    return store.of_dispute(session, disputes.dispute(session, dispute_id).id)


def propose(
    session: TenantSession, dispute_id: UUID, value: Money, words: str = "", by: Side = Side.US
) -> ProposedValue:
    """Propose a value, or counter the other side's. Raises what `check_proposal` raises."""
    dispute = disputes.held_dispute(session, dispute_id)
    check_proposal(dispute, value)
    place = len(store.of_dispute(session, dispute_id)) + 1
    proposed = ProposedValue(place, disputes.side(session, by), value, words, session.now())
    store.add(session, dispute_id, proposed)
    return proposed


def accept(session: TenantSession, dispute_id: UUID, place: int, by: Side = Side.US) -> Dispute:
    """Accept the last proposal of the other side: the dispute is settled at its value.

    Raises NoSuchDispute, NoSuchProposal, OwnProposal and DisputeClosed.
    """
    disputes.held_dispute(session, dispute_id)
    value = accepted(store.of_dispute(session, dispute_id), place, disputes.side(session, by))
    return disputes.settle_at(session, dispute_id, value)


def adjust(session: TenantSession, dispute_id: UUID) -> Dispute:
    """Book what the agreed value moves our figure by; the amount is held no longer.

    Where the difference was agreed in an exchange or accepted within tolerance before, what that
    booked too much is taken back. Raises NoSuchDispute or NothingToAdjust.
    """
    dispute = disputes.held_dispute(session, dispute_id)
    if dispute.consequence is not Consequence.ADJUST:
        raise NothingToAdjust(status=dispute.status.value)
    assert dispute.variance is not None, "what is adjusted was counted by both"
    is_incoming = dispute.document_line == "incoming"
    direction: Direction = "incoming" if is_incoming else "outgoing"
    moved = adjusting(dispute) - _booked(session, dispute, direction)
    cause = interconnect.booking(
        session, "dispute", dispute.id, dispute.party_id, f"dispute {dispute.id}"
    )
    entry = accepted_variance(direction, moved, cause)
    ledger.post(session, [] if entry is None else [entry])
    return disputes.adjusted(session, dispute_id)


def credit(session: TenantSession, dispute_id: UUID, line: str = "") -> Dispute:
    """Issue the credit note of an accepted dispute of an invoice, on the line it names or this one.

    Raises NoSuchDispute, NothingToCredit, LineNotNamed, NoSuchDocumentLine, what
    `billing.credit_invoice` raises, and CreditOfAnotherValue where no credit of that line has this
    value with its tax.
    """
    dispute = disputes.held_dispute(session, dispute_id)
    if dispute.consequence is not Consequence.CREDIT or dispute.document_id is None:
        raise NothingToCredit(status=dispute.status.value)
    wanted = line or dispute.document_line
    if not wanted:
        raise LineNotNamed
    value = dispute.settled or dispute.disputed
    gross = Fraction(1 + _tax_rate(session, dispute.document_id, wanted))
    code = str(value.currency.code)
    net = money(round_fraction(Fraction(value.amount) / gross, minor_unit(code)), code)
    note = billing.credit_invoice(
        session, dispute.document_id, {wanted: net}, f"dispute:{dispute.id}"
    )
    return disputes.credited(session, dispute_id, note.id)


def _tax_rate(session: TenantSession, document_id: UUID, line: str) -> Decimal:
    content = statements.content(session, document_id)
    lines = content.lines if isinstance(content, Document) else ()
    for each in lines:
        if each.id == line:
            return each.tax.rate
    raise NoSuchDocumentLine(number=content.number, line=line)


def _booked(session: TenantSession, dispute: Dispute, direction: Direction) -> Money:
    """How much of the difference is in the book already: agreed in an exchange, or accepted (R53).

    What an exchange has agreed counts instead of what a comparison accepted. Of it, other disputes
    of that direction have what they were settled at.
    """
    assert dispute.variance is not None, "what is adjusted was counted by both"
    nothing = money(0, dispute.variance.currency.code)
    if dispute.document_id is None:
        return nothing
    beyond = settling.booked_beyond(session, dispute.document_id, direction)
    if beyond is None:
        return dispute.variance if _is_accepted(session, dispute) else nothing
    others = [
        adjusting(each)
        for each in disputes.disputes_of(session, dispute.document_id)
        if each.adjusted_at is not None and each.document_line == dispute.document_line
    ]
    return contained(dispute.variance, beyond - total(others, dispute.variance.currency.code))


def _is_accepted(session: TenantSession, dispute: Dispute) -> bool:
    """Whether the tolerance of a comparison has booked the whole difference already (R53)."""
    compared = reconciling.reconciliations(session, carrier_id=dispute.party_id)
    last = next((each for each in compared if each.document_id == dispute.document_id), None)
    return any(
        each.direction == dispute.document_line and each.agreement is Agreement.WITHIN_TOLERANCE
        for each in (last.comparison.totals if last else ())
    )
