"""Payouts over HTTP: one proposes, another approves, the file goes to the bank."""

from typing import Any
from uuid import UUID

from flask import Response, g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.payouts import service
from settlement.payouts.advising import service as advising
from settlement.payouts.payout import Outcome, Status
from settlement.payouts.payout_batch import PayoutBatch
from tenants.web.attachment import attachment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

payout_batches = Blueprint(
    "payout_batches",
    __name__,
    url_prefix="/payout-batches",
    description="What partners and carriers are paid, in batches of one currency.",
)


class PayoutSchema(Schema):
    """One line: paid, carried or held, with the reason."""

    id = fields.UUID()
    party_id = fields.UUID()
    end_to_end_id = fields.String()
    amount = MoneyField()
    outcome = fields.Enum(Outcome, by_value=True)
    reason = fields.String()
    document_ids = fields.List(fields.UUID())


class PayoutBatchSchema(Schema):
    """A batch with its lines."""

    id = fields.UUID()
    number = fields.String()
    currency = fields.String()
    status = fields.Enum(Status, by_value=True)
    pays_on = fields.Date()
    amount = MoneyField()
    proposed_by = fields.String()
    proposed_at = fields.AwareDateTime()
    approved_by = fields.String(allow_none=True)
    approved_at = fields.AwareDateTime(allow_none=True)
    content_hash = fields.String()
    file_sha256 = fields.String(allow_none=True)
    payouts = fields.List(fields.Nested(PayoutSchema))


class ProposalSchema(Schema):
    """What to propose."""

    currency = fields.String(required=True, validate=validate.Length(equal=3))
    pays_on = fields.Date(required=True)


class BatchQuery(Schema):
    """Which batches to list."""

    status = fields.Enum(Status, by_value=True, load_default=None)


class RejectionSchema(Schema):
    """Why a batch must not be paid."""

    reason = fields.String(required=True, validate=validate.Length(1, 1000))


@payout_batches.get("")
@requires("payouts:read")
@payout_batches.response(200, PayoutBatchSchema(many=True))
@payout_batches.arguments(BatchQuery, location="query")
def list_batches(query: dict[str, Any]) -> list[PayoutBatch]:
    """Batches, the newest first."""
    return service.batches(g.session, query["status"])


@payout_batches.post("")
@requires("payouts:propose")
@payout_batches.response(201, PayoutBatchSchema)
@payout_batches.arguments(ProposalSchema)
def propose(body: dict[str, Any]) -> PayoutBatch:
    """Propose to pay what partners and carriers are owed in a currency."""
    return service.propose(g.session, body["currency"], body["pays_on"])


@payout_batches.get("/<uuid:payout_batch_id>")
@requires("payouts:read")
@payout_batches.response(200, PayoutBatchSchema)
def one_batch(payout_batch_id: UUID) -> PayoutBatch:
    """One batch."""
    return service.batch(g.session, payout_batch_id)


@payout_batches.post("/<uuid:payout_batch_id>/approval")
@requires("payouts:approve")
@payout_batches.response(200, PayoutBatchSchema)
def approve(payout_batch_id: UUID) -> PayoutBatch:
    """Approve what somebody else proposed."""
    return service.approve(g.session, payout_batch_id)


@payout_batches.post("/<uuid:payout_batch_id>/rejection")
@requires("payouts:approve", "payouts:propose")
@payout_batches.response(200, PayoutBatchSchema)
@payout_batches.arguments(RejectionSchema)
def reject(body: dict[str, Any], payout_batch_id: UUID) -> PayoutBatch:
    """Reject a batch, or take an approved one back before its file."""
    return service.reject(g.session, payout_batch_id, body["reason"])


@payout_batches.post("/<uuid:payout_batch_id>/file")
@requires("payouts:propose", "payouts:approve")
def export(payout_batch_id: UUID) -> Response:
    """Write the payment file of an approved batch; the same bytes every time."""
    return _file(payout_batch_id, service.export(g.session, payout_batch_id))


@payout_batches.get("/<uuid:payout_batch_id>/file")
@requires("payouts:read")
def exported(payout_batch_id: UUID) -> Response:
    """The payment file as it was written."""
    return _file(payout_batch_id, service.exported(g.session, payout_batch_id))


@payout_batches.post("/<uuid:payout_batch_id>/confirmation")
@requires("payouts:propose", "payouts:approve")
@payout_batches.response(200, PayoutBatchSchema)
def confirm(payout_batch_id: UUID) -> PayoutBatch:
    """Note that the bank has taken the file, and tell the payees; see the batch's advices."""
    sent = service.confirm_sent(g.session, payout_batch_id)
    advising.advise(g.session, sent.id)
    return sent


def _file(batch_id: UUID, content: bytes) -> Response:
    number = service.batch(g.session, batch_id).number
    return attachment(content, f"{number}.xml", "application/xml")
