"""The evidence bundle as a file to take away from a partner's page of statements."""

from uuid import UUID

from flask import Blueprint, Response, g

from settlement.evidence import service
from tenants.web.attachment import attachment
from tenants.web.contracts import requires

own_evidence = Blueprint("own_evidence", __name__, url_prefix="/own/evidence")


@own_evidence.get("/<uuid:document_id>")
@requires("own-statements:read")
def bundle(document_id: UUID) -> Response:
    """All that stands behind an own statement, as a zip that checks itself."""
    name, content = service.bundle_of(g.session, document_id)
    return attachment(content, name, "application/zip")
