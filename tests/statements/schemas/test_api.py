"""Whoever writes XML to us gets its schema without signing in."""

from settlement.app.web import create_app
from statements.schemas import service
from tenants.persistence.database import Database


def test_each_schema_is_listed_and_given_out_to_everybody(shared_database: Database) -> None:
    client = create_app(shared_database).test_client()

    listed = [each["name"] for each in client.get("/v1/schemas").json]

    assert listed == service.names()
    for name in listed:
        assert client.get(f"/v1/schemas/{name}").data == service.schema(name)
    assert client.get("/v1/schemas/bundle.xsd").status_code == 404
