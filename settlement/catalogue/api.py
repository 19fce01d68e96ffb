"""The catalogue over HTTP: tariffs, promotions, and rate decks as files."""

import datetime as dt
from typing import Any

from flask import g, request
from marshmallow import Schema, fields, validate

from currencies.fields import AmountField
from mediation.encodings import ENCODINGS
from settlement.catalogue import service
from settlement.catalogue.deck_import import DELIMITERS, DeckLayout
from settlement.catalogue.deck_reading import FIELDS, Spelling
from settlement.catalogue.decks import service as deck_prices
from settlement.catalogue.promotion import Promotion, promotion_to_plain
from settlement.catalogue.promotions import service as published
from settlement.catalogue.published import Deck, DeckImport, PublishedTariff
from tenants.values import fields_of
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

tariffs = Blueprint(
    "tariffs", __name__, url_prefix="/tariffs", description="At which price, in dated versions."
)
promotions = Blueprint(
    "promotions", __name__, url_prefix="/promotions", description="What is taken off charges."
)
rate_decks = Blueprint(
    "rate_decks", __name__, url_prefix="/rate-decks", description="Prices by number prefix."
)

TEXT = validate.Length(min=1, max=200)


class TariffSchema(Schema):
    """A version of a tariff; amounts in its terms are texts. `valid_until` is the day without."""

    id = fields.UUID(dump_only=True)
    code = fields.String(required=True, validate=TEXT)
    name = fields.String(required=True, validate=TEXT)
    version = fields.Integer(dump_only=True)
    currency = fields.String(dump_only=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None, allow_none=True)
    terms = fields.Dict(keys=fields.String(), required=True)
    findings = fields.List(fields.Dict(), dump_only=True)


class PromotionSchema(Schema):
    """What is taken off charges, whose and how long; the format stands in the catalogue."""

    code = fields.String(required=True, validate=TEXT)
    name = fields.String(required=True, validate=TEXT)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None, allow_none=True)
    terms = fields.Dict(keys=fields.String(), required=True)
    findings = fields.List(fields.Dict(), dump_only=True)


class DeckSchema(Schema):
    """A rate deck."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    currency = fields.String()


class FindingSchema(Schema):
    """A row that was left out, and why; `event` is usage that it would have priced."""

    line = fields.Integer()
    reason = fields.String()
    text = fields.String()
    event = fields.Dict()


class DeckImportSchema(Schema):
    """What an import did. `was_known`: the same content was there, and nothing changed."""

    id = fields.UUID()
    deck_id = fields.UUID()
    valid_from = fields.Date()
    sha256 = fields.String()
    rates = fields.Integer()
    ended = fields.Integer()
    findings = fields.List(fields.Nested(FindingSchema))
    was_known = fields.Boolean()


class ImportQuery(Schema):
    """From when the prices hold, and whether unreadable rows are knowingly left out."""

    valid_from = fields.Date(required=True)
    leave_out_findings = fields.Boolean(load_default=False)


class DeckFileQuery(ImportQuery):
    """How a delimited file is written: its columns by heading, or by number from 1."""

    name = fields.String(required=True, validate=TEXT)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    columns = fields.List(
        fields.String(validate=validate.Regexp(rf"({'|'.join(FIELDS)}):.{{1,100}}")),
        required=True,
        metadata={"description": "field:heading or field:number, once for each column"},
    )
    delimiter = fields.String(load_default=",", validate=validate.OneOf(DELIMITERS))
    encoding = fields.String(load_default="utf-8", validate=validate.OneOf(list(ENCODINGS)))
    decimal = fields.String(load_default=".", validate=validate.OneOf([".", ","]))
    unit_factor = AmountField(load_default=Spelling().unit_factor)
    remove_prefix = fields.String(load_default="", validate=validate.Regexp("[0-9]{0,10}$"))
    add_prefix = fields.String(load_default="", validate=validate.Regexp("[0-9]{0,10}$"))


class RateCardQuery(ImportQuery):
    """Which card of the document; its only one, where none is named."""

    card = fields.String(load_default=None, validate=TEXT)


class RateCardImportSchema(DeckImportSchema):
    """What an import did, and what the card says of charges, which its tariff has to say."""

    remarks = fields.List(fields.String())


@tariffs.get("")
@requires("catalogue:read")
@tariffs.response(200, TariffSchema(many=True))
def list_tariffs() -> list[PublishedTariff]:
    """Every version of every tariff, by code and first day."""
    return service.published_tariffs(g.session)


@tariffs.post("")
@requires("catalogue:write")
@tariffs.response(201, TariffSchema)
@tariffs.arguments(TariffSchema)
def publish_tariff(body: dict[str, Any]) -> PublishedTariff:
    """Publish a version; the open-ended one before it ends where this begins."""
    return service.publish_tariff(g.session, **body)


@promotions.get("")
@requires("catalogue:read")
@promotions.response(200, PromotionSchema(many=True))
def list_promotions() -> list[dict[str, Any]]:
    """All promotions in the order of their codes."""
    return [_told(each) for each in published.promotions(g.session)]


@promotions.post("")
@requires("catalogue:write")
@promotions.response(201, PromotionSchema)
@promotions.arguments(PromotionSchema)
def publish_promotion(body: dict[str, Any]) -> dict[str, Any]:
    """Publish a promotion; the same again changes nothing. What lint says of it is answered."""
    new = published.publish_promotion(g.session, **body)
    findings = published.findings_of(g.session, new)
    return _told(new) | {"findings": [each.to_plain() for each in findings]}


@rate_decks.get("")
@requires("catalogue:read")
@rate_decks.response(200, DeckSchema(many=True))
def list_decks() -> list[Deck]:
    """All decks in the order of their codes."""
    return deck_prices.decks(g.session)


@rate_decks.get("/<code>/imports")
@requires("catalogue:read")
@rate_decks.response(200, DeckImportSchema(many=True))
def list_imports(code: str) -> list[DeckImport]:
    """What a deck was given, the newest last."""
    return deck_prices.deck_imports(g.session, code)


@rate_decks.post("/<code>/imports")
@requires("catalogue:write")
@rate_decks.response(201, DeckImportSchema)
@rate_decks.arguments(DeckFileQuery, location="query")
def import_file(query: dict[str, Any], code: str) -> DeckImport:
    """Import a delimited file, sent as the body; the same file again changes nothing."""
    return service.import_deck_file(
        g.session,
        code,
        query["name"],
        query["currency"],
        request.get_data(),
        layout_of(query),
        query["valid_from"],
        query["leave_out_findings"],
    )


@rate_decks.post("/<code>/rate-cards")
@requires("catalogue:write")
@rate_decks.response(201, RateCardImportSchema)
@rate_decks.arguments(RateCardQuery, location="query")
def import_rate_card(query: dict[str, Any], code: str) -> dict[str, Any]:
    """Import one card of an open rate card, sent as the body."""
    valid_from: dt.date = query["valid_from"]
    imported, card = service.import_rate_card(
        g.session,
        code,
        request.get_data(),
        valid_from,
        query["card"],
        query["leave_out_findings"],
    )
    return fields_of(DeckImport, imported) | {"remarks": card.remarks}


def _told(promotion: Promotion) -> dict[str, Any]:
    facts = {name: getattr(promotion, name) for name in ("code", "name")}
    days = {"valid_from": promotion.valid_from, "valid_until": promotion.valid_until}
    return facts | days | {"terms": promotion_to_plain(promotion)}


def layout_of(query: dict[str, Any]) -> DeckLayout:
    """How a file is written, as its query says."""
    named = dict(column.split(":", 1) for column in query["columns"])
    are_numbers = all(column.isascii() and column.isdigit() for column in named.values())
    columns = {name: int(column) if are_numbers else column for name, column in named.items()}
    spelling = {name: query[name] for name in Spelling._fields}
    return DeckLayout(columns, query["delimiter"], query["encoding"], Spelling(**spelling))
