"""Files of a dispute as forms send them: shown to the other side, and downloaded by both."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, url_for

from i18n.locale import _
from settlement.disputes.attachments import service
from settlement.disputes.attachments.attachment import type_by_name
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import file_sent, say

dispute_files = Blueprint("dispute_files", __name__, url_prefix="/disputes")
own_dispute_files = Blueprint("own_dispute_files", __name__, url_prefix="/own/disputes")

OWN = ("own-disputes:write", "own-exchange:write")


@dispute_files.post("/<uuid:dispute_id>/attachments")
@requires("disputes:write")
def attach(dispute_id: UUID) -> Response:
    """Show a file to the other side."""
    return _attached("dispute_pages", dispute_id)


@dispute_files.get("/<uuid:dispute_id>/attachments/<uuid:attachment_id>/file")
@requires("disputes:read")
def file(dispute_id: UUID, attachment_id: UUID) -> Response:
    """A file as it was attached."""
    return _file(dispute_id, attachment_id)


@own_dispute_files.post("/<uuid:dispute_id>/attachments", endpoint="attach")
@requires(*OWN)
def own_attach(dispute_id: UUID) -> Response:
    """Show a file to us."""
    return _attached("own_disputes", dispute_id)


@own_dispute_files.get("/<uuid:dispute_id>/attachments/<uuid:attachment_id>/file", endpoint="file")
@requires(*OWN)
def own_file(dispute_id: UUID, attachment_id: UUID) -> Response:
    """A file of a dispute of the reader's company."""
    return _file(dispute_id, attachment_id)


def _attached(pages: str, dispute_id: UUID) -> Response:
    sent = file_sent("attachment")
    content, name = sent.stream.read(), sent.filename or ""
    service.attach(g.session, dispute_id, name, type_by_name(name), content)
    flash(say(_("The file {name} is shown to the other side."), name=name), "done")
    return make_response(redirect(url_for(f"{pages}.dispute", dispute_id=dispute_id), 303))


def _file(dispute_id: UUID, attachment_id: UUID) -> Response:
    found, content = service.bytes_of(g.session, dispute_id, attachment_id)
    answer = attachment(content, found.name, found.media_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
