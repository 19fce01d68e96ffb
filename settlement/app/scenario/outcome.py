"""What came out of a story, as plain values in an order that no run changes.

No ids and no time of the machine: parties stand by their codes, amounts as texts, calls by the id
that their source gave them. Numbers of documents are those of a story, which begins at 1.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from currencies.money import shown
from mediation import service as mediation
from mediation.file_gaps import service as file_gaps
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from settlement.app.scenario import charged, issued
from settlement.app.scenario.collecting import plans_told
from settlement.app.scenario.limiting import limits_told
from settlement.app.scenario.plain_figures import Namer, Told, figure, in_order
from settlement.app.scenario.play import Play
from settlement.insight import service as insight
from settlement.ledger import service as ledger
from settlement.parties import service as parties
from settlement.payouts import service as payouts
from settlement.periods import service as periods
from tenants.session import TenantSession

# How it came in, which another arrival of the same usage changes; all else it must not change.
OF_THE_ARRIVAL = ("steps", "usage")
OURSELVES = "operator"


def outcome_of(play: Play) -> Told:
    """Everything that the story came to."""
    session = play.session
    codes = {each.id: each.code for each in parties.parties(session)}

    def name(party_id: UUID | None) -> str:
        return OURSELVES if party_id is None else codes[party_id]

    return {
        "title": play.story.title,
        "steps": play.told,
        "usage": _usage(session),
        "periods": [_period(each) for each in periods.periods(session)],
        "events": in_order(charged.events(session, codes)) if play.story.events else [],
        "charges": in_order(charged.charges(session, name)),
        "shares": in_order(charged.shares(session, name)),
        "documents": in_order(issued.documents(session, name)),
        "declarations": in_order(issued.declarations(session, name)),
        "reconciliations": in_order(issued.reconciliations(session, name)),
        **_calls_compared(session, name),
        **_exchanged(session, name),
        **_instalments(session, name),
        "disputes": in_order(issued.disputes(session, name)),
        "payouts": _payouts(session, name),
        "ledger": _ledger(session, name),
        **limits_told(play),
        "verify": sorted({finding.check for finding in insight.verify(session)}),
    }


def _calls_compared(session: TenantSession, name: Namer) -> Told:
    """Calls compared one by one, where a story does that."""
    found = in_order(issued.call_comparisons(session, name))
    return {"call_comparisons": found} if found else {}


def _instalments(session: TenantSession, name: Namer) -> Told:
    """Plans of instalments, where a story agrees any."""
    found = in_order(plans_told(session, name))
    return {"instalments": found} if found else {}


def _exchanged(session: TenantSession, name: Namer) -> Told:
    """Exchanges of messages and roaming files, where a story has any."""
    found = {
        "exchanges": in_order(issued.exchanges(session, name)),
        "tap_files": in_order(issued.tap_files(session, name)),
    }
    return {part: entries for part, entries in found.items() if entries}


def beside_the_arrival(told: Mapping[str, Any]) -> Told:
    """What must be the same however the same usage arrived."""
    return {name: part for name, part in told.items() if name not in (*OF_THE_ARRIVAL, "title")}


def _usage(session: TenantSession) -> Told:
    files = {batch.id: batch.file_name for batch in mediation.batches(session)}
    counts = ("status", "reason", "records", "landed", "rejected", "duplicate", "suspended")
    return {
        "files": [
            {"file": batch.file_name} | {name: getattr(batch, name) for name in counts}
            for batch in mediation.batches(session)
        ],
        "suspense": in_order(
            {
                "file": files[record.batch_id],
                "line": record.line,
                "stage": record.stage,
                "reason": record.reason,
                "detail": record.detail,
            }
            for record in suspense.open_suspense(session)
        ),
        "missing": {
            each.source.code: numbers
            for each in sources.all_sources(session)
            if (numbers := file_gaps.gaps(session, each.source.code))
        },
    }


def _period(period: periods.Period) -> Told:
    return {
        "period": period.code,
        "status": "open" if period.is_open else "closed",
        "waiver": period.waiver,
    }


def _payouts(session: TenantSession, name: Namer) -> list[Told]:
    batches = payouts.batches(session)
    return [
        {
            "number": batch.number,
            "status": batch.status.value,
            "pays_on": batch.pays_on.isoformat(),
            "amount": shown(batch.amount),
            "proposed_by": batch.proposed_by,
            "approved_by": batch.approved_by or "",
            "is_exported": batch.file_sha256 is not None,
            "lines": in_order(
                {
                    "party": name(line.party_id),
                    "outcome": line.outcome.value,
                    "amount": shown(line.amount),
                    "reason": line.reason,
                }
                for line in batch.payouts
            ),
        }
        for batch in reversed(batches)
    ]


def _ledger(session: TenantSession, name: Namer) -> Told:
    return {
        "balances": in_order(
            {
                "account": each.account.value,
                "party": "" if each.party_id is None else name(each.party_id),
                "currency": each.amount.currency.code,
                "balance": figure(each.amount),
            }
            for each in ledger.balances(session)
        ),
        "trial_balance": in_order(
            {
                "account": each.account.value,
                "currency": each.debits.currency.code,
                "debits": figure(each.debits),
                "credits": figure(each.credits),
            }
            for each in ledger.trial_balance(session)
        ),
    }
