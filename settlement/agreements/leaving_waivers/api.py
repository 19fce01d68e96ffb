"""Waivers of the fee for leaving early over HTTP."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from settlement.agreements.leaving_waiver import LeavingWaiver
from settlement.agreements.leaving_waivers import service
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

leaving_waivers = Blueprint(
    "leaving_waivers",
    __name__,
    url_prefix="",
    description="Who is not charged for leaving early, why, and who agreed.",
)

TEXT = validate.Length(min=1, max=200)


class LeavingWaiverSchema(Schema):
    """Why the fee for leaving early is waived, and what became of the proposal."""

    id = fields.UUID(dump_only=True)
    subscription_id = fields.UUID(dump_only=True)
    status = fields.String(dump_only=True)
    reason = fields.String(required=True, validate=TEXT)
    proposed_by = fields.String(dump_only=True)
    proposed_at = fields.AwareDateTime(dump_only=True)
    decided_by = fields.String(dump_only=True, allow_none=True)
    decided_at = fields.AwareDateTime(dump_only=True, allow_none=True)


class LeavingWaiverRejectionSchema(Schema):
    """Why a waiver is rejected."""

    why = fields.String(required=True, validate=TEXT)


@leaving_waivers.get("/subscriptions/<uuid:subscription_id>/leaving-waivers")
@requires("agreements:read")
@leaving_waivers.response(200, LeavingWaiverSchema(many=True))
def list_leaving_waivers(subscription_id: UUID) -> list[LeavingWaiver]:
    """The waivers of a subscription, the newest first."""
    return service.waivers_of(g.session, subscription_id)


@leaving_waivers.post("/subscriptions/<uuid:subscription_id>/leaving-waivers")
@requires("agreements:write")
@leaving_waivers.response(201, LeavingWaiverSchema)
@leaving_waivers.arguments(LeavingWaiverSchema)
def propose_leaving_waiver(body: dict[str, Any], subscription_id: UUID) -> LeavingWaiver:
    """Propose to waive the fee; it is charged until somebody else approves."""
    return service.propose(g.session, subscription_id, body["reason"])


@leaving_waivers.post("/leaving-waivers/<uuid:leaving_waiver_id>/approval")
@requires("corrections:approve")
@leaving_waivers.response(200, LeavingWaiverSchema)
def approve_leaving_waiver(leaving_waiver_id: UUID) -> LeavingWaiver:
    """Agree that the fee is not charged; who proposed it may not."""
    return service.approve(g.session, leaving_waiver_id)


@leaving_waivers.post("/leaving-waivers/<uuid:leaving_waiver_id>/rejection")
@requires("corrections:approve")
@leaving_waivers.response(200, LeavingWaiverSchema)
@leaving_waivers.arguments(LeavingWaiverRejectionSchema)
def reject_leaving_waiver(body: dict[str, Any], leaving_waiver_id: UUID) -> LeavingWaiver:
    """Reject a waiver; the fee stays."""
    return service.reject(g.session, leaving_waiver_id, body["why"])
