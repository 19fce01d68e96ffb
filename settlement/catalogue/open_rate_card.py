"""Read an open rate card: the JSON in which carriers publish prices (Interconnect Made Easy 1.0).

    {"name": ..., "schema_version": "1.0.0", "version": "1.0", "date": "2024-06-01",
     "effective_date": "2024-06-01T00:00:00Z", "expiry_date": "2024-12-31T23:59:59Z",
     "timezone": "UTC",
     "cards": {"default": {"name", "type", "currency", "endpoint",
                           "fields": [{"name": "prefix"}, {"name": "rate"}, ...],
                           "rate": {"default_initial": 60, "default_pulse": 60, "connection": 0},
                           "rates": [["441", 0.012, ...], ...]}}}

Specification: github.com/connexcs/open-rate-card, SPECIFICATION.md. Unknown fields are ignored, as
it demands. A row holds from its own `effective_date`, else from that of the document. The document
expires after the last second that `expiry_date` names; our validity is half-open, so it ends on the
day after. What a card says about rounding is not of a deck but of the tariff that names it; it is
handed on in `remarks`, so that whoever publishes that tariff sees it.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from currencies.units import minor_unit
from i18n.errors import Invalid
from i18n.locale import Words, _
from settlement.catalogue.deck_reading import DeckRead, Spelling, WrittenRow, read_rows
from tenants.web.strict_json import loads

OUR_NAMES: Final = {
    "prefix": "prefix",
    "name": "destination",
    "rate": "price",
    "connection_fee": "connection_fee",
    "initial_interval": "first_increment",
    "billing_interval": "next_increment",
    "effective_date": "valid_from",
}


class NotARateCard(Invalid):
    """The document is not a rate card: {reason}. Ask the sender for one of schema version 1."""


class CardMissing(Invalid):
    """The document has no card {card}. Its cards are: {found}."""


class RateCard(NamedTuple):
    """One card as a deck: its name and currency, its prices, and what else it says of charges."""

    name: str
    currency: str
    deck: DeckRead
    remarks: tuple[str, ...]


def read_rate_card(content: bytes, valid_from: dt.date, card: str | None = None) -> RateCard:
    """Read one card of a document; without a name, its only card.

    Rows with neither a day of their own nor of the document hold from `valid_from`. Raises BadJson,
    NotARateCard, CardMissing and UnknownCurrency; single rows never raise.
    """
    document = loads(content)
    _require_document(document)
    chosen = _chosen(document["cards"], card)
    zone = _zone(document.get("timezone", "UTC"))
    begins = _first_day(document.get("effective_date"), zone) or valid_from
    ends = _day_after(document.get("expiry_date"), zone)
    minor_unit(chosen["currency"])
    rows = _rows(chosen, zone, {"valid_until": ends.isoformat()} if ends else {})
    return RateCard(
        name=f"{document['name']}: {chosen['name']}",
        currency=chosen["currency"],
        deck=read_rows(rows, begins, Spelling()),
        remarks=_remarks(chosen),
    )


def _require_document(document: object) -> None:
    required = ("name", "schema_version", "version", "date", "cards")
    if not isinstance(document, dict):
        raise NotARateCard(reason=Words(_("it is not a JSON object")))
    missing = [key for key in required if key not in document]
    if missing:
        raise NotARateCard(reason=Words(_("it has no {what}"), what=", ".join(missing)))
    if not isinstance(document["cards"], dict):
        raise NotARateCard(reason=Words(_("its cards are not an object")))
    version = str(document["schema_version"])
    if version.partition(".")[0] != "1":
        raise NotARateCard(
            reason=Words(_("it is of schema version {version}"), version=version[:20])
        )


def _chosen(cards: Mapping[str, Any], wanted: str | None) -> Mapping[str, Any]:
    name = next(iter(cards)) if wanted is None and len(cards) == 1 else wanted
    card = cards.get(name or "")
    if not isinstance(card, dict):
        raise CardMissing(card=wanted or Words(_("to choose by itself")), found=", ".join(cards))
    for key in ("name", "type", "currency", "endpoint"):
        if not isinstance(card.get(key), str):
            raise NotARateCard(reason=Words(_("its card {name} has no {key}"), name=name, key=key))
    for key in ("fields", "rates"):
        if not isinstance(card.get(key), list):
            raise NotARateCard(reason=Words(_("its card {name} has no {key}"), name=name, key=key))
    return card


def _rows(
    card: Mapping[str, Any], zone: dt.tzinfo, of_document: Mapping[str, str]
) -> Iterator[WrittenRow]:
    columns = [field.get("name") if isinstance(field, dict) else None for field in card["fields"]]
    if "prefix" not in columns or "rate" not in columns:
        raise NotARateCard(reason=Words(_("its fields lack the prefix or the rate")))
    defaults = dict(of_document) | _defaults(card.get("rate"))
    for number, row in enumerate(card["rates"], start=1):
        yield WrittenRow(number, defaults | _fields(row, columns, zone))


def _defaults(rate: object) -> dict[str, str]:
    plain = rate if isinstance(rate, dict) else {}
    named = {
        "connection_fee": plain.get("connection"),
        "first_increment": plain.get("default_initial"),
        "next_increment": plain.get("default_pulse"),
    }
    return {name: _written(value) for name, value in named.items() if value is not None}


def _fields(row: object, columns: Sequence[str | None], zone: dt.tzinfo) -> dict[str, str]:
    if not isinstance(row, list) or len(row) != len(columns):
        # Fields that do not line up with values could be anything; the row is shown whole.
        return {"prefix": f"row of {len(row) if isinstance(row, list) else 0} values"}
    fields = {}
    for column, value in zip(columns, row, strict=True):
        if column in OUR_NAMES and value is not None:
            fields[OUR_NAMES[column]] = _written(value)
    if "T" in fields.get("valid_from", ""):
        fields["valid_from"] = _local_day(fields["valid_from"], zone)
    return fields


def _local_day(text: str, zone: dt.tzinfo) -> str:
    """The day of a row's instant; what is none stays as it is and becomes a finding."""
    try:
        return str(_first_day(text, zone))
    except NotARateCard:
        return text


def _written(value: object) -> str:
    # bool is an int in Python, and true is not a price.
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return repr(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _remarks(card: Mapping[str, Any]) -> tuple[str, ...]:
    remarks = []
    for key in ("rate", "charge"):
        rules = card.get(key)
        if isinstance(rules, dict) and "rounding" in rules:
            places = rules.get("precision", "all")
            remarks.append(f"{key}: rounded {rules['rounding']} to {places} decimals")
    return tuple(remarks)


def _zone(name: object) -> dt.tzinfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NotARateCard(
            reason=Words(_("there is no time zone {name}"), name=str(name)[:40])
        ) from None


def _first_day(text: object, zone: dt.tzinfo) -> dt.date | None:
    moment = _instant(text, zone)
    return moment.date() if moment else None


def _day_after(text: object, zone: dt.tzinfo) -> dt.date | None:
    """The first day without: the day itself at midnight, else the day after the moment named."""
    moment = _instant(text, zone)
    if moment is None:
        return None
    return moment.date() if moment.time() == dt.time() else moment.date() + dt.timedelta(days=1)


def _instant(text: object, zone: dt.tzinfo) -> dt.datetime | None:
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(str(text))
    except ValueError:
        raise NotARateCard(
            reason=Words(_("{text} is not an instant"), text=str(text)[:40])
        ) from None
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
