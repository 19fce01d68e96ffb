"""Invoice responses (Peppol BIS 63) over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, g, request
from marshmallow import Schema, fields

from settlement.disputes.api import OWN, DisputeSchema
from settlement.disputes.dispute import Dispute
from settlement.disputes.responses import service
from statements.filing import XML
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

invoice_responses = Blueprint("invoice_responses", __name__, url_prefix="/invoice-responses")


class InvoiceResponseQuery(Schema):
    """Whose response it is; a party's own user leaves it out."""

    party_id = fields.UUID(load_default=None)


@invoice_responses.get("/<uuid:dispute_id>")
@requires("disputes:read", *OWN)
def download_response(dispute_id: UUID) -> Response:
    """A dispute of an invoice as ApplicationResponse, as it stands now."""
    return Response(service.response_to(g.session, dispute_id), content_type=XML)


@invoice_responses.post("")
@requires("disputes:write", *OWN)
@invoice_responses.response(201, DisputeSchema(many=True))
@invoice_responses.arguments(InvoiceResponseQuery, location="query")
def take_in(query: dict[str, Any]) -> list[Dispute]:
    """Take in a response, XML in the body; it raises a dispute where it says UQ, CA or RE."""
    return service.take_in(g.session, query["party_id"], request.get_data())
