"""Ranges of numbers, lines and ports over HTTP: what was taken into stock."""

from typing import Any

from flask import g
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from settlement.agreements.numbers import service
from settlement.inventory import service as inventory
from settlement.inventory.resource import KINDS, ResourceRange
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

resource_ranges = Blueprint(
    "resource_ranges",
    __name__,
    url_prefix="/resource-ranges",
    description="Numbers, lines and ports that were taken into stock together.",
)

TEXT = validate.Length(min=1, max=200)


class RangeSchema(Schema):
    """Numbers from `first` to `last`, or single `codes` of a kind; all free at first.

    After a subscription gave one back it rests for `quarantine_days`.
    """

    id = fields.UUID(dump_only=True)
    name = fields.String(required=True, validate=TEXT)
    kind = fields.String(load_default="number", validate=validate.OneOf(KINDS))
    quarantine_days = fields.Integer(load_default=0, strict=True)
    first = fields.String(load_default=None, load_only=True, validate=TEXT)
    last = fields.String(load_default=None, load_only=True, validate=TEXT)
    codes = fields.List(
        fields.String(), load_default=None, load_only=True, validate=validate.Length(1, 10_000)
    )
    imported_at = fields.AwareDateTime(dump_only=True)

    @validates_schema
    def one_way(self, said: dict[str, Any], **_: Any) -> None:
        """Either a range of numbers or a list of codes."""
        is_range = said["first"] is not None and said["last"] is not None
        if is_range == (said["codes"] is not None) or (is_range and said["kind"] != "number"):
            raise ValidationError("Give first and last of numbers, or codes.")


@resource_ranges.get("")
@requires("resources:read")
@resource_ranges.response(200, RangeSchema(many=True))
def list_ranges() -> list[ResourceRange]:
    """What was imported, in the order in which it came."""
    return inventory.ranges(g.session)


@resource_ranges.post("")
@requires("resources:write")
@resource_ranges.response(201, RangeSchema)
@resource_ranges.arguments(RangeSchema)
def import_range(body: dict[str, Any]) -> ResourceRange:
    """Take a range into stock; what contracts have already is busy at once."""
    name, days = body["name"], body["quarantine_days"]
    if body["codes"] is None:
        return service.import_numbers(g.session, name, body["first"], body["last"], days)
    return service.import_codes(g.session, name, body["kind"], body["codes"], days)
