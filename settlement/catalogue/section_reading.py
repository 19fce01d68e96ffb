"""Read and write sections of tariffs as plain tables; README.md of this folder has the format."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, NamedTuple

import polars as pl

from currencies.money import plain as amount_text
from i18n.errors import Invalid
from i18n.locale import Words, _, one_of
from settlement.catalogue.allowance import (
    ORDERS,
    Allowance,
    allowances_from_plain,
    allowances_to_plain,
)
from settlement.catalogue.bands import DAYS, HOLIDAY, Band, Holidays, band_from_plain, band_to_plain
from settlement.catalogue.conditions import UNIT, conditions_from_plain, conditions_to_plain
from settlement.catalogue.measures import MEASURED, may_be_priced, measures_of
from settlement.catalogue.plain_values import Place, Plain, Reader, without_defaults
from settlement.catalogue.rate_deck import rates_frame, rates_to_plain
from settlement.catalogue.section import Case, Section
from settlement.catalogue.tiers import tiers_from_plain, tiers_to_plain

PRICE_SOURCES: Final = ("rates", "deck", "price", "prices", "record", "tiers")


class PriceSourceUnclear(Invalid):
    """{where} must name its price in one place out of rates, deck, price, prices, record, tiers."""


_COUNTED: Final = ("per", "first_increment", "next_increment", "connection_fee")
_NUMBERED: Final = ("zones", "rated_number", "portability")
_TIMED: Final = (
    *_COUNTED,
    *_NUMBERED,
    "minimum_seconds",
    "included_seconds",
    "band_crossing",
    "split_tail",
)
_ALLOWANCES: Final = ("allowance", "allowances", "allowance_order")
_ALWAYS: Final = (*PRICE_SOURCES, "destination", *_ALLOWANCES, "bands")
# What a section may say besides its price, by the kind of usage.
_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "voice": _TIMED,
    "sms": _NUMBERED,
    "content": (),
    "data": _COUNTED,
    "meter": ("per",),
}
_BY_NUMBER: Final = ("rates", "deck", "price", "tiers")
_SOURCES: Final = {
    "voice": _BY_NUMBER,
    "sms": _BY_NUMBER,
    "content": ("price", "prices", "record", "tiers"),
    "data": ("price", "prices", "record", "tiers"),
    "meter": ("price", "tiers"),
}


class OfTariff(NamedTuple):
    """What a tariff says for all of its sections."""

    calendar: str | None = None
    holiday_weekday: Holidays = None


def section_from_plain(plain: Plain, kind: str, where: str, tariff: OfTariff) -> Section:
    """Read a section of the kind of usage that it is named by. Raises PriceSourceUnclear."""
    reader = Reader(plain, where, plain)
    own = {key: value for key, value in plain.items() if key != "cases"}
    section = _section(own, kind, where, tariff)
    return replace(section, cases=tuple(_cases(reader, kind, tariff)))


def _cases(section: Reader, kind: str, tariff: OfTariff) -> Iterator[Case]:
    names = set()
    for each in section.tables("cases"):
        reader = Reader(each, f"{section.where}, cases", each)
        name = reader.text("name")
        if name in names:
            raise reader.wrong("name", name, Words(_("a name of its own for each case")))
        names.add(name)
        inside = f"{section.where}, case {name}"
        own = {key: value for key, value in each.items() if key not in ("name", "when")}
        conditions = conditions_from_plain(reader.table("when"), inside)
        _require_units(reader, conditions.get(UNIT, ()), kind)
        yield Case(name, conditions, replace(_section(own, kind, inside, tariff), case=name))


def _require_units(case: Reader, units: Iterable[str], kind: str) -> None:
    """Refuse a unit that no event of the kind of usage is counted in."""
    known = sorted({measure.unit for measure in measures_of(kind).values()})
    for unit in units:
        if unit not in known:
            raise case.wrong(UNIT, unit, one_of(known))


def _section(plain: Plain, kind: str, where: str, tariff: OfTariff) -> Section:
    service = kind.removesuffix("_received")
    reader = Reader(plain, where, (*_ALWAYS, *_KEYS[service]))
    source = _source(reader, service)
    section = Section(
        kind=kind,
        source=source,
        per=reader.choice("per", tuple(measures_of(kind))),
        rates=_rates(reader) if source == "rates" else None,
        deck=reader.text_or_none("deck"),
        price=reader.price_or_none("price"),
        prices=_prices(reader.table("prices"), where),
        tiers=tiers_from_plain(reader.table("tiers"), where) if source == "tiers" else None,
        destination=reader.text("destination", "any"),
        connection_fee=reader.price("connection_fee", "0"),
        first_increment=reader.whole("first_increment", 1, least=1),
        next_increment=reader.whole("next_increment", 1, least=1),
        minimum_seconds=reader.whole("minimum_seconds", 0),
        included_seconds=reader.whole("included_seconds", 0),
        bands=_bands(reader, tariff),
        band_crossing=reader.choice("band_crossing", ("START", "SPLIT")),
        split_tail=reader.choice("split_tail", ("last_band", "clock")),
        allowances=_allowances(reader),
        allowance_order=reader.choice("allowance_order", ORDERS),
        zones=_zones(reader, source),
        rated_number=reader.choice("rated_number", ("called", "caller")),
        portability=reader.choice("portability", ("as_of_call", "ignored")),
        calendar=tariff.calendar,
        holiday_weekday=tariff.holiday_weekday,
    )
    _require_exact(section, reader)
    return section


def _source(reader: Reader, service: str) -> str:
    named = [name for name in PRICE_SOURCES if reader.plain.get(name) not in (None, False)]
    if len(named) != 1 or named[0] not in _SOURCES[service]:
        raise PriceSourceUnclear(where=Place(reader.where))
    return named[0]


def _rates(reader: Reader) -> pl.DataFrame:
    return rates_frame(reader.tables("rates"), by_zone=reader.has("zones"))


def _rates_to_plain(section: Section) -> list[dict[str, Any]] | None:
    if section.rates is None:
        return None
    return rates_to_plain(section.rates, by_zone=section.is_by_zone)


def _zones(reader: Reader, source: str) -> str | None:
    plan = reader.text_or_none("zones")
    if plan is not None and source not in ("rates", "deck"):
        wanted = _("it beside rates of its zones, or beside a deck, to name where calls go")
        raise reader.wrong("zones", plan, Words(wanted))
    return plan


def _bands(reader: Reader, tariff: OfTariff) -> tuple[Band, ...]:
    bands = tuple(band_from_plain(each, reader.where) for each in reader.tables("bands"))
    if tariff.calendar is None:
        for window in (window for band in bands for window in band.windows):
            if HOLIDAY in window.days and len(window.days) < len(DAYS):
                wanted = Words(_("a calendar in the key holidays of the tariff, too"))
                raise reader.wrong("days", DAYS[HOLIDAY], wanted)
    return bands


def _allowances(reader: Reader) -> tuple[Allowance, ...]:
    found = allowances_from_plain(reader)
    if found and reader.plain.get("record"):
        raise reader.wrong("allowance", "there", Words(_("none where the record has the amount")))
    return found


def _require_exact(section: Section, reader: Reader) -> None:
    """Refuse a price of which some quantity could not be charged exactly (rule R24)."""
    if section.kind not in MEASURED:
        return
    prices = [*section.prices.values()] + ([] if section.price is None else [section.price])
    if section.tiers is not None and section.tiers.kind != "package":
        prices += [step.price for step in section.tiers.steps]
    for price in prices:
        if not may_be_priced(price, section.measure):
            wanted = Words(
                _("fewer digits for a price per {per}, or a price per smaller unit"),
                per=section.per,
            )
            raise reader.wrong("price", amount_text(price), wanted)


def section_to_plain(section: Section) -> dict[str, Any]:
    """Write a section as `section_from_plain` reads it, without what is the default."""
    cases = [
        {
            "name": case.name,
            "when": conditions_to_plain(case.when),
            **section_to_plain(case.section),
        }
        for case in section.cases
    ]
    plain: dict[str, Any] = {
        "destination": section.destination,
        "allowance_order": section.allowance_order,
        "deck": section.deck,
        "price": None if section.price is None else amount_text(section.price),
        "prices": {code: amount_text(price) for code, price in sorted(section.prices.items())},
        "record": section.source == "record",
        "rates": _rates_to_plain(section),
        "bands": [band_to_plain(band) for band in section.bands],
        "cases": cases,
    }
    if section.allowances:
        plain |= allowances_to_plain(section.allowances)
    if section.tiers is not None:
        plain["tiers"] = tiers_to_plain(section.tiers)
    plain |= {name: getattr(section, name) for name in _KEYS[section.service]}
    if "connection_fee" in plain:
        plain["connection_fee"] = amount_text(section.connection_fee)
    return without_defaults(
        plain,
        {
            "destination": "any",
            "allowance_order": ORDERS[0],
            "record": False,
            "per": next(iter(measures_of(section.kind))),
            "connection_fee": "0",
            "first_increment": 1,
            "next_increment": 1,
            "minimum_seconds": 0,
            "included_seconds": 0,
            "band_crossing": "START",
            "split_tail": "last_band",
            "rated_number": "called",
            "portability": "as_of_call",
        },
    )


def _prices(plain: Plain, where: str) -> dict[str, Decimal]:
    reader = Reader(plain, f"{where}, prices", plain)
    return {code: reader.price(code) for code in plain}
