"""Parent accounts over HTTP: who pays for an account, and which accounts it pays for."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields

from settlement.parties.account import DatedParent
from settlement.parties.accounts import service
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

parent_accounts = Blueprint(
    "parent_accounts",
    __name__,
    url_prefix="/parties",
    description="Parent accounts, which pay for their sub-accounts.",
)


class ParentAccountSchema(Schema):
    """The parent from a local day on; without one the account pays for itself again."""

    parent_id = fields.UUID(required=True, allow_none=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(dump_only=True)


@parent_accounts.get("/<uuid:party_id>/parents")
@requires("parties:read")
@parent_accounts.response(200, ParentAccountSchema(many=True))
def list_parents(party_id: UUID) -> list[DatedParent]:
    """The parents of an account, the earliest first."""
    return service.parents(g.session, party_id)


@parent_accounts.post("/<uuid:party_id>/parents")
@requires("parties:write")
@parent_accounts.response(201, ParentAccountSchema)
@parent_accounts.arguments(ParentAccountSchema)
def set_parent(body: dict[str, Any], party_id: UUID) -> DatedParent:
    """Let another account pay from a day on."""
    return service.set_parent(g.session, party_id, body["parent_id"], body["valid_from"])
