"""Limit alerts over HTTP, and whether the network is to stop somebody."""

import datetime as dt
from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from settlement.rating.limit_alerts import service
from settlement.rating.limit_alerts.service import LimitAlert, UsageState
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

limit_alerts = Blueprint(
    "limit_alerts",
    __name__,
    url_prefix="/limit-alerts",
    description="Which usage limits were reached, and whom the network is to stop.",
)


class LimitAlertSchema(Schema):
    """A threshold that was reached by an event; `so_far` is as the limit counts it."""

    limit_id = fields.UUID()
    month = fields.Date()
    percent = fields.Integer()
    reached_at = fields.AwareDateTime()
    source = fields.String()
    event = fields.String()
    so_far = AmountField()
    raised_at = fields.AwareDateTime()
    subscription_id = fields.UUID(allow_none=True)
    contract = fields.String()
    counts = fields.String()
    kind = fields.String(allow_none=True)
    amount = AmountField()
    at_limit = fields.String()


class LimitAlertQuery(Schema):
    """A day of the month to look at."""

    month = fields.Date(required=True)


class UsageStateSchema(Schema):
    """Whether an identifier is to be stopped, since when, and by which limit."""

    identifier = fields.String()
    stopped_since = fields.AwareDateTime(allow_none=True)
    limit_id = fields.UUID(allow_none=True)


class UsageStateQuery(Schema):
    """The identifier that the network asks about."""

    identifier = fields.String(required=True, validate=validate.Length(min=1, max=80))


@limit_alerts.get("")
@requires("usage:read")
@limit_alerts.response(200, LimitAlertSchema(many=True))
@limit_alerts.arguments(LimitAlertQuery, location="query")
def list_limit_alerts(query: dict[str, Any]) -> list[LimitAlert]:
    """What was reached in a month, the newest first."""
    month: dt.date = query["month"]
    return service.alerts(g.session, month)


@limit_alerts.get("/state")
@requires("usage:read")
@limit_alerts.response(200, UsageStateSchema)
@limit_alerts.arguments(UsageStateQuery, location="query")
def show_usage_state(query: dict[str, Any]) -> UsageState:
    """Whether an identifier is stopped now. Usage after a stop is rated all the same."""
    return service.usage_state(g.session, query["identifier"], g.session.now())
