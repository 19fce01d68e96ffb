"""Evidence bundles as files to take away from pages: of statements, and of declarations."""

from uuid import UUID

from flask import Blueprint, Response, g

from settlement.evidence import service
from settlement.evidence.declarations import service as declarations
from tenants.web.attachment import attachment
from tenants.web.contracts import requires

own_evidence = Blueprint("own_evidence", __name__, url_prefix="/own/evidence")


evidence_files = Blueprint("evidence_files", __name__, url_prefix="/evidence")


@own_evidence.get("/<uuid:document_id>")
@requires("own-statements:read")
def bundle(document_id: UUID) -> Response:
    """All that stands behind an own statement, as a zip that checks itself."""
    name, content = service.bundle_of(g.session, document_id)
    return attachment(content, name, "application/zip")


@own_evidence.get("/declarations/<uuid:declaration_id>", endpoint="of_declaration")
@requires("own-exchange:read")
def of_own_declaration(declaration_id: UUID) -> Response:
    """All that stands behind a declaration to the reader's company, as a zip that checks itself."""
    return _of_declaration(declaration_id)


@evidence_files.get("/declarations/<uuid:declaration_id>")
@requires("documents:read")
def of_declaration(declaration_id: UUID) -> Response:
    """The same for the operator."""
    return _of_declaration(declaration_id)


def _of_declaration(declaration_id: UUID) -> Response:
    name, content = declarations.bundle_of(g.session, declaration_id)
    return attachment(content, name, "application/zip")
