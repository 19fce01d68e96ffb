"""Tell each payee of a batch what it was paid: one advice for each payment, issued once.

An advice is a document: it is kept, and goes the payee's own ways of delivery.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Conflict, DomainError
from i18n.locale import translator
from settlement.billing.sides import party_side, tenant_side
from settlement.parties import service as parties
from settlement.payouts import service as payouts
from settlement.payouts.advising import store
from settlement.payouts.advising.advice_items import advice_items
from settlement.payouts.payout import Status
from settlement.payouts.payout_batch import Payout, PayoutBatch
from settlement.periods import service as periods
from statements import service as statements
from statements.filing import Filed, Filing
from statements.number_series.service import NoSeries
from statements.payout_advice import PayoutAdvice
from tenants.directory.service import own_tenant
from tenants.session import TenantSession


class BatchNotSent(Conflict):
    """Batch {number} is {status}. Payees are told once the bank has taken its file."""


@dataclass(frozen=True, slots=True)
class ParkedAdvice:
    """A payee that could not be told, and why."""

    party: str
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class AdviceRun:
    """What telling the payees of a batch came to; `issued` are all advices of the batch."""

    issued: tuple[Filed, ...]
    parked: tuple[ParkedAdvice, ...]


def advise(session: TenantSession, batch_id: UUID) -> AdviceRun:
    """Issue the advices of a batch that was sent; again, it issues what is missing.

    What is wrong with one advice parks that payee. Raises NoSuchBatch or BatchNotSent.
    """
    batch = payouts.batch(session, batch_id)
    if batch.status is not Status.SENT:
        raise BatchNotSent(number=batch.number, status=batch.status.value)
    known = statements.issued_for(session, [_purpose(each) for each in batch.paid])
    missing = [each for each in batch.paid if _purpose(each) not in known]
    drafts = _drafts(session, batch, missing)
    filed, parked = _issued(session, drafts)
    return AdviceRun((*known.values(), *filed), tuple(parked))


def advices(session: TenantSession, batch_id: UUID) -> dict[UUID, Filed]:
    """The advices of a batch by the ids of its payments. Raises NoSuchBatch."""
    batch = payouts.batch(session, batch_id)
    known = statements.issued_for(session, [_purpose(each) for each in batch.paid])
    return {each.id: known[_purpose(each)] for each in batch.paid if _purpose(each) in known}


def not_advised(session: TenantSession) -> list[PayoutBatch]:
    """Batches that were sent and have a payee that was not told."""
    return [
        batch
        for batch in payouts.batches(session, Status.SENT)
        if len(advices(session, batch.id)) < len(batch.paid)
    ]


Drafted = tuple[PayoutAdvice, Filing]


def _issued(
    session: TenantSession, drafts: Sequence[Drafted]
) -> tuple[list[Filed], list[ParkedAdvice]]:
    """Issue drafts together; where one of them is refused, each by itself."""
    today = periods.today(session)
    try:
        with session.begin_nested():
            return statements.issue_all(session, drafts, today), []
    except NoSeries as error:
        return [], [_parked(draft, error) for draft, _ in drafts]
    except DomainError:
        issued, parked = [], []
    for draft, filing in drafts:
        try:
            with session.begin_nested():
                issued.append(statements.issue(session, draft, filing, today))
        except DomainError as error:
            parked.append(_parked(draft, error))
    return issued, parked


def _parked(draft: PayoutAdvice, error: DomainError) -> ParkedAdvice:
    return ParkedAdvice(draft.payee.reference, draft.currency, str(error))


def _drafts(session: TenantSession, batch: PayoutBatch, missing: Sequence[Payout]) -> list[Drafted]:
    settled = store.settled(session, {each for payout in missing for each in payout.document_ids})
    own = {each.id: each for each in parties.bank_accounts(session, None)}
    drafts = []
    for payout in missing:
        party = parties.party(session, payout.party_id)
        accounts = {each.id: each for each in parties.bank_accounts(session, party.id)}
        account = accounts[payout.bank_account_id] if payout.bank_account_id else None
        documents = [settled[each] for each in payout.document_ids]
        advice = PayoutAdvice(
            locale=party.language,
            currency=batch.currency,
            payer=tenant_side(own_tenant(session), own.get(batch.bank_account_id)),
            payee=party_side(party, account),
            paid_on=batch.pays_on,
            payment_reference=payout.end_to_end_id,
            items=advice_items(payout.amount, batch.pays_on, documents, translator(party.language)),
        )
        drafts.append((advice, Filing(party.id, _purpose(payout), direction="payable")))
    return drafts


def _purpose(payout: Payout) -> str:
    return f"payout-advice:{payout.id}"
