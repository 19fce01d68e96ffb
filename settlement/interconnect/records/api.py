"""Comparisons of records over HTTP: a carrier's records up, the causes and their calls down."""

from typing import Any
from uuid import UUID

from flask import Response, g, request
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from settlement.interconnect.receiving import CarrierMissing
from settlement.interconnect.records import service
from settlement.interconnect.records.service import Asked, RecordComparison
from settlement.interconnect.records.waterfall import Cause
from settlement.interconnect.refused_files import service as refused_files
from settlement.interconnect.refused_files.api import acknowledgement
from settlement.interconnect.refused_files.refused_file import FileKind
from settlement.interconnect.refused_files.service import Refusal
from statements.filing import XML
from tenants.values import fields_of
from tenants.web.attachment import attachment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.paging import PageQuery, page_of, page_schema, place_of

exchanged_records = Blueprint("exchanged_records", __name__, url_prefix="/exchange/records")

READ = ("interconnect:read", "own-exchange:read")
MOST_RATE = 1_000_000
WRITE = ("interconnect:write", "own-exchange:write")


class RecordsQuery(Schema):
    """Whose records are sent, and how to compare them; a carrier's own user leaves itself out."""

    carrier_id = fields.UUID(load_default=None)
    agreement = fields.String(required=True, validate=validate.Length(1, 100))
    period = fields.String(required=True, validate=validate.Length(max=7))
    tolerance_seconds = fields.Integer(load_default=2)
    declared_minutes = fields.Integer(load_default=None, validate=validate.Range(-1440, 1440))
    priced_in = fields.String(load_default=None, validate=validate.Length(equal=3))
    their_rate = fields.Decimal(
        load_default=None,
        places=service.RATE_PLACES,
        allow_nan=False,
        validate=validate.Range(min=0, min_inclusive=False, max=MOST_RATE),
    )


class CauseSchema(Schema):
    """A cause; the amounts of all causes add up to theirs less ours."""

    cause = fields.Enum(Cause, by_value=True)
    amount = AmountField()
    exact = fields.String()
    records = fields.Integer()


class ComparedDirectionSchema(Schema):
    """One direction, told from our side."""

    direction = fields.String()
    ours = AmountField()
    theirs = AmountField()
    variance = AmountField()
    calls_ours = fields.Integer()
    calls_theirs = fields.Integer()
    classes = fields.Dict(keys=fields.String(), values=fields.Integer())
    causes = fields.List(fields.Nested(CauseSchema))


class RatesComparedSchema(Schema):
    """What one unit of the currency of their prices is worth in that of the agreement."""

    priced_in = fields.String()
    ours = AmountField()
    theirs = AmountField()


class RecordComparisonSchema(Schema):
    """The records of one month under one agreement, compared."""

    id = fields.UUID()
    carrier_id = fields.UUID()
    agreement_id = fields.UUID()
    period_id = fields.UUID()
    currency = fields.String()
    tolerance_seconds = fields.Integer()
    class_by = fields.String()
    refused = fields.Integer()
    compared_at = fields.AwareDateTime()
    directions = fields.List(fields.Nested(ComparedDirectionSchema))
    rates = fields.Nested(RatesComparedSchema, allow_none=True)


class DifferencesQuery(PageQuery):
    """Whose calls to list."""

    direction = fields.String(required=True, validate=validate.OneOf(("incoming", "outgoing")))
    cause = fields.Enum(Cause, by_value=True, required=True)


class CallDifferenceSchema(Schema):
    """A call that a cause is about; figures of a side that does not have it are null."""

    row_class = fields.String(data_key="class", attribute="class", allow_none=True)
    record_ours = fields.String(allow_none=True)
    record_theirs = fields.String(allow_none=True)
    calling = fields.String()
    called = fields.String()
    destination = fields.String()
    started_ours = fields.AwareDateTime(allow_none=True)
    started_theirs = fields.AwareDateTime(allow_none=True)
    offset_minutes = fields.Integer()
    seconds_ours = fields.Integer(allow_none=True)
    seconds_theirs = fields.Integer(allow_none=True)
    amount_ours = AmountField(allow_none=True)
    amount_theirs = AmountField(allow_none=True)
    difference = AmountField()


class RefusedSchema(Schema):
    """A line that was refused, and the cell that it was refused for."""

    line = fields.Integer()
    reason = fields.String()
    content = fields.String()


@exchanged_records.post("")
@requires(*WRITE)
@exchanged_records.response(201, RecordComparisonSchema)
@exchanged_records.arguments(RecordsQuery, location="query")
def upload_records(query: dict[str, Any]) -> dict[str, Any] | Response:
    """Take in a carrier's records, sent as CSV in the body, and compare them with ours.

    A file that is refused is kept and answered with the reason and where it is.
    """
    carrier_id, asked = _asked(query)
    content = request.get_data()
    taken = refused_files.taken_or_refused(
        g.session, carrier_id, FileKind.CALLS, content,
        lambda: service.answer(g.session, carrier_id, asked, content),
    )  # fmt: skip
    return acknowledgement(taken) if isinstance(taken, Refusal) else _shown(taken)


@exchanged_records.post("/exchanged")
@requires(*WRITE)
@exchanged_records.response(201, RecordComparisonSchema)
@exchanged_records.arguments(RecordsQuery, location="query")
def compare_exchanged(query: dict[str, Any]) -> dict[str, Any]:
    """Compare the records of the buckets that differ, as messages have brought them."""
    return _shown(service.compare_exchanged(g.session, *_asked(query)))


@exchanged_records.get("")
@requires(*READ)
@exchanged_records.response(200, RecordComparisonSchema(many=True))
def list_comparisons() -> list[dict[str, Any]]:
    """Comparisons of records, the newest first; a carrier sees its own."""
    return [_shown(each) for each in service.comparisons(g.session)]


@exchanged_records.get("/<uuid:comparison_id>")
@requires(*READ)
@exchanged_records.response(200, RecordComparisonSchema)
def show_comparison(comparison_id: UUID) -> dict[str, Any]:
    """One comparison with its causes."""
    return _shown(service.comparison(g.session, comparison_id))


@exchanged_records.get("/<uuid:comparison_id>/differences")
@requires(*READ)
@exchanged_records.response(200, page_schema(CallDifferenceSchema))
@exchanged_records.arguments(DifferencesQuery, location="query")
def list_differences(query: dict[str, Any], comparison_id: UUID) -> dict[str, Any]:
    """The calls that one cause is about, a page at a time."""
    found = service.differences(g.session, comparison_id, query["direction"], query["cause"])
    return _page(found, query)


@exchanged_records.get("/<uuid:comparison_id>/refused")
@requires(*READ)
@exchanged_records.response(200, page_schema(RefusedSchema))
@exchanged_records.arguments(PageQuery, location="query")
def list_refused(query: dict[str, Any], comparison_id: UUID) -> dict[str, Any]:
    """The lines that an earlier comparison left out, each with its reason."""
    return _page(service.refused(g.session, comparison_id), query)


@exchanged_records.get("/<uuid:comparison_id>/xml")
@requires(*READ)
def download_differences(comparison_id: UUID) -> Response:
    """The differences as XML, by the schema saldo-differences-1.0."""
    return attachment(
        service.xml_of(g.session, comparison_id), f"differences-{comparison_id}.xml", XML
    )


def _asked(query: dict[str, Any]) -> tuple[UUID, Asked]:
    carrier_id = query.pop("carrier_id") or g.session.principal.party_id
    if carrier_id is None:
        raise CarrierMissing
    return carrier_id, Asked(**query)


def _page(found: Any, query: dict[str, Any]) -> dict[str, Any]:
    """Rows by their place: what was compared once never changes."""
    place = place_of(query["starting_after"], 1)
    first = int(place[0]) if place is not None and place[0].isdigit() else 0
    rows = found.with_row_index("place", 1).slice(first, query["limit"] + 1).to_dicts()
    return page_of(rows, query["limit"], lambda row: [str(row["place"])])


def _shown(found: RecordComparison) -> dict[str, Any]:
    head = fields_of(RecordComparison, found)
    return head | {"directions": [_direction(each) for each in found.directions]}


def _direction(found: service.ComparedDirection) -> dict[str, Any]:
    fall = found.waterfall
    return {
        "direction": fall.direction,
        "ours": fall.ours,
        "theirs": fall.theirs,
        "variance": fall.variance,
        "calls_ours": found.calls_ours,
        "calls_theirs": found.calls_theirs,
        "classes": {each.value: calls for each, calls in found.classes.items()},
        "causes": [
            {
                "cause": part.cause,
                "amount": part.amount,
                "exact": str(part.exact),
                "records": part.records,
            }
            for part in fall.parts
        ],
    }
