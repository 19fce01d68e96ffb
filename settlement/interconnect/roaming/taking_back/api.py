"""Returns that are taken back over HTTP: proposed, approved by somebody else, rejected, listed."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields

from settlement.interconnect.roaming.taking_back import service
from settlement.interconnect.roaming.taking_back.take_back import TakeBack
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.four_eyes import WHY

return_take_backs = Blueprint("return_take_backs", __name__, url_prefix="/roaming/take-backs")


class TakeBackProposalSchema(Schema):
    """The RAP file of ours, and why what it returns is taken back."""

    sent_rap_file_id = fields.UUID(required=True)
    why = WHY


class TakeBackRejectionSchema(Schema):
    """Why."""

    why = WHY


class TakeBackSchema(Schema):
    """A RAP file of ours that is to be taken back, and how that stands."""

    id = fields.UUID()
    sent_rap_file_id = fields.UUID()
    status = fields.String()
    why = fields.String()
    proposed_by = fields.String()
    proposed_at = fields.AwareDateTime()
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)


@return_take_backs.get("")
@requires("interconnect:read")
@return_take_backs.response(200, TakeBackSchema(many=True))
def list_take_backs() -> list[TakeBack]:
    """All of them, the newest first."""
    return service.take_backs(g.session)


@return_take_backs.post("")
@requires("interconnect:write")
@return_take_backs.response(201, TakeBackSchema)
@return_take_backs.arguments(TakeBackProposalSchema)
def propose_take_back(body: dict[str, Any]) -> TakeBack:
    """Propose to take a return back; its records stay returned until somebody else approves."""
    return service.propose(g.session, body["sent_rap_file_id"], body["why"])


@return_take_backs.post("/<uuid:take_back_id>/approval")
@requires("corrections:approve")
@return_take_backs.response(200, TakeBackSchema)
def approve_take_back(take_back_id: UUID) -> TakeBack:
    """Take the return back; who proposed it may not."""
    return service.approve(g.session, take_back_id)


@return_take_backs.post("/<uuid:take_back_id>/rejection")
@requires("corrections:approve", "interconnect:write")
@return_take_backs.response(200, TakeBackSchema)
@return_take_backs.arguments(TakeBackRejectionSchema)
def reject_take_back(body: dict[str, Any], take_back_id: UUID) -> TakeBack:
    """Reject it; what was returned stays returned."""
    return service.reject(g.session, take_back_id, body["why"])
