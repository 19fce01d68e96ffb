"""Billing over HTTP: run a bill cycle; documents, as data and as files."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.billing import service
from settlement.billing.service import BillRun
from settlement.parties import service as parties
from statements import service as statements
from statements.document import Kind
from statements.downloading import FORMS
from statements.filing import Filed
from statements.handing_out import service as handing_out
from statements.regenerating import service as regenerating
from statements.service import NoSuchDocument
from tenants.web.attachment import attachment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

bill_runs = Blueprint(
    "bill_runs", __name__, url_prefix="/bill-runs", description="Invoices of a closed period."
)
documents = Blueprint(
    "documents", __name__, url_prefix="/documents", description="Documents as issued."
)

# Documents that are drawn again while somebody waits for the answer.
MOST_AT_ONCE = 200
READ = ("documents:read", "own-statements:read", "own-invoices:read")


class DocumentSchema(Schema):
    """A document of the register."""

    id = fields.UUID()
    kind = fields.Enum(Kind, by_value=True)
    status = fields.String()
    number = fields.String()
    party_id = fields.UUID(attribute="filing.party_id")
    period_id = fields.UUID(attribute="filing.period_id", allow_none=True)
    direction = fields.String(attribute="filing.direction")
    language = fields.String()
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()
    issued_on = fields.Date(allow_none=True)
    due_on = fields.Date(allow_none=True)


class DocumentQuery(Schema):
    """Which documents to list."""

    kind = fields.Enum(Kind, by_value=True, load_default=None)
    party_id = fields.UUID(load_default=None)
    period_id = fields.UUID(load_default=None)


class DocumentSetQuery(Schema):
    """Whose documents, issued from which day to before which."""

    party = fields.String(required=True, validate=validate.Length(min=1, max=200))
    starts_on = fields.Date(required=True)
    until = fields.Date(required=True)


class PeriodOfRunSchema(Schema):
    """The closed month to issue documents for."""

    period = fields.String(required=True, validate=validate.Length(max=7))


class ParkedSchema(Schema):
    """Somebody who got no document, and why."""

    party = fields.String()
    currency = fields.String()
    reason = fields.String()


class CarriedSchema(Schema):
    """A balance left for the next cycle."""

    party = fields.String()
    amount = MoneyField()


class BillRunSchema(Schema):
    """What a bill run came to."""

    issued = fields.List(fields.Nested(DocumentSchema))
    carried = fields.List(fields.Nested(CarriedSchema))
    parked = fields.List(fields.Nested(ParkedSchema))


@bill_runs.post("")
@requires("documents:issue")
@bill_runs.response(200, BillRunSchema)
@bill_runs.arguments(PeriodOfRunSchema)
def bill(body: dict[str, Any]) -> BillRun:
    """Bill a closed period; again, it bills what is left."""
    return service.bill_period(g.session, body["period"])


@documents.get("")
@requires(*READ)
@documents.response(200, DocumentSchema(many=True))
@documents.arguments(DocumentQuery, location="query")
def list_documents(query: dict[str, Any]) -> list[Filed]:
    """Documents, the newest first; a partner or customer sees its own issued ones."""
    own = g.session.principal.party_id
    if own is not None:
        query = query | {"party_id": own, "status": "issued"}
    return statements.documents(g.session, **query)


@documents.get("/set")
@requires("documents:read")
@documents.arguments(DocumentSetQuery, location="query")
def document_set(query: dict[str, Any]) -> Response:
    """All documents of a party in one ZIP archive, drawn again and compared; see its manifest."""
    return set_answer(**query)


@documents.get("/<uuid:document_id>")
@requires(*READ)
@documents.response(200, DocumentSchema)
def one_document(document_id: UUID) -> Filed:
    """One document."""
    return _own(document_id)


@documents.get("/<uuid:document_id>/<form>")
@requires(*READ)
def document_file(document_id: UUID, form: str) -> Response:
    """One form of a document: pdf, xml and csv as issued; xlsx, parquet and json made of it."""
    found = _own(document_id)
    media_type = FORMS.get(form, form)
    file, content = statements.download(g.session, found.id, media_type)
    handing_out.note(g.session, found.id, file.media_type)
    return attachment(content, file.file_name, file.media_type)


def set_answer(party: str, starts_on: date, until: date) -> Response:
    """The archive of a party's documents; a header counts the files that differ."""
    party_id = parties.party_by_code(g.session, party).id
    found = regenerating.regenerate(g.session, party_id, starts_on, until, most=MOST_AT_ONCE)
    answer = Response(found.archive, content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="documents.zip"'
    answer.headers["Saldo-Differing-Files"] = str(len(found.differing))
    return answer


def _own(document_id: UUID) -> Filed:
    """The document, if the caller may see it; what is not theirs is unknown to them."""
    own = g.session.principal.party_id
    found = statements.document(g.session, document_id, own)
    if own is not None and not found.is_issued:
        raise NoSuchDocument(document=document_id)
    return found
