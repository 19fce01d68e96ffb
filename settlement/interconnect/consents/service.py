"""Keep which corrections need consent, and what was answered; nothing is booked here."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from settlement.agreements.agreed import Interconnect
from settlement.agreements.policies import in_force
from settlement.interconnect.consents import store
from settlement.interconnect.consents.consent import (
    ACCEPTED,
    AT_ONCE,
    POLICY,
    Consent,
    ConsentWithoutLetter,
    CorrectionDecided,
    CorrectionRefusedWithoutReason,
    Heard,
    NoConsentAsked,
    Status,
    was_accepted,
)
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.progress import State
from settlement.interconnect.exchanged import Exchanged
from settlement.periods import service as periods
from tenants.four_eyes import require_another_person
from tenants.session import TenantSession

AGREED_BY_EXCHANGE = (State.AGREED, State.DEEMED_ACCEPTED)


def is_needed(
    session: TenantSession,
    original: Exchanged,
    agreement: Interconnect,
    deemed_on: date,
    earlier: Collection[UUID],
) -> bool:
    """Whether a correction of our declaration is booked only with the carrier's consent.

    `earlier` are the corrections before it: behind one that waits it waits too.
    """
    if in_force(agreement.policies, "interconnect")[POLICY] == AT_ONCE:
        return False
    found = store.of_declarations(session, earlier).values()
    if any(each.status not in ACCEPTED for each in found):
        return True
    return was_accepted(heard_of(session, original), deemed_on, periods.today(session))


def heard_of(session: TenantSession, declared: Exchanged) -> Heard:
    """What has been said of a declaration of ours; messages are of months only."""
    verdict, is_disputed = store.verdict_and_dispute(session, declared.id, declared.document_id)
    if declared.corrects_id is not None:
        return Heard(False, is_disputed, verdict)
    place = keeping.place_by_ids(session, declared.agreement_id, declared.period_id)
    state = keeping.progress_at(session, place).state
    return Heard(state in AGREED_BY_EXCHANGE, is_disputed or state is State.OBJECTED, verdict)


def ask(session: TenantSession, declaration_id: UUID) -> None:
    """Let a correction wait for the carrier's consent."""
    session.add(
        store.ConsentRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            declaration_id=declaration_id,
            status=Status.WAITING.value,
            asked_by=session.principal.name,
            asked_by_id=session.principal.user_id,
            asked_at=session.now(),
            answered_by=None,
            answered_at=None,
            reference="",
            reason="",
        )
    )
    session.flush()


def consents(session: TenantSession, declaration_ids: Collection[UUID]) -> dict[UUID, Consent]:
    """What was answered, by declaration; those that need no consent are left out."""
    return store.of_declarations(session, declaration_ids)


def waiting(session: TenantSession) -> list[UUID]:
    """The declarations that wait for an answer, the earliest first."""
    return store.waiting(session)


def accept(
    session: TenantSession, asked: Exchanged, chain: Sequence[UUID], status: Status, reference: str
) -> list[UUID]:
    """Note that a correction is accepted; `chain` are those of its month up to it, in their order.

    Who accepts what is corrected in the end accepts what led there: those before it that wait or
    were refused are accepted with it. Returns what is newly accepted. Raises NoConsentAsked.
    """
    rows = store.held(session, chain)
    if asked.id not in rows:
        raise NoConsentAsked(number=asked.message_id)
    open_rows = [rows[each] for each in chain if each in rows and rows[each].status not in ACCEPTED]
    for row in open_rows:
        _answer(session, row, status, reference, "")
    session.flush()
    return [row.declaration_id for row in open_rows]


def refuse(session: TenantSession, asked: Exchanged, reason: str, reference: str) -> Consent:
    """Note that a correction is refused.

    Raises NoConsentAsked, CorrectionRefusedWithoutReason and CorrectionDecided.
    """
    row = store.held(session, [asked.id]).get(asked.id)
    if row is None:
        raise NoConsentAsked(number=asked.message_id)
    if not reason.strip():
        raise CorrectionRefusedWithoutReason(number=asked.message_id)
    if row.status != Status.WAITING.value:
        raise CorrectionDecided(number=asked.message_id, status=row.status)
    _answer(session, row, Status.REFUSED, reference, reason.strip())
    session.flush()
    return store.consent(row)


def require_may_answer(session: TenantSession, asked: Exchanged, reference: str) -> None:
    """The carrier's own user answers; one of ours, who did not declare it, notes its letter.

    Raises NoConsentAsked, NotAPerson, ProposerMayNotApprove and ConsentWithoutLetter.
    """
    row = store.held(session, [asked.id]).get(asked.id)
    if row is None:
        raise NoConsentAsked(number=asked.message_id)
    if session.principal.party_id is None:
        require_another_person(session.principal, row.asked_by, row.asked_by_id)
        if not reference.strip():
            raise ConsentWithoutLetter(number=asked.message_id)


def _answer(
    session: TenantSession, row: store.ConsentRow, status: Status, reference: str, reason: str
) -> None:
    row.status = status.value
    row.answered_by, row.answered_at = session.principal.name, session.now()
    row.reference, row.reason = reference.strip(), reason
