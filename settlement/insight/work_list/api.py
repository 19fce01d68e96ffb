"""The work list of suspense over HTTP."""

from flask import g
from marshmallow import Schema, fields

from currencies.fields import MoneyField
from settlement.insight.work_list import service
from settlement.insight.work_list.service import WorkList
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

suspense_values = Blueprint("suspense_values", __name__, url_prefix="/suspense/work-list")


class BasisSchema(Schema):
    """How a part of an estimate was made: of which likeness, from how many rated records."""

    likeness = fields.String()
    compared = fields.Integer()
    records = fields.Integer()


class WorkItemSchema(Schema):
    """Records that wait for one reason; `values` is an estimate, `unlike` are not in it."""

    stage = fields.String()
    reason = fields.String()
    records = fields.Integer()
    values = fields.List(MoneyField())
    bases = fields.List(fields.Nested(BasisSchema))
    unlike = fields.Integer()


class WorkListSchema(Schema):
    """The items, and the month whose rated records the estimates are made from."""

    period = fields.String(allow_none=True)
    items = fields.List(fields.Nested(WorkItemSchema))


@suspense_values.get("")
@requires("suspense:read")
@suspense_values.response(200, WorkListSchema)
def list_work() -> WorkList:
    """What waits by reason, and an estimate of what it is worth."""
    return service.suspense_work_list(g.session)
