"""Payouts as pages: propose a batch, look at every line, approve or reject it, take its file."""

import datetime as dt
from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from i18n.errors import Invalid
from i18n.locale import _
from settlement.parties import service as parties
from settlement.payouts import service
from settlement.payouts.advising import service as advising
from settlement.payouts.payout import Status
from settlement.payouts.payout_batch import PayoutBatch
from settlement.payouts.wording import OUTCOMES, STATUS_COLOURS, STATUSES
from settlement.periods import service as periods
from statements.filing import XML
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import flash_parked, optional_text_sent, say, text_sent

payout_pages = Blueprint(
    "payout_pages", __name__, url_prefix="/payouts", template_folder="templates"
)


class NotADate(Invalid):
    """{text} is not a date. Write it like 2026-11-05."""


@payout_pages.get("")
@requires("payouts:read")
def batches() -> str:
    """All batches, the newest first."""
    accounts = parties.bank_accounts(g.session, None)
    return render_template(
        "payouts/batches.html",
        batches=service.batches(g.session),
        currencies=sorted({each.currency for each in accounts if each.is_active}),
        today=periods.today(g.session),
        **_words(),
    )


@payout_pages.post("")
@requires("payouts:propose")
def propose() -> Response:
    """Propose to pay what partners and carriers are owed in a currency."""
    proposed = service.propose(g.session, text_sent("currency", 3), _date(text_sent("pays_on", 10)))
    flash(
        say(_("Batch {number} is proposed. Somebody else approves it."), number=proposed.number),
        "done",
    )
    return _to_batch(proposed)


@payout_pages.get("/<uuid:payout_batch_id>")
@requires("payouts:read")
def batch(payout_batch_id: UUID) -> str:
    """One batch with every line: what is paid, carried or held, and why."""
    found = service.batch(g.session, payout_batch_id)
    principal = g.caller.principal
    return render_template(
        "payouts/batch.html",
        batch=found,
        advices=advising.advices(g.session, found.id),
        names=parties.names(g.session, {each.party_id for each in found.payouts}),
        may_approve=principal.may("payouts:approve"),
        may_handle=principal.may("payouts:approve") or principal.may("payouts:propose"),
        is_maker=principal.name == found.proposed_by,
        **_words(),
    )


@payout_pages.post("/<uuid:payout_batch_id>/approval")
@requires("payouts:approve")
def approve(payout_batch_id: UUID) -> Response:
    """Approve a batch; who proposed it may not."""
    approved = service.approve(g.session, payout_batch_id)
    flash(
        say(
            _("Batch {number} is approved. Its payment file can be taken to the bank."),
            number=approved.number,
        ),
        "done",
    )
    return _to_batch(approved)


@payout_pages.post("/<uuid:payout_batch_id>/rejection")
@requires("payouts:approve", "payouts:propose")
def reject(payout_batch_id: UUID) -> Response:
    """Reject a batch that has no payment file yet, with a reason."""
    rejected = service.reject(g.session, payout_batch_id, optional_text_sent("reason"))
    flash(
        say(_("Batch {number} is rejected. Nothing of it is paid."), number=rejected.number), "done"
    )
    return _to_batch(rejected)


@payout_pages.post("/<uuid:payout_batch_id>/file")
@requires("payouts:approve", "payouts:propose")
def payment_file(payout_batch_id: UUID) -> Response:
    """The payment file of an approved batch, written once and the same every time."""
    content = service.export(g.session, payout_batch_id)
    number = service.batch(g.session, payout_batch_id).number
    return attachment(content, f"{number}.xml", XML)


@payout_pages.post("/<uuid:payout_batch_id>/sending")
@requires("payouts:approve", "payouts:propose")
def confirm_sent(payout_batch_id: UUID) -> Response:
    """Note that the bank has taken the file, and tell the payees."""
    sent = service.confirm_sent(g.session, payout_batch_id)
    flash(say(_("Batch {number} is noted as sent."), number=sent.number), "done")
    _advise(sent)
    return _to_batch(sent)


@payout_pages.post("/<uuid:payout_batch_id>/advices")
@requires("payouts:approve", "payouts:propose")
def advise(payout_batch_id: UUID) -> Response:
    """Tell the payees that were not told yet."""
    found = service.batch(g.session, payout_batch_id)
    _advise(found)
    return _to_batch(found)


def _advise(sent: PayoutBatch) -> None:
    run = advising.advise(g.session, sent.id)
    flash(say(_("Advices of payment: {count}."), count=len(run.issued)), "done")
    flash_parked(run.parked)


def _to_batch(found: PayoutBatch) -> Response:
    where = url_for("payout_pages.batch", payout_batch_id=found.id)
    return make_response(redirect(where, 303))


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise NotADate(text=text) from None


def _words() -> dict[str, object]:
    return {
        "Status": Status,
        "statuses": STATUSES,
        "outcomes": OUTCOMES,
        "colours": STATUS_COLOURS,
    }
