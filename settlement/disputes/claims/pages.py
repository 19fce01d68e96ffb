"""A form for each difference that both sides counted: it is disputed from where it is seen.

A line of a reconciliation, a cause of a comparison of records, a line of a carrier's invoice. A
carrier's own people dispute the first two as ours do.
"""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for
from moneyed import Money

from currencies.money import money
from i18n.locale import _
from settlement.disputes import service as disputes
from settlement.disputes.claims import service
from settlement.disputes.dispute import Dispute, Reason
from settlement.disputes.service import Said
from settlement.disputes.wording import LINES, REASONS
from settlement.interconnect.reconciling import service as reconciling
from settlement.interconnect.records import service as records
from settlement.interconnect.records.waterfall import Cause
from settlement.interconnect.records.wording import CAUSES
from settlement.interconnect.supplier_invoices import service as supplier_invoices
from settlement.interconnect.traffic import Direction
from settlement.parties import service as parties
from settlement.periods import service as periods
from tenants.web.contracts import requires
from tenants.web.forms import NoSuchPage, optional_text_sent, say, text_sent

claim_pages = Blueprint(
    "claim_pages", __name__, url_prefix="/disputes", template_folder="../templates"
)

own_claims = Blueprint(
    "own_claims", __name__, url_prefix="/own/disputes", template_folder="../templates"
)

DIFFERENCE = "/differences/<uuid:reconciliation_id>/<int:line>"
CAUSE = "/causes/<uuid:comparison_id>/<direction>/<cause>"
INVOICE_LINE = "/invoice-lines/<uuid:supplier_invoice_id>/<int:line>"


class Facts(NamedTuple):
    """What tells a difference from others; what it does not have is empty."""

    month: date
    direction: str = ""
    destination: str = ""
    trunk: str = ""
    line: int | None = None
    day: date | None = None
    cause: Cause | None = None
    invoice: str = ""


@claim_pages.get(DIFFERENCE)
@requires("disputes:write")
def difference(reconciliation_id: UUID, line: int) -> str:
    """A line of a reconciliation, and a form that disputes it."""
    return _difference("exchange_pages", reconciliation_id, line)


@claim_pages.post(DIFFERENCE)
@requires("disputes:write")
def dispute_difference(reconciliation_id: UUID, line: int) -> Response:
    """Dispute the variance of a line of a reconciliation."""
    return _dispute_difference("dispute_pages", reconciliation_id, line)


@claim_pages.get(CAUSE)
@requires("disputes:write")
def cause(comparison_id: UUID, direction: str, cause: str) -> str:
    """What a cause moves, and a form that disputes it."""
    return _cause("compared_pages", comparison_id, direction, cause)


@claim_pages.post(CAUSE)
@requires("disputes:write")
def dispute_cause(comparison_id: UUID, direction: str, cause: str) -> Response:
    """Dispute what a cause moves between two totals."""
    return _dispute_cause("dispute_pages", comparison_id, direction, cause)


@own_claims.get(DIFFERENCE, endpoint="difference")
@requires("own-exchange:write")
def own_difference(reconciliation_id: UUID, line: int) -> str:
    """A line of a reconciliation with the reader's company, and a form that disputes it."""
    return _difference("own_exchange", reconciliation_id, line)


@own_claims.post(DIFFERENCE, endpoint="dispute_difference")
@requires("own-exchange:write")
def own_dispute_difference(reconciliation_id: UUID, line: int) -> Response:
    """Dispute, for the reader's company, the variance of a line of a reconciliation."""
    return _dispute_difference("own_disputes", reconciliation_id, line)


@own_claims.get(CAUSE, endpoint="cause")
@requires("own-exchange:write")
def own_cause(comparison_id: UUID, direction: str, cause: str) -> str:
    """What a cause moves between us and the reader's company, and a form that disputes it."""
    return _cause("own_compared", comparison_id, direction, cause)


@own_claims.post(CAUSE, endpoint="dispute_cause")
@requires("own-exchange:write")
def own_dispute_cause(comparison_id: UUID, direction: str, cause: str) -> Response:
    """Dispute, for the reader's company, what a cause moves between two totals."""
    return _dispute_cause("own_disputes", comparison_id, direction, cause)


@claim_pages.get(INVOICE_LINE)
@requires("disputes:write")
def invoice_line(supplier_invoice_id: UUID, line: int) -> str:
    """A line of a carrier's invoice, and a form that disputes it."""
    found = supplier_invoices.invoice(g.session, supplier_invoice_id)
    checked = service.invoice_line(g.session, supplier_invoice_id, line)
    back = url_for("supplier_invoice_pages.invoice", supplier_invoice_id=supplier_invoice_id)
    about = Facts(checked.month, "", checked.destination, checked.trunk, line)
    facts = about._replace(invoice=found.number)
    return _form(back, found.carrier_id, money(checked.variance, found.currency), facts)


@claim_pages.post(INVOICE_LINE)
@requires("disputes:write")
def dispute_invoice_line(supplier_invoice_id: UUID, line: int) -> Response:
    """Dispute what a line of a carrier's invoice asks beside what we expect."""
    said = Said(_reason(), _words())
    raised = service.dispute_invoice_line(g.session, supplier_invoice_id, line, said)
    return _raised("dispute_pages", raised)


def _difference(seen_on: str, reconciliation_id: UUID, line: int) -> str:
    found = reconciling.reconciliation(g.session, reconciliation_id)
    compared = reconciling.compared_line(found, line)
    key = compared.key
    back = url_for(f"{seen_on}.reconciliation", reconciliation_id=reconciliation_id)
    month = _month(found.period_id)
    facts = Facts(month, key.direction, key.destination, key.trunk, line, key.day)
    return _form(back, found.carrier_id, money(compared.variance, found.currency), facts)


def _dispute_difference(pages: str, reconciliation_id: UUID, line: int) -> Response:
    reason, words = _reason(), _words()
    raised = disputes.dispute_difference(
        g.session, reconciliation_id=reconciliation_id, line=line, reason=reason, narrative=words
    )
    return _raised(pages, raised)


def _cause(seen_on: str, comparison_id: UUID, direction: str, cause: str) -> str:
    found = records.comparison(g.session, comparison_id)
    way, moving = _chosen(direction, cause)
    back = url_for(f"{seen_on}.records", comparison_id=comparison_id, direction=way,
                   cause=moving.value, _anchor="calls")  # fmt: skip
    facts = Facts(_month(found.period_id), way, cause=moving)
    return _form(back, found.carrier_id, service.moved_by(found, way, moving), facts)


def _dispute_cause(pages: str, comparison_id: UUID, direction: str, cause: str) -> Response:
    way, moving = _chosen(direction, cause)
    said = Said(service.reason_of(moving), _words())
    return _raised(pages, service.dispute_cause(g.session, comparison_id, way, moving, said))


def _form(back: str, carrier_id: UUID, variance: Money, facts: Facts) -> str:
    return render_template(
        "disputes/claim.html",
        back=back,
        carrier=parties.names(g.session, {carrier_id})[carrier_id],
        variance=variance,
        facts=facts,
        reasons=REASONS,
        lines=LINES,
        causes=CAUSES,
    )


def _raised(pages: str, raised: Dispute) -> Response:
    flash(say(_("The dispute is raised; everything else stays payable on time.")), "done")
    where = url_for(f"{pages}.dispute", dispute_id=raised.id)
    return make_response(redirect(where, 303))


def _month(period_id: UUID) -> date:
    return periods.period_by_id(g.session, period_id).month.starts_on


def _chosen(direction: str, cause: str) -> tuple[Direction, Cause]:
    if direction not in LINES or cause not in list(Cause):
        raise NoSuchPage
    return ("incoming" if direction == "incoming" else "outgoing"), Cause(cause)


def _reason() -> Reason:
    reason = text_sent("reason", 20)
    if reason not in list(Reason):
        raise NoSuchPage
    return Reason(reason)


def _words() -> str:
    return optional_text_sent("narrative", 2000)
