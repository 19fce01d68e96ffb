"""What came out of a story, as plain values in an order that no run changes.

No ids and no time of the machine: parties stand by their codes, amounts as texts, calls by the id
that their source gave them. Numbers of documents are those of a story, which begins at 1.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from currencies.money import Money, money, plain, shown
from currencies.rounding import round_fraction
from mediation import service as mediation
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from settlement.agreements import service as agreements
from settlement.app.scenario.playing import Play
from settlement.disputes import service as disputes
from settlement.insight import service as insight
from settlement.interconnect import service as interconnect
from settlement.interconnect.exchanged import Exchanged, Reconciliation
from settlement.interconnect.reconciling import service as reconciling
from settlement.interconnect.traffic import Direction
from settlement.ledger import service as ledger
from settlement.parties import service as parties
from settlement.payouts import service as payouts
from settlement.periods import service as periods
from settlement.rating import service as rating
from settlement.rating.charge_line import ChargeLine
from settlement.sharing import service as sharing
from statements import service as statements
from statements.declaration import Declaration, DirectionTotal
from statements.document import Document, Line, TaxSubtotal
from statements.filing import Filed
from tenants.digest import canonical
from tenants.session import TenantSession

Told = dict[str, Any]
Namer = Callable[[UUID | None], str]

# How it came in, which another arrival of the same usage changes; all else it must not change.
OF_THE_ARRIVAL = ("steps", "usage")
OURSELVES = "operator"
MOST = 1000


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
        "events": _in_order(_events(session, codes)) if play.story.events else [],
        "charges": _in_order(_charges(session, name)),
        "shares": _in_order(_shares(session, name)),
        "documents": _in_order(_documents(session, name)),
        "declarations": _in_order(_declarations(session, name)),
        "reconciliations": _in_order(_reconciliations(session, name)),
        "disputes": _in_order(_disputes(session, name)),
        "payouts": _payouts(session, name),
        "ledger": _ledger(session, name),
        "verify": sorted({finding.check for finding in insight.verify(session)}),
    }


def beside_the_arrival(told: Mapping[str, Any]) -> Told:
    """What must be the same however the same usage arrived."""
    return {name: part for name, part in told.items() if name not in (*OF_THE_ARRIVAL, "title")}


def _in_order(entries: Iterable[Told]) -> list[Told]:
    """By the first fields that tell entries apart, as they are written."""
    return sorted(entries, key=lambda entry: [canonical(value) for value in entry.values()])


def _usage(session: TenantSession) -> Told:
    files = {batch.id: batch.file_name for batch in mediation.batches(session)}
    counts = ("status", "reason", "records", "landed", "rejected", "duplicate", "suspended")
    return {
        "files": [
            {"file": batch.file_name} | {name: getattr(batch, name) for name in counts}
            for batch in mediation.batches(session)
        ],
        "suspense": _in_order(
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
            if (numbers := mediation.gaps(session, each.source.code))
        },
    }


def _period(period: periods.Period) -> Told:
    return {
        "period": period.code,
        "status": "open" if period.is_open else "closed",
        "waiver": period.waiver,
    }


def _events(session: TenantSession, codes: Mapping[UUID, str]) -> Iterable[Told]:
    named = {str(party_id): code for party_id, code in codes.items()}
    for period in periods.periods(session):
        for row in rating.rated_charges(session, period.id).iter_rows(named=True):
            yield {
                "period": period.code,
                "event": row["record_key"],
                "party": named[row["party"]],
                "direction": row["balance"],
                "part": row["part"],
                "kind": row["kind"],
                "product": row["product"] or "",
                "destination": row["destination"] or "",
                "band": row["band"] or "",
                "covered_by": row["covered_by"],
                "connected": row["connected_seconds"],
                "free": row["free_units"],
                "billed": row["billed_units"],
                "price": _number(row["price"]),
                "currency": row["currency"],
                "exact": _exact(row["amount_3600"]),
            }


def _charges(session: TenantSession, name: Namer) -> Iterable[Told]:
    for period in periods.periods(session):
        own = rating.lines_of_period(session, period.id)
        corrections = Counter(rating.billed_lines(session, period.id)) - Counter(own)
        yield from (_charge(period.code, "", line, name) for line in own)
        yield from (
            _charge(period.code, "correction", line, name) for line in corrections.elements()
        )


def _charge(period: str, correction: str, line: ChargeLine, name: Namer) -> Told:
    return {
        "period": period,
        "correction": correction,
        "party": name(line.party_id),
        "direction": line.direction,
        "service": line.service,
        "product": line.product,
        "destination": line.destination,
        "band": line.band,
        "trunk": line.trunk,
        "price": _number(line.unit_price),
        "events": line.events,
        "quantity": line.quantity,
        "seconds": line.seconds,
        "free": line.free_units,
        "billed": line.billed_units,
        "currency": line.currency,
        "exact": _exact(line.amount_3600),
        "amount": _payable(line.amount, line.currency),
    }


def _shares(session: TenantSession, name: Namer) -> Iterable[Told]:
    agreed = {each.terms_id: each.code for each in agreements.terms_by_id(session).values()}
    for period in periods.periods(session):
        for credit in sharing.credits_of_usage(session, period.id):
            yield {
                "period": period.code,
                "agreement": agreed[credit.terms_id],
                "product": credit.product,
                "payee": name(credit.party_id),
                "events": credit.events,
                "currency": credit.currency,
                "gross": _payable(credit.gross, credit.currency),
                "base": _payable(credit.base, credit.currency),
                "amount": _payable(credit.amount, credit.currency),
                "taken": {
                    step["takes"]: step["amount"] for step in credit.steps if "takes" in step
                },
            }


def _documents(session: TenantSession, name: Namer) -> Iterable[Told]:
    for filed in statements.documents(session, limit=MOST):
        content = statements.content(session, filed.id)
        told = _document(filed, name)
        yield told | (_said(content) if isinstance(content, Document) else {})


def _document(filed: Filed, name: Namer) -> Told:
    return {
        "kind": filed.kind.value,
        "number": filed.number or "",
        "status": filed.status,
        "party": name(filed.filing.party_id),
        "issued_on": _day(filed.issued_on),
        "due_on": _day(filed.due_on),
        "currency": filed.gross.currency.code,
        "net": _figure(filed.net),
        "tax": _figure(filed.tax),
        "gross": _figure(filed.gross),
        "broken_rules": list(filed.verdict.broken_rules) if filed.verdict else [],
    }


def _said(document: Document) -> Told:
    return {
        "to_pay": _figure(document.totals.to_pay),
        "corrects": document.references.corrects,
        "lines": [_line(line) for line in document.lines],
        "taxes": [_tax(subtotal) for subtotal in document.totals.subtotals],
        "policies": dict(document.policies),
    }


def _line(line: Line) -> Told:
    return {
        "id": line.id,
        "group": line.group,
        "description": line.description,
        "quantity": plain(line.quantity),
        "unit": line.unit_code,
        "net": _figure(line.net),
        "tax_category": line.tax.category,
    }


def _tax(subtotal: TaxSubtotal) -> Told:
    local = subtotal.amount_local
    return {
        "category": subtotal.tax.category,
        "rate": plain(subtotal.tax.rate),
        "taxable": _figure(subtotal.taxable),
        "amount": _figure(subtotal.amount),
        "amount_local": shown(local) if local is not None else "",
    }


def _declarations(session: TenantSession, name: Namer) -> Iterable[Told]:
    for each in interconnect.declarations(session, limit=MOST):
        yield {
            "carrier": name(each.carrier_id),
            "origin": each.origin,
            "number": each.message_id,
            "currency": each.currency,
            "calls": each.calls,
            "seconds": each.seconds,
            "amount": plain(each.amount),
            "totals": [_total(total) for total in _totals(session, each)],
        }


def _totals(session: TenantSession, exchanged: Exchanged) -> Iterable[DirectionTotal]:
    """The totals of ours by direction; theirs are read in their reconciliation."""
    if exchanged.document_id is None:
        return ()
    content = statements.content(session, exchanged.document_id)
    assert isinstance(content, Declaration), "a declaration of ours is a document of that kind"
    return content.totals


def _total(total: DirectionTotal) -> Told:
    return {
        "direction": total.direction,
        "seconds": total.seconds,
        "billed": total.billed_seconds,
        "amount": plain(total.amount),
        "payable": _figure(total.payable),
    }


def _reconciliations(session: TenantSession, name: Namer) -> Iterable[Told]:
    for each in reconciling.reconciliations(session, limit=MOST):
        yield {
            "carrier": name(each.carrier_id),
            "currency": each.currency,
            "verdict": each.comparison.verdict.value,
            "totals": [
                {
                    "direction": total.direction,
                    "ours": plain(total.ours),
                    "theirs": plain(total.theirs),
                    "variance": plain(total.variance),
                    "agreement": total.agreement.value,
                    "causes": _causes(each, total.direction),
                }
                for total in each.comparison.totals
            ],
            "lines": [
                {
                    "day": line.key.day.isoformat(),
                    "direction": line.key.direction,
                    "destination": line.key.destination,
                    "variance": plain(line.variance),
                    "agreement": line.agreement.value,
                }
                for line in each.comparison.lines
            ],
        }


def _causes(reconciliation: Reconciliation, direction: Direction) -> Told:
    causes = reconciliation.causes(direction)
    parts = ("volume", "duration", "rate", "unexplained")
    return {part: plain(getattr(causes, part)) for part in parts}


def _disputes(session: TenantSession, name: Namer) -> Iterable[Told]:
    for each in disputes.disputes(session, limit=MOST):
        yield {
            "party": name(each.party_id),
            "line": each.document_line,
            "raised_by": each.raised_by.value,
            "reason": each.reason.value,
            "disputed": shown(each.disputed),
            "status": each.status.value,
            "consequence": each.consequence.value,
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
            "lines": _in_order(
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
        "balances": _in_order(
            {
                "account": each.account.value,
                "party": "" if each.party_id is None else name(each.party_id),
                "currency": each.amount.currency.code,
                "balance": _figure(each.amount),
            }
            for each in ledger.balances(session)
        ),
        "trial_balance": _in_order(
            {
                "account": each.account.value,
                "currency": each.debits.currency.code,
                "debits": _figure(each.debits),
                "credits": _figure(each.credits),
            }
            for each in ledger.trial_balance(session)
        ),
    }


def _exact(amount_3600: Decimal) -> str:
    """The amount before its rounding; what has no end as a decimal is cut at twelve places."""
    return plain(round_fraction(Fraction(amount_3600) / 3600, 12))


def _number(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def _payable(amount: Decimal, currency: str) -> str:
    return shown(money(amount, currency)).partition(" ")[0]


def _figure(amount: Money) -> str:
    """The number of an amount, whose currency stands beside it."""
    return shown(amount).partition(" ")[0]


def _day(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()
