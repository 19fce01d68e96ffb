"""Review drafts: leave lines out, throw away, approve by a second person, issue with numbers.

What was approved is what is issued: the same lines and figures, with the number and the days of
issue and payment. Where the charges under it were billed otherwise or have changed, it is refused
with the reason and drafted again.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from currencies.money import Money, scaled
from i18n.errors import DomainError
from settlement.billing import service as billing
from settlement.billing.draft_document import (
    DraftDocument,
    DraftIssued,
    DraftNotApproved,
    DraftOutdated,
    DraftThrownAway,
    NoSuchDraftLine,
    findings_of,
)
from settlement.billing.drafting import Cycle, bill_over, draft_bill, terms_of
from settlement.billing.drafts import service as drafts
from settlement.billing.invoice_lines import Charge, charges_by_line
from settlement.billing.out_of_turn import service as out_of_turn
from settlement.parties import service as parties
from settlement.periods import service as periods
from statements import service as statements
from statements.filing import Filed
from tenants.four_eyes import require_another_person
from tenants.session import TenantSession


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A draft as a person looks at it; `last_month` is what its like came to, with tax."""

    draft: DraftDocument
    party: str
    last_month: Money | None
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A draft that could not be issued, and why."""

    party: str
    reason: str


@dataclass(frozen=True, slots=True)
class Issued:
    """What became of approved drafts."""

    issued: tuple[Filed, ...]
    refused: tuple[Refused, ...]


def waiting(session: TenantSession) -> list[Reviewed]:
    """Drafts that are not issued, by customer, with what to look at."""
    found = drafts.drafts(session)
    names = parties.names(session, {each.filing.party_id for each in found})
    before = _last_month(session, found)
    shown = [
        Reviewed(
            each,
            names[each.filing.party_id],
            before.get(each.id),
            tuple(findings_of(each.content, before.get(each.id))),
        )
        for each in found
    ]
    return sorted(shown, key=lambda each: (each.party, each.draft.filing.purpose))


def review(session: TenantSession, draft_id: UUID) -> Reviewed:
    """One draft with what to look at. Raises NoSuchDraft."""
    found = drafts.draft(session, draft_id)
    name = parties.party(session, found.filing.party_id).name
    before = _last_month(session, [found]).get(found.id)
    return Reviewed(found, name, before, tuple(findings_of(found.content, before)))


def leave_out(
    session: TenantSession, draft_id: UUID, lines: Collection[str], reason: str
) -> DraftDocument | None:
    """Take lines off a draft: their charges wait for the next month. None where nothing is left.

    An approval is cancelled. Raises NoSuchDraft, DraftIssued, DraftOutdated or NoSuchDraftLine.
    """
    row = _open_row(session, draft_id)
    charges = _charges(session, row)
    party = parties.party(session, row.party_id)
    cycle = _cycle(session, row.period_id)
    sections = cycle.sections.get(party.id, {})
    by_line = charges_by_line(
        charges, cycle.products, party.language, sections, cycle.with_tax_inside
    )
    is_of_a_run = row.purpose.startswith(drafts.OF_RUNS)
    known = ", ".join(by_line) if is_of_a_run else "-"
    for line in lines:
        if not is_of_a_run or line not in by_line:
            raise NoSuchDraftLine(line=line, known=known)
    out = {charge.id for line in lines for charge in by_line[line]}
    drafts.leave_out(session, list(map(UUID, sorted(out))), cycle.month.ends_on, reason)
    left = [charge for charge in charges if charge.id not in out]
    if not left:
        drafts.forget(session, row)
        return None
    part = ":".join(row.purpose.split(":")[4:])
    bill = draft_bill(cycle, party, left, part)
    drafts.change(session, row, bill.draft, [UUID(each.id) for each in left], cycle.issued_on)
    return drafts.draft_of(row)


def throw_away(session: TenantSession, draft_id: UUID) -> DraftDocument:
    """Forget a draft; its charges wait for the next drafting. Raises NoSuchDraft, DraftIssued."""
    row = drafts.hold(session, [draft_id])[0]
    if row.status != drafts.THROWN_AWAY:
        _require_open(session, row)
        drafts.forget(session, row)
    return drafts.draft_of(row)


def approve(session: TenantSession, ids: Collection[UUID]) -> list[DraftDocument]:
    """Approve drafts, all of them or none; approving again changes nothing.

    Raises NoSuchDraft, DraftIssued, NotAPerson or ProposerMayNotApprove.
    """
    rows = drafts.hold(session, ids)
    for row in rows:
        _require_open(session, row)
        require_another_person(session.principal, row.drafted_by, row.drafted_by_id)
        if row.status != "approved":
            row.status, row.approved_at = "approved", session.now()
            row.approved_by = session.principal.name
    session.flush()
    return [drafts.draft_of(row) for row in rows]


def issue(session: TenantSession, ids: Collection[UUID]) -> Issued:
    """Issue approved drafts with numbers and book them; one that cannot be is refused by itself.

    Raises NoSuchDraft, DraftIssued or DraftNotApproved; then nothing is issued.
    """
    rows = drafts.hold(session, ids)
    for row in rows:
        _require_open(session, row)
        if row.status != "approved":
            raise DraftNotApproved(party=_code(session, row))
    issued: list[Filed] = []
    refused: list[Refused] = []
    for row in rows:
        try:
            with session.begin_nested():
                filed, why = _issue(session, row)
        except DomainError as error:
            filed, why = None, str(error)
        if filed is None:
            refused.append(Refused(_code(session, row), why))
        else:
            row.status, row.document_id = "issued", filed.id
            session.flush()
            issued.append(filed)
    return Issued(tuple(issued), tuple(refused))


def _issue(session: TenantSession, row: drafts.Row) -> tuple[Filed | None, str]:
    """The document a draft became, or why it did not."""
    charges = _charges(session, row)
    found, party = drafts.draft_of(row), parties.party(session, row.party_id)
    today = periods.today(session)
    is_of_a_run = row.purpose.startswith(drafts.OF_RUNS)
    bearing = periods.booking_period(session, today)
    cycle = _cycle(session, row.period_id if is_of_a_run else bearing.id)
    draft = found.content
    if today != row.drafted_on:
        is_outside_vat = all(line.tax.category == "O" for line in draft.lines)
        due = terms_of(cycle, party, draft.currency, is_outside_vat).due_on
        draft = replace(draft, due_on=due)
    if is_of_a_run:
        bill = bill_over(cycle, charges, draft, party, found.filing)
        filed, aside = billing.issue_bills(session, cycle, [bill])
        return (filed[0], "") if filed else (None, aside[0].reason)
    if draft.tax_currency is not None and today != row.drafted_on:
        # Its tax is stated at the rate of the day on which it was drafted.
        raise DraftOutdated(party=party.code)
    draft = replace(draft, tax_point_on=today)
    filing = replace(found.filing, period_id=bearing.id)
    one = out_of_turn.issue_drafted(session, draft, filing, charges, today)
    rules = one.verdict.broken_rules if one.verdict else ()
    return (one, "") if one.is_issued else (None, ", ".join(rules))


def _charges(session: TenantSession, row: drafts.Row) -> list[Charge]:
    """The charges under a draft, which must all still wait. Raises DraftOutdated."""
    charges = billing.charges_of(session, row.party_id, set(row.charges)) if row.charges else []
    if len(charges) != len(row.charges):
        raise DraftOutdated(party=_code(session, row))
    return charges


def _open_row(session: TenantSession, draft_id: UUID) -> drafts.Row:
    row = drafts.hold(session, [draft_id])[0]
    _require_open(session, row)
    return row


def _require_open(session: TenantSession, row: drafts.Row) -> None:
    if row.status == "issued":
        raise DraftIssued(party=_code(session, row))
    if row.status == drafts.THROWN_AWAY:
        raise DraftThrownAway(party=_code(session, row))


def _cycle(session: TenantSession, period_id: UUID) -> Cycle:
    return billing.cycle_of(session, periods.period_by_id(session, period_id))


def _code(session: TenantSession, row: drafts.Row) -> str:
    return parties.party(session, row.party_id).code


def _last_month(session: TenantSession, found: Sequence[DraftDocument]) -> dict[UUID, Money]:
    """What the same document of the month before came to with tax, below zero for a credit."""
    asked = {}
    for each in found:
        if each.filing.purpose.startswith(drafts.OF_RUNS):
            kind, code, rest = each.filing.purpose.split(":", 2)
            asked[each.id] = f"{kind}:{_before(code)}:{rest}"
    known = statements.issued_for(session, list(asked.values()))
    return {
        draft_id: scaled(known[purpose].gross, -1 if known[purpose].kind.is_credit else 1)
        for draft_id, purpose in asked.items()
        if purpose in known
    }


def _before(code: str) -> str:
    first = dt.date.fromisoformat(f"{code}-01")
    return (first - dt.timedelta(days=1)).strftime("%Y-%m")
