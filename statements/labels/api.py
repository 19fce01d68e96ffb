"""Labels over HTTP: whose documents go out under which."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from statements.brand import LABEL_MAX
from statements.labels import service
from statements.labels.service import DatedLabel
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

worn_labels = Blueprint(
    "worn_labels",
    __name__,
    url_prefix="/brand/labels",
    description="Whose documents go out under which label.",
)


class DatedLabelSchema(Schema):
    """A label from a day of issue on; an empty one is the brand of the house."""

    party_id = fields.UUID(required=True)
    label = fields.String(required=True, validate=validate.Length(max=LABEL_MAX))
    valid_from = fields.Date(required=True)


@worn_labels.get("")
@requires("documents:read")
@worn_labels.response(200, DatedLabelSchema(many=True))
def list_labels() -> list[DatedLabel]:
    """Who goes under which label, and since when."""
    return service.labels(g.session)


@worn_labels.put("")
@requires("branding:write")
@worn_labels.response(200, DatedLabelSchema)
@worn_labels.arguments(DatedLabelSchema)
def wear_label(body: dict[str, Any]) -> DatedLabel:
    """Put a party's documents under a label; what was said for the same day is replaced."""
    return service.wear(g.session, DatedLabel(**body))
