"""Messages of the exchange over HTTP that may object: taken in from a carrier, or sent by us."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, g, request
from marshmallow import Schema, fields

from currencies.fields import AmountField
from settlement.disputes.api import OWN
from settlement.disputes.objections import service
from settlement.interconnect.exchange.api import (
    WRITE,
    ExchangeCarrierQuery,
    ExchangeMessageSchema,
    ExchangeSettlementSchema,
)
from settlement.interconnect.exchange.messages import ExchangeMessage
from settlement.interconnect.receiving import CarrierMissing
from statements.exchange.message import Settled
from statements.filing import XML
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

exchange_answers = Blueprint("exchange_answers", __name__, url_prefix="/exchange")
disputed_buckets = Blueprint("disputed_buckets", __name__, url_prefix="/disputes")


class DisputedBucketSchema(Schema):
    """A bucket that an objection is about; a side that does not have it has no amount."""

    day = fields.Date()
    direction = fields.String()
    trunk = fields.String()
    destination = fields.String()
    amount_ours = AmountField(allow_none=True)
    amount_theirs = AmountField(allow_none=True)


@disputed_buckets.get("/<uuid:dispute_id>/buckets")
@requires("disputes:read", *OWN)
@disputed_buckets.response(200, DisputedBucketSchema(many=True))
def list_buckets(dispute_id: UUID) -> Any:
    """The buckets that a dispute is about, where an objection opened it."""
    return service.buckets(g.session, dispute_id)


@exchange_answers.post("/messages")
@requires(*WRITE)
@exchange_answers.arguments(ExchangeCarrierQuery, location="query")
def send_message(query: dict[str, Any]) -> Response:
    """Take in a message of a carrier, XML in the body; the answer is its acknowledgement.

    A refused message is acknowledged as refused, with status 200. An acknowledgement of the
    carrier's is answered with nothing, and status 204.
    """
    carrier_id = query["carrier_id"] or g.session.principal.party_id
    if carrier_id is None:
        raise CarrierMissing
    # Not the stream itself, which is at its end where an Idempotency-Key had the body hashed.
    answer = service.receive(g.session, carrier_id, BytesIO(request.get_data()))
    return Response(answer, 200 if answer else 204, content_type=XML)


@exchange_answers.post("/settlements")
@requires("interconnect:write")
@exchange_answers.response(201, ExchangeMessageSchema)
@exchange_answers.arguments(ExchangeSettlementSchema)
def settle(body: dict[str, Any]) -> ExchangeMessage:
    """Propose, counter, accept or object, with amounts from the operator's side."""
    amounts = [Settled(**each) for each in body.pop("amounts")]
    return service.settle(g.session, amounts=amounts, **body)
