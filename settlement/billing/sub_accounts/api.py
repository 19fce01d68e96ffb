"""A sub-account's part of its parent's invoices over HTTP."""

from flask import g
from marshmallow import Schema, fields

from currencies.fields import MoneyField
from settlement.billing.sub_accounts import service
from settlement.billing.sub_accounts.service import OwnPart
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.forms import own_party

own_account_parts = Blueprint(
    "own_account_parts",
    __name__,
    url_prefix="/own-account-parts",
    description="The caller's part of invoices that its parent account is sent.",
)


class OwnPartSchema(Schema):
    """What an invoice to the parent account charges for one's own contracts, before tax."""

    number = fields.String()
    issued_on = fields.Date()
    contract = fields.String()
    service = fields.String()
    product = fields.String()
    destination = fields.String()
    net = MoneyField()


@own_account_parts.get("")
@requires("own-invoices:read")
@own_account_parts.response(200, OwnPartSchema(many=True))
def list_own_parts() -> list[OwnPart]:
    """The caller's part of the invoices of others, the newest first."""
    return service.own_part(g.session, own_party())
