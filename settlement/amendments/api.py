"""Changes of agreements over HTTP: draft, look at the faults, review, approve, reject."""

from typing import Any, get_args
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from settlement.amendments import service
from settlement.amendments.amendment import AgreementKind, Amendment, Drafted, Kind
from settlement.amendments.beside import Changed
from settlement.amendments.comparing import service as comparing
from settlement.amendments.touched import Touched
from settlement.amendments.touching import service as touching
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.problems import reader_language

amendments = Blueprint(
    "amendments",
    __name__,
    url_prefix="/amendments",
    description="Changes of agreements, from the draft to the day on which they hold.",
)

TEXT = validate.Length(min=1, max=200)


class DraftSchema(Schema):
    """What a draft says; local days, half-open. Terms may have faults that lint shows."""

    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None, allow_none=True)
    terms = fields.Dict(keys=fields.String(), required=True)
    policies = fields.Dict(
        keys=fields.String(), values=fields.String(), load_default=None, allow_none=True
    )


class NewAmendmentSchema(DraftSchema):
    """A draft of the first or the next version of an agreement."""

    code = fields.String(required=True, validate=TEXT)
    party_id = fields.UUID(required=True)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    agreement_kind = fields.String(
        load_default="revenue_share", validate=validate.OneOf(get_args(AgreementKind))
    )
    trunks = fields.List(
        fields.String(validate=TEXT), load_default=list, validate=validate.Length(max=1000)
    )


class EndOfAgreementSchema(Schema):
    """Which agreement ends, and the first day without."""

    code = fields.String(required=True, validate=TEXT)
    on = fields.Date(required=True)


class AmendmentSchema(Schema):
    """A change, who drafted, reviewed and decided it, and what it is today."""

    id = fields.UUID()
    kind = fields.String(attribute="drafted.kind")
    agreement_kind = fields.String(attribute="drafted.agreement_kind")
    code = fields.String(attribute="drafted.code")
    party_id = fields.UUID(attribute="drafted.party_id")
    currency = fields.String(attribute="drafted.currency")
    valid_from = fields.Date(attribute="drafted.valid_from")
    valid_until = fields.Date(attribute="drafted.valid_until", allow_none=True)
    terms = fields.Dict(attribute="drafted.terms")
    policies = fields.Dict(attribute="drafted.policies", allow_none=True)
    trunks = fields.List(fields.String(), attribute="drafted.trunks")
    status = fields.String()
    standing = fields.String(allow_none=True)
    proposed_by = fields.String()
    proposed_at = fields.AwareDateTime()
    reviewed_by = fields.String(allow_none=True)
    reviewed_at = fields.AwareDateTime(allow_none=True)
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    terms_id = fields.UUID(allow_none=True)


class PartOfExampleSchema(Schema):
    """Who would be given what."""

    payee = fields.String()
    amount = fields.String()


class AmendmentFaultSchema(Schema):
    """A fault, and an event with its split that shows it."""

    level = fields.String()
    code = fields.String()
    message = fields.String()
    event = fields.Dict(keys=fields.String(), values=fields.String())
    split = fields.List(fields.Nested(PartOfExampleSchema))


class NamedPaperSchema(Schema):
    """A document, or a payout batch."""

    id = fields.UUID()
    number = fields.String()


class TouchedPapersSchema(Schema):
    """How many there are, and the first of them."""

    count = fields.Integer()
    first = fields.List(fields.Nested(NamedPaperSchema))


class ChangedPlaceSchema(Schema):
    """One place of an agreement, and what stands there; null where there is no such place."""

    place = fields.String()
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)


class TouchedSchema(Schema):
    """What a change touches in one period."""

    period = fields.String()
    is_closed = fields.Boolean()
    events = fields.Integer()
    invoices = fields.Nested(TouchedPapersSchema)
    statements = fields.Nested(TouchedPapersSchema)
    payouts = fields.Nested(TouchedPapersSchema)


class AmendmentQuery(Schema):
    """Of which agreement."""

    code = fields.String(load_default=None, validate=TEXT)


class AmendmentRejectionSchema(Schema):
    """Why a change is rejected."""

    why = fields.String(required=True, validate=TEXT)


@amendments.get("")
@requires("agreements:read")
@amendments.response(200, AmendmentSchema(many=True))
@amendments.arguments(AmendmentQuery, location="query")
def list_amendments(query: dict[str, Any]) -> list[Amendment]:
    """Changes of one agreement or all, the newest first."""
    return service.amendments(g.session, query["code"])


@amendments.post("")
@requires("agreements:write")
@amendments.response(201, AmendmentSchema)
@amendments.arguments(NewAmendmentSchema)
def draft_amendment(body: dict[str, Any]) -> Amendment:
    """Draft the first or the next version of an agreement."""
    body["trunks"] = tuple(body["trunks"])
    return service.draft(g.session, Drafted(kind=Kind.TERMS, **body))


@amendments.post("/ends")
@requires("agreements:write")
@amendments.response(201, AmendmentSchema)
@amendments.arguments(EndOfAgreementSchema)
def draft_end(body: dict[str, Any]) -> Amendment:
    """Draft the end of an agreement; what is owed then is paid whatever it comes to."""
    return service.draft_end(g.session, body["code"], body["on"])


@amendments.get("/<uuid:amendment_id>")
@requires("agreements:read")
@amendments.response(200, AmendmentSchema)
def show_amendment(amendment_id: UUID) -> Amendment:
    """One change."""
    return service.amendment(g.session, amendment_id)


@amendments.put("/<uuid:amendment_id>")
@requires("agreements:write")
@amendments.response(200, AmendmentSchema)
@amendments.arguments(DraftSchema)
def revise_amendment(body: dict[str, Any], amendment_id: UUID) -> Amendment:
    """Write a draft anew; who does so may not approve it."""
    return service.revise(g.session, amendment_id, **body)


@amendments.get("/<uuid:amendment_id>/faults")
@requires("agreements:read")
@amendments.response(200, AmendmentFaultSchema(many=True))
def list_faults(amendment_id: UUID) -> list[dict[str, Any]]:
    """What is wrong with a change, each fault with an event that shows it."""
    found = service.faults(g.session, amendment_id)
    return [each.to_plain(reader_language()) for each in found]


@amendments.get("/<uuid:amendment_id>/changes")
@requires("agreements:read")
@amendments.response(200, ChangedPlaceSchema(many=True))
def list_changes(amendment_id: UUID) -> list[Changed]:
    """What terms and policies change of the version they follow; empty for a first one."""
    return comparing.changes_of(g.session, service.amendment(g.session, amendment_id))


@amendments.get("/<uuid:amendment_id>/touched")
@requires("agreements:read")
@amendments.response(200, TouchedSchema(many=True))
def list_touched(amendment_id: UUID) -> list[Touched]:
    """Events, invoices, statements and payouts that a change touches, period by period."""
    return touching.touched(g.session, service.amendment(g.session, amendment_id).drafted)


@amendments.post("/<uuid:amendment_id>/review")
@requires("agreements:write")
@amendments.response(200, AmendmentSchema)
def review_amendment(amendment_id: UUID) -> Amendment:
    """Say that a draft is as it should be; it is not changed any more."""
    return service.review(g.session, amendment_id)


@amendments.post("/<uuid:amendment_id>/approval")
@requires("corrections:approve")
@amendments.response(200, AmendmentSchema)
def approve_amendment(amendment_id: UUID) -> Amendment:
    """Agree to what somebody else drafted; from its day on it holds."""
    return service.approve(g.session, amendment_id)


@amendments.post("/<uuid:amendment_id>/rejection")
@requires("corrections:approve", "agreements:write")
@amendments.response(200, AmendmentSchema)
@amendments.arguments(AmendmentRejectionSchema)
def reject_amendment(body: dict[str, Any], amendment_id: UUID) -> Amendment:
    """Reject a change that is not decided; nothing of it holds."""
    return service.reject(g.session, amendment_id, body["why"])
