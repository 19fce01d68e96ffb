"""Keep refunds of shared revenue, and say which credits they still have to bring."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from currencies.money import Money, money
from settlement.sharing.crediting import Credit
from settlement.sharing.refunding import store
from settlement.sharing.refunding.mirroring import (
    Refund,
    StepsOf,
    check_refund,
    mirrored,
    shared_for,
)
from tenants.session import TenantSession

CreditsOf = Callable[[UUID], list[Credit]]


def record(session: TenantSession, refund: Refund, stored_of: CreditsOf) -> None:
    """Keep a refund of a closed period's revenue. Raises RefundExceeds."""
    store.lock(session)
    stored = shared_for(stored_of(refund.period_id), refund)
    earlier = [each.amount for each in refunds(session) if each.revenue == refund.revenue]
    check_refund(stored, sum(earlier, start=_nothing(refund)), refund)
    store.add(
        session,
        store.RefundRow(
            tenant_id=session.tenant_id,
            id=refund.id,
            period_id=refund.period_id,
            terms_id=refund.terms_id,
            product=refund.product,
            currency=refund.amount.currency.code,
            amount=refund.amount.amount,
            cause=refund.cause,
            reason=refund.reason,
            document_id=refund.document_id,
            line=refund.line,
            credit_id=refund.credit_id,
            recorded_at=session.now(),
            recorded_by=session.principal.name,
        ),
    )


def refunds(session: TenantSession) -> list[Refund]:
    """All refunds, the earliest first."""
    return [
        Refund(
            id=row.id,
            period_id=row.period_id,
            terms_id=row.terms_id,
            product=row.product,
            amount=money(row.amount, row.currency),
            cause=row.cause,
            reason=row.reason,
            document_id=row.document_id,
            line=row.line,
            credit_id=row.credit_id,
        )
        for row in store.refunds(session)
    ]


def credits_to_give(
    session: TenantSession, stored_of: CreditsOf, steps_of: StepsOf
) -> Iterator[tuple[UUID, list[Credit]]]:
    """Credits of refunds that have none yet, with the period of the sale, refund by refund.

    `steps_of` tells the exact amounts of the steps of a stored credit.
    """
    done = store.given(session)
    yield from _mirrored(session, lambda refund: str(refund.id) not in done, stored_of, steps_of)


def credits_given(
    session: TenantSession, period_id: UUID, stored_of: CreditsOf, steps_of: StepsOf
) -> Iterator[tuple[UUID, list[Credit]]]:
    """What the refunds that a period bears come to, found anew from the shares stored by then."""
    borne = store.given(session, period_id)
    yield from _mirrored(session, lambda refund: str(refund.id) in borne, stored_of, steps_of)


def left_out(session: TenantSession, before: datetime) -> list[Refund]:
    """Refunds kept before an instant that no period bears."""
    done = store.given(session)
    late = {row.id for row in store.refunds(session) if row.recorded_at >= before}
    return [
        refund
        for refund in refunds(session)
        if str(refund.id) not in done and refund.id not in late
    ]


def _mirrored(
    session: TenantSession,
    is_asked: Callable[[Refund], bool],
    stored_of: CreditsOf,
    steps_of: StepsOf,
) -> Iterator[tuple[UUID, list[Credit]]]:
    so_far: dict[tuple[UUID, UUID, str, str], Money] = {}
    stored: dict[UUID, list[Credit]] = {}
    for refund in refunds(session):
        before = so_far.get(refund.revenue, _nothing(refund))
        so_far[refund.revenue] = before + refund.amount
        if not is_asked(refund):
            continue
        if refund.period_id not in stored:
            stored[refund.period_id] = stored_of(refund.period_id)
        yield (
            refund.period_id,
            mirrored(shared_for(stored[refund.period_id], refund), before, refund, steps_of),
        )


def _nothing(refund: Refund) -> Money:
    return money(0, refund.amount.currency.code)
