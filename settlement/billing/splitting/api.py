"""One invoice or several over HTTP: what a customer chose, and a choice from a day on.

So is the day of the month on which its bills begin.
"""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from settlement.billing.billing_cycle import LENGTHS, BillingCycle
from settlement.billing.invoice_choice import DatedChoice, InvoiceChoice, Way
from settlement.billing.splitting import service
from settlement.parties.cycle_day import CALENDAR, LATEST, DatedCycleDay
from settlement.parties.cycle_days import service as cycle_days
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

invoice_choices = Blueprint(
    "invoice_choices",
    __name__,
    url_prefix="/parties",
    description="One invoice or several, as the customer chose.",
)


class InvoiceGroupSchema(Schema):
    """Services that share a document."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=40))
    services = fields.List(
        fields.String(validate=validate.Length(max=40)),
        required=True,
        validate=validate.Length(min=1, max=40),
    )


class InvoiceChoiceSchema(Schema):
    """How charges are put on invoices from a local day on; until is the first day without."""

    invoices = fields.Enum(Way, by_value=True, required=True)
    groups = fields.List(
        fields.Nested(InvoiceGroupSchema), load_default=list, validate=validate.Length(max=20)
    )
    cycle_months = fields.Integer(
        load_default=1,
        validate=validate.OneOf(LENGTHS),
        metadata={"description": "After how many months together an invoice comes."},
    )
    cycle_closes = fields.Integer(
        load_default=12,
        validate=validate.Range(1, 12),
        metadata={"description": "A month with which a cycle ends; 12 is December."},
    )
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(dump_only=True)


class CycleDaySchema(Schema):
    """On which day of a month bills begin, from a local day on; until is the first day without."""

    day = fields.Integer(
        required=True,
        validate=validate.Range(CALENDAR, LATEST),
        metadata={"description": "15 is from the 15th to the 14th; 1 is the calendar month."},
    )
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(dump_only=True)


@invoice_choices.get("/<uuid:party_id>/invoices")
@requires("parties:read")
@invoice_choices.response(200, InvoiceChoiceSchema(many=True))
def list_choices(party_id: UUID) -> list[dict[str, Any]]:
    """What a customer chose, the earliest first; before it, one invoice."""
    return [_plain(each) for each in service.choices(g.session, party_id)]


@invoice_choices.post("/<uuid:party_id>/invoices")
@requires("parties:write")
@invoice_choices.response(201, InvoiceChoiceSchema)
@invoice_choices.arguments(InvoiceChoiceSchema)
def choose(body: dict[str, Any], party_id: UUID) -> dict[str, Any]:
    """Choose one invoice, one per service or contract, or own groups of services."""
    groups = tuple((each["name"], tuple(each["services"])) for each in body["groups"])
    cycle = BillingCycle(body["cycle_months"], body["cycle_closes"])
    choice = InvoiceChoice(body["invoices"], groups, cycle)
    return _plain(service.choose(g.session, party_id, choice, body["valid_from"]))


@invoice_choices.get("/<uuid:party_id>/cycle-days")
@requires("parties:read")
@invoice_choices.response(200, CycleDaySchema(many=True))
def list_cycle_days(party_id: UUID) -> list[DatedCycleDay]:
    """The days on which a customer's bills begin, the earliest first; before it, the first."""
    return cycle_days.cycle_days(g.session, party_id)


@invoice_choices.post("/<uuid:party_id>/cycle-days")
@requires("parties:write")
@invoice_choices.response(201, CycleDaySchema)
@invoice_choices.arguments(CycleDaySchema)
def choose_cycle_day(body: dict[str, Any], party_id: UUID) -> DatedCycleDay:
    """Begin bills on this day of each month, from a date in an open month on."""
    return service.choose_cycle_day(g.session, party_id, body["day"], body["valid_from"])


def _plain(dated: DatedChoice) -> dict[str, Any]:
    groups = [{"name": name, "services": list(of)} for name, of in dated.choice.groups]
    return {
        "invoices": dated.choice.way,
        "groups": groups,
        "cycle_months": dated.choice.cycle.months,
        "cycle_closes": dated.choice.cycle.closes,
        "valid_from": dated.valid_from,
        "valid_until": dated.valid_until,
    }
