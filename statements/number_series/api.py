"""Number series over HTTP: how each kind is numbered, and the next number of today."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from statements.document import Kind
from statements.number_series import service
from statements.number_series.service import KindSeries
from statements.numbering import RESETS, Series
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

number_series = Blueprint(
    "number_series",
    __name__,
    url_prefix="/number-series",
    description="How documents of each kind are numbered.",
)


class NumberSeriesSchema(Schema):
    """The series of a kind; `example` is the number that a document of today would get."""

    kind = fields.Enum(Kind, by_value=True, required=True)
    template = fields.String(
        required=True, attribute="series.template", validate=validate.Length(min=1, max=100)
    )
    resets = fields.String(
        load_default="never", attribute="series.resets", validate=validate.OneOf(RESETS)
    )
    series = fields.String(
        load_default="", attribute="series.series", validate=validate.Length(max=12)
    )
    prefix = fields.String(
        load_default="", attribute="series.prefix", validate=validate.Length(max=12)
    )
    given = fields.Integer(dump_only=True)
    example = fields.String(dump_only=True)


@number_series.get("")
@requires("documents:read")
@number_series.response(200, NumberSeriesSchema(many=True))
def list_series() -> list[KindSeries]:
    """Every series, by kind."""
    return service.all_series(g.session, g.session.now().date())


@number_series.post("")
@requires("documents:issue")
@number_series.response(201, NumberSeriesSchema)
@number_series.arguments(NumberSeriesSchema)
def open_series(body: dict[str, Any]) -> KindSeries:
    """Open a series, or change one that has given no number yet; its example is shown."""
    service.open_series(g.session, body["kind"], Series(**body["series"]))
    found = service.all_series(g.session, g.session.now().date())
    return next(each for each in found if each.kind is body["kind"])
