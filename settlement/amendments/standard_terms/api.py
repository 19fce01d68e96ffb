"""Standard terms over HTTP: keep a version, list them, begin an agreement from the newest."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from settlement.amendments.standard_terms import service
from settlement.amendments.standard_terms.service import Begun, StandardTerms, Wanted
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

standard_terms = Blueprint(
    "standard_terms",
    __name__,
    url_prefix="/standard-terms",
    description="Terms that are agreed again and again, with places to fill.",
)

TEXT = validate.Length(min=1, max=200)


class FilledField(fields.Field[str | int]):
    """What a place is filled with: a text or a whole number."""

    default_error_messages = {"invalid": "Not a text or a whole number."}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str | int:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.make_error("invalid")
        return value


class StandardTermsSchema(Schema):
    """One version; a text of the terms may have places like {rate}."""

    id = fields.UUID(dump_only=True)
    name = fields.String(required=True, validate=TEXT)
    version = fields.Integer(dump_only=True)
    kind = fields.String(required=True, validate=validate.OneOf(("revenue_share", "interconnect")))
    terms = fields.Dict(keys=fields.String(), required=True)
    policies = fields.Dict(keys=fields.String(), values=fields.String(), load_default=None)
    places = fields.List(fields.String(), dump_only=True)
    kept_by = fields.String(dump_only=True)
    kept_at = fields.AwareDateTime(dump_only=True)


class BeginningSchema(Schema):
    """The agreement to begin, and what stands in the places."""

    code = fields.String(required=True, validate=TEXT)
    party_id = fields.UUID(required=True)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None, allow_none=True)
    filled = fields.Dict(keys=fields.String(), values=FilledField(), load_default=dict)
    trunks = fields.List(fields.String(), load_default=list, validate=validate.Length(max=1000))


class BegunSchema(Schema):
    """What an agreement was begun from, and its draft; none where it was begun without one."""

    code = fields.String()
    name = fields.String()
    version = fields.Integer()
    filled = fields.Dict()
    amendment_id = fields.UUID(allow_none=True)
    terms_id = fields.UUID(allow_none=True)
    begun_by = fields.String()
    begun_at = fields.AwareDateTime()


class BegunQuery(Schema):
    """Of which agreement."""

    code = fields.String(required=True, validate=TEXT)


@standard_terms.get("")
@requires("agreements:read")
@standard_terms.response(200, StandardTermsSchema(many=True))
def list_standard_terms() -> list[StandardTerms]:
    """Every version of all standard terms, by name and version."""
    return service.standard_terms(g.session)


@standard_terms.post("")
@requires("agreements:write")
@standard_terms.response(201, StandardTermsSchema)
@standard_terms.arguments(StandardTermsSchema)
def keep_standard_terms(body: dict[str, Any]) -> StandardTerms:
    """Keep the next version; what was begun from the ones before stays as it is."""
    return service.keep(g.session, **body)


@standard_terms.post("/<name>/agreements")
@requires("agreements:write")
@standard_terms.response(201, BegunSchema)
@standard_terms.arguments(BeginningSchema)
def begin_agreement(body: dict[str, Any], name: str) -> Begun:
    """Begin an agreement from the newest version: a draft, which the sides then agree."""
    return service.begin_agreement(g.session, name, Wanted(**body))


@standard_terms.get("/begun")
@requires("agreements:read")
@standard_terms.response(200, BegunSchema(many=True))
@standard_terms.arguments(BegunQuery, location="query")
def list_begun(query: dict[str, Any]) -> list[Begun]:
    """What an agreement was begun from, the newest first."""
    return service.begun_from(g.session, query["code"])
