"""Parties over HTTP: register customers, partners and carriers; keep bank accounts."""

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from settlement.parties import service
from settlement.parties.bank_account import BankAccount
from settlement.parties.party import Kind, Party, TaxUnit
from settlement.parties.standing import DatedStanding, Standing
from settlement.parties.standings import service as standings
from tenants.directory.tenant import Address
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.paging import PageQuery, page_of, page_schema, place_of

parties = Blueprint(
    "parties", __name__, url_prefix="/parties", description="Customers, partners and carriers."
)
own_bank_accounts = Blueprint(
    "own_bank_accounts",
    __name__,
    url_prefix="/own-bank-accounts",
    description="The accounts from which the operator pays.",
)

SHORT = validate.Length(max=80)


class AddressSchema(Schema):
    """A postal address; the street holds the house number."""

    street = fields.String(required=True)
    postcode = fields.String(required=True)
    city = fields.String(required=True)
    country = fields.String(required=True)


class TaxUnitSchema(Schema):
    """The part of a Polish taxpayer that buys; its own NIP, or a NIP, a hyphen and five digits."""

    kind = fields.String(required=True, validate=validate.OneOf(["local_government", "vat_group"]))
    name = fields.String(required=True)
    number = fields.String(required=True)


class TaxUnitChangeSchema(Schema):
    """Which part of its taxpayer a party is from now on; null where it is none."""

    tax_unit = fields.Nested(TaxUnitSchema, required=True, allow_none=True)


class PartySchema(Schema):
    """A customer, partner or carrier; tax number and e-mail may be empty."""

    id = fields.UUID(dump_only=True)
    kind = fields.Enum(Kind, by_value=True, required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    legal_form = fields.String(
        load_default="company", validate=validate.OneOf(["person", "couple", "company"])
    )
    jointly_with = fields.String(load_default="", metadata={"description": "The second person."})
    country = fields.String(required=True)
    tax_id = fields.String(load_default="")
    tax_unit = fields.Nested(TaxUnitSchema, load_default=None, allow_none=True)
    address = fields.Nested(AddressSchema, required=True)
    email = fields.String(load_default="")
    language = fields.String(required=True)
    currency = fields.String(required=True)
    time_zone = fields.String(required=True)


class PartyQuery(PageQuery):
    """Which parties to list."""

    kind = fields.Enum(Kind, by_value=True, load_default=None)


class BankAccountSchema(Schema):
    """An account by IBAN; without a BIC, the one that the IBAN names is taken."""

    id = fields.UUID(dump_only=True)
    holder = fields.String(required=True, validate=SHORT)
    iban = fields.String(required=True, validate=SHORT)
    bic = fields.String(load_default=None, allow_none=True, validate=SHORT)
    currency = fields.String(required=True, validate=SHORT)
    is_active = fields.Boolean(dump_only=True)


class StandingSchema(Schema):
    """How a customer is classed from a local day on; `valid_until` is the first day without."""

    customer_class = fields.String(attribute="standing.customer_class", load_default="")
    segments = fields.List(fields.String(), attribute="standing.segments", load_default=list)
    territory = fields.String(attribute="standing.territory", load_default="")
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(dump_only=True)


@parties.get("")
@requires("parties:read")
@parties.response(200, page_schema(PartySchema))
@parties.arguments(PartyQuery, location="query")
def list_parties(query: dict[str, Any]) -> dict[str, Any]:
    """Parties in the order of their codes."""
    place = place_of(query["starting_after"], parts=1)
    rows = service.parties(
        g.session,
        query["kind"],
        after=None if place is None else place[0],
        limit=query["limit"] + 1,
    )
    return page_of(rows, query["limit"], lambda party: [party.code])


@parties.post("")
@requires("parties:write")
@parties.response(201, PartySchema)
@parties.arguments(PartySchema)
def register_party(body: dict[str, Any]) -> Party:
    """Register a party."""
    address, told = Address(**body.pop("address")), body.pop("tax_unit")
    unit = TaxUnit(**told) if told else None
    registered = Party(id=g.session.ids.new(), address=address, tax_unit=unit, **body)
    return service.register(g.session, registered)


@parties.get("/<uuid:party_id>")
@requires("parties:read")
@parties.response(200, PartySchema)
def show_party(party_id: UUID) -> Party:
    """One party."""
    return service.party(g.session, party_id)


@parties.put("/<uuid:party_id>/tax-unit")
@requires("parties:write")
@parties.response(200, PartySchema)
@parties.arguments(TaxUnitChangeSchema)
def set_tax_unit(body: dict[str, Any], party_id: UUID) -> Party:
    """Say which part of its taxpayer the party is, or that it is none."""
    told = body["tax_unit"]
    return service.set_tax_unit(g.session, party_id, TaxUnit(**told) if told else None)


@parties.get("/<uuid:party_id>/bank-accounts")
@requires("parties:read")
@parties.response(200, BankAccountSchema(many=True))
def list_bank_accounts(party_id: UUID) -> list[BankAccount]:
    """Every account the party had, the newest last."""
    return service.bank_accounts(g.session, service.party(g.session, party_id).id)


@parties.post("/<uuid:party_id>/bank-accounts")
@requires("parties:write")
@parties.response(201, BankAccountSchema)
@parties.arguments(BankAccountSchema)
def set_bank_account(body: dict[str, Any], party_id: UUID) -> BankAccount:
    """Make this the account in use for its currency."""
    return service.set_bank_account(g.session, party_id, **body)


@parties.get("/<uuid:party_id>/standings")
@requires("parties:read")
@parties.response(200, StandingSchema(many=True))
def list_standings(party_id: UUID) -> list[DatedStanding]:
    """How a customer was and is classed, the earliest first."""
    return standings.standings(g.session, party_id)


@parties.post("/<uuid:party_id>/standings")
@requires("parties:write")
@parties.response(201, StandingSchema)
@parties.arguments(StandingSchema)
def set_standing(body: dict[str, Any], party_id: UUID) -> DatedStanding:
    """Class a customer from a day on."""
    said = body["standing"]
    standing = Standing(said["customer_class"], tuple(said["segments"]), said["territory"])
    return standings.set_standing(g.session, party_id, standing, body["valid_from"])


@own_bank_accounts.get("")
@requires("parties:read")
@own_bank_accounts.response(200, BankAccountSchema(many=True))
def list_own_bank_accounts() -> list[BankAccount]:
    """Every account the operator had, the newest last."""
    return service.bank_accounts(g.session, None)


@own_bank_accounts.post("")
@requires("parties:write")
@own_bank_accounts.response(201, BankAccountSchema)
@own_bank_accounts.arguments(BankAccountSchema)
def set_own_bank_account(body: dict[str, Any]) -> BankAccount:
    """Make this the account from which the operator pays in its currency."""
    return service.set_bank_account(g.session, None, **body)
