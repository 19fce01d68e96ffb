"""Netting over HTTP: agreements, proposals, the consent of the other side, booking."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from currencies.fixing import Fixing
from settlement.ledger.accounts import Account
from settlement.netting import service
from settlement.netting.offset import Acceptance, NettingAgreement, Offset, Status
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

netting_agreements = Blueprint("netting_agreements", __name__, url_prefix="/netting-agreements")
offsets = Blueprint("offsets", __name__, url_prefix="/offsets")

CURRENCY = validate.Length(equal=3)
CODE = validate.Regexp(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")


class FixingSchema(Schema):
    """Whose rate of which day brings currencies together."""

    source = fields.String(required=True, validate=validate.Length(1, 20))
    day = fields.String(
        required=True,
        validate=validate.OneOf(["PL_previous_business_day", "previous_business_day", "on_date"]),
    )
    calendar = fields.String(load_default="ECB", validate=validate.OneOf(["PL", "ECB"]))
    pivot = fields.String(load_default=None, allow_none=True, validate=CURRENCY)


class NettingAgreementSchema(Schema):
    """Who nets with us, and from which amounts on; with `agreed_or_silent`, silence agrees to an
    offset the day after `silence_days`.
    """

    id = fields.UUID(dump_only=True)
    code = fields.String(required=True, validate=CODE)
    parties = fields.List(
        fields.String(), required=True, load_only=True, validate=validate.Length(1, 100)
    )
    party_ids = fields.List(fields.UUID(), dump_only=True)
    thresholds = fields.List(MoneyField(), required=True, load_only=True)
    net_from = fields.List(MoneyField(), dump_only=True)
    currency = fields.String(load_default=None, allow_none=True, validate=CURRENCY)
    fixing = fields.Nested(FixingSchema, load_default=None, allow_none=True)
    acceptance = fields.Enum(Acceptance, by_value=True, load_default=Acceptance.AGREED)
    silence_days = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 365)
    )
    declared_by = fields.String(dump_only=True)
    declared_at = fields.AwareDateTime(dump_only=True)
    ended_at = fields.AwareDateTime(dump_only=True, allow_none=True)


class OffsetLineSchema(Schema):
    """The part of a balance that is set off."""

    party_id = fields.UUID()
    account = fields.Enum(Account, by_value=True)
    amount = MoneyField()
    counted = MoneyField()


class ConsentSchema(Schema):
    """That a party agreed."""

    party_id = fields.UUID()
    agreed_by = fields.String()
    agreed_at = fields.AwareDateTime()
    reference = fields.String()
    is_silent = fields.Boolean()


class OffsetSchema(Schema):
    """One offset with its lines and consents."""

    id = fields.UUID()
    agreement_id = fields.UUID()
    number = fields.String()
    status = fields.Enum(Status, by_value=True)
    payable = MoneyField()
    receivable = MoneyField()
    amount = MoneyField()
    netted_on = fields.Date()
    silent_from = fields.Date(allow_none=True)
    lines = fields.List(fields.Nested(OffsetLineSchema))
    consents = fields.List(fields.Nested(ConsentSchema))
    proposed_by = fields.String()
    proposed_at = fields.AwareDateTime()
    booked_by = fields.String(allow_none=True)
    booked_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String()


class OffsetProposalSchema(Schema):
    """Under which agreement to propose."""

    agreement = fields.String(required=True, validate=CODE)


class OffsetConsentSchema(Schema):
    """Which party agreed and where it says so; a party's own user names neither."""

    party_id = fields.UUID(load_default=None)
    reference = fields.String(load_default="", validate=validate.Length(max=200))


class OffsetRefusalSchema(Schema):
    """Why an offset is refused."""

    reason = fields.String(required=True, validate=validate.Length(1, 1000))


@netting_agreements.get("")
@requires("payouts:read")
@netting_agreements.response(200, NettingAgreementSchema(many=True))
def list_agreements() -> list[NettingAgreement]:
    """Who nets with us, by code."""
    return service.agreements(g.session)


@netting_agreements.post("")
@requires("agreements:write")
@netting_agreements.response(201, NettingAgreementSchema)
@netting_agreements.arguments(NettingAgreementSchema)
def declare(body: dict[str, Any]) -> NettingAgreement:
    """Declare that a party, or several as one group, net with us."""
    thresholds = {str(each.currency.code): each for each in body["thresholds"]}
    fixing = Fixing(**body["fixing"]) if body["fixing"] else None
    return service.declare(
        g.session,
        body["code"],
        body["parties"],
        thresholds,
        body["currency"],
        fixing,
        body["acceptance"],
        body["silence_days"],
    )


@netting_agreements.post("/<netting_code>/end")
@requires("agreements:write")
@netting_agreements.response(200, NettingAgreementSchema)
def end(netting_code: str) -> NettingAgreement:
    """End an agreement; its open offsets can still be booked or refused."""
    return service.end(g.session, netting_code)


@offsets.get("")
@requires("payouts:read", "own-offsets:agree")
@offsets.response(200, OffsetSchema(many=True))
def list_offsets() -> list[Offset]:
    """Offsets, the newest first; a partner or carrier sees its own lines only."""
    return service.offsets(g.session)


@offsets.post("")
@requires("payouts:propose")
@offsets.response(201, OffsetSchema(many=True))
@offsets.arguments(OffsetProposalSchema)
def propose(body: dict[str, Any]) -> list[Offset]:
    """Propose what can be set off today under an agreement."""
    return service.propose(g.session, body["agreement"])


@offsets.get("/<uuid:offset_id>")
@requires("payouts:read", "own-offsets:agree")
@offsets.response(200, OffsetSchema)
def show_offset(offset_id: UUID) -> Offset:
    """One offset."""
    return service.offset(g.session, offset_id)


@offsets.post("/<uuid:offset_id>/consent")
@requires("payouts:approve", "own-offsets:agree")
@offsets.response(200, OffsetSchema)
@offsets.arguments(OffsetConsentSchema)
def agree(body: dict[str, Any], offset_id: UUID) -> Offset:
    """Agree to an offset, or note that a party agreed in writing."""
    return service.agree(g.session, offset_id, body["party_id"], body["reference"])


@offsets.post("/<uuid:offset_id>/refusal")
@requires("payouts:approve", "payouts:propose", "own-offsets:agree")
@offsets.response(200, OffsetSchema)
@offsets.arguments(OffsetRefusalSchema)
def refuse(body: dict[str, Any], offset_id: UUID) -> Offset:
    """Refuse an offset that is not booked."""
    return service.refuse(g.session, offset_id, body["reason"])


@offsets.post("/<uuid:offset_id>/booking")
@requires("payouts:approve")
@offsets.response(200, OffsetSchema)
def book(offset_id: UUID) -> Offset:
    """Book an agreed offset that somebody else proposed."""
    return service.book(g.session, offset_id)
