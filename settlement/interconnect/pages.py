"""The exchange with carriers as pages, for the operator and for a carrier's own people.

Both see the same tables; a carrier's person sees those of its own company and nothing else, which
the services hold by the party of the principal.
"""

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    url_for,
)

from currencies.money import money
from i18n.locale import _
from settlement.agreements import service as agreements
from settlement.interconnect import service
from settlement.interconnect.comparison import Agreement
from settlement.interconnect.consenting import service as consenting
from settlement.interconnect.consents.consent import Status
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchanged import Reconciliation
from settlement.interconnect.reconciling import service as reconciling
from settlement.interconnect.records import service as records
from settlement.interconnect.records.picture import picture
from settlement.interconnect.records.waterfall import of_totals
from settlement.interconnect.records.wording import CAUSES
from settlement.interconnect.refused_files import service as refused_files
from settlement.interconnect.refused_files.pages import told_refused
from settlement.interconnect.refused_files.refused_file import FileKind
from settlement.interconnect.refused_files.service import Refusal
from settlement.interconnect.wording import (
    CLASSES,
    COLOURS,
    CONSENTS,
    DIRECTIONS,
    FILES,
    KINDS,
    STATES,
    VERDICTS,
)
from settlement.parties import service as parties
from settlement.parties.party import Kind
from settlement.periods import service as periods
from settlement.periods.calendar import Month
from statements.declaration_csv import is_csv
from statements.filing import CSV, XML
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import (
    choice_asked,
    file_sent,
    id_asked,
    id_sent,
    optional_text_sent,
    own_party,
    say,
    text_sent,
)

exchange_pages = Blueprint(
    "exchange_pages", __name__, url_prefix="/interconnect", template_folder="templates"
)
own_exchange = Blueprint(
    "own_exchange", __name__, url_prefix="/own/exchange", template_folder="templates"
)

ANSWERING = {"exchange_pages": "corrections:approve", "own_exchange": "own-exchange:write"}
LINES = 500
BUCKETS = 50


@exchange_pages.get("")
@requires("interconnect:read")
def exchange() -> str:
    """Declarations and reconciliations with all carriers, or with one."""
    return _exchange_page("exchange_pages", id_asked("carrier"))


@exchange_pages.post("/declared-months")
@requires("interconnect:write")
def declare() -> Response:
    """Declare a closed month to every carrier with traffic in it."""
    declared = service.declare(g.session, text_sent("period", 7))
    issued = sum(each.exchanged is not None for each in declared)
    flash(say(_("Declarations that stand for the month: {count}"), count=issued), "done")
    if issued < len(declared):
        held = len(declared) - issued
        flash(say(_("Declarations held by faults: {count}"), count=held), "refused")
    return make_response(redirect(url_for("exchange_pages.exchange"), 303))


@exchange_pages.post("/declarations")
@requires("interconnect:write")
def upload() -> Response:
    """Take in a declaration that a carrier sent another way, and compare it with ours."""
    return _take_in("exchange_pages", id_sent("carrier"))


@exchange_pages.get("/declarations/<uuid:declaration_id>")
@requires("interconnect:read")
def declaration(declaration_id: UUID) -> Response:
    """The XML of a declaration, ours or theirs."""
    return _declaration_file(declaration_id)


@exchange_pages.post("/declarations/<uuid:declaration_id>/consent")
@requires("corrections:approve")
def note_consent(declaration_id: UUID) -> Response:
    """Note that the carrier agreed to a correction in writing; it is booked."""
    return _agree("exchange_pages", declaration_id)


@exchange_pages.post("/declarations/<uuid:declaration_id>/refusal")
@requires("corrections:approve")
def note_refusal(declaration_id: UUID) -> Response:
    """Note that the carrier refused a correction in writing."""
    return _refuse("exchange_pages", declaration_id)


@exchange_pages.get("/reconciliations/<uuid:reconciliation_id>")
@requires("interconnect:read")
def reconciliation(reconciliation_id: UUID) -> str:
    """Two declarations compared line by line."""
    return _reconciliation_page("exchange_pages", reconciliation_id)


@exchange_pages.get("/reconciliations/<uuid:reconciliation_id>/xml")
@requires("interconnect:read")
def reconciliation_file(reconciliation_id: UUID) -> Response:
    """Why two declarations differ, as XML."""
    return _reconciliation_file(reconciliation_id)


@exchange_pages.get("/messages/<uuid:exchange_message_id>")
@requires("interconnect:read")
def message(exchange_message_id: UUID) -> Response:
    """The XML of a message of the two-step exchange."""
    return _message_file(exchange_message_id)


@own_exchange.get("", endpoint="exchange")
@requires("own-exchange:read")
def own() -> str:
    """The reader's own declarations and reconciliations."""
    return _exchange_page("own_exchange", own_party())


@own_exchange.post("/declarations", endpoint="upload")
@requires("own-exchange:write")
def own_upload() -> Response:
    """Take in the declaration of the reader's company, and compare it with ours."""
    return _take_in("own_exchange", own_party())


@own_exchange.get("/declarations/<uuid:declaration_id>", endpoint="declaration")
@requires("own-exchange:read")
def own_declaration(declaration_id: UUID) -> Response:
    """The XML of a declaration between us and the reader's company."""
    return _declaration_file(declaration_id)


@own_exchange.post("/declarations/<uuid:declaration_id>/consent", endpoint="note_consent")
@requires("own-exchange:write")
def agree(declaration_id: UUID) -> Response:
    """Agree to a correction for the reader's company."""
    return _agree("own_exchange", declaration_id)


@own_exchange.post("/declarations/<uuid:declaration_id>/refusal", endpoint="note_refusal")
@requires("own-exchange:write")
def refuse(declaration_id: UUID) -> Response:
    """Refuse a correction for the reader's company, with a reason."""
    return _refuse("own_exchange", declaration_id)


@own_exchange.get("/reconciliations/<uuid:reconciliation_id>", endpoint="reconciliation")
@requires("own-exchange:read")
def own_reconciliation(reconciliation_id: UUID) -> str:
    """Two declarations between us and the reader's company, compared line by line."""
    return _reconciliation_page("own_exchange", reconciliation_id)


@own_exchange.get("/reconciliations/<uuid:reconciliation_id>/xml", endpoint="reconciliation_file")
@requires("own-exchange:read")
def own_reconciliation_file(reconciliation_id: UUID) -> Response:
    """Why the declarations of us and the reader's company differ, as XML."""
    return _reconciliation_file(reconciliation_id)


@own_exchange.get("/messages/<uuid:exchange_message_id>", endpoint="message")
@requires("own-exchange:read")
def own_message(exchange_message_id: UUID) -> Response:
    """The XML of a message between us and the reader's company."""
    return _message_file(exchange_message_id)


def _exchange_page(pages: str, carrier_id: UUID | None) -> str:
    found = service.declarations(g.session, carrier_id=carrier_id)
    compared = reconciling.reconciliations(g.session, carrier_id=carrier_id)
    exchanges = keeping.states(g.session, carrier_id=carrier_id)
    calls = records.comparisons(g.session, carrier_id=carrier_id)
    refused = refused_files.refused_files(g.session, carrier_id=carrier_id)
    concerned = {each.carrier_id for group in (found, exchanges, calls, refused) for each in group}
    is_own = pages == "own_exchange"
    closed = [each.month for each in periods.periods(g.session) if not each.is_open]
    # A carrier learns of no other carrier, not even by a list of names.
    carriers = [] if is_own else parties.parties(g.session, Kind.CARRIER)
    return render_template(
        "interconnect/exchange.html",
        pages=pages,
        is_own=is_own,
        may_send=g.caller.principal.may("own-exchange:write" if is_own else "interconnect:write"),
        declarations=found,
        windows=service.objection_windows(g.session, found),
        consents=consenting.consents_to(g.session, found),
        may_answer=g.caller.principal.may(
            "own-exchange:write" if is_own else "corrections:approve"
        ),
        Status=Status,
        reconciliations=compared,
        answered={each.theirs_id for each in compared},
        carriers=carriers,
        chosen=carrier_id,
        closed_months=[each.code for each in reversed(closed)],
        own_agreements=_own_agreements(closed) if is_own else [],
        exchanges=exchanges,
        calls_compared=calls,
        refused_files=refused,
        refused_pages="own_refused" if is_own else "refused_pages",
        compared_pages="own_compared" if is_own else "compared_pages",
        buckets_shown=BUCKETS,
        as_money=money,
        names=parties.names(g.session, concerned),
        months={each.id: each.month.starts_on for each in periods.periods(g.session)},
        **_words(),
    )


def _own_agreements(months: list[Month]) -> list[str]:
    """The codes of the reader's agreements that were in force in these months."""
    if not months:
        return []
    found = agreements.interconnects(g.session, months[0].starts_on, months[-1].ends_on)
    return sorted({each.code for each in found if each.carrier_id == own_party()})


def _take_in(pages: str, carrier_id: UUID) -> Response:
    content = file_sent("declaration").stream.read()
    taken = refused_files.taken_or_refused(
        g.session, carrier_id, FileKind.DECLARATION, content,
        lambda: reconciling.answer(g.session, carrier_id, content),
    )  # fmt: skip
    if isinstance(taken, Refusal):
        return told_refused(taken, url_for(f"{pages}.exchange"))
    flash(say(_("The declaration is taken in and compared.")), "done")
    where = url_for(f"{pages}.reconciliation", reconciliation_id=taken.id)
    return make_response(redirect(where, 303))


def _agree(pages: str, declaration_id: UUID) -> Response:
    consenting.agree(g.session, declaration_id, optional_text_sent("reference"))
    flash(say(_("The correction is agreed to and booked.")), "done")
    return make_response(redirect(url_for(f"{pages}.exchange"), 303))


def _refuse(pages: str, declaration_id: UUID) -> Response:
    reason, reference = optional_text_sent("reason"), optional_text_sent("reference")
    consenting.refuse(g.session, declaration_id, reason, reference)
    flash(say(_("The correction is refused. Nothing of it is booked.")), "done")
    return make_response(redirect(url_for(f"{pages}.exchange"), 303))


def _declaration_file(declaration_id: UUID) -> Response:
    found = service.exchanged(g.session, declaration_id)
    content = service.bytes_of(g.session, declaration_id)
    media_type, ending = (CSV, "csv") if is_csv(content) else (XML, "xml")
    name = f"declaration-{found.origin}-{found.id}.{ending}"
    return attachment(content, name, media_type)


def _message_file(message_id: UUID) -> Response:
    return attachment(keeping.bytes_of(g.session, message_id), f"message-{message_id}.xml", XML)


def _reconciliation_file(reconciliation_id: UUID) -> Response:
    found = reconciling.reconciliation(g.session, reconciliation_id)
    return attachment(records.xml_of_totals(g.session, found), f"differences-{found.id}.xml", XML)


def _reconciliation_page(pages: str, reconciliation_id: UUID) -> str:
    found = reconciling.reconciliation(g.session, reconciliation_id)
    is_own = pages == "own_exchange"
    wanted = choice_asked("class", {each.value: each for each in Agreement})
    lines = [
        (number, line)
        for number, line in enumerate(found.comparison.lines, 1)
        if wanted is None or line.agreement.value == wanted
    ]
    falls = [
        of_totals(
            total.direction, found.currency, total.ours, total.theirs, found.causes(total.direction)
        )
        for total in found.comparison.totals
    ]
    return render_template(
        "interconnect/reconciliation.html",
        pages=pages,
        claims="own_claims" if is_own else "claim_pages",
        may_dispute=g.caller.principal.may("own-exchange:write" if is_own else "disputes:write"),
        found=found,
        month=periods.period_by_id(g.session, found.period_id).month.starts_on,
        carrier=parties.names(g.session, {found.carrier_id})[found.carrier_id],
        pictures=[picture(fall) for fall in falls],
        causes=CAUSES,
        counts=_counts(found),
        wanted=wanted,
        lines=lines[:LINES],
        left_out=max(0, len(lines) - LINES),
        as_money=lambda amount: None if amount is None else money(amount, found.currency),
        **_words(),
    )


def _counts(found: Reconciliation) -> dict[Agreement, int]:
    """How many lines there are of each class, those that need a look first."""
    classes = [line.agreement for line in found.comparison.lines]
    return {each: classes.count(each) for each in reversed(Agreement) if each in classes}


def _words() -> dict[str, object]:
    return {
        "directions": DIRECTIONS,
        "classes": CLASSES,
        "consent_words": CONSENTS,
        "colours": COLOURS,
        "states": STATES,
        "kinds": KINDS,
        "files": FILES,
        "verdicts": VERDICTS,
    }
