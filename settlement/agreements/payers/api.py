"""Who pays for a contract over HTTP."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields

from settlement.agreements.payer import PayerChange
from settlement.agreements.payers import service
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

contract_payers = Blueprint(
    "contract_payers",
    __name__,
    url_prefix="/contracts",
    description="Who is sent the invoices of a contract, from which day on.",
)


class PayerChangeSchema(Schema):
    """Who pays from a local day on; the invoice of a month goes to who pays on its last day."""

    payer_id = fields.UUID(required=True)
    valid_from = fields.Date(required=True)
    recorded_at = fields.AwareDateTime(dump_only=True)
    recorded_by = fields.String(dump_only=True)


@contract_payers.get("/<uuid:contract_id>/payers")
@requires("agreements:read")
@contract_payers.response(200, PayerChangeSchema(many=True))
def list_payers(contract_id: UUID) -> list[PayerChange]:
    """The changes of payer, the earliest first; before them it is whom the contract names."""
    return service.changes_of(g.session, contract_id)


@contract_payers.post("/<uuid:contract_id>/payers")
@requires("agreements:write")
@contract_payers.response(201, PayerChangeSchema)
@contract_payers.arguments(PayerChangeSchema)
def change_payer(body: dict[str, Any], contract_id: UUID) -> PayerChange:
    """Let another customer pay from a day on."""
    return service.change_payer(g.session, contract_id, body["payer_id"], body["valid_from"])
