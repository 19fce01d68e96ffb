"""Exchange rates over HTTP: read their history, load what is published, propose and approve own."""

from typing import Any
from uuid import UUID

from flask import g, request
from marshmallow import Schema, fields, validate

from currencies import service
from currencies.fields import AmountField
from currencies.fx_rate import FxRate
from currencies.proposals import service as proposing
from currencies.proposals.proposal import MOST_RATES, RateProposal
from currencies.proposals.service import Tried
from currencies.proposals.uploaded import DAYS, DELIMITERS, FIELDS, Shape
from currencies.service import Loaded
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

exchange_rates = Blueprint(
    "exchange_rates",
    __name__,
    url_prefix="/exchange-rates",
    description="What currencies cost, by source and day.",
)

CODE = validate.Regexp(r"[A-Z]{3}\Z")
SOURCE = validate.Length(min=1, max=20)
TEXT = validate.Length(max=200)


class FxRateSchema(Schema):
    """A rate as its source gave it: `unit` of `base` cost `rate` of `quote`."""

    source = fields.String()
    base = fields.String()
    quote = fields.String()
    unit = fields.Integer()
    rate = AmountField()
    valid_on = fields.Date()
    published_on = fields.Date()
    table_number = fields.String(allow_none=True)


class HistoryQuery(Schema):
    """Which pair of which source, and from which day on."""

    source = fields.String(required=True, validate=SOURCE)
    base = fields.String(required=True, validate=CODE)
    quote = fields.String(required=True, validate=CODE)
    valid_from = fields.Date(load_default=None)
    valid_until = fields.Date(load_default=None)


class FxFindingSchema(Schema):
    """What a file says that cannot be used, and where."""

    line = fields.Integer()
    field = fields.String()
    value = fields.String()
    reason = fields.String()


class FxRatesLoadedSchema(Schema):
    """What a load came to."""

    read = fields.Integer()
    added = fields.Integer()
    findings = fields.List(fields.Nested(FxFindingSchema))


class FxRateEnteredSchema(Schema):
    """One rate of a proposal."""

    base = fields.String(required=True, validate=CODE)
    quote = fields.String(required=True, validate=CODE)
    unit = fields.Integer(load_default=1, validate=validate.Range(1, 1_000_000))
    rate = AmountField(required=True)
    valid_on = fields.Date(required=True)
    table_number = fields.String(load_default="", validate=validate.Length(max=40))


class FxRatesProposedSchema(Schema):
    """Rates of an own source, and why they are right."""

    source = fields.String(required=True, validate=SOURCE)
    reason = fields.String(load_default="", validate=TEXT)
    rates = fields.List(
        fields.Nested(FxRateEnteredSchema), required=True, validate=validate.Length(1, MOST_RATES)
    )


class FxFileShapeSchema(Schema):
    """How a file writes rates: what heads its columns, its delimiter, decimal mark and days."""

    columns = fields.Dict(
        keys=fields.String(validate=validate.OneOf(FIELDS)),
        values=fields.String(validate=validate.Length(min=1, max=60)),
        required=True,
    )
    delimiter = fields.String(load_default=",", validate=validate.OneOf(DELIMITERS))
    mark = fields.String(load_default=".", validate=validate.OneOf((".", ",")))
    days = fields.String(load_default="ymd-", validate=validate.OneOf(DAYS))
    base = fields.String(load_default="", validate=validate.Length(max=3))
    quote = fields.String(load_default="", validate=validate.Length(max=3))
    unit = fields.String(load_default="1", validate=validate.Length(max=7))


class FxFileSchema(Schema):
    """A file of own rates with its shape; tried only, unless `dry_run` is false."""

    source = fields.String(required=True, validate=SOURCE)
    reason = fields.String(load_default="", validate=TEXT)
    shape = fields.Nested(FxFileShapeSchema, required=True)
    text = fields.String(required=True, validate=validate.Length(max=2_000_000))
    dry_run = fields.Boolean(load_default=True)


class FxRateProposalSchema(Schema):
    """Rates that wait for a second person, or were decided on."""

    id = fields.UUID()
    source = fields.String()
    rates = fields.List(fields.Nested(FxRateSchema))
    reason = fields.String()
    status = fields.String()
    proposed_by = fields.String()
    proposed_at = fields.AwareDateTime()
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)


class FxFileTriedSchema(Schema):
    """What a file came to, and the proposal where one was made."""

    rates = fields.List(fields.Nested(FxRateSchema))
    findings = fields.List(fields.Nested(FxFindingSchema))
    proposal = fields.Nested(FxRateProposalSchema, allow_none=True)


class FxRejectionSchema(Schema):
    """Why proposed rates are left aside."""

    reason = fields.String(required=True, validate=validate.Length(1, 200))


@exchange_rates.get("")
@requires("documents:read")
@exchange_rates.response(200, FxRateSchema(many=True))
@exchange_rates.arguments(HistoryQuery, location="query")
def history(query: dict[str, Any]) -> list[FxRate]:
    """The rates of a pair by one source, oldest first, in a half-open range of days."""
    return service.history(g.session, **query)


@exchange_rates.post("/published/<publisher>")
@requires("documents:issue")
@exchange_rates.response(200, FxRatesLoadedSchema)
def load(publisher: str) -> Loaded:
    """Load a file of the ECB, NBP, NBU, CBR or IMF as published; the body is the file."""
    return service.load_published(g.session, service.publisher(publisher), request.get_data())


@exchange_rates.get("/proposals")
@requires("documents:read")
@exchange_rates.response(200, FxRateProposalSchema(many=True))
def list_proposals() -> list[RateProposal]:
    """Proposals of own rates, those that wait first."""
    return proposing.proposals(g.session)


@exchange_rates.post("/proposals")
@requires("payouts:propose")
@exchange_rates.response(201, FxRateProposalSchema)
@exchange_rates.arguments(FxRatesProposedSchema)
def propose(body: dict[str, Any]) -> RateProposal:
    """Propose own rates; they are used after somebody else approved them."""
    rates = [
        FxRate(body["source"], published_on=each["valid_on"], **each) for each in body["rates"]
    ]
    return proposing.propose(g.session, body["source"], rates, body["reason"])


@exchange_rates.post("/proposals/file")
@requires("payouts:propose")
@exchange_rates.response(200, FxFileTriedSchema)
@exchange_rates.arguments(FxFileSchema)
def upload(body: dict[str, Any]) -> Tried:
    """Try a file of own rates, or propose it where every line of it can be used."""
    shape = Shape(**body["shape"])
    content = body["text"].encode()
    return proposing.upload(
        g.session, body["source"], content, shape, body["reason"], body["dry_run"]
    )


@exchange_rates.post("/proposals/<uuid:rate_proposal_id>/approval")
@requires("payouts:approve")
@exchange_rates.response(200, FxRateProposalSchema)
def approve(rate_proposal_id: UUID) -> RateProposal:
    """Approve rates that somebody else proposed; from now on they are used."""
    return proposing.approve(g.session, rate_proposal_id)


@exchange_rates.post("/proposals/<uuid:rate_proposal_id>/rejection")
@requires("payouts:approve", "payouts:propose")
@exchange_rates.response(200, FxRateProposalSchema)
@exchange_rates.arguments(FxRejectionSchema)
def reject(body: dict[str, Any], rate_proposal_id: UUID) -> RateProposal:
    """Leave proposed rates aside."""
    return proposing.reject(g.session, rate_proposal_id, body["reason"])
