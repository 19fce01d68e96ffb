"""Reminders over HTTP: the letters that are due, the run that issues them, those issued."""

from typing import Any

from flask import g
from marshmallow import Schema, fields

from currencies.fields import MoneyField
from settlement.billing.api import DocumentSchema, ParkedSchema
from settlement.receipts.reminding import service
from settlement.receipts.reminding.service import DueReminder, ReminderRun
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.paging import PageQuery, id_in, page_of, page_schema, place_of

reminders = Blueprint(
    "reminders",
    __name__,
    url_prefix="/reminders",
    description="Letters that remind customers of what is overdue.",
)


class OverdueSchema(Schema):
    """An item that is overdue; `level` is of the last reminder of it, 0 without one."""

    document_id = fields.UUID(attribute="invoice.document_id")
    number = fields.String(attribute="invoice.number")
    due_on = fields.Date(attribute="invoice.due_on")
    amount = MoneyField()
    open = MoneyField(attribute="invoice.undisputed")
    level = fields.Integer()
    reminded_on = fields.Date(allow_none=True)


class DueReminderSchema(Schema):
    """A letter that is due today."""

    party = fields.String()
    currency = fields.String()
    level = fields.Integer()
    amount = MoneyField()
    items = fields.List(fields.Nested(OverdueSchema))


class ReminderRunSchema(Schema):
    """What a run came to."""

    issued = fields.List(fields.Nested(DocumentSchema))
    notes = fields.List(fields.Nested(DocumentSchema))
    parked = fields.List(fields.Nested(ParkedSchema))


@reminders.get("/due")
@requires("documents:read")
@reminders.response(200, DueReminderSchema(many=True))
def list_due() -> list[DueReminder]:
    """The letters that are due today; nothing is issued."""
    return service.due(g.session)


@reminders.get("")
@requires("documents:read")
@reminders.response(200, page_schema(DocumentSchema))
@reminders.arguments(PageQuery, location="query")
def list_reminders(query: dict[str, Any]) -> dict[str, Any]:
    """All letters, the newest first; their files are those of documents."""
    place = place_of(query["starting_after"], parts=1)
    after = None if place is None else id_in(place[0])
    rows = service.reminders(g.session, query["limit"] + 1, after)
    return page_of(rows, query["limit"], lambda letter: [str(letter.id)])


@reminders.post("/runs")
@requires("documents:issue")
@reminders.response(200, ReminderRunSchema)
def remind() -> ReminderRun:
    """Issue the letters that are due today."""
    return service.issue(g.session)
