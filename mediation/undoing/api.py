"""Undoing files over HTTP: one person proposes, another approves."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields

from mediation.undoing import service
from mediation.undoing.undo import Undo
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.four_eyes import WHY

undoings = Blueprint("undoings", __name__, url_prefix="/usage-file-undoings")


class UndoProposalSchema(Schema):
    """Which loaded file is to be taken back, and why."""

    batch_id = fields.UUID(required=True)
    why = WHY


class UndoRejectionSchema(Schema):
    """Why a file stays loaded."""

    why = WHY


class UndoSchema(Schema):
    """A file that somebody wants taken back, and what became of that."""

    id = fields.UUID()
    batch_id = fields.UUID()
    status = fields.String()
    why = fields.String()
    proposed_by = fields.String()
    proposed_at = fields.AwareDateTime()
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)


@undoings.get("")
@requires("usage:read")
@undoings.response(200, UndoSchema(many=True))
def list_undoings() -> list[Undo]:
    """All undoings, the newest first."""
    return service.undos(g.session)


@undoings.post("")
@requires("usage:write")
@undoings.response(201, UndoSchema)
@undoings.arguments(UndoProposalSchema)
def propose_undoing(body: dict[str, Any]) -> Undo:
    """Propose to take a loaded file back; it stays loaded until somebody else approves."""
    return service.propose(g.session, **body)


@undoings.post("/<uuid:undo_id>/approval")
@requires("corrections:approve")
@undoings.response(200, UndoSchema)
def approve_undoing(undo_id: UUID) -> Undo:
    """Take the file back with all that came of it; who proposed it may not approve it."""
    return service.approve(g.session, undo_id)


@undoings.post("/<uuid:undo_id>/rejection")
@requires("corrections:approve", "usage:write")
@undoings.response(200, UndoSchema)
@undoings.arguments(UndoRejectionSchema)
def reject_undoing(body: dict[str, Any], undo_id: UUID) -> Undo:
    """Reject an undoing; the file stays loaded."""
    return service.reject(g.session, undo_id, body["why"])
