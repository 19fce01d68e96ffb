"""The schemas of the XML that Saldo defines over HTTP, for whoever writes or reads such XML."""

from flask import Response
from marshmallow import Schema, fields

from statements.filing import XML
from statements.schemas import service
from tenants.web.attachment import attachment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import public

schemas = Blueprint(
    "schemas", __name__, url_prefix="/schemas", description="The schemas of XML that Saldo defines."
)


class SchemaNameSchema(Schema):
    """A schema, by the name under which it is given out."""

    name = fields.String()


@schemas.get("")
@public
@schemas.response(200, SchemaNameSchema(many=True))
def list_schemas() -> list[dict[str, str]]:
    """The schemas there are; no sign-in is needed."""
    return [{"name": each} for each in service.names()]


@schemas.get("/<name>")
@public
def one_schema(name: str) -> Response:
    """A schema as a file; no sign-in is needed."""
    return attachment(service.schema(name), name, XML)
