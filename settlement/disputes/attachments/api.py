"""Files of disputes over HTTP: sent as the body, listed with their hash, downloaded."""

from typing import Any
from uuid import UUID

from flask import Response, g, request
from marshmallow import Schema, fields, validate

from settlement.disputes.api import OWN
from settlement.disputes.attachments import service
from settlement.disputes.attachments.attachment import Attachment
from settlement.disputes.dispute import Side
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

dispute_attachments = Blueprint("dispute_attachments", __name__, url_prefix="/disputes")


class AttachmentSchema(Schema):
    """A file that one side shows to the other."""

    id = fields.UUID()
    dispute_id = fields.UUID()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    attached_by = fields.Enum(Side, by_value=True)
    attached_at = fields.AwareDateTime()


class AttachmentQuery(Schema):
    """What the body is; its Content-Type says the type where `media_type` does not."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    media_type = fields.String(load_default="", validate=validate.Length(max=100))
    attached_by = fields.Enum(Side, by_value=True, load_default=Side.US)


@dispute_attachments.get("/<uuid:dispute_id>/attachments")
@requires("disputes:read", *OWN)
@dispute_attachments.response(200, AttachmentSchema(many=True))
def list_attachments(dispute_id: UUID) -> list[Attachment]:
    """The files of a dispute, the oldest first."""
    return service.attachments(g.session, dispute_id)


@dispute_attachments.post("/<uuid:dispute_id>/attachments")
@requires("disputes:write", *OWN)
@dispute_attachments.response(201, AttachmentSchema)
@dispute_attachments.arguments(AttachmentQuery, location="query")
def attach_file(query: dict[str, Any], dispute_id: UUID) -> Attachment:
    """Attach a file, sent as the body."""
    media_type = query["media_type"] or request.mimetype
    return service.attach(
        g.session, dispute_id, query["name"], media_type, request.get_data(), query["attached_by"]
    )


@dispute_attachments.get("/<uuid:dispute_id>/attachments/<uuid:attachment_id>/file")
@requires("disputes:read", *OWN)
def download_attachment(dispute_id: UUID, attachment_id: UUID) -> Response:
    """The file as it was attached, always as a download."""
    return attached_file(dispute_id, attachment_id)


def attached_file(dispute_id: UUID, attachment_id: UUID) -> Response:
    """A file under its own name; browsers are told to keep it and not to guess what it is."""
    attachment, content = service.bytes_of(g.session, dispute_id, attachment_id)
    answer = Response(content, content_type=attachment.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=attachment.name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
