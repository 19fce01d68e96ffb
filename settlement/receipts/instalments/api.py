"""Instalments over HTTP: try a plan, agree it, withdraw it; what is left of each instalment."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.receipts.instalments import service
from settlement.receipts.instalments.plan import FEWEST, MOST, Instalment
from settlement.receipts.instalments.service import PlanStanding, Proposal
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.forms import own_party

instalment_plans = Blueprint(
    "instalment_plans",
    __name__,
    url_prefix="/instalment-plans",
    description="Invoices that are paid in instalments.",
)
own_instalment_plans = Blueprint(
    "own_instalment_plans",
    __name__,
    url_prefix="/own/instalment-plans",
    description="Instalments of one's own invoices.",
)

REASON = validate.Length(min=1, max=1000)


class InstalmentSchema(Schema):
    """A part of what is open, and the day on which it is due."""

    due_on = fields.Date(required=True)
    amount = MoneyField(required=True)


class InstalmentsAskedSchema(Schema):
    """Instalments of an invoice: named one by one, or so many equal ones from a day on."""

    document_id = fields.UUID(required=True)
    instalments = fields.List(
        fields.Nested(InstalmentSchema), load_default=list, validate=validate.Length(max=MOST)
    )
    count = fields.Integer(load_default=FEWEST, validate=validate.Range(FEWEST, MOST))
    first_on = fields.Date(load_default=None)


class InstalmentsAgreedSchema(InstalmentsAskedSchema):
    """The same with the reason for which they are agreed."""

    reason = fields.String(required=True, validate=REASON)


class InstalmentProposalSchema(Schema):
    """What would be agreed; nothing is kept."""

    document_id = fields.UUID()
    number = fields.String()
    open = MoneyField()
    instalments = fields.List(fields.Nested(InstalmentSchema))


class InstalmentLeftSchema(Schema):
    """An instalment with what is paid, disputed and open of it."""

    number = fields.Integer()
    due_on = fields.Date()
    amount = MoneyField()
    paid = MoneyField()
    disputed = MoneyField()
    open = MoneyField()


class OwnInstalmentPlanSchema(Schema):
    """A plan as the customer sees it; `status` is agreed, paid, withdrawn or fell_away."""

    id = fields.UUID(attribute="plan.id")
    document_id = fields.UUID(attribute="plan.document_id")
    number = fields.String(attribute="plan.number")
    status = fields.String()
    agreed_on = fields.Date(attribute="plan.agreed_on")
    ended_on = fields.Date(attribute="plan.end.ended_on", dump_default=None)
    instalments = fields.List(fields.Nested(InstalmentLeftSchema))


class InstalmentPlanSchema(OwnInstalmentPlanSchema):
    """A plan with who agreed and ended it, and why."""

    party_id = fields.UUID(attribute="plan.party_id")
    reason = fields.String(attribute="plan.reason")
    recorded_by = fields.String(attribute="plan.recorded_by")
    recorded_at = fields.AwareDateTime(attribute="plan.recorded_at")
    end_reason = fields.String(attribute="plan.end.reason", dump_default=None)
    ended_by = fields.String(attribute="plan.end.recorded_by", dump_default=None)


class WithdrawnPlanSchema(Schema):
    """Why a plan is withdrawn."""

    reason = fields.String(required=True, validate=REASON)


class InstalmentPlanQuery(Schema):
    """Which plans to list."""

    document_id = fields.UUID(load_default=None)
    party_id = fields.UUID(load_default=None)


@instalment_plans.post("/preview")
@requires("documents:issue")
@instalment_plans.response(200, InstalmentProposalSchema)
@instalment_plans.arguments(InstalmentsAskedSchema)
def preview(body: dict[str, Any]) -> Proposal:
    """What would be agreed, checked as if it were; nothing is kept."""
    return _proposal(body)


@instalment_plans.post("")
@requires("documents:issue")
@instalment_plans.response(201, InstalmentPlanSchema)
@instalment_plans.arguments(InstalmentsAgreedSchema)
def agree(body: dict[str, Any]) -> PlanStanding:
    """Agree instalments of all that is open of an invoice."""
    wanted = _proposal(body)
    return service.agree(g.session, wanted.document_id, wanted.instalments, body["reason"])


@instalment_plans.get("")
@requires("documents:read")
@instalment_plans.response(200, InstalmentPlanSchema(many=True))
@instalment_plans.arguments(InstalmentPlanQuery, location="query")
def list_plans(query: dict[str, Any]) -> list[PlanStanding]:
    """Plans, of one invoice, of one customer or all, the newest first."""
    return service.plans(g.session, **query)


@instalment_plans.post("/<uuid:plan_id>/withdrawal")
@requires("documents:issue")
@instalment_plans.response(200, InstalmentPlanSchema)
@instalment_plans.arguments(WithdrawnPlanSchema)
def withdraw(body: dict[str, Any], plan_id: UUID) -> PlanStanding:
    """Withdraw a plan; the invoice is due on its own day again."""
    return service.withdraw(g.session, plan_id, body["reason"])


@own_instalment_plans.get("")
@requires("own-invoices:read")
@own_instalment_plans.response(200, OwnInstalmentPlanSchema(many=True))
def list_own_plans() -> list[PlanStanding]:
    """Plans of the reader's own invoices, the newest first."""
    return service.plans(g.session, party_id=own_party())


def _proposal(body: dict[str, Any]) -> Proposal:
    named = [Instalment(**each) for each in body["instalments"]]
    if named:
        return service.preview(g.session, body["document_id"], named)
    return service.propose(g.session, body["document_id"], body["count"], body["first_on"])
