"""Roaming as pages: TAP files written, RAP files taken in, and what each of those returns."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from currencies.money import money
from i18n.locale import _, translator
from settlement.disputes.returned_calls import service
from settlement.disputes.returned_calls.missing_returns import service as missing_returns
from settlement.disputes.returned_calls.returned import ReturnKind
from settlement.interconnect.refused_files.pages import told_refused
from settlement.interconnect.refused_files.service import Refusal
from settlement.interconnect.roaming import service as roaming
from settlement.interconnect.roaming.missing_files import service as missing_files
from settlement.interconnect.roaming.missing_files.missing import named_rows
from settlement.interconnect.roaming.returning import service as returning
from settlement.interconnect.roaming.taking_back import service as taking_back
from settlement.interconnect.roaming.wording import wrong_text
from settlement.parties import service as parties
from settlement.parties.party import Kind
from tenants.principal import NUMBERS_READ
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import file_sent, id_sent, say
from tenants.web.four_eyes import DECISIONS
from tenants.web.problems import reader_language

roaming_pages = Blueprint(
    "roaming_pages", __name__, url_prefix="/interconnect/roaming", template_folder="templates"
)

KINDS = {
    ReturnKind.SEVERE: _("Call"),
    ReturnKind.FATAL: _("Whole file"),
    ReturnKind.MISSING: _("Files that did not come"),
    ReturnKind.STOP: _("No files after this number"),
}
LINES = 500
BINARY = "application/octet-stream"


@roaming_pages.get("")
@requires("interconnect:read")
def files() -> str:
    """TAP files written and RAP files taken in, and a form for another one."""
    principal = g.caller.principal
    written, returned = roaming.files(g.session), service.files(g.session)
    taken = taking_back.take_backs(g.session)
    concerned = {each.carrier_id for each in written} | {each.carrier_id for each in returned}
    return render_template(
        "returned_calls/roaming.html",
        written=written,
        returned=returned,
        carriers=parties.parties(g.session, Kind.CARRIER),
        names=parties.names(g.session, concerned),
        sent=returning.files(g.session),
        returnable=returning.returnable(g.session),
        missing=missing_files.missing_files(g.session),
        missing_returns=missing_returns.missing_returns(g.session),
        named_rows=named_rows,
        take_backs=taken,
        file_names=returning.names(g.session, [each.sent_rap_file_id for each in taken]),
        asked={each.sent_rap_file_id for each in taken if each.status != "rejected"},
        statuses=DECISIONS,
        may_see=principal.may(NUMBERS_READ),
        may_send=principal.may("interconnect:write"),
        may_approve=principal.may("corrections:approve"),
        own_id=principal.user_id,
        as_money=money,
    )


@roaming_pages.post("")
@requires("interconnect:write")
def take_in() -> Response:
    """Take in a RAP file and dispute what it returns."""
    # One byte more than is taken, so that the service sees when there is too much.
    content = file_sent("returned").stream.read(service.MOST_BYTES + 1)
    taken = service.take_in(g.session, id_sent("carrier"), content)
    if isinstance(taken, Refusal):
        return told_refused(taken, url_for("roaming_pages.files"))
    flash(say(_("The RAP file is taken in. What it returns is disputed.")), "done")
    where = url_for("roaming_pages.returned", rap_file_id=taken.id)
    return make_response(redirect(where, 303))


@roaming_pages.post("/returns/<uuid:batch_id>")
@requires("interconnect:write")
def return_batch(batch_id: UUID) -> Response:
    """Return what waits of a TAP file, or a refused one whole."""
    sent = returning.return_batch(g.session, batch_id)
    told = _("{file} is written. Somebody else approves that its records are given up.")
    flash(say(told if sent.write_off_id else _("{file} is written."), file=sent.name), "done")
    return make_response(redirect(url_for("roaming_pages.files"), 303))


@roaming_pages.get("/returns/<uuid:sent_rap_file_id>")
@requires("numbers:read")
def sent_file(sent_rap_file_id: UUID) -> Response:
    """A RAP file that we wrote."""
    found, content = returning.download(g.session, sent_rap_file_id)
    return attachment(content, found.name, BINARY)


@roaming_pages.get("/<uuid:rap_file_id>")
@requires("interconnect:read")
def returned(rap_file_id: UUID) -> str:
    """What one RAP file returns, call by call."""
    found = service.file(g.session, rap_file_id)
    calls = service.calls_of(g.session, rap_file_id)
    say_it = translator(reader_language())
    return render_template(
        "returned_calls/rap_file.html",
        found=found,
        carrier=parties.names(g.session, {found.carrier_id})[found.carrier_id],
        tap_files={each.id: each.name for each in roaming.files(g.session)},
        lines=[(each, wrong_text(each.item, each.error_code, say_it)) for each in calls[:LINES]],
        left_out=max(0, found.returns - LINES),
        kinds=KINDS,
        as_money=money,
    )


@roaming_pages.get("/<uuid:rap_file_id>/acknowledgement")
@requires("interconnect:read")
def acknowledge(rap_file_id: UUID) -> Response:
    """Our word that the file came."""
    found, content = service.acknowledgement(g.session, rap_file_id)
    return attachment(content, found.acknowledgement_name, BINARY)
