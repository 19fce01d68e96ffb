"""What was issued and exchanged: documents, declarations, reconciliations and disputes."""

from collections.abc import Iterable
from typing import Final

from currencies.money import plain, shown
from mediation.formats import tap
from mediation.source import source_from
from settlement.app.scenario.plain_figures import Namer, Told, figure, in_order, iso_day
from settlement.disputes import service as raised
from settlement.interconnect import service as interconnect
from settlement.interconnect.consenting import service as consenting
from settlement.interconnect.exchange.differing import Differing
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.recording import service as recording
from settlement.interconnect.exchanged import Exchanged, Reconciliation
from settlement.interconnect.reconciling import service as reconciling
from settlement.interconnect.records import service as records
from settlement.interconnect.roaming import service as roaming
from settlement.interconnect.traffic import Direction
from settlement.periods import service as periods
from statements import service as statements
from statements.declaration import Declaration, DirectionTotal
from statements.document import BalanceForward, Detail, Document, Line, TaxSubtotal
from statements.filing import Filed
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

# More than any story comes to.
MOST = 1000
IN_TAP: Final = ("kind", "account", "occurred_at", "duration_seconds", "quantity", "amount")


def documents(session: TenantSession, name: Namer) -> Iterable[Told]:
    """Every document of the register with what it says."""
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
        "issued_on": iso_day(filed.issued_on),
        "due_on": iso_day(filed.due_on),
        "currency": filed.gross.currency.code,
        "net": figure(filed.net),
        "tax": figure(filed.tax),
        "gross": figure(filed.gross),
        "broken_rules": list(filed.verdict.broken_rules) if filed.verdict else [],
    }


def _said(document: Document) -> Told:
    forward = document.forward
    return {
        "to_pay": figure(document.totals.to_pay),
        "corrects": document.references.corrects,
        "lines": [_line(line) for line in document.lines],
        "taxes": [_tax(subtotal) for subtotal in document.totals.subtotals],
        "policies": dict(document.policies),
        **({} if forward is None else {"forward": _forward(forward)}),
    }


def _forward(forward: BalanceForward) -> Told:
    return {
        "brought": figure(forward.brought),
        "stated": figure(forward.stated),
        "payable": figure(forward.payable),
        "carried": figure(forward.carried),
    }


def _line(line: Line) -> Told:
    return {
        "id": line.id,
        "group": line.group,
        "description": line.description,
        "quantity": plain(line.quantity),
        "unit": line.unit_code,
        "net": figure(line.net),
        "tax_category": line.tax.category,
        **({"details": [_detail(detail) for detail in line.details]} if line.details else {}),
    }


def _detail(detail: Detail) -> Told:
    return {
        "description": detail.description,
        "quantity": plain(detail.quantity),
        "unit": detail.unit,
        "net": figure(detail.net),
    }


def _tax(subtotal: TaxSubtotal) -> Told:
    local = subtotal.amount_local
    return {
        "category": subtotal.tax.category,
        "rate": plain(subtotal.tax.rate),
        "taxable": figure(subtotal.taxable),
        "amount": figure(subtotal.amount),
        "amount_local": shown(local) if local is not None else "",
    }


def declarations(session: TenantSession, name: Namer) -> Iterable[Told]:
    """Declarations of both sides; ours with their totals by direction."""
    found = interconnect.declarations(session, limit=MOST)
    consents = consenting.consents_to(session, found)
    for each in found:
        yield {
            "carrier": name(each.carrier_id),
            "origin": each.origin,
            "number": each.message_id,
            "currency": each.currency,
            "calls": each.calls,
            "seconds": each.seconds,
            "amount": plain(each.amount),
            "totals": [_total(total) for total in _totals(session, each)],
            **({"consent": consents[each.id].status.value} if each.id in consents else {}),
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
        "payable": figure(total.payable),
    }


def reconciliations(session: TenantSession, name: Namer) -> Iterable[Told]:
    """Comparisons of two declarations, with the causes of what differs."""
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


def call_comparisons(session: TenantSession, name: Namer) -> Iterable[Told]:
    """Comparisons of calls one by one: how many are of each class, and the causes that close."""
    codes = {each.id: each.code for each in periods.periods(session)}
    for each in records.comparisons(session):
        for found in each.directions:
            yield {
                "carrier": name(each.carrier_id),
                "month": codes[each.period_id],
                "direction": found.waterfall.direction,
                "ours": plain(found.waterfall.ours),
                "theirs": plain(found.waterfall.theirs),
                "variance": plain(found.waterfall.variance),
                "classes": {kind.value: calls for kind, calls in found.classes.items()},
                "causes": {part.cause.value: plain(part.amount) for part in found.waterfall.parts},
            }


def exchanges(session: TenantSession, name: Namer) -> Iterable[Told]:
    """Exchanges of messages: what differs, the records exchanged for it, what was agreed."""
    codes = {each.id: each.code for each in periods.periods(session)}
    for each in keeping.states(session):
        both = recording.exchanged_records(session, each.agreement_id, each.period_id)
        yield {
            "carrier": name(each.carrier_id),
            "month": codes[each.period_id],
            "state": each.state.value,
            "buckets": each.buckets,
            "differing": [_differing(found) for found in each.differing],
            "records": {"ours": both.ours.height, "theirs": both.theirs.height},
            "settled": {found.direction: plain(found.amount) for found in each.amounts},
            "messages": [
                {"from": said.origin, "kind": said.kind or "", "verdict": said.verdict}
                for said in each.messages
            ],
        }


def tap_files(session: TenantSession, name: Namer) -> Iterable[Told]:
    """Files for roaming partners, as whoever gets them reads them; a broken audit would be told."""
    reader = source_from("tap", "tap", {"zone": own_tenant(session).time_zone})
    for each in roaming.files(session):
        file, content = roaming.file_with_bytes(session, each.id)
        read = tap.decode(content, reader)
        yield {
            "carrier": name(file.carrier_id),
            "name": file.name,
            "events": file.events,
            "amount": plain(file.amount),
            "currency": file.currency,
            "audit": read.refused or "ties",
            "read": in_order(read.drafts.select(IN_TAP).to_dicts()),
        }


def _differing(found: Differing) -> Told:
    sides = {"ours": found.ours, "theirs": found.theirs}
    return {
        "day": found.key.day.isoformat(),
        "direction": found.key.direction,
        "trunk": found.key.trunk,
        "destination": found.key.destination,
    } | {
        side: None
        if total is None
        else {
            "records": total.figures.records,
            "seconds": total.figures.seconds,
            "amount": plain(total.figures.amount),
        }
        for side, total in sides.items()
    }


def _causes(reconciliation: Reconciliation, direction: Direction) -> Told:
    causes = reconciliation.causes(direction)
    parts = ("volume", "duration", "rate", "unexplained")
    return {part: plain(getattr(causes, part)) for part in parts}


def disputes(session: TenantSession, name: Namer) -> Iterable[Told]:
    """Disputes of all parties and what has to follow."""
    for each in raised.disputes(session, limit=MOST):
        yield {
            "party": name(each.party_id),
            "line": each.document_line,
            "raised_by": each.raised_by.value,
            "reason": each.reason.value,
            "disputed": shown(each.disputed),
            "status": each.status.value,
            "consequence": each.consequence.value,
        }
