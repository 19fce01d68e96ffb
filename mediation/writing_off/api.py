"""Write-offs over HTTP: one person proposes, another approves."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from mediation.writing_off import service
from mediation.writing_off.write_off import WriteOff
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.four_eyes import WHY

write_offs = Blueprint("write_offs", __name__, url_prefix="/suspense/write-offs")


class WriteOffProposalSchema(Schema):
    """Which records shall never be charged, by name or by the reason for which they wait."""

    records = fields.List(fields.UUID(), load_default=None, validate=validate.Length(1, 10_000))
    reason = fields.String(load_default=None, validate=validate.Length(min=1, max=100))
    stage = fields.String(load_default=None, validate=validate.OneOf(["mediation", "rating"]))
    why = WHY


class WriteOffRejectionSchema(Schema):
    """Why."""

    why = WHY


class WriteOffSchema(Schema):
    """A write-off: how many records were proposed, and how many of them are written off."""

    id = fields.UUID()
    status = fields.String()
    why = fields.String()
    records = fields.Integer()
    written_off = fields.Integer()
    proposed_by = fields.String()
    proposed_at = fields.AwareDateTime()
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)


@write_offs.get("")
@requires("suspense:read")
@write_offs.response(200, WriteOffSchema(many=True))
def list_write_offs() -> list[WriteOff]:
    """All write-offs, the newest first."""
    return service.write_offs(g.session)


@write_offs.post("")
@requires("suspense:write")
@write_offs.response(201, WriteOffSchema)
@write_offs.arguments(WriteOffProposalSchema)
def propose_write_off(body: dict[str, Any]) -> WriteOff:
    """Propose to give waiting records up; they wait until somebody else approves."""
    return service.propose(g.session, **body)


@write_offs.post("/<uuid:write_off_id>/approval")
@requires("corrections:approve")
@write_offs.response(200, WriteOffSchema)
def approve_write_off(write_off_id: UUID) -> WriteOff:
    """Give the records up for good; who proposed it may not."""
    return service.approve(g.session, write_off_id)


@write_offs.post("/<uuid:write_off_id>/rejection")
@requires("corrections:approve", "suspense:write")
@write_offs.response(200, WriteOffSchema)
@write_offs.arguments(WriteOffRejectionSchema)
def reject_write_off(body: dict[str, Any], write_off_id: UUID) -> WriteOff:
    """Reject a write-off; its records wait on."""
    return service.reject(g.session, write_off_id, body["why"])
