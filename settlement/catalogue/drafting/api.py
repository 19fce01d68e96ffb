"""Drafts over HTTP: what is wrong with a tariff, what a deck would change; nothing is kept."""

from typing import Any

from flask import g, request
from marshmallow import Schema, fields, validate

from settlement.catalogue.api import DeckFileQuery, layout_of
from settlement.catalogue.deck_changes import DeckChanges
from settlement.catalogue.drafting import service
from settlement.catalogue.drafting.draft import Draft
from settlement.catalogue.products import service as products
from settlement.catalogue.products.api import ComponentSchema, plain_components
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.problems import reader_language

tariff_drafts = Blueprint(
    "tariff_drafts",
    __name__,
    url_prefix="/tariff-drafts",
    description="What is wrong with a tariff before it is published.",
)


class TariffDraftSchema(Schema):
    """A version as it would be published; amounts in its terms are texts."""

    code = fields.String(required=True, validate=validate.Length(1, 200))
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None, allow_none=True)
    terms = fields.Dict(keys=fields.String(), required=True)


class BundleDraftSchema(Schema):
    """A bundle as it would be added: products with weights, by which its price is theirs."""

    code = fields.String(required=True, validate=validate.Length(1, 200))
    components = fields.List(
        fields.Nested(ComponentSchema), required=True, validate=validate.Length(max=100)
    )


class TariffFindingSchema(Schema):
    """One fault; `event` is usage that shows it, `others` counts those like it not listed."""

    level = fields.String(validate=validate.OneOf(["error", "warning"]))
    code = fields.String()
    section = fields.String()
    message = fields.String()
    fields_ = fields.Dict(keys=fields.String(), data_key="fields", attribute="fields")
    event = fields.Dict(keys=fields.String())
    zone = fields.String()
    others = fields.Integer()


class DeckChangesSchema(Schema):
    """How many prices an import would add or change; notice in days, null where none rises."""

    new = fields.Integer()
    increased = fields.Integer()
    decreased = fields.Integer()
    otherwise = fields.Integer()
    unchanged = fields.Integer()
    not_named = fields.Integer()
    least_notice_days = fields.Integer(allow_none=True)


class LookedAtSchema(Schema):
    """Whether the draft could be published, and its faults."""

    is_sound = fields.Boolean()
    findings = fields.List(fields.Nested(TariffFindingSchema))


@tariff_drafts.post("")
@requires("catalogue:write")
@tariff_drafts.response(200, LookedAtSchema)
@tariff_drafts.arguments(TariffDraftSchema)
def look_at(body: dict[str, Any]) -> dict[str, Any]:
    """Look at a draft as if it were published, and keep nothing."""
    found = service.look_at(g.session, Draft(**body))
    language = reader_language()
    return {
        "is_sound": found.is_sound,
        "findings": [each.to_plain(language) for each in found.findings],
    }


@tariff_drafts.post("/bundles")
@requires("catalogue:write")
@tariff_drafts.response(200, LookedAtSchema)
@tariff_drafts.arguments(BundleDraftSchema)
def look_at_bundle(body: dict[str, Any]) -> dict[str, Any]:
    """Look at a bundle as if it were added: each fault with a charge, and who gets what of it."""
    parts = plain_components(body["components"])
    found = products.bundle_findings(g.session, body["code"], parts)
    language = reader_language()
    return {
        "is_sound": all(each.level != "error" for each in found),
        "findings": [each.to_plain(language) for each in found],
    }


@tariff_drafts.post("/rate-decks/<code>")
@requires("catalogue:write")
@tariff_drafts.response(200, DeckChangesSchema)
@tariff_drafts.arguments(DeckFileQuery, location="query")
def look_at_deck(query: dict[str, Any], code: str) -> DeckChanges:
    """Count what a delimited file, sent as the body, would change in a deck; nothing is kept."""
    return service.look_at_deck(
        g.session,
        code,
        query["currency"],
        request.get_data(),
        layout_of(query),
        query["valid_from"],
        query["leave_out_findings"],
    )
