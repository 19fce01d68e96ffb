"""Usage limits over HTTP."""

import datetime as dt
from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from settlement.agreements.usage_limit import (
    AT_LIMIT,
    COUNTS,
    DEFAULT_THRESHOLDS,
    KINDS,
    UsageLimit,
)
from settlement.agreements.usage_limits import service
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

usage_limits = Blueprint(
    "usage_limits",
    __name__,
    url_prefix="/usage-limits",
    description="What a subscription or a contract may use in a month, and who is told when.",
)


class UsageLimitSchema(Schema):
    """A limit of one subscription or one contract, by local month.

    `amount` is money before tax in the contract's currency, or units of `kind`. `thresholds` are
    percents. `at_limit` stop means that the network is told so; usage after that is rated all the
    same.
    """

    id = fields.UUID(dump_only=True)
    subscription_id = fields.UUID(load_default=None, allow_none=True)
    contract_id = fields.UUID(load_default=None, allow_none=True)
    counts = fields.String(required=True, validate=validate.OneOf(COUNTS))
    kind = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(KINDS))
    amount = AmountField(required=True, validate=validate.Range(min=0, max=10**15))
    thresholds = fields.List(
        fields.Integer(), load_default=list(DEFAULT_THRESHOLDS), validate=validate.Length(max=10)
    )
    at_limit = fields.String(load_default=AT_LIMIT[0], validate=validate.OneOf(AT_LIMIT))
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None, allow_none=True)


class UsageLimitQuery(Schema):
    """The local day to look at."""

    on = fields.Date(required=True)


class UsageLimitEndingSchema(Schema):
    """The first local day without the limit."""

    on = fields.Date(required=True)


@usage_limits.get("")
@requires("agreements:read")
@usage_limits.response(200, UsageLimitSchema(many=True))
@usage_limits.arguments(UsageLimitQuery, location="query")
def list_usage_limits(query: dict[str, Any]) -> list[UsageLimit]:
    """The limits that hold on a day."""
    day: dt.date = query["on"]
    return service.limits(g.session, day, day + dt.timedelta(days=1))


@usage_limits.post("")
@requires("agreements:write")
@usage_limits.response(201, UsageLimitSchema)
@usage_limits.arguments(UsageLimitSchema)
def set_usage_limit(body: dict[str, Any]) -> UsageLimit:
    """Limit what a subscription or a contract uses in a month."""
    return service.set_limit(g.session, **body)


@usage_limits.post("/<uuid:usage_limit_id>/ending")
@requires("agreements:write")
@usage_limits.response(200, UsageLimitSchema)
@usage_limits.arguments(UsageLimitEndingSchema)
def end_usage_limit(body: dict[str, Any], usage_limit_id: UUID) -> UsageLimit:
    """End a limit."""
    return service.end_limit(g.session, usage_limit_id, body["on"])
