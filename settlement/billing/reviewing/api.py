"""Drafts over HTTP: look at them, leave lines out, approve as a second person, issue."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.billing.api import DocumentSchema
from settlement.billing.draft_document import DraftDocument
from settlement.billing.reviewing import service
from settlement.billing.reviewing.service import Issued, Reviewed
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

document_drafts = Blueprint(
    "document_drafts",
    __name__,
    url_prefix="/drafts",
    description="Drafts of documents that wait for approval.",
)

MOST_AT_ONCE = 1000


class DocumentDraftSchema(Schema):
    """A document to be; it has no number."""

    id = fields.UUID()
    kind = fields.String(attribute="kind.value")
    status = fields.String()
    party_id = fields.UUID(attribute="filing.party_id")
    period_id = fields.UUID(attribute="filing.period_id")
    language = fields.String()
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()
    drafted_on = fields.Date()
    drafted_by = fields.String()
    approved_by = fields.String(allow_none=True)
    document_id = fields.UUID(allow_none=True)


class ReviewedDraftSchema(Schema):
    """A draft with what to look at."""

    draft = fields.Nested(DocumentDraftSchema)
    last_month = MoneyField(allow_none=True)
    findings = fields.List(fields.String())


class DraftsNamedSchema(Schema):
    """Which drafts."""

    drafts = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_AT_ONCE)
    )


class LinesLeftOutSchema(Schema):
    """Lines to leave to the next month, and why."""

    lines = fields.List(
        fields.String(validate=validate.Length(min=1, max=20)),
        required=True,
        validate=validate.Length(min=1, max=1000),
    )
    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))


class RefusedDraftSchema(Schema):
    """A draft that could not be issued, and why."""

    party = fields.String()
    reason = fields.String()


class IssuedDraftsSchema(Schema):
    """What became of approved drafts."""

    issued = fields.List(fields.Nested(DocumentSchema))
    refused = fields.List(fields.Nested(RefusedDraftSchema))


@document_drafts.get("")
@requires("documents:read")
@document_drafts.response(200, ReviewedDraftSchema(many=True))
def list_drafts() -> list[Reviewed]:
    """Drafts that are not issued, by customer."""
    return service.waiting(g.session)


@document_drafts.get("/<uuid:draft_id>")
@requires("documents:read")
@document_drafts.response(200, ReviewedDraftSchema)
def one_draft(draft_id: UUID) -> Reviewed:
    """One draft."""
    return service.review(g.session, draft_id)


@document_drafts.post("/<uuid:draft_id>/thrown-away")
@requires("documents:issue")
@document_drafts.response(200, DocumentDraftSchema)
def throw_away(draft_id: UUID) -> DraftDocument:
    """Forget a draft; its charges wait for the next drafting. The answer is what was forgotten."""
    return service.throw_away(g.session, draft_id)


@document_drafts.post("/<uuid:draft_id>/left-out")
@requires("documents:issue")
@document_drafts.response(200, DocumentDraftSchema(many=True))
@document_drafts.arguments(LinesLeftOutSchema)
def leave_out(body: dict[str, Any], draft_id: UUID) -> list[DraftDocument]:
    """Leave lines to the next month; the draft as it is then, if anything is left of it."""
    left = service.leave_out(g.session, draft_id, body["lines"], body["reason"])
    return [] if left is None else [left]


@document_drafts.post("/approval")
@requires("corrections:approve")
@document_drafts.response(200, DocumentDraftSchema(many=True))
@document_drafts.arguments(DraftsNamedSchema)
def approve(body: dict[str, Any]) -> list[DraftDocument]:
    """Approve drafts of somebody else."""
    return service.approve(g.session, body["drafts"])


@document_drafts.post("/issue")
@requires("documents:issue")
@document_drafts.response(200, IssuedDraftsSchema)
@document_drafts.arguments(DraftsNamedSchema)
def issue(body: dict[str, Any]) -> Issued:
    """Issue approved drafts with numbers and book them."""
    return service.issue(g.session, body["drafts"])
