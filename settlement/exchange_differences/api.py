"""Exchange differences over HTTP: what payments gained or lost, and valuations of open items."""

from flask import g
from marshmallow import Schema, fields

from currencies.fields import AmountField, MoneyField
from settlement.exchange_differences import service
from settlement.exchange_differences.service import Revalued
from settlement.exchange_differences.store import RevaluationRow, SettlementRow
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

exchange_differences = Blueprint(
    "exchange_differences",
    __name__,
    url_prefix="/exchange-differences",
    description="What debts in foreign currencies gain or lose.",
)


class FxSettlementSchema(Schema):
    """A payment of a foreign debt: what it was booked at, what it came to, and by which rates.

    Of a declaration `document_line` says which direction it is, "" of all others.
    """

    document_id = fields.UUID()
    document_line = fields.String()
    settled_on = fields.Date()
    currency = fields.String()
    amount = AmountField()
    base_currency = fields.String()
    released = AmountField()
    settled_for = AmountField()
    gain = AmountField()
    booked_rate = fields.String()
    settled_rate = fields.String()


class FxRevaluationSchema(Schema):
    """An open item at the closing rate; `gain` is what this valuation added to the book."""

    document_id = fields.UUID()
    document_line = fields.String()
    mode = fields.String()
    currency = fields.String()
    open = AmountField()
    base_currency = fields.String()
    carried = AmountField()
    valued = AmountField()
    gain = AmountField()
    closing_rate = fields.String()


class FxRevaluedSchema(Schema):
    """What a valuation came to."""

    period = fields.String()
    items = fields.Integer()
    added = fields.Integer()
    gain = MoneyField()


@exchange_differences.get("")
@requires("documents:read")
@exchange_differences.response(200, FxSettlementSchema(many=True))
def list_settlements() -> list[SettlementRow]:
    """Every payment of a foreign debt, the earliest first."""
    return service.settlements(g.session)


@exchange_differences.get("/revaluations/<code>")
@requires("documents:read")
@exchange_differences.response(200, FxRevaluationSchema(many=True))
def list_revaluations(code: str) -> list[RevaluationRow]:
    """What was valued at the end of a period."""
    return service.revaluations(g.session, code)


@exchange_differences.post("/revaluations/<code>")
@requires("documents:issue")
@exchange_differences.response(200, FxRevaluedSchema)
def revalue(code: str) -> Revalued:
    """Value what is open at the end of a period; repeated, it books only what has changed."""
    return service.revalue(g.session, code)
