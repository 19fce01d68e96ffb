"""Statements of account over HTTP: read an account, issue its statement, state all accounts."""

import datetime as dt
from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.account_statements import service
from settlement.account_statements.service import StatementRun
from settlement.billing.api import DocumentSchema, ParkedSchema
from settlement.parties import service as parties
from statements.account_statement import AccountStatement
from statements.filing import Filed
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

account_statements = Blueprint(
    "account_statements",
    __name__,
    url_prefix="/account-statements",
    description="What happened between the operator and a party, and what is open.",
)

READ = ("documents:read", "own-statements:read", "own-invoices:read", "own-exchange:read")


class AccountDaysSchema(Schema):
    """From which day to before which."""

    starts_on = fields.Date(required=True)
    until = fields.Date(required=True)


class AccountAskedSchema(AccountDaysSchema):
    """Whose account; a portal reads its own, whatever it names."""

    party = fields.String(load_default="", validate=validate.Length(max=200))
    currency = fields.String(required=True, validate=validate.Length(equal=3))


class AccountStatedSchema(AccountDaysSchema):
    """Whose account is stated in which currency."""

    party = fields.String(required=True, validate=validate.Length(min=1, max=200))
    currency = fields.String(required=True, validate=validate.Length(equal=3))


class AccountMovementSchema(Schema):
    """What changed the account; above zero the party owes more."""

    on = fields.Date()
    what = fields.String()
    reference = fields.String()
    amount = MoneyField()


class AccountOpenItemSchema(Schema):
    """A document that is not settled; `instalment` of `instalments` where it is paid so, else 0."""

    number = fields.String()
    issued_on = fields.Date()
    due_on = fields.Date()
    amount = MoneyField()
    open = MoneyField()
    instalment = fields.Integer()
    instalments = fields.Integer()


class AccountSchema(Schema):
    """An account in some days; `open_items` is null where items are not kept one by one."""

    opening = MoneyField()
    movements = fields.List(fields.Nested(AccountMovementSchema))
    closing = MoneyField()
    open_items = fields.List(fields.Nested(AccountOpenItemSchema), allow_none=True)
    unapplied = MoneyField()


class AccountRunSchema(Schema):
    """What a run came to."""

    issued = fields.List(fields.Nested(DocumentSchema))
    parked = fields.List(fields.Nested(ParkedSchema))


@account_statements.get("")
@requires(*READ)
@account_statements.response(200, AccountSchema)
@account_statements.arguments(AccountAskedSchema, location="query")
def read(query: dict[str, Any]) -> AccountStatement:
    """An account as the book has it; nothing is issued."""
    party = query.pop("party")
    own: UUID | None = g.session.principal.party_id
    party_id = own or parties.party_by_code(g.session, party).id
    return service.account(g.session, party_id, **query)


@account_statements.post("")
@requires("documents:issue")
@account_statements.response(201, DocumentSchema)
@account_statements.arguments(AccountStatedSchema)
def issue(body: dict[str, Any]) -> Filed:
    """Issue the statement of one account; again, it answers with that document."""
    return service.issue(g.session, **body)


@account_statements.post("/runs")
@requires("documents:issue")
@account_statements.response(200, AccountRunSchema)
@account_statements.arguments(AccountDaysSchema)
def issue_all(body: dict[str, dt.date]) -> StatementRun:
    """State all accounts; again, it states what is missing."""
    return service.issue_all(g.session, **body)
