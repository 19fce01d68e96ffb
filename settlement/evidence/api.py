"""Evidence over HTTP: the bundle of a statement, and the proof of one event in it."""

from uuid import UUID

from flask import Response, g
from marshmallow import Schema, fields

from settlement.evidence import service
from settlement.evidence.declarations import service as declarations
from settlement.evidence.declarations.service import ProofOfRecord
from settlement.evidence.service import Proof
from tenants.web.attachment import attachment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

evidence = Blueprint("evidence", __name__, url_prefix="/evidence")

declaration_evidence = Blueprint(
    "declaration_evidence",
    __name__,
    url_prefix="/declaration-evidence",
    description="What stands behind a declaration.",
)

READ = ("documents:read", "own-statements:read")


class SiblingSchema(Schema):
    """A hash on the way to the root, and the side on which it stands."""

    side = fields.String()
    hash = fields.String()


class ProofSchema(Schema):
    """The leaf with an event, and its path to the Merkle root of the statement."""

    document = fields.UUID()
    number = fields.String()
    event = fields.String()
    leaf = fields.String()
    path = fields.List(fields.Nested(SiblingSchema))
    revenue = fields.String()
    path_of_revenue = fields.List(fields.Nested(SiblingSchema))
    merkle_root = fields.String()


class ProofOfRecordSchema(Schema):
    """The row of a record, the leaf with it, and its path to the root of the declaration."""

    declaration = fields.UUID()
    number = fields.String()
    event = fields.Integer()
    row = fields.String()
    leaf = fields.String()
    path = fields.List(fields.Nested(SiblingSchema))
    merkle_root = fields.String()


@evidence.get("/<uuid:document_id>")
@requires(*READ)
def one_bundle(document_id: UUID) -> Response:
    """A zip with all that stands behind a statement; a partner gets its own."""
    name, content = service.bundle_of(g.session, document_id)
    return attachment(content, name, "application/zip")


@evidence.get("/<uuid:document_id>/events/<event>/proof")
@requires(*READ)
@evidence.response(200, ProofSchema(many=True))
def proofs(document_id: UUID, event: str) -> list[Proof]:
    """That an event is in the statement: a path to its root for each leaf with the event."""
    return service.proofs_of(g.session, document_id, event)


@declaration_evidence.get("/<uuid:declaration_id>")
@requires("documents:read", "own-exchange:read")
def one_declaration_bundle(declaration_id: UUID) -> Response:
    """A zip with all that stands behind a declaration of ours; a carrier gets its own."""
    name, content = declarations.bundle_of(g.session, declaration_id)
    return attachment(content, name, "application/zip")


@declaration_evidence.get("/<uuid:declaration_id>/events/<int:event>/proof")
@requires("documents:read", "own-exchange:read")
@declaration_evidence.response(200, ProofOfRecordSchema)
def proof_of_record(declaration_id: UUID, event: int) -> ProofOfRecord:
    """That a record is in a declaration of ours: a path to its root; the first record is 1."""
    return declarations.proof_of_record(g.session, declaration_id, event)
