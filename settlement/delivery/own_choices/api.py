"""Own choices over HTTP: one invoice or several, and itemised usage that comes with invoices."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from settlement.billing.invoice_choice import DatedChoice, InvoiceChoice, Way
from settlement.billing.itemising.itemised import FORMS as USAGE_FORMS
from settlement.billing.splitting.api import InvoiceGroupSchema
from settlement.delivery.choice import Choice
from settlement.delivery.delivery import Channel
from settlement.delivery.own_choices import service
from settlement.delivery.own_choices.service import OwnChoices
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.forms import own_party

own_choices = Blueprint(
    "own_choices",
    __name__,
    url_prefix="/own/choices",
    description="What customers choose for themselves.",
)


class OwnInvoicesSchema(Schema):
    """One invoice or several from a local day on, today or later."""

    invoices = fields.Enum(Way, by_value=True, attribute="choice.way")
    groups = fields.Method("said_groups")
    cycle_months = fields.Integer(attribute="choice.cycle.months")
    valid_from = fields.Date()
    valid_until = fields.Date()

    def said_groups(self, dated: DatedChoice) -> list[dict[str, Any]]:
        """Own groups of services by name."""
        return [{"name": name, "services": list(of)} for name, of in dated.choice.groups]


class OwnInvoicesAskedSchema(Schema):
    """How charges shall be put on invoices from a day on."""

    invoices = fields.Enum(Way, by_value=True, required=True)
    groups = fields.List(
        fields.Nested(InvoiceGroupSchema), load_default=list, validate=validate.Length(max=20)
    )
    valid_from = fields.Date(required=True)


class OwnUsageSchema(Schema):
    """Itemised usage that comes by a channel; an empty form is none."""

    channel = fields.Enum(Channel, by_value=True, required=True)
    usage_form = fields.String(required=True, validate=validate.OneOf(["", *USAGE_FORMS]))
    usage_whole = fields.Boolean(load_default=False)


class OwnChoicesSchema(Schema):
    """What was chosen, and what of it the customer may choose itself."""

    invoices = fields.List(fields.Nested(OwnInvoicesSchema))
    usage = fields.List(fields.Nested(OwnUsageSchema))
    chooses_invoices = fields.Boolean()
    chooses_usage = fields.Boolean()
    may_see_whole = fields.Boolean()


@own_choices.get("")
@requires("own-invoices:read")
@own_choices.response(200, OwnChoicesSchema)
def told() -> OwnChoices:
    """What was chosen, the earliest choice of invoices first."""
    return service.own_choices(g.session, own_party())


@own_choices.post("/invoices")
@requires("own-invoices:choose")
@own_choices.response(201, OwnInvoicesSchema)
@own_choices.arguments(OwnInvoicesAskedSchema)
def choose_invoices(body: dict[str, Any]) -> DatedChoice:
    """Choose one invoice, one per service or contract, or own groups of services."""
    groups = tuple((each["name"], tuple(each["services"])) for each in body["groups"])
    choice = InvoiceChoice(body["invoices"], groups)
    return service.choose_invoices(g.session, own_party(), choice, body["valid_from"])


@own_choices.put("/usage")
@requires("own-invoices:choose")
@own_choices.response(200, OwnUsageSchema)
@own_choices.arguments(OwnUsageSchema)
def choose_usage(body: dict[str, Any]) -> Choice:
    """Choose the form in which itemised usage comes by a channel, and of numbers in it."""
    return service.choose_usage(
        g.session, own_party(), body["channel"], body["usage_form"], whole=body["usage_whole"]
    )
