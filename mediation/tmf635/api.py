"""POST /tmf-api/usageManagement/v4/usage: one usage comes as TMF635 (4.0) has it.

It becomes an event of the source (`formats.envelopes`): names of `usageCharacteristic` are draft
fields, or are mapped by the source. The server names the usage by where it is kept, so the same
usage sent again is answered with the same `id`. What waits in suspense is `rejected` in the words
of TMF635, from where it may be recycled; what nobody can read is refused and not kept.
"""

from typing import Any

from flask import Response, g, jsonify, request
from marshmallow import Schema, fields

from i18n.errors import Invalid
from mediation import service
from mediation.api import SourceQuery
from mediation.formats.envelopes import CHARACTERISTICS
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.strict_json import loads

usage_management = Blueprint(
    "usage_management", __name__, url_prefix="/tmf-api/usageManagement/v4/usage"
)

STATUS = {"accepted": "received", "suspended": "rejected"}


class NoUsage(Invalid):
    """The body is no usage: {reason}. Send one object with a usageDate or a usageCharacteristic."""


class CharacteristicSchema(Schema):
    """One thing that is known of a usage."""

    name = fields.String(required=True)
    value = fields.Raw(required=True)


class UsageSchema(Schema):
    """A usage as TMF635 has it, with the id and the status that the server gave it."""

    id = fields.String()
    usageDate = fields.String()  # noqa: N815 - the names are those of TMF635.
    usageType = fields.String()  # noqa: N815
    status = fields.String()
    usageCharacteristic = fields.List(fields.Nested(CharacteristicSchema))  # noqa: N815


@usage_management.post("")
@requires("usage:write")
@usage_management.response(201, UsageSchema)
@usage_management.arguments(SourceQuery, location="query")
def create_usage(query: dict[str, Any]) -> Response:
    """Take in one usage; the source whose words it speaks is named by `?source=`."""
    usage = loads(request.get_data())
    if not isinstance(usage, dict) or not usage.keys() & {CHARACTERISTICS, "usageDate"}:
        raise NoUsage(reason="NOT_A_USAGE")
    [answer] = service.ingest_events(g.session, query["source"], [usage])
    if answer.status not in STATUS:
        raise NoUsage(reason=answer.reason)
    identity = {"id": f"{answer.batch_id}-{answer.line}", "status": STATUS[answer.status]}
    # Whatever else the usage says comes back as it was sent.
    told = jsonify(usage | identity)
    told.status_code = 201
    return told
