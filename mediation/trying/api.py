"""Trials over HTTP: a sample file with settings goes in, what would become of it comes out."""

import base64
import binascii
from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from i18n.errors import Invalid
from mediation.trying import service
from mediation.trying.trial import Trial
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

usage_trials = Blueprint(
    "usage_trials",
    __name__,
    url_prefix="/usage-trials",
    description="What would become of a usage file.",
)


class NotBase64(Invalid):
    """The content is not Base64. Encode the bytes of the file and send them again."""


class NewTrialSchema(Schema):
    """A sample, and by what it is read: a source, or a format with its settings, or both."""

    source = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 100))
    format = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 100))
    settings = fields.Dict(load_default=None, allow_none=True)
    name = fields.String(load_default="sample", validate=validate.Length(1, 255))
    content = fields.String(required=True, metadata={"description": "Base64"})
    records = fields.Integer(
        load_default=20, strict=True, validate=validate.Range(0, service.SHOWN_MAX)
    )


class TriedTotalsSchema(Schema):
    """Control totals; null where nothing is said."""

    records = fields.Integer(allow_none=True)
    seconds = fields.Integer(allow_none=True)
    amount = AmountField()


class TriedFaultSchema(Schema):
    """How many records have one fault."""

    outcome = fields.String()
    reason = fields.String()
    records = fields.Integer()


class TriedOutcomesSchema(Schema):
    """How many records would go where."""

    landed = fields.Integer()
    rejected = fields.Integer()
    duplicate = fields.Integer()
    suspended = fields.Integer()


class TriedRepairSchema(Schema):
    """What a standing repair rule would do; `lines` are the first of the records it changes."""

    rule = fields.UUID()
    reason = fields.String(attribute="change.reason")
    field = fields.String(attribute="change.field")
    pattern = fields.String(attribute="change.pattern")
    target = fields.String(attribute="change.target")
    value = fields.String(attribute="change.value")
    why = fields.String()
    records = fields.Integer()
    left = fields.Integer()
    lines = fields.List(fields.Integer())


class TriedChangeSchema(Schema):
    """A cell that a standing repair rule would change; empty text is a cell that is not there."""

    rule = fields.UUID()
    why = fields.String()
    target = fields.String()
    before = fields.String()
    after = fields.String()


class TriedRecordSchema(Schema):
    """One record as it came, as a draft, what rules would change of it, and as usage then."""

    line = fields.Integer()
    raw = fields.String()
    outcome = fields.String()
    reason = fields.String(allow_none=True)
    detail = fields.String(allow_none=True)
    draft = fields.Dict()
    usage = fields.Dict()
    repairs = fields.List(fields.Nested(TriedChangeSchema))


class TrialSchema(Schema):
    """What would become of the file; `refusal` is null where it would be loaded."""

    refusal = fields.String(allow_none=True)
    records = fields.Integer()
    outcomes = fields.Nested(TriedOutcomesSchema)
    faults = fields.List(fields.Nested(TriedFaultSchema))
    repairs = fields.List(fields.Nested(TriedRepairSchema))
    found = fields.Nested(TriedTotalsSchema)
    declared = fields.Nested(TriedTotalsSchema, allow_none=True)
    shown = fields.List(fields.Nested(TriedRecordSchema))


@usage_trials.post("")
@requires("usage:write")
@usage_trials.response(200, TrialSchema)
@usage_trials.arguments(NewTrialSchema)
def try_file(body: dict[str, Any]) -> Trial:
    """Read a sample file as it would be read, and keep nothing."""
    try:
        content = base64.b64decode(body["content"], validate=True)
    except (ValueError, binascii.Error):
        raise NotBase64 from None
    return service.try_out(
        g.session,
        body["name"],
        content,
        source_code=body["source"],
        format=body["format"],
        settings=body["settings"],
        shown=body["records"],
    )
