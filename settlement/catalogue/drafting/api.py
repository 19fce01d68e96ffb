"""Drafts over HTTP: a tariff goes in, what is wrong with it comes out, and nothing is kept."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from settlement.catalogue.drafting import service
from settlement.catalogue.drafting.draft import Draft
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
