"""One version of a tariff: how a price is built from what was used.

A tariff has a section for each kind of usage it prices (`voice`, `sms`, `content`, and the same
for usage that comes in: `voice_received`, `sms_received`) and a list of fees. Customers and
carriers are priced by the same kind of tariff.

A section takes its price from exactly one place: `rates` written in it, a `deck` named by it, one
flat `price`, `prices` by product, the amount that the `record` carries, or `tiers`. README.md of
this folder describes the format that `tariff_from_plain` reads and `tariff_to_plain` writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

import polars as pl

from currencies.money import plain as amount_text
from currencies.units import minor_unit
from i18n.errors import Invalid
from settlement.catalogue.bands import Band, band_from_plain, band_to_plain
from settlement.catalogue.fee import Fee, fee_from_plain, fee_to_plain
from settlement.catalogue.plain_values import Plain, Reader, without_defaults
from settlement.catalogue.rate_deck import ValidityTurnedRound, rates_frame, rates_to_plain

SECTIONS: Final = ("voice", "sms", "content", "voice_received", "sms_received")
PRICE_SOURCES: Final = ("rates", "deck", "price", "prices", "record", "tiers")
SECONDS_PER: Final = {"second": 1, "minute": 60, "hour": 3600}


class PriceSourceUnclear(Invalid):
    """{where} must name its price in one place out of rates, deck, price, prices, record, tiers."""


class TiersOutOfOrder(Invalid):
    """{where}: the bounds of tiers must rise, and only the last tier has none."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a subscription may use in a local calendar month before it pays.

    `amount` is seconds of voice, or messages and pieces of anything else.
    """

    amount: int
    measure: Literal["connected", "rounded"] = "connected"


@dataclass(frozen=True, slots=True)
class Tier:
    """A price per unit up to and including a bound of units; None has no bound."""

    price: Decimal
    up_to: int | None = None


@dataclass(frozen=True, slots=True)
class Tiers:
    """Prices that depend on how much was used in the month (rule R30)."""

    kind: Literal["graduated", "volume"]
    steps: tuple[Tier, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """How one kind of usage is priced; increments and minimum are in seconds, or 1 piece."""

    kind: str
    source: str
    per: str = "piece"
    rates: pl.DataFrame | None = None
    deck: str | None = None
    price: Decimal | None = None
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    tiers: Tiers | None = None
    destination: str = "any"
    connection_fee: Decimal = Decimal(0)
    first_increment: int = 1
    next_increment: int = 1
    minimum_seconds: int = 0
    included_seconds: int = 0
    bands: tuple[Band, ...] = ()
    band_crossing: str = "START"
    split_tail: str = "last_band"
    allowance: Allowance | None = None

    @property
    def is_timed(self) -> bool:
        """Whether it charges seconds; otherwise it charges pieces."""
        return self.kind.startswith("voice")

    @property
    def units_per_price(self) -> int:
        """How many billed units (seconds or pieces) one price is for."""
        return SECONDS_PER.get(self.per, 1)


@dataclass(frozen=True, slots=True, eq=False)
class TariffVersion:
    """What holds from one local date until another; `id` is ours and is printed with charges."""

    id: str
    code: str
    currency: str
    valid_from: date
    valid_until: date | None
    sections: Mapping[str, Section]
    fees: tuple[Fee, ...] = ()
    charge_rounding: str = "line"


def tariff_from_plain(plain: Plain, version_id: str | None = None) -> TariffVersion:
    """Read one version; without an id, it is the code and the first day: `gold@2026-10-01`.

    Raises UnknownKey, KeyMissing, WrongValue and the errors of this module, bands and decks.
    """
    known = ("code", "currency", "valid_from", "valid_until", "charge_rounding", "fees", *SECTIONS)
    where = f"tariff {plain.get('code', '')}".strip()
    reader = Reader(plain, where, known)
    code, currency = reader.text("code"), reader.text("currency")
    minor_unit(currency)
    valid_from, valid_until = reader.day("valid_from"), reader.day_or_none("valid_until")
    if valid_until is not None and valid_from >= valid_until:
        raise ValidityTurnedRound(where=where, valid_from=valid_from, valid_until=valid_until)
    return TariffVersion(
        id=version_id or f"{code}@{valid_from.isoformat()}",
        code=code,
        currency=currency,
        valid_from=valid_from,
        valid_until=valid_until,
        sections={
            name: _section(reader.table(name), name, f"{where}, {name}")
            for name in SECTIONS
            if reader.has(name)
        },
        fees=tuple(fee_from_plain(each, where) for each in reader.tables("fees")),
        charge_rounding=reader.choice("charge_rounding", ("line", "event")),
    )


def tariff_to_plain(version: TariffVersion) -> dict[str, Any]:
    """Write a version as `tariff_from_plain` reads it, without what is the default."""
    plain: dict[str, Any] = {
        "code": version.code,
        "currency": version.currency,
        "valid_from": version.valid_from.isoformat(),
        "valid_until": version.valid_until.isoformat() if version.valid_until else None,
        "charge_rounding": version.charge_rounding,
        "fees": [fee_to_plain(fee) for fee in version.fees],
    }
    plain |= {name: _section_to_plain(section) for name, section in version.sections.items()}
    return without_defaults(plain, {"charge_rounding": "line"})


_TIMED: Final = (
    "per",
    "first_increment",
    "next_increment",
    "minimum_seconds",
    "included_seconds",
    "connection_fee",
    "band_crossing",
    "split_tail",
)


def _section(plain: Plain, kind: str, where: str) -> Section:
    timed = kind.startswith("voice")
    known = (*PRICE_SOURCES, "destination", "allowance", "bands", *(_TIMED if timed else ()))
    reader = Reader(plain, where, known)
    sources = [name for name in PRICE_SOURCES if plain.get(name) not in (None, False)]
    by_number = kind != "content"
    allowed = PRICE_SOURCES[:3] if by_number else PRICE_SOURCES[2:5]
    if len(sources) != 1 or sources[0] not in (*allowed, "tiers"):
        raise PriceSourceUnclear(where=where)
    if sources == ["record"] and reader.has("allowance"):
        raise reader.wrong("allowance", plain["allowance"], "none where the record has the amount")
    rates = rates_frame(reader.tables("rates")) if sources == ["rates"] else None
    bands = tuple(band_from_plain(each, where) for each in reader.tables("bands"))
    return Section(
        kind=kind,
        source=sources[0],
        per=reader.choice("per", ("minute", "second", "hour")) if timed else "piece",
        rates=rates,
        deck=reader.text_or_none("deck"),
        price=reader.price_or_none("price"),
        prices=_prices(reader.table("prices"), where),
        tiers=_tiers(reader.table("tiers"), where) if reader.has("tiers") else None,
        destination=reader.text("destination", "any"),
        connection_fee=reader.price("connection_fee", "0"),
        first_increment=reader.whole("first_increment", 1, least=1),
        next_increment=reader.whole("next_increment", 1, least=1),
        minimum_seconds=reader.whole("minimum_seconds", 0),
        included_seconds=reader.whole("included_seconds", 0),
        bands=bands,
        band_crossing=reader.choice("band_crossing", ("START", "SPLIT")),
        split_tail=reader.choice("split_tail", ("last_band", "clock")),
        allowance=_allowance(reader.table("allowance"), where) if reader.has("allowance") else None,
    )


def _section_to_plain(section: Section) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "destination": section.destination,
        "deck": section.deck,
        "price": None if section.price is None else amount_text(section.price),
        "prices": {code: amount_text(price) for code, price in sorted(section.prices.items())},
        "record": section.source == "record",
        "rates": None if section.rates is None else rates_to_plain(section.rates),
        "bands": [band_to_plain(band) for band in section.bands],
    }
    if section.allowance is not None:
        plain["allowance"] = {
            "amount": section.allowance.amount,
            "allowance_measure": section.allowance.measure,
        }
    if section.tiers is not None:
        plain["tiers"] = {
            "kind": section.tiers.kind,
            "steps": [
                without_defaults({"up_to": each.up_to, "price": amount_text(each.price)}, {})
                for each in section.tiers.steps
            ],
        }
    if section.is_timed:
        plain |= {name: getattr(section, name) for name in _TIMED}
        plain["connection_fee"] = amount_text(section.connection_fee)
    return without_defaults(
        plain,
        {
            "destination": "any",
            "record": False,
            "per": "minute",
            "connection_fee": "0",
            "first_increment": 1,
            "next_increment": 1,
            "minimum_seconds": 0,
            "included_seconds": 0,
            "band_crossing": "START",
            "split_tail": "last_band",
        },
    )


def _prices(plain: Plain, where: str) -> dict[str, Decimal]:
    reader = Reader(plain, f"{where}, prices", plain)
    return {code: reader.price(code) for code in plain}


def _allowance(plain: Plain, where: str) -> Allowance:
    reader = Reader(plain, f"{where}, allowance", ("amount", "allowance_measure"))
    rounded = reader.choice("allowance_measure", ("connected", "rounded")) == "rounded"
    return Allowance(reader.whole("amount"), "rounded" if rounded else "connected")


def _tiers(plain: Plain, where: str) -> Tiers:
    reader = Reader(plain, f"{where}, tiers", ("kind", "steps"))
    volume = reader.choice("kind", ("graduated", "volume")) == "volume"
    steps = []
    for each in reader.tables("steps"):
        step = Reader(each, f"{where}, tiers", ("up_to", "price"))
        steps.append(Tier(step.price("price"), step.whole_or_none("up_to", least=1)))
    bounds = [step.up_to for step in steps]
    inner = [bound for bound in bounds[:-1] if bound is not None]
    if not steps or bounds[-1] is not None or len(inner) < len(steps) - 1:
        raise TiersOutOfOrder(where=where)
    if any(low >= high for low, high in zip(inner, inner[1:], strict=False)):
        raise TiersOutOfOrder(where=where)
    return Tiers("volume" if volume else "graduated", tuple(steps))
