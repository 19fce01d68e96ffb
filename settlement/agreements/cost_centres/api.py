"""Which cost centre a contract belongs to, over HTTP."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from settlement.agreements.cost_centre import LONGEST, DatedCostCentre
from settlement.agreements.cost_centres import service
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

contract_cost_centres = Blueprint(
    "contract_cost_centres",
    __name__,
    url_prefix="/contracts",
    description="Cost centres of contracts, which are subtotalled on invoices.",
)


class CostCentreSchema(Schema):
    """The customer's cost centre from a day on; empty: on none."""

    cost_centre = fields.String(required=True, validate=validate.Length(max=LONGEST))
    valid_from = fields.Date(required=True)
    recorded_at = fields.AwareDateTime(dump_only=True)
    recorded_by = fields.String(dump_only=True)


@contract_cost_centres.get("/<uuid:contract_id>/cost-centres")
@requires("agreements:read")
@contract_cost_centres.response(200, CostCentreSchema(many=True))
def list_cost_centres(contract_id: UUID) -> list[DatedCostCentre]:
    """The cost centres of a contract, the earliest first."""
    return service.cost_centres(g.session, contract_id)


@contract_cost_centres.post("/<uuid:contract_id>/cost-centres")
@requires("agreements:write")
@contract_cost_centres.response(201, CostCentreSchema)
@contract_cost_centres.arguments(CostCentreSchema)
def set_cost_centre(body: dict[str, Any], contract_id: UUID) -> DatedCostCentre:
    """Put a contract on a cost centre from a day on."""
    return service.set_cost_centre(g.session, contract_id, body["cost_centre"], body["valid_from"])
