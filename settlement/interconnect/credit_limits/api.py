"""Credit limits of carriers over HTTP, and whether the network is to block a trunk."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from settlement.interconnect.credit_limits import service
from settlement.interconnect.credit_limits.limit import DEFAULT_PERCENTS, CreditLimit
from settlement.interconnect.credit_limits.service import CreditState, TrunkState
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

credit_limits = Blueprint(
    "credit_limits",
    __name__,
    url_prefix="/credit-limits",
    description="How much carriers may owe, and whose trunks the network is to block.",
)


class CreditLimitSchema(Schema):
    """What a carrier may owe in a currency; `percents` of it are told, and 100 always.

    At 100 percent its incoming trunks are blocked.
    """

    id = fields.UUID(dump_only=True)
    carrier_id = fields.UUID(required=True)
    amount = AmountField(required=True, validate=validate.Range(min=0, max=10**15))
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    percents = fields.List(
        fields.Integer(), load_default=list(DEFAULT_PERCENTS), validate=validate.Length(max=10)
    )


class CreditAlertSchema(Schema):
    """A percent, what was owed when it was told, and when that was."""

    percent = fields.Integer()
    owed = AmountField()
    told_at = fields.AwareDateTime()


class CreditStateSchema(Schema):
    """A limit and what is owed now: declared, not settled; accrued; rated in open months.

    `secured` is what guarantees that hold today and deposits let the carrier owe beside the limit.
    """

    limit = fields.Nested(CreditLimitSchema)
    carrier = fields.String()
    secured = AmountField()
    owed = AmountField()
    reached = fields.List(fields.Integer())
    blocked = fields.Boolean(attribute="is_blocked")
    alerts = fields.List(fields.Nested(CreditAlertSchema))
    trunks = fields.List(fields.String())


class TrunkStateSchema(Schema):
    """Whether a trunk is to be blocked for incoming calls, and whose it is."""

    trunk = fields.String()
    carrier_id = fields.UUID()
    blocked = fields.Boolean(attribute="is_blocked")


class TrunkStateQuery(Schema):
    """The trunk that the network asks about."""

    trunk = fields.String(required=True, validate=validate.Length(min=1, max=80))


@credit_limits.get("")
@requires("interconnect:read")
@credit_limits.response(200, CreditStateSchema(many=True))
def list_credit_limits() -> list[CreditState]:
    """All limits with what is owed now."""
    return service.states(g.session)


@credit_limits.post("")
@requires("interconnect:write")
@credit_limits.response(201, CreditLimitSchema)
@credit_limits.arguments(CreditLimitSchema)
def set_credit_limit(body: dict[str, Any]) -> CreditLimit:
    """Limit what a carrier may owe in a currency, in place of the limit before."""
    return service.set_limit(g.session, **body)


@credit_limits.get("/trunk-state")
@requires("interconnect:read")
@credit_limits.response(200, TrunkStateSchema)
@credit_limits.arguments(TrunkStateQuery, location="query")
def show_trunk_state(query: dict[str, Any]) -> TrunkState:
    """Whether a trunk is blocked now. Calls after that are rated all the same."""
    return service.trunk_state(g.session, query["trunk"])
