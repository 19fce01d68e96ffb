"""Partner statements over HTTP: issue those of a closed period."""

from typing import Any

from flask import g
from marshmallow import Schema, fields

from settlement.billing.api import DocumentSchema, ParkedSchema, PeriodOfRunSchema
from settlement.self_billing import service
from settlement.self_billing.service import StatementRun
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

statement_runs = Blueprint(
    "statement_runs",
    __name__,
    url_prefix="/statement-runs",
    description="Statements of partners for a closed period.",
)


class StatementRunSchema(Schema):
    """What a run came to."""

    issued = fields.List(fields.Nested(DocumentSchema))
    parked = fields.List(fields.Nested(ParkedSchema))


@statement_runs.post("")
@requires("documents:issue")
@statement_runs.response(200, StatementRunSchema)
@statement_runs.arguments(PeriodOfRunSchema)
def issue(body: dict[str, Any]) -> StatementRun:
    """Issue the statements of a closed period; again, it issues what is left."""
    return service.issue_statements(g.session, body["period"])
