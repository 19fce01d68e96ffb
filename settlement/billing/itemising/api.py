"""Itemised usage over HTTP: every event behind an invoice, as a file."""

from typing import Any
from uuid import UUID

from flask import Response, g
from marshmallow import Schema, fields, validate

from settlement.billing.itemising import service
from tenants.web.attachment import attachment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

itemised_usage = Blueprint(
    "itemised_usage",
    __name__,
    url_prefix="/documents",
    description="Every call and event behind an invoice.",
)


class ItemisedUsageQuery(Schema):
    """How numbers of other people are shown; whole ones are for whom the operator lets."""

    numbers = fields.String(load_default="hidden", validate=validate.OneOf(["hidden", "whole"]))


@itemised_usage.get("/<uuid:document_id>/usage/<form>")
@requires("documents:read", "own-invoices:read")
@itemised_usage.arguments(ItemisedUsageQuery, location="query")
def usage_of_document(query: dict[str, Any], document_id: UUID, form: str) -> Response:
    """Every event behind a document as csv, xlsx or parquet; a customer reads its own."""
    made = service.itemised_file(
        g.session,
        document_id,
        form,
        whole=query["numbers"] == "whole",
        party_id=g.session.principal.party_id,
    )
    return attachment(made.content, made.name, made.media_type)
