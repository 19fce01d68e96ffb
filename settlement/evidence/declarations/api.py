"""Evidence of declarations over HTTP: the bundle of one of ours."""

from uuid import UUID

from flask import Response, g

from settlement.evidence.declarations import service
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

declaration_evidence = Blueprint(
    "declaration_evidence",
    __name__,
    url_prefix="/declaration-evidence",
    description="What stands behind a declaration.",
)


@declaration_evidence.get("/<uuid:declaration_id>")
@requires("documents:read", "own-exchange:read")
def one_bundle(declaration_id: UUID) -> Response:
    """A zip with all that stands behind a declaration of ours; a carrier gets its own."""
    name, content = service.bundle_of(g.session, declaration_id)
    answer = Response(content, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
