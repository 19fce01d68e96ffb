"""The two-step exchange over HTTP: messages in XML, where an exchange stands, certificates.

Messages are taken in, and proposals and answers sent, by `disputes.objections`: what either side
objects to becomes a dispute at once.
"""

from typing import Any

from flask import Response, g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.messages import Certificate, ExchangeMessage, ExchangeState
from settlement.interconnect.exchange.progress import State
from settlement.interconnect.exchange.sending import service as sending
from statements.exchange.message import MessageKind
from statements.filing import XML
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

exchange_messages = Blueprint("exchange_messages", __name__, url_prefix="/exchange")

READ = ("interconnect:read", "own-exchange:read")
WRITE = ("interconnect:write", "own-exchange:write")
SIDE = validate.OneOf(["incoming", "outgoing"])


class SettledAmountSchema(Schema):
    """An amount for one direction, told from the operator's side."""

    direction = fields.String(required=True, validate=SIDE)
    amount = AmountField(required=True)
    before = AmountField(load_default=None, allow_none=True)


class RefusedMessageLineSchema(Schema):
    """Why a line of a message is refused; 0 is the message as a whole."""

    number = fields.Integer()
    code = fields.String()
    reason = fields.String()


class ExchangeMessageSchema(Schema):
    """A message, ours or theirs."""

    id = fields.UUID()
    carrier_id = fields.UUID()
    agreement_id = fields.UUID(allow_none=True)
    period_id = fields.UUID(allow_none=True)
    origin = fields.String()
    kind = fields.Enum(MessageKind, by_value=True, allow_none=True)
    message_id = fields.String()
    in_reply_to = fields.String(allow_none=True)
    sequence = fields.Integer()
    verdict = fields.String()
    amounts = fields.List(fields.Nested(SettledAmountSchema))
    reasons = fields.List(fields.Nested(RefusedMessageLineSchema))
    is_signed = fields.Boolean()
    sha256 = fields.String()
    place = fields.Integer()
    exchanged_at = fields.AwareDateTime()


class ExchangeStateSchema(Schema):
    """Where the exchange of an agreement and period stands."""

    carrier_id = fields.UUID()
    agreement_id = fields.UUID()
    period_id = fields.UUID()
    agreement = fields.String()
    currency = fields.String()
    state = fields.Enum(State, by_value=True)
    waits_for = fields.String(allow_none=True)
    deemed_accepted_on = fields.Date(allow_none=True)
    amounts = fields.List(fields.Nested(SettledAmountSchema))
    buckets = fields.Integer()
    buckets_differing = fields.Function(lambda each: len(each.differing))


class ExchangeCertificateSchema(Schema):
    """A carrier's public certificate."""

    id = fields.UUID(dump_only=True)
    carrier_id = fields.UUID(required=True)
    certificate = fields.String(required=True, validate=validate.Length(max=20_000))
    fingerprint = fields.String(dump_only=True)
    registered_at = fields.AwareDateTime(dump_only=True)


class ExchangeCarrierQuery(Schema):
    """Which carrier; a carrier's own user leaves it out."""

    carrier_id = fields.UUID(load_default=None)


class ExchangeMessagesQuery(ExchangeCarrierQuery):
    """Which messages: those behind a place."""

    after = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0))


class ExchangeTotalsSchema(Schema):
    """The agreement and closed month whose totals are sent."""

    agreement = fields.String(required=True, validate=validate.Length(max=200))
    period = fields.String(required=True, validate=validate.Length(max=7))


class ExchangeSettlementSchema(ExchangeTotalsSchema):
    """A proposal, or the answer to one."""

    kind = fields.Enum(MessageKind, by_value=True, required=True)
    amounts = fields.List(
        fields.Nested(SettledAmountSchema), required=True, validate=validate.Length(min=1, max=2)
    )
    text = fields.String(load_default="", validate=validate.Length(max=1000))
    replaces = fields.String(load_default=None, validate=validate.Length(max=100))


@exchange_messages.get("/messages")
@requires(*READ)
@exchange_messages.response(200, ExchangeMessageSchema(many=True))
@exchange_messages.arguments(ExchangeMessagesQuery, location="query")
def list_messages(query: dict[str, Any]) -> list[ExchangeMessage]:
    """Messages of both sides in their order, `after` the last place seen; a carrier has its own."""
    return keeping.messages(g.session, carrier_id=query["carrier_id"], after_place=query["after"])


@exchange_messages.get("/messages/<uuid:exchange_message_id>/xml")
@requires(*READ)
def download_message(exchange_message_id: Any) -> Response:
    """The XML of a message, as it was sent."""
    return Response(keeping.bytes_of(g.session, exchange_message_id), content_type=XML)


@exchange_messages.get("/states")
@requires(*READ)
@exchange_messages.response(200, ExchangeStateSchema(many=True))
@exchange_messages.arguments(ExchangeCarrierQuery, location="query")
def list_states(query: dict[str, Any]) -> list[ExchangeState]:
    """Where exchanges stand, those that last moved first; a carrier sees its own."""
    return keeping.states(g.session, carrier_id=query["carrier_id"])


@exchange_messages.post("/totals")
@requires("interconnect:write")
@exchange_messages.response(201, ExchangeMessageSchema)
@exchange_messages.arguments(ExchangeTotalsSchema)
def send_totals(body: dict[str, Any]) -> ExchangeMessage:
    """Begin an exchange: send our control totals of a closed month."""
    return sending.send_totals(g.session, **body)


@exchange_messages.get("/certificates")
@requires(*READ)
@exchange_messages.response(200, ExchangeCertificateSchema(many=True))
def list_certificates() -> list[Certificate]:
    """The certificates that messages of carriers must be signed by; a carrier sees its own."""
    return keeping.certificates(g.session)


@exchange_messages.post("/certificates")
@requires("interconnect:write")
@exchange_messages.response(201, ExchangeCertificateSchema)
@exchange_messages.arguments(ExchangeCertificateSchema)
def register_certificate(body: dict[str, Any]) -> Certificate:
    """Demand from now on that messages of a carrier are signed by the key of this certificate."""
    return keeping.register_certificate(g.session, **body)
