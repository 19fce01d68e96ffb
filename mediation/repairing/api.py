"""Repair rules over HTTP: see what a rule would do, apply it once or from now on, stop it."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from mediation.draft import FIELDS
from mediation.repairing import service
from mediation.repairing.rule import Change, RepairRule
from mediation.repairing.service import Applied, Preview
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

repair_rules = Blueprint("repair_rules", __name__, url_prefix="/suspense/repair-rules")

CELL = validate.Length(max=256)


class RepairChangeSchema(Schema):
    """Where `field` is `pattern`, set `target` to `value`; one star stands for any text."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=100))
    field = fields.String(required=True, validate=validate.OneOf(FIELDS))
    pattern = fields.String(load_default="", validate=CELL)
    target = fields.String(required=True, validate=validate.OneOf(FIELDS))
    value = fields.String(load_default="", validate=CELL)
    source = fields.String(load_default=None, validate=validate.Length(min=1, max=100))


class RepairExampleSchema(Schema):
    """A record that the rule changes: its target cell before and after."""

    id = fields.UUID()
    before = fields.String()
    after = fields.String()


class RepairPreviewSchema(Schema):
    """How many waiting records the rule would change now, and the first of them."""

    records = fields.Integer()
    examples = fields.List(fields.Nested(RepairExampleSchema))


class RepairNewRuleSchema(RepairChangeSchema):
    """A rule, why it is right, and whether it stands from now on."""

    why = fields.String(required=True, validate=validate.Length(min=1, max=500))
    applies = fields.String(load_default="once", validate=validate.OneOf(["once", "always"]))


class RepairRuleSchema(Schema):
    """A rule as it is kept; `records` counts what it has changed so far."""

    id = fields.UUID()
    reason = fields.String(attribute="change.reason")
    field = fields.String(attribute="change.field")
    pattern = fields.String(attribute="change.pattern")
    target = fields.String(attribute="change.target")
    value = fields.String(attribute="change.value")
    source_id = fields.UUID(allow_none=True)
    why = fields.String()
    is_standing = fields.Boolean()
    records = fields.Integer()
    made_by = fields.String()
    made_at = fields.AwareDateTime()
    stopped_at = fields.AwareDateTime(allow_none=True)


class RepairAppliedSchema(Schema):
    """The rule, how many records left suspense, and how many changed ones wait on."""

    rule = fields.Nested(RepairRuleSchema)
    left = fields.Integer()
    waiting = fields.Integer()


@repair_rules.get("/preview")
@requires("suspense:read")
@repair_rules.response(200, RepairPreviewSchema)
@repair_rules.arguments(RepairChangeSchema, location="query")
def preview_rule(query: dict[str, Any]) -> Preview:
    """What a rule would change now; nothing is changed."""
    source = query.pop("source")
    return service.preview(g.session, Change(**query), source)


@repair_rules.post("")
@requires("suspense:write")
@repair_rules.response(201, RepairAppliedSchema)
@repair_rules.arguments(RepairNewRuleSchema)
def apply_rule(body: dict[str, Any]) -> Applied:
    """Change all waiting records that a rule touches, and send them on."""
    source, why, applies = body.pop("source"), body.pop("why"), body.pop("applies")
    return service.apply(
        g.session, Change(**body), why, source_code=source, is_standing=applies == "always"
    )


@repair_rules.get("")
@requires("suspense:read")
@repair_rules.response(200, RepairRuleSchema(many=True))
def list_rules() -> list[RepairRule]:
    """All rules, the newest first."""
    return service.rules(g.session)


@repair_rules.post("/<uuid:rule_id>/stopping")
@requires("suspense:write")
@repair_rules.response(200, RepairRuleSchema)
def stop_rule(rule_id: UUID) -> RepairRule:
    """Let a standing rule rest."""
    return service.stop(g.session, rule_id)
