"""The exchange with carriers over HTTP: our declarations down, theirs up, and the comparison."""

from typing import Any
from uuid import UUID

from flask import Response, g, request
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from settlement.interconnect import service
from settlement.interconnect.comparison import Agreement, ComparedLine, ComparedTotal
from settlement.interconnect.consenting import service as consenting
from settlement.interconnect.consents.consent import Consent, Status
from settlement.interconnect.exchanged import Exchanged, Reconciliation, causes_of
from settlement.interconnect.receiving import CarrierMissing
from settlement.interconnect.reconciling import service as reconciling
from settlement.interconnect.records import service as records
from settlement.interconnect.refused_files import service as refused_files
from settlement.interconnect.refused_files.api import acknowledgement
from settlement.interconnect.refused_files.refused_file import FileKind
from settlement.interconnect.refused_files.service import Refusal
from statements.declaration_csv import is_csv
from statements.filing import CSV, XML
from tenants.values import fields_of
from tenants.web.attachment import attachment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

exchange = Blueprint("exchange", __name__, url_prefix="/exchange")

READ = ("interconnect:read", "own-exchange:read")
WRITE = ("interconnect:write", "own-exchange:write")


class ExchangedSchema(Schema):
    """A declaration, ours or theirs."""

    id = fields.UUID()
    origin = fields.String()
    carrier_id = fields.UUID()
    agreement_id = fields.UUID()
    period_id = fields.UUID()
    message_id = fields.String()
    currency = fields.String()
    calls = fields.Integer()
    seconds = fields.Integer()
    amount = AmountField()
    sha256 = fields.String()
    document_id = fields.UUID(allow_none=True)
    declared_at = fields.AwareDateTime()
    corrects_id = fields.UUID(allow_none=True)


class DeclarationSchema(ExchangedSchema):
    """A declaration, and of ours until when the carrier may object (R56).

    `consent` says how far a correction of an accepted month is (R60); others need none.
    """

    last_day_to_object = fields.Date(allow_none=True)
    deemed_accepted_on = fields.Date(allow_none=True)
    consent = fields.Enum(Status, by_value=True, allow_none=True)


class DeclareSchema(Schema):
    """The closed month to declare."""

    period = fields.String(required=True, validate=validate.Length(max=7))


class DeclarationQuery(Schema):
    """Which declarations to list."""

    period_id = fields.UUID(load_default=None)


class UploadQuery(Schema):
    """Whose declaration is uploaded; a carrier's own user leaves it out."""

    carrier_id = fields.UUID(load_default=None)


class PairSchema(Schema):
    """The two declarations to compare."""

    ours_id = fields.UUID(required=True)
    theirs_id = fields.UUID(required=True)


class CausesSchema(Schema):
    """Why two amounts differ; the causes add up to the variance."""

    volume = AmountField()
    duration = AmountField()
    rate = AmountField()
    unexplained = AmountField()


class TotalSchema(Schema):
    """One direction of a reconciliation."""

    direction = fields.String()
    ours = AmountField()
    theirs = AmountField()
    variance = AmountField()
    agreement = fields.Enum(Agreement, by_value=True)
    causes = fields.Nested(CausesSchema)


class ComparedLineSchema(Schema):
    """One compared line; the figures of a side that does not have it are null."""

    line = fields.Integer()
    day = fields.Date()
    direction = fields.String()
    trunk = fields.String()
    destination = fields.String()
    calls_ours = fields.Integer(allow_none=True)
    calls_theirs = fields.Integer(allow_none=True)
    seconds_ours = fields.Integer(allow_none=True)
    seconds_theirs = fields.Integer(allow_none=True)
    amount_ours = AmountField(allow_none=True)
    amount_theirs = AmountField(allow_none=True)
    variance = AmountField()
    agreement = fields.Enum(Agreement, by_value=True)
    causes = fields.Nested(CausesSchema)


class ReconciliationSchema(Schema):
    """Two declarations compared: the verdict and the totals."""

    id = fields.UUID()
    carrier_id = fields.UUID()
    agreement_id = fields.UUID()
    period_id = fields.UUID()
    ours_id = fields.UUID()
    theirs_id = fields.UUID()
    currency = fields.String()
    tolerance = AmountField()
    tolerance_amount = AmountField(allow_none=True)
    verdict = fields.Enum(Agreement, by_value=True)
    compared_at = fields.AwareDateTime()
    totals = fields.List(fields.Nested(TotalSchema))


class ReconciliationInFullSchema(ReconciliationSchema):
    """The same with every line."""

    lines = fields.List(fields.Nested(ComparedLineSchema))


@exchange.get("/declarations")
@requires(*READ)
@exchange.response(200, DeclarationSchema(many=True))
@exchange.arguments(DeclarationQuery, location="query")
def list_declarations(query: dict[str, Any]) -> list[dict[str, Any]]:
    """Declarations of both sides, the newest first; a carrier sees its own."""
    found = service.declarations(g.session, **query)
    windows = service.objection_windows(g.session, found)
    consents = consenting.consents_to(g.session, found)
    return [_in_list(each, windows.get(each.id), consents.get(each.id)) for each in found]


@exchange.get("/declarations/<uuid:declaration_id>/xml")
@requires(*READ)
def download_declaration(declaration_id: UUID) -> Response:
    """The file of a declaration: ours as it was issued, theirs as it came, XML or CSV."""
    content = service.bytes_of(g.session, declaration_id)
    media_type, ending = (CSV, "csv") if is_csv(content) else (XML, "xml")
    return attachment(content, f"{declaration_id}.{ending}", media_type)


@exchange.get("/declarations/<uuid:declaration_id>/ubl")
@requires(*READ)
def download_utility_statement(declaration_id: UUID) -> Response:
    """A declaration as UBL 2.1 UtilityStatement, ours or theirs."""
    return attachment(
        service.utility_statement(g.session, declaration_id), f"{declaration_id}-ubl.xml", XML
    )


@exchange.post("/declarations")
@requires("interconnect:write")
@exchange.response(201, ExchangedSchema(many=True))
@exchange.arguments(DeclareSchema)
def declare(body: dict[str, Any]) -> list[Exchanged]:
    """Declare a closed month to every carrier with traffic in it."""
    declared = service.declare(g.session, body["period"])
    return [each.exchanged for each in declared if each.exchanged is not None]


@exchange.post("/received")
@requires(*WRITE)
@exchange.response(201, ReconciliationSchema)
@exchange.arguments(UploadQuery, location="query")
def upload_declaration(query: dict[str, Any]) -> dict[str, Any] | Response:
    """Take in a carrier's declaration, XML or CSV in the body, and compare it with ours.

    One that is refused is kept and answered with the reason and where it is.
    """
    carrier_id = query["carrier_id"] or g.session.principal.party_id
    if carrier_id is None:
        raise CarrierMissing
    content = request.get_data()
    taken = refused_files.taken_or_refused(
        g.session, carrier_id, FileKind.DECLARATION, content,
        lambda: reconciling.answer(g.session, carrier_id, content),
    )  # fmt: skip
    return acknowledgement(taken) if isinstance(taken, Refusal) else _in_short(taken)


@exchange.get("/reconciliations")
@requires(*READ)
@exchange.response(200, ReconciliationSchema(many=True))
def list_reconciliations() -> list[dict[str, Any]]:
    """Reconciliations, the newest first; a carrier sees its own."""
    return [_in_short(each) for each in reconciling.reconciliations(g.session)]


@exchange.post("/reconciliations")
@requires("interconnect:write")
@exchange.response(201, ReconciliationSchema)
@exchange.arguments(PairSchema)
def reconcile(body: dict[str, Any]) -> dict[str, Any]:
    """Compare ours with theirs; a variance within tolerance is accepted and booked."""
    return _in_short(reconciling.reconcile(g.session, **body))


@exchange.get("/reconciliations/<uuid:reconciliation_id>")
@requires(*READ)
@exchange.response(200, ReconciliationInFullSchema)
def show_reconciliation(reconciliation_id: UUID) -> dict[str, Any]:
    """One reconciliation with every line and the causes of its differences."""
    found = reconciling.reconciliation(g.session, reconciliation_id)
    lines = [_line(n, line) for n, line in enumerate(found.comparison.lines, 1)]
    return {**_in_short(found), "lines": lines}


@exchange.get("/reconciliations/<uuid:reconciliation_id>/xml")
@requires(*READ)
def download_reconciliation(reconciliation_id: UUID) -> Response:
    """Why the two declarations differ, as XML: totals, causes and every line."""
    found = reconciling.reconciliation(g.session, reconciliation_id)
    return attachment(records.xml_of_totals(g.session, found), f"differences-{found.id}.xml", XML)


def _in_list(
    declared: Exchanged, window: service.Objecting | None, consent: Consent | None
) -> dict[str, Any]:
    facts = fields_of(Exchanged, declared)
    return facts | {
        "last_day_to_object": window and window.last_day,
        "deemed_accepted_on": window and window.deemed_accepted_on,
        "consent": consent and consent.status,
    }


def _in_short(found: Reconciliation) -> dict[str, Any]:
    names = ReconciliationSchema().fields.keys() & Reconciliation.__dataclass_fields__.keys()
    return {
        **{name: getattr(found, name) for name in names},
        "tolerance": found.comparison.tolerance.share,
        "tolerance_amount": found.comparison.tolerance.amount,
        "verdict": found.comparison.verdict,
        "totals": [_total(found, total) for total in found.comparison.totals],
    }


def _total(found: Reconciliation, total: ComparedTotal) -> dict[str, Any]:
    return {
        "direction": total.direction,
        "ours": total.ours,
        "theirs": total.theirs,
        "variance": total.variance,
        "agreement": total.agreement,
        "causes": found.causes(total.direction),
    }


def _line(number: int, line: ComparedLine) -> dict[str, Any]:
    figures = {
        f"{figure}_{name}": getattr(side, figure) if side else None
        for figure in ("calls", "seconds", "amount")
        for name, side in (("ours", line.ours), ("theirs", line.theirs))
    }
    return {
        "line": number,
        **line.key._asdict(),
        **figures,
        "variance": line.variance,
        "agreement": line.agreement,
        "causes": causes_of(line),
    }
