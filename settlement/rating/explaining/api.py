"""Charge lines over HTTP: those of a document, and how their amounts came about."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from settlement.rating.derivation import Derivation
from settlement.rating.explaining import service
from settlement.rating.runs import service as rating_runs
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.problems import reader_language

charge_lines = Blueprint(
    "charge_lines",
    __name__,
    url_prefix="/charge-lines",
    description="What documents sum up, and how every amount came about.",
)


class ChargeLineQuery(Schema):
    """The document whose lines are asked for."""

    document_id = fields.UUID(required=True)


class ChargeLineSchema(Schema):
    """A charge line; `amount` is rounded, in `currency`."""

    id = fields.UUID()
    service = fields.String()
    product = fields.String()
    destination = fields.String()
    band = fields.String()
    events = fields.Integer()
    amount = AmountField()
    currency = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()


class DerivationQuery(Schema):
    """How many charges to leave out, and how many to show."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0))
    limit = fields.Integer(
        load_default=service.CHARGES_SHOWN, validate=validate.Range(min=1, max=1000)
    )


class ExplainedChargeSchema(Schema):
    """One part of one event, and how it was charged; batch and line name the record."""

    event = fields.String()
    batch_id = fields.UUID()
    line = fields.Integer()
    occurred_at = fields.AwareDateTime()
    part = fields.Integer()
    formula = fields.String()
    sentence = fields.String()


class ExplainedSchema(Schema):
    """A line with its derivation: a formula that gives the amount, and the same in words.

    Both are null where the amount follows from other lines or from what was agreed. `behind` is how
    many charges the line sums up; `charges` is a page of them. A line that `takes_back` what
    was billed has the charges that it takes back, as they were billed.
    """

    line = fields.Nested(ChargeLineSchema)
    formula = fields.String(allow_none=True)
    sentence = fields.String(allow_none=True)
    takes_back = fields.Boolean()
    behind = fields.Integer()
    charges = fields.List(fields.Nested(ExplainedChargeSchema))


@charge_lines.get("")
@requires("documents:read")
@charge_lines.response(200, ChargeLineSchema(many=True))
@charge_lines.arguments(ChargeLineQuery, location="query")
def list_charge_lines(query: dict[str, Any]) -> list[dict[str, object]]:
    """The charge lines that a document bears."""
    found = rating_runs.lines_on_document(g.session, query["document_id"])
    return [_line(line_id, line) for line_id, line in found]


@charge_lines.get("/<uuid:charge_line_id>/derivation")
@requires("documents:read")
@charge_lines.response(200, ExplainedSchema)
@charge_lines.arguments(DerivationQuery, location="query")
def derive_charge_line(query: dict[str, Any], charge_line_id: UUID) -> Mapping[str, object]:
    """How the amount of a line came about, down to the single event."""
    explained = service.explain(g.session, charge_line_id, query["after"], query["limit"])
    return {
        "line": _line(charge_line_id, explained.line),
        **_told(explained.derivation),
        "takes_back": explained.takes_back,
        "behind": explained.behind,
        "charges": [
            {
                "event": each.event,
                "batch_id": each.batch_id,
                "line": each.line,
                "occurred_at": each.occurred_at,
                "part": each.part,
                **_told(each.derivation),
            }
            for each in explained.charges
        ],
    }


def _line(line_id: UUID, line: Any) -> dict[str, object]:
    names = [name for name in ChargeLineSchema().fields if name != "id"]
    return {"id": line_id, **{name: getattr(line, name) for name in names}}


def _told(derivation: Derivation | None) -> dict[str, object]:
    if derivation is None:
        return {"formula": None, "sentence": None}
    return {
        "formula": derivation.formula,
        "sentence": derivation.sentence(reader_language()),
    }
