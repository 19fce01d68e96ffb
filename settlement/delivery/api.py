"""Deliveries over HTTP: who takes which channel, where documents stand, what came back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, g, request
from marshmallow import Schema, fields, validate

from settlement.billing.itemising.itemised import FORMS as USAGE_FORMS
from settlement.delivery import service
from settlement.delivery.choice import Choice
from settlement.delivery.delivery import Channel, Delivery, State
from settlement.delivery.mailing.service import take_reports
from statements.downloading import FORMS
from tenants.web.attachment import attachment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

delivery_choices = Blueprint(
    "delivery_choices",
    __name__,
    url_prefix="/delivery-choices",
    description="The channels that documents take.",
)
deliveries = Blueprint(
    "deliveries", __name__, url_prefix="/deliveries", description="Documents on their way."
)


class DeliveryChoiceSchema(Schema):
    """A channel from a day of issue on; without a party it is the house's."""

    party_id = fields.UUID(load_default=None, allow_none=True)
    channel = fields.Enum(Channel, by_value=True, required=True)
    valid_from = fields.Date(required=True)
    forms = fields.List(
        fields.String(validate=validate.OneOf(list(FORMS))), load_default=lambda: ["pdf"]
    )
    language = fields.String(load_default="", validate=validate.Length(max=2))
    address = fields.String(load_default="", validate=validate.Length(max=320))
    host_key = fields.String(load_default="", validate=validate.Length(max=2000))
    secret = fields.String(load_default="", validate=validate.Length(max=70))
    usage_form = fields.String(
        load_default="",
        validate=validate.OneOf(["", *USAGE_FORMS]),
        metadata={"description": "Itemised usage that goes with an invoice, if any."},
    )
    usage_whole = fields.Boolean(load_default=False)
    is_active = fields.Boolean(load_default=True)


class DeliveryChoiceQuery(Schema):
    """Whose choices to list; without a party, the house's."""

    party_id = fields.UUID(load_default=None)


class DeliveryStepSchema(Schema):
    """One step of a delivery."""

    state = fields.Enum(State, by_value=True)
    attempt = fields.Integer()
    address = fields.String()
    answer = fields.String()
    reference = fields.String()
    due_at = fields.AwareDateTime(allow_none=True)
    happened_at = fields.AwareDateTime()
    told_by = fields.String()


class DeliverySchema(Schema):
    """One document on one channel; its last step says where it stands."""

    id = fields.UUID()
    document_id = fields.UUID()
    number = fields.String()
    party_id = fields.UUID()
    channel = fields.Enum(Channel, by_value=True)
    state = fields.Enum(State, by_value=True)
    steps = fields.List(fields.Nested(DeliveryStepSchema))
    has_receipt = fields.Function(lambda found: bool(found.receipt))


class DeliveryQuery(Schema):
    """Which deliveries to list."""

    state = fields.Enum(State, by_value=True, load_default=None)
    channel = fields.Enum(Channel, by_value=True, load_default=None)
    party_id = fields.UUID(load_default=None)
    document_id = fields.UUID(load_default=None)


class DeliveryWhySchema(Schema):
    """Why a person does it."""

    why = fields.String(load_default="", validate=validate.Length(max=500))


@delivery_choices.get("")
@requires("parties:read")
@delivery_choices.response(200, DeliveryChoiceSchema(many=True))
@delivery_choices.arguments(DeliveryChoiceQuery, location="query")
def list_choices(query: dict[str, Any]) -> list[Choice]:
    """The channels of a party, or of the house."""
    return service.choices(g.session, query["party_id"])


@delivery_choices.put("")
@requires("parties:write")
@delivery_choices.response(200, DeliveryChoiceSchema)
@delivery_choices.arguments(DeliveryChoiceSchema)
def choose(body: dict[str, Any]) -> Choice:
    """Choose a channel; the choice of the same party and channel is replaced."""
    return service.set_choice(g.session, Choice(**(body | {"forms": tuple(body["forms"])})))


@deliveries.get("")
@requires("documents:read")
@deliveries.response(200, DeliverySchema(many=True))
@deliveries.arguments(DeliveryQuery, location="query")
def list_deliveries(query: dict[str, Any]) -> list[Delivery]:
    """Deliveries, those that moved last first."""
    return service.deliveries(g.session, **query)


@deliveries.get("/<uuid:delivery_id>")
@requires("documents:read")
@deliveries.response(200, DeliverySchema)
def one_delivery(delivery_id: UUID) -> Delivery:
    """One delivery with its steps."""
    return service.delivery(g.session, delivery_id)


@deliveries.get("/<uuid:delivery_id>/receipt")
@requires("documents:read")
def receipt(delivery_id: UUID) -> Response:
    """The receipt of the network that took the document, such as an UPO of KSeF."""
    found = service.receipt_of(g.session, delivery_id)
    return attachment(found.content, found.name, found.media_type)


@deliveries.post("/<uuid:delivery_id>/retry")
@requires("documents:issue")
@deliveries.response(200, DeliverySchema)
@deliveries.arguments(DeliveryWhySchema)
def try_again(body: dict[str, Any], delivery_id: UUID) -> Delivery:
    """Send once more what is held, failed, unclear or came back."""
    return service.try_again(g.session, delivery_id, body["why"])


@deliveries.post("/<uuid:delivery_id>/return")
@requires("documents:issue")
@deliveries.response(200, DeliverySchema)
@deliveries.arguments(DeliveryWhySchema)
def came_back(body: dict[str, Any], delivery_id: UUID) -> Delivery:
    """Note that what was sent came back, such as a letter."""
    return service.came_back(g.session, delivery_id, body["why"])


@deliveries.post("/reports")
@requires("documents:issue")
def take_report() -> Mapping[str, int]:
    """Take in one message that came back to the sender's mailbox, sent as the body."""
    return take_reports(g.session, [request.get_data()])
