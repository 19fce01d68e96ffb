"""Compare our declaration with the carrier's, keep the result and book what is accepted."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from currencies.money import Money, money
from currencies.rounding import to_minor_unit
from i18n.errors import Invalid, NotFound
from settlement.interconnect import service as interconnect
from settlement.interconnect.comparison import (
    Agreement,
    ComparedLine,
    ComparedTotal,
    Comparison,
    Tolerance,
    compare,
    summed,
)
from settlement.interconnect.consenting import service as consenting
from settlement.interconnect.exchanged import Reconciliation
from settlement.interconnect.posting import accepted_variance
from settlement.interconnect.reconciling import store
from settlement.interconnect.settling import service as settling
from settlement.interconnect.settling.settlement import Settlement
from settlement.ledger import service as ledger
from settlement.periods.service import NoSuchPeriod
from tenants.session import TenantSession


class NotTheSameTraffic(Invalid):
    """The two declarations are not ours and theirs of one agreement and period. Choose a pair."""


class NoSuchReconciliation(NotFound):
    """There is no reconciliation {reconciliation}. Check the identifier."""


class NoSuchReconciliationLine(NotFound):
    """The reconciliation has no line {line}. It has lines 1 to {last}."""


def reconcile(session: TenantSession, ours_id: UUID, theirs_id: UUID) -> Reconciliation:
    """Compare our declaration with theirs; what is accepted within tolerance is booked.

    The same pair again gives the reconciliation there is. A corrected declaration of theirs takes
    the place of the one before: what that had us accept is taken back. Where an exchange has agreed
    on the month, nothing is booked. Raises NoSuchDeclaration or NotTheSameTraffic.
    """
    ours, theirs = (interconnect.exchanged(session, each) for each in (ours_id, theirs_id))
    places = {(each.agreement_id, each.period_id, each.currency) for each in (ours, theirs)}
    is_correction = {each.corrects_id is not None for each in (ours, theirs)}
    origins = ours.origin, theirs.origin
    if origins != ("ours", "theirs") or len(places) != 1 or len(is_correction) != 1:
        raise NotTheSameTraffic
    store.hold(session, ours_id)
    known = store.of_pair(session, ours_id, theirs_id)
    if known is not None:
        return _reconciliation(session, known)
    agreement = interconnect.agreement_of(session, ours)
    comparison = compare(
        interconnect.lines_of(session, ours_id),
        interconnect.lines_of(session, theirs_id),
        Tolerance(agreement.tolerance, agreement.tolerance_amount),
    )
    head = store.ReconciliationRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        carrier_id=ours.carrier_id,
        agreement_id=ours.agreement_id,
        period_id=ours.period_id,
        ours_id=ours_id,
        theirs_id=theirs_id,
        tolerance=agreement.tolerance,
        tolerance_amount=agreement.tolerance_amount,
        currency=ours.currency,
        amount_ours=ours.amount,
        amount_theirs=theirs.amount,
        verdict=comparison.verdict.value,
        compared_at=session.now(),
    )
    store.add(session, head, comparison.lines)
    if not settling.is_settled(session, ours):
        _book_accepted(session, head, comparison.totals)
    if comparison.verdict is not Agreement.OUT_OF_TOLERANCE:
        consenting.agree_by_comparison(session, ours)
    return _reconciliation(session, head)


def answer(session: TenantSession, carrier_id: UUID, content: bytes) -> Reconciliation:
    """Take in a carrier's declaration and compare it with ours. Raises what `receive` raises."""
    theirs = interconnect.receive(session, carrier_id, content)
    return reconcile(session, interconnect.ours_beside(session, theirs).id, theirs.id)


def reconciliations(
    session: TenantSession, *, carrier_id: UUID | None = None, limit: int = 200
) -> list[Reconciliation]:
    """Reconciliations, the newest first; a carrier's user sees its own."""
    own = session.principal.party_id or carrier_id
    rows = store.found(session, own, limit)
    return [_reconciliation(session, row) for row in rows]


def reconciliation(session: TenantSession, reconciliation_id: UUID) -> Reconciliation:
    """One reconciliation; for a carrier's user, only its own. Raises NoSuchReconciliation."""
    row = store.by_id(session, reconciliation_id)
    party_id = session.principal.party_id
    if row is None or (party_id is not None and row.carrier_id != party_id):
        raise NoSuchReconciliation(reconciliation=reconciliation_id)
    return _reconciliation(session, row)


def compared_line(found: Reconciliation, line: int) -> ComparedLine:
    """One line of a reconciliation by its number. Raises NoSuchReconciliationLine."""
    lines = found.comparison.lines
    if not 1 <= line <= len(lines):
        raise NoSuchReconciliationLine(line=line, last=len(lines))
    return lines[line - 1]


def book_last(session: TenantSession, carrier_id: UUID) -> None:
    """Book what the exchange that moved last has agreed, as `settling.book_last` does.

    Where nothing stands of it any more, what the last comparison accepted counts again (R53);
    without a month open to bear that it waits for the next comparison.
    """
    with suppress(NoSuchPeriod):
        _book_compared(session, settling.book_last(session, carrier_id))


def book_unsettled(session: TenantSession) -> list[Settlement]:
    """Book what silence has agreed, as `settling.book_unsettled` does; comparisons as above."""
    settled = settling.book_unsettled(session)
    _book_compared(session, settled)
    return settled


def _book_compared(session: TenantSession, settled: Sequence[Settlement]) -> None:
    for ours_id in dict.fromkeys(each.declaration_id for each in settled):
        last = store.latest_of(session, ours_id)
        if last is None or settling.is_settled(session, interconnect.exchanged(session, ours_id)):
            continue
        _book_accepted(session, last, _comparison(session, last).totals)


def _book_accepted(
    session: TenantSession, head: store.ReconciliationRow, totals: Sequence[ComparedTotal]
) -> None:
    """Book what is accepted now less what comparisons before have booked."""
    ours = interconnect.exchanged(session, head.ours_id)
    cause = interconnect.booking(
        session, "reconciliation", head.id, head.carrier_id, ours.message_id
    )
    was = store.booked(session, head.ours_id)
    entries = [
        accepted_variance(
            each.direction,
            _accepted(each, head.currency) - money(was.get(each.direction, 0), head.currency),
            cause,
        )
        for each in totals
    ]
    ledger.post(session, [entry for entry in entries if entry is not None])


def _accepted(total: ComparedTotal, currency: str) -> Money:
    """The variance that the tolerance lets stand, between what each side would pay."""
    if total.agreement is not Agreement.WITHIN_TOLERANCE:
        return money(0, currency)
    theirs, ours = (to_minor_unit(money(amount, currency)) for amount in (total.theirs, total.ours))
    return theirs - ours


def _comparison(session: TenantSession, row: store.ReconciliationRow) -> Comparison:
    tolerance = Tolerance(row.tolerance, row.tolerance_amount)
    return summed(store.lines_of(session, row.id), tolerance)


def _reconciliation(session: TenantSession, row: store.ReconciliationRow) -> Reconciliation:
    ours = interconnect.exchanged(session, row.ours_id)
    assert ours.document_id is not None, "ours was issued as a document"
    return Reconciliation(
        id=row.id,
        carrier_id=row.carrier_id,
        agreement_id=row.agreement_id,
        period_id=row.period_id,
        ours_id=row.ours_id,
        theirs_id=row.theirs_id,
        document_id=ours.document_id,
        currency=row.currency,
        compared_at=row.compared_at,
        comparison=_comparison(session, row),
    )
