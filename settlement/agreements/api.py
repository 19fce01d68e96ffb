"""Agreements over HTTP: contracts with customers, terms with partners and carriers."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from settlement.agreements import service
from settlement.agreements.agreed import AgreedTerms
from settlement.agreements.contract import (
    Contract,
    NewContract,
    NewSubscription,
    Subscription,
)
from settlement.agreements.contracts import service as signed
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.paging import PageQuery, page_of, page_schema, place_of

contracts = Blueprint(
    "contracts", __name__, url_prefix="/contracts", description="Contracts with customers."
)
revenue_shares = Blueprint(
    "revenue_shares", __name__, url_prefix="/revenue-shares", description="Terms with partners."
)
interconnects = Blueprint(
    "interconnects", __name__, url_prefix="/interconnects", description="Terms with carriers."
)

TEXT = validate.Length(min=1, max=200)
POLICIES = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)


class ValiditySchema(Schema):
    """Local days, half-open: `valid_until` is the first day without, null for no end."""

    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None, allow_none=True)


class NewSubscriptionSchema(Schema):
    """A product at a tariff; without days of its own it has those of its contract."""

    product = fields.String(required=True, validate=TEXT)
    tariff = fields.String(required=True, validate=TEXT)
    identifiers = fields.List(
        fields.String(), load_default=list, validate=validate.Length(max=1000)
    )
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)


class NewContractSchema(ValiditySchema):
    """A contract to be signed; customers are named by their codes.

    The customer is the subscriber. Who applied, and who is sent the invoice, may be another one.
    """

    number = fields.String(required=True, validate=TEXT)
    customer = fields.String(required=True, validate=TEXT)
    applicant = fields.String(load_default=None, allow_none=True, validate=TEXT)
    payer = fields.String(load_default=None, allow_none=True, validate=TEXT)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    payment_days = fields.Integer(load_default=14, strict=True)
    policies = POLICIES
    subscriptions = fields.List(
        fields.Nested(NewSubscriptionSchema), load_default=list, validate=validate.Length(max=1000)
    )


class ContractSchema(ValiditySchema):
    """A signed contract."""

    id = fields.UUID()
    number = fields.String()
    customer_id = fields.UUID()
    applicant_id = fields.UUID(allow_none=True)
    payer_id = fields.UUID(allow_none=True)
    currency = fields.String()
    payment_days = fields.Integer()
    policies = fields.Dict()


class SubscriptionSchema(ValiditySchema):
    """A subscription under a contract."""

    id = fields.UUID()
    product_id = fields.UUID()
    tariff_id = fields.UUID()


class ContractQuery(PageQuery):
    """Whose contracts to list."""

    customer_id = fields.UUID(load_default=None)


class EndSchema(Schema):
    """The first local day without."""

    on = fields.Date(required=True)


class TermsSchema(ValiditySchema):
    """One version of the terms of an agreement; amounts and rates in it are texts."""

    terms_id = fields.UUID(dump_only=True)
    agreement_id = fields.UUID(dump_only=True)
    code = fields.String(required=True, validate=TEXT)
    party_id = fields.UUID(required=True)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    version = fields.Integer(dump_only=True)
    terms = fields.Dict(keys=fields.String(), required=True)
    policies = fields.Dict(keys=fields.String(), values=fields.String(), load_default=None)


class InterconnectTermsSchema(TermsSchema):
    """Terms with a carrier, and the trunks that carry its traffic."""

    trunks = fields.List(
        fields.String(), load_default=list, load_only=True, validate=validate.Length(max=1000)
    )


@contracts.get("")
@requires("agreements:read")
@contracts.response(200, page_schema(ContractSchema))
@contracts.arguments(ContractQuery, location="query")
def list_contracts(query: dict[str, Any]) -> dict[str, Any]:
    """Contracts in the order of their numbers."""
    place = place_of(query["starting_after"], parts=1)
    after = None if place is None else place[0]
    rows = signed.contracts(g.session, query["customer_id"], after, query["limit"] + 1)
    return page_of(rows, query["limit"], lambda contract: [contract.number])


@contracts.post("")
@requires("agreements:write")
@contracts.response(201, ContractSchema)
@contracts.arguments(NewContractSchema)
def sign_contract(body: dict[str, Any]) -> Contract:
    """Sign a contract with its subscriptions and their identifiers, all or none."""
    wanted = tuple(_subscription(each) for each in body.pop("subscriptions"))
    return signed.load_contracts(g.session, [NewContract(subscriptions=wanted, **body)])[0]


@contracts.get("/<uuid:contract_id>")
@requires("agreements:read")
@contracts.response(200, ContractSchema)
def show_contract(contract_id: UUID) -> Contract:
    """One contract."""
    return signed.contract(g.session, contract_id)


@contracts.get("/<uuid:contract_id>/subscriptions")
@requires("agreements:read")
@contracts.response(200, SubscriptionSchema(many=True))
def list_subscriptions(contract_id: UUID) -> list[Subscription]:
    """The subscriptions under a contract, in the order in which they began."""
    return signed.subscriptions(g.session, signed.contract(g.session, contract_id).id)


@contracts.post("/<uuid:contract_id>/subscriptions")
@requires("agreements:write")
@contracts.response(201, SubscriptionSchema)
@contracts.arguments(NewSubscriptionSchema)
def subscribe(body: dict[str, Any], contract_id: UUID) -> Subscription:
    """Add a subscription, with its identifiers."""
    contract = signed.contract(g.session, contract_id)
    body["valid_from"] = body["valid_from"] or contract.valid_from
    return signed.subscribe(g.session, contract_id, **body)


@contracts.post("/<uuid:contract_id>/termination")
@requires("agreements:write")
@contracts.response(200, ContractSchema)
@contracts.arguments(EndSchema)
def terminate_contract(body: dict[str, Any], contract_id: UUID) -> Contract:
    """End a contract, its subscriptions and their identifiers."""
    return signed.terminate(g.session, contract_id, body["on"])


@revenue_shares.get("")
@requires("agreements:read")
@revenue_shares.response(200, TermsSchema(many=True))
def list_revenue_shares() -> list[AgreedTerms]:
    """Every version of every revenue share, by code and first day."""
    return service.share_agreements(g.session, *service.ALWAYS)


@revenue_shares.post("")
@requires("agreements:write")
@revenue_shares.response(201, TermsSchema)
@revenue_shares.arguments(TermsSchema)
def agree_share(body: dict[str, Any]) -> AgreedTerms:
    """Agree a revenue share with a partner, or the next version of one."""
    code, partner_id = body.pop("code"), body.pop("party_id")
    return service.agree_share_at_once(g.session, code, partner_id, **body)


@interconnects.get("")
@requires("agreements:read")
@interconnects.response(200, TermsSchema(many=True))
def list_interconnects() -> list[AgreedTerms]:
    """Every version of every interconnect agreement, by code and first day."""
    return service.interconnect_terms(g.session, *service.ALWAYS)


@interconnects.post("")
@requires("agreements:write")
@interconnects.response(201, TermsSchema)
@interconnects.arguments(InterconnectTermsSchema)
def agree_interconnect(body: dict[str, Any]) -> AgreedTerms:
    """Agree interconnect with a carrier, or the next version of it."""
    code, carrier_id = body.pop("code"), body.pop("party_id")
    return service.agree_interconnect_at_once(g.session, code, carrier_id, **body)


def _subscription(body: dict[str, Any]) -> NewSubscription:
    return NewSubscription(**body | {"identifiers": tuple(body["identifiers"])})
