"""Bill runs over HTTP: ask for one, approve it, see how far it is; release what was set aside."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.billing.api import PeriodOfRunSchema
from settlement.billing.parking import service as parking
from settlement.billing.parking.service import ParkedBill
from settlement.billing.runs import service
from settlement.billing.runs.service import Run
from settlement.periods import service as periods
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

mass_runs = Blueprint(
    "mass_runs",
    __name__,
    url_prefix="/bill-runs/in-parts",
    description="Bill runs that go on by themselves, and the bills that they set aside.",
)


class MassRunSchema(Schema):
    """A bill run and how far it is; a bill is of one customer in one currency."""

    id = fields.UUID()
    period = fields.String()
    status = fields.String()
    asked_by = fields.String()
    asked_at = fields.AwareDateTime()
    decided_by = fields.String()
    decided_at = fields.AwareDateTime(allow_none=True)
    bills = fields.Integer()
    done = fields.Integer()
    issued = fields.Integer()
    carried = fields.Integer()
    parked = fields.Integer()
    finished_at = fields.AwareDateTime(allow_none=True)


class ParkedBillSchema(Schema):
    """A bill that was set aside, and why; `status` is parked, released or billed."""

    id = fields.UUID()
    party_id = fields.UUID()
    currency = fields.String()
    cause = fields.String()
    reason = fields.String()
    charges = fields.Integer()
    amount = MoneyField(allow_none=True)
    status = fields.String()
    parked_by = fields.String()
    parked_at = fields.AwareDateTime()
    released_by = fields.String()
    released_at = fields.AwareDateTime(allow_none=True)


class ParkedQuery(Schema):
    """Of which period."""

    period = fields.String(required=True, validate=validate.Length(max=7))


@mass_runs.post("")
@requires("documents:issue")
@mass_runs.response(202, MassRunSchema)
@mass_runs.arguments(PeriodOfRunSchema)
def ask(body: dict[str, Any]) -> Run:
    """Have a closed period billed by a worker; one run over a period at a time."""
    return service.ask(g.session, body["period"])


@mass_runs.get("")
@requires("documents:read")
@mass_runs.response(200, MassRunSchema(many=True))
def list_runs() -> list[Run]:
    """The latest runs, the newest first."""
    return service.runs(g.session)


@mass_runs.get("/<uuid:bill_run_id>")
@requires("documents:read")
@mass_runs.response(200, MassRunSchema)
def one_run(bill_run_id: UUID) -> Run:
    """One run and how far it is."""
    return service.run(g.session, bill_run_id)


@mass_runs.post("/<uuid:bill_run_id>/approval")
@requires("documents:issue", "corrections:approve")
@mass_runs.response(200, MassRunSchema)
def approve(bill_run_id: UUID) -> Run:
    """Let a proposed run begin; somebody else than who asked for it."""
    return service.approve(g.session, bill_run_id)


@mass_runs.post("/<uuid:bill_run_id>/rejection")
@requires("documents:issue", "corrections:approve")
@mass_runs.response(200, MassRunSchema)
def reject(bill_run_id: UUID) -> Run:
    """Drop a proposed run; somebody else than who asked for it."""
    return service.reject(g.session, bill_run_id)


@mass_runs.get("/parked")
@requires("documents:read")
@mass_runs.response(200, ParkedBillSchema(many=True))
@mass_runs.arguments(ParkedQuery, location="query")
def list_parked(query: dict[str, Any]) -> list[ParkedBill]:
    """Bills of a period that were set aside, the latest first."""
    return parking.parked_bills(g.session, periods.period(g.session, query["period"]).id)


@mass_runs.post("/parked/<uuid:parked_bill_id>/release")
@requires("documents:issue", "corrections:approve")
@mass_runs.response(200, ParkedBillSchema)
def release(parked_bill_id: UUID) -> ParkedBill:
    """Let the next run bill what is outside the customer's bounds, as it was looked at."""
    return parking.release(g.session, parked_bill_id)
