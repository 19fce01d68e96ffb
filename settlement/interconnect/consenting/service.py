"""Agree to corrections of accepted months, or refuse them; what is accepted is booked at once.

A carrier's user answers for its own company. One of ours, who did not declare the correction, notes
what the carrier wrote. A declaration of theirs that agrees with the correction is consent too.
"""

from collections.abc import Iterable
from uuid import UUID

from settlement.agreements.policies import in_force
from settlement.interconnect import service as interconnect
from settlement.interconnect.consents import service as consents
from settlement.interconnect.consents.consent import (
    ACCEPTED,
    BY_SILENCE,
    POLICY,
    Consent,
    Status,
    was_accepted,
)
from settlement.interconnect.exchanged import Exchanged
from settlement.periods import service as periods
from tenants.session import TenantSession


def agree(session: TenantSession, declaration_id: UUID, reference: str = "") -> Consent:
    """Note that the carrier agrees to a correction, and book it; again, nothing changes.

    Raises NoSuchDeclaration and what `consents.require_may_answer` raises.
    """
    asked = interconnect.exchanged(session, declaration_id)
    consents.require_may_answer(session, asked, reference)
    return _accept(session, asked, Status.AGREED, reference)


def refuse(
    session: TenantSession, declaration_id: UUID, reason: str, reference: str = ""
) -> Consent:
    """Note that the carrier refuses a correction; what was accrued stays so.

    Raises NoSuchDeclaration, CorrectionRefusedWithoutReason, CorrectionDecided and what
    `consents.require_may_answer` raises.
    """
    asked = interconnect.exchanged(session, declaration_id)
    consents.require_may_answer(session, asked, reference)
    return consents.refuse(session, asked, reason, reference)


def agree_by_comparison(session: TenantSession, ours: Exchanged) -> None:
    """A declaration of theirs within the tolerance of a correction of ours agrees to it."""
    if ours.id in consents.consents(session, [ours.id]):
        _accept(session, ours, Status.AGREED, "")


def accept_silence(session: TenantSession) -> list[Consent]:
    """Book what nobody objected to in its window, where the agreement lets silence accept."""
    accepted = []
    for declaration_id in consents.waiting(session):
        asked = interconnect.exchanged(session, declaration_id)
        if _is_accepted_by_silence(session, asked):
            accepted.append(_accept(session, asked, Status.DEEMED_ACCEPTED, ""))
    return accepted


def consents_to(session: TenantSession, declared: Iterable[Exchanged]) -> dict[UUID, Consent]:
    """What was answered to declarations of ours, by their ids; most need no consent."""
    return consents.consents(session, [each.id for each in declared if each.origin == "ours"])


def _is_accepted_by_silence(session: TenantSession, asked: Exchanged) -> bool:
    policies = interconnect.agreement_of(session, asked).policies
    if in_force(policies, "interconnect")[POLICY] != BY_SILENCE:
        return False
    before = consents.consents(session, _chain(session, asked)[:-1]).values()
    if any(each.status not in ACCEPTED for each in before):
        # Silence to a later one does not overrule a refusal of an earlier one.
        return False
    deemed_on = interconnect.objection_windows(session, [asked])[asked.id].deemed_accepted_on
    return was_accepted(consents.heard_of(session, asked), deemed_on, periods.today(session))


def _accept(session: TenantSession, asked: Exchanged, status: Status, reference: str) -> Consent:
    for each in consents.accept(session, asked, _chain(session, asked), status, reference):
        interconnect.book_declared(session, interconnect.exchanged(session, each))
    return consents.consents(session, [asked.id])[asked.id]


def _chain(session: TenantSession, asked: Exchanged) -> list[UUID]:
    """The corrections of the same declaration up to this one, in their order."""
    ids = [each.id for each in interconnect.corrections_of(session, asked)]
    return ids[: ids.index(asked.id) + 1]
