"""Profiles over HTTP: who takes which form of e-invoice, and which rules are installed."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from statements.profiles import service
from statements.profiles.profile import PROFILES
from statements.profiles.service import Choice
from statements.validation.rule_pack import RulePack
from statements.validation.service import installed_packs
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

document_profiles = Blueprint(
    "document_profiles",
    __name__,
    url_prefix="/document-profiles",
    description="The form of e-invoice that somebody takes.",
)
rule_packs = Blueprint(
    "rule_packs", __name__, url_prefix="/rule-packs", description="The rules documents must keep."
)


class ChoiceSchema(Schema):
    """A profile from a day of issue on; without a party it is the house's."""

    profile = fields.String(required=True, validate=validate.OneOf(sorted(PROFILES)))
    valid_from = fields.Date(required=True)
    party_id = fields.UUID(load_default=None, allow_none=True)


class ChoiceQuery(Schema):
    """Whose choices to list."""

    party_id = fields.UUID(load_default=None)


class RulePackSchema(Schema):
    """A set of rules that is installed, and the first day of issue it is applied to."""

    id = fields.String()
    version = fields.String()
    valid_from = fields.Date(allow_none=True)


@document_profiles.get("")
@requires("parties:read")
@document_profiles.response(200, ChoiceSchema(many=True))
@document_profiles.arguments(ChoiceQuery, location="query")
def list_choices(query: dict[str, Any]) -> list[Choice]:
    """Who takes which profile, and since when."""
    return service.choices(g.session, query["party_id"])


@document_profiles.put("")
@requires("parties:write")
@document_profiles.response(200, ChoiceSchema)
@document_profiles.arguments(ChoiceSchema)
def choose(body: dict[str, Any]) -> Choice:
    """Choose a profile; a choice of the same day is replaced."""
    return service.choose(g.session, Choice(**body))


@rule_packs.get("")
@requires("parties:read")
@rule_packs.response(200, RulePackSchema(many=True))
def list_rule_packs() -> list[RulePack]:
    """The rules installed here, those of the operator's folder among them."""
    return list(installed_packs())
