"""Write-offs over HTTP: give up what a customer will never pay."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.receipts.writing_off import service
from settlement.receipts.writing_off.write_off import WriteOff
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

debt_write_offs = Blueprint(
    "debt_write_offs",
    __name__,
    url_prefix="/write-offs",
    description="What customers will never pay.",
)


class DebtWriteOffSchema(Schema):
    """An amount of an invoice, with tax, that is given up, and why."""

    id = fields.UUID(dump_only=True)
    document_id = fields.UUID(dump_only=True)
    invoice_id = fields.UUID(required=True, load_only=True)
    amount = MoneyField(required=True)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    written_off_on = fields.Date(dump_only=True)
    recorded_by = fields.String(dump_only=True)
    recorded_at = fields.AwareDateTime(dump_only=True)


@debt_write_offs.post("")
@requires("documents:issue")
@debt_write_offs.response(201, DebtWriteOffSchema)
@debt_write_offs.arguments(DebtWriteOffSchema)
def write_off(body: dict[str, Any]) -> WriteOff:
    """Write off part of an invoice; payees who share the risk give back their shares of it."""
    return service.write_off(g.session, **body)


@debt_write_offs.get("")
@requires("documents:read")
@debt_write_offs.response(200, DebtWriteOffSchema(many=True))
def list_write_offs() -> list[WriteOff]:
    """All write-offs, the earliest first."""
    return service.write_offs(g.session)
