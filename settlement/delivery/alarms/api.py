"""Who is told of alarms by e-mail, over HTTP."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from i18n.locale import LOCALES
from settlement.delivery.alarms import service
from settlement.delivery.alarms.alarm import Kind, Recipient
from settlement.delivery.choice import ADDRESS_LONGEST
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

alarm_recipients = Blueprint(
    "alarm_recipients",
    __name__,
    url_prefix="/alarm-recipients",
    description="Who is told of alarms by e-mail.",
)


class AlarmRecipientSchema(Schema):
    """An address, the language it is written to, and the kinds of alarm it is told of."""

    id = fields.UUID(dump_only=True)
    email = fields.String(required=True, validate=validate.Length(min=3, max=ADDRESS_LONGEST))
    language = fields.String(required=True, validate=validate.OneOf(list(LOCALES)))
    kinds = fields.List(
        fields.Enum(Kind, by_value=True),
        load_default=lambda: list(Kind),
        validate=validate.Length(min=1, max=len(Kind)),
    )
    recorded_at = fields.AwareDateTime(dump_only=True)
    recorded_by = fields.String(dump_only=True)


@alarm_recipients.get("")
@requires("runs:read")
@alarm_recipients.response(200, AlarmRecipientSchema(many=True))
def list_recipients() -> list[Recipient]:
    """Who is told, by address."""
    return service.recipients(g.session)


@alarm_recipients.put("")
@requires("people:write")
@alarm_recipients.response(200, AlarmRecipientSchema)
@alarm_recipients.arguments(AlarmRecipientSchema)
def name_recipient(body: dict[str, Any]) -> Recipient:
    """Tell an address of these kinds from now on; one that is known gets language and kinds."""
    return service.name_recipient(g.session, body["email"], body["language"], body["kinds"])


@alarm_recipients.post("/<uuid:alarm_recipient_id>/removal")
@requires("people:write")
@alarm_recipients.response(204)
def drop_recipient(alarm_recipient_id: UUID) -> None:
    """Tell an address no more; what was sent stays known."""
    service.drop_recipient(g.session, alarm_recipient_id)
