"""Periods over HTTP: open one, rate it, see what keeps it open, close it."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from mediation.api import GapSchema
from settlement.periods import service
from settlement.periods.closing import Obstacles
from settlement.periods.rounding.rounding_entry import RoundingEntry, as_csv
from settlement.periods.service import Period
from settlement.rating.charge_line import ChargeLine
from settlement.rating.orders.re_rating import ReRating
from settlement.rating.runs.service import RatingRun
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

periods = Blueprint("periods", __name__, url_prefix="/periods", description="Settlement periods.")


class PeriodSchema(Schema):
    """A month, whether it is open, and how it was closed."""

    id = fields.UUID(dump_only=True)
    code = fields.String(required=True, validate=validate.Length(max=7))
    starts_on = fields.Date(attribute="month.starts_on", dump_only=True)
    ends_on = fields.Date(attribute="month.ends_on", dump_only=True)
    starts_at = fields.AwareDateTime(attribute="span.starts_at", dump_only=True)
    ends_at = fields.AwareDateTime(attribute="span.ends_at", dump_only=True)
    is_open = fields.Boolean(dump_only=True)
    closed_at = fields.AwareDateTime(dump_only=True, allow_none=True)
    closed_by = fields.String(dump_only=True, allow_none=True)
    digest = fields.String(dump_only=True, allow_none=True)
    waiver = fields.String(dump_only=True)


class ObstaclesSchema(Schema):
    """What keeps a period from closing."""

    suspended = fields.Integer()
    missing = fields.Dict(keys=fields.String(), values=fields.Pluck(GapSchema, "number", many=True))
    missing_files = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    silent = fields.Dict(keys=fields.String(), values=fields.AwareDateTime())
    quarantined = fields.List(fields.String())
    unrated = fields.Integer()


class RoundingEntrySchema(Schema):
    """A fraction: the exact amount less the posted one, as numerator over denominator."""

    cause = fields.String()
    corrects_period_id = fields.UUID(allow_none=True)
    terms_id = fields.UUID(allow_none=True)
    product = fields.String()
    rule = fields.String()
    what = fields.String()
    currency = fields.String()
    numerator = fields.String()
    denominator = fields.String()
    posted = AmountField()
    source_type = fields.String()
    source_id = fields.UUID(allow_none=True)
    posted_on = fields.Date(allow_none=True)


class RatingRunSchema(Schema):
    """What a rating found; each event is rated, suspended, unbillable or free."""

    id = fields.UUID()
    events = fields.Integer()
    rated = fields.Integer()
    suspended = fields.Integer()
    unbillable = fields.Integer()
    free = fields.Integer()
    lines = fields.Integer()
    corrections = fields.Integer()


class ReRatingSchema(Schema):
    """Rate a period again: all of it, a tariff, a party, or by a version that is named."""

    id = fields.UUID(dump_only=True)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    tariff = fields.String(load_default=None, allow_none=True)
    party = fields.String(load_default=None, allow_none=True, load_only=True)
    party_id = fields.UUID(dump_only=True, allow_none=True)
    version = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))
    ordered_at = fields.AwareDateTime(dump_only=True)
    ordered_by = fields.String(dump_only=True)


class CorrectionSchema(Schema):
    """A line that a re-rating would book: what was billed, reversed, or what is billed anew."""

    side = fields.String()
    direction = fields.String()
    party_id = fields.UUID()
    subscription_id = fields.UUID(allow_none=True)
    agreement_id = fields.UUID(allow_none=True)
    tariff_version_id = fields.UUID(allow_none=True)
    service = fields.String()
    product = fields.String()
    destination = fields.String()
    band = fields.String()
    events = fields.Integer()
    quantity = fields.Integer()
    seconds = fields.Integer()
    billed_units = fields.Integer()
    currency = fields.String()
    amount = AmountField()


class ClosingSchema(Schema):
    """A reason closes the period in spite of what is missing."""

    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1000))


@periods.get("")
@requires("periods:read")
@periods.response(200, PeriodSchema(many=True))
def list_periods() -> list[Period]:
    """All periods, the earliest first."""
    return service.periods(g.session)


@periods.post("")
@requires("periods:write")
@periods.response(201, PeriodSchema)
@periods.arguments(PeriodSchema)
def open_period(body: dict[str, Any]) -> Period:
    """Open the period of a month."""
    return service.open_period(g.session, body["code"])


@periods.get("/<code>")
@requires("periods:read")
@periods.response(200, PeriodSchema)
def one_period(code: str) -> Period:
    """The period of a month."""
    return service.period(g.session, code)


@periods.get("/<code>/obstacles")
@requires("periods:read")
@periods.response(200, ObstaclesSchema)
def obstacles(code: str) -> Obstacles:
    """What keeps the period from closing now."""
    return service.obstacles(g.session, code)


@periods.get("/<code>/rounding")
@requires("ledger:read")
@periods.response(200, RoundingEntrySchema(many=True))
def rounding(code: str) -> list[RoundingEntry]:
    """What rounding made and lost in the period, with its causes."""
    return service.rounding_entries(g.session, code)


@periods.get("/<code>/rounding.csv")
@requires("ledger:read")
def rounding_file(code: str) -> Response:
    """The same as CSV."""
    text = as_csv(service.rounding_entries(g.session, code))
    return Response(text, content_type="text/csv; charset=utf-8")


@periods.post("/<code>/rating")
@requires("rating:run")
@periods.response(200, RatingRunSchema)
def rate(code: str) -> RatingRun:
    """Rate the open period anew; what came late for closed ones corrects them here."""
    return service.rate(g.session, code)


@periods.get("/<code>/re-ratings")
@requires("periods:read")
@periods.response(200, ReRatingSchema(many=True))
def re_ratings(code: str) -> list[ReRating]:
    """What was ordered for the period, the earliest first."""
    return service.re_ratings(g.session, code)


@periods.post("/<code>/re-ratings")
@requires("rating:run")
@periods.response(200, RatingRunSchema)
@periods.arguments(ReRatingSchema)
def re_rate(body: dict[str, Any], code: str) -> RatingRun:
    """Rate the period again; what changes in a closed one is booked in the open one."""
    return service.re_rate(g.session, code, **body)


@periods.post("/<code>/re-ratings/preview")
@requires("rating:run")
@periods.response(200, CorrectionSchema(many=True))
@periods.arguments(ReRatingSchema)
def preview_re_rating(body: dict[str, Any], code: str) -> list[ChargeLine]:
    """What rating the period again would book; nothing is kept."""
    return service.preview_re_rating(g.session, code, **body)


@periods.post("/<code>/closing")
@requires("periods:write")
@periods.response(200, PeriodSchema)
@periods.arguments(ClosingSchema)
def close(body: dict[str, Any], code: str) -> Period:
    """Close the period for good."""
    return service.close(g.session, code, body["reason"])
