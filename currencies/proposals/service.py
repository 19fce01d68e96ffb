"""Propose rates, try a file without keeping anything, approve or reject what another proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from currencies import service as fx
from currencies.fx_rate import Finding, FxRate, RateTable
from currencies.proposals import store
from currencies.proposals.proposal import (
    NoSuchRateProposal,
    RateProposal,
    RateProposalDecided,
    Status,
    check_proposed,
    rate_to_plain,
)
from currencies.proposals.uploaded import Shape, parse_uploaded
from currencies.units import minor_unit
from tenants.four_eyes import require_another_person
from tenants.session import TenantSession


@dataclass(frozen=True, slots=True)
class Tried:
    """What a file came to: its usable rates, what is left out of it, and the proposal, if made."""

    rates: list[FxRate]
    findings: list[Finding]
    proposal: RateProposal | None


def propose(
    session: TenantSession, source: str, rates: Sequence[FxRate], reason: str
) -> RateProposal:
    """Propose rates under an own source; nothing is converted by them before they are approved.

    Raises SourceNotOwn, NoRatesProposed, TooManyProposed, UnknownCurrency, or FxRateDiffers where
    one contradicts another of the proposal or a rate that is kept.
    """
    check_proposed(source, rates)
    _must_agree(session, source, rates)
    row = store.ProposalRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        source=source,
        rates=[rate_to_plain(rate) for rate in rates],
        reason=reason.strip(),
        status=Status.PROPOSED,
        proposed_by=session.principal.name,
        proposed_by_id=session.principal.user_id,
        proposed_at=session.now(),
    )
    session.add(row)
    session.flush()
    return store.as_proposal(row)


def upload(
    session: TenantSession,
    source: str,
    content: bytes,
    shape: Shape,
    reason: str,
    dry_run: bool = True,
) -> Tried:
    """Read a file of own rates; tried, or proposed where nothing in it had to be left out.

    Raises NotAFileOfRates and as `propose` does.
    """
    read = parse_uploaded(content, shape, source)
    check_proposed(source, read.rates)
    if dry_run or read.findings:
        _must_agree(session, source, read.rates)
        return Tried(read.rates, read.findings, None)
    return Tried(read.rates, [], propose(session, source, read.rates, reason))


def approve(session: TenantSession, proposal_id: UUID) -> RateProposal:
    """Keep the rates that another person proposed.

    Raises NoSuchRateProposal, RateProposalDecided, NotAPerson, ProposerMayNotApprove or
    FxRateDiffers.
    """
    row = _open(session, proposal_id)
    require_another_person(session.principal, row.proposed_by, row.proposed_by_id)
    fx.load_rates(session, store.as_proposal(row).rates)
    return _decided(session, row, Status.APPROVED)


def reject(session: TenantSession, proposal_id: UUID, reason: str) -> RateProposal:
    """Leave proposed rates aside, for a reason that the trail keeps.

    Raises NoSuchRateProposal or RateProposalDecided.
    """
    row = _open(session, proposal_id)
    session.explain(reason.strip())
    return _decided(session, row, Status.REJECTED)


def proposals(session: TenantSession) -> list[RateProposal]:
    """Proposals, those that wait first, then the newest."""
    return store.proposals(session)


def _must_agree(session: TenantSession, source: str, rates: Sequence[FxRate]) -> None:
    """Raises FxRateDiffers or UnknownCurrency, as keeping the rates would."""
    for code in {code for rate in rates for code in (rate.base, rate.quote)}:
        minor_unit(code)
    days = [rate.valid_on for rate in rates]
    kept = fx.rate_table(session, [source], min(days))
    RateTable([*kept, *rates])


def _open(session: TenantSession, proposal_id: UUID) -> store.ProposalRow:
    row = store.held_row(session, proposal_id)
    if row is None:
        raise NoSuchRateProposal(proposal=proposal_id)
    if row.status != Status.PROPOSED:
        raise RateProposalDecided(status=row.status)
    return row


def _decided(session: TenantSession, row: store.ProposalRow, status: Status) -> RateProposal:
    row.status = status
    row.decided_by, row.decided_at = session.principal.name, session.now()
    session.flush()
    return store.as_proposal(row)
