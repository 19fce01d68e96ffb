"""Keep what partners answer to self-billed documents, and say where each stands today (R88)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Invalid
from settlement.periods import service as periods
from settlement.self_billing.acceptance import store
from settlement.self_billing.acceptance.standing import (
    Answer,
    Standing,
    Window,
    check_answer,
    standing_of,
    window_of,
)
from statements import service as statements
from statements.filing import Filed
from statements.service import NoSuchDocument
from tenants.directory.service import own_tenant
from tenants.session import TenantSession


class NotSelfBilled(Invalid):
    """{number} is not issued in a partner's name. Only self-billed documents are accepted."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Where a self-billed document stands: the last day to answer, and the answer that counts."""

    document: Filed
    standing: Standing
    last_on: dt.date
    answer: Answer | None


def acceptance(session: TenantSession, document_id: UUID) -> Acceptance:
    """Where a document stands today. Raises NoSuchDocument or NotSelfBilled."""
    found = statements.document(session, document_id, session.principal.party_id)
    if not found.is_issued:
        raise NoSuchDocument(document=document_id)
    if not found.kind.is_self_billed:
        raise NotSelfBilled(number=found.number)
    return acceptances(session, [found])[document_id]


def acceptances(session: TenantSession, documents: Sequence[Filed]) -> dict[UUID, Acceptance]:
    """Where self-billed documents stand today; others are left out."""
    window, today = window_of(own_tenant(session).policies), periods.today(session)
    wanted = [each for each in documents if each.kind.is_self_billed and each.is_issued]
    answers = store.answers(session, [each.id for each in wanted])
    return {each.id: _told(each, answers.get(each.id), window, today) for each in wanted}


def accept(session: TenantSession, document_id: UUID, reference: str = "") -> Acceptance:
    """Keep that the partner accepts; `reference` is its letter, where we note it for the partner.

    Raises NoSuchDocument, NotSelfBilled or AcceptedAlready.
    """
    return _answered(session, document_id, is_accepted=True, reference=reference)


def object_to(
    session: TenantSession, document_id: UUID, reason: str, reference: str = ""
) -> Acceptance:
    """Keep that the partner objects, and why.

    Raises NoSuchDocument, NotSelfBilled, AcceptedAlready, AcceptanceOver or
    ObjectionWithoutReason.
    """
    return _answered(session, document_id, is_accepted=False, reason=reason, reference=reference)


def _answered(
    session: TenantSession,
    document_id: UUID,
    *,
    is_accepted: bool,
    reason: str = "",
    reference: str = "",
) -> Acceptance:
    store.lock(session, document_id)
    known = acceptance(session, document_id)
    check_answer(
        known.document.number,
        known.standing,
        is_accepted=is_accepted,
        reason=reason,
        last_on=known.last_on,
    )
    answer = Answer(
        is_accepted, session.principal.name, session.now(), reason.strip(), reference.strip()
    )
    store.add(session, document_id, answer)
    return acceptance(session, document_id)


def _told(document: Filed, answer: Answer | None, window: Window, today: dt.date) -> Acceptance:
    assert document.issued_on is not None, "what is issued has its day"
    standing = standing_of(answer, document.issued_on, window, today)
    return Acceptance(document, standing, window.last_on(document.issued_on), answer)
