"""Ported numbers over HTTP."""

from typing import Any

from flask import g, request
from marshmallow import Schema, fields, validate

from settlement.catalogue.porting import service
from settlement.catalogue.porting.service import PortingImport
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

ported_numbers = Blueprint(
    "ported_numbers",
    __name__,
    url_prefix="/ported-numbers",
    description="Which operator has a ported number, and since when.",
)


class PortedNumberSchema(Schema):
    """A number, the routing prefix of its operator, and from when until when."""

    number = fields.String()
    operator = fields.String()
    valid_from = fields.AwareDateTime()
    valid_until = fields.AwareDateTime(allow_none=True)


class PortedNumberQuery(Schema):
    """The number to look at, in digits."""

    number = fields.String(required=True, validate=validate.Regexp("[0-9]{1,17}$"))


class PortingImportSchema(Schema):
    """What an import did: rows that are new, and rows that were there already."""

    added = fields.Integer()
    known = fields.Integer()


@ported_numbers.get("")
@requires("catalogue:read")
@ported_numbers.response(200, PortedNumberSchema(many=True))
@ported_numbers.arguments(PortedNumberQuery, location="query")
def list_portings(query: dict[str, Any]) -> list[dict[str, Any]]:
    """Where a number was, oldest first."""
    return service.portings_of(g.session, query["number"])


@ported_numbers.post("/imports")
@requires("catalogue:write")
@ported_numbers.response(201, PortingImportSchema)
def import_ported() -> PortingImport:
    """Import a CSV file (number, operator, valid_from, valid_until), sent as the body."""
    return service.import_ported(g.session, request.get_data())
