"""A section of a tariff: how one kind of usage is priced.

A section takes its price from exactly one place: `rates` written in it, a `deck` named by it, one
flat `price`, `prices` by product, the amount that the `record` carries, or `tiers`.

A section may have cases, tried in their order before it: each says when it holds, and is a section
of its own for what it holds for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

import polars as pl

from currencies.money import plain as amount_text
from i18n.errors import Invalid
from settlement.catalogue.allowance import Allowance, allowance_from_plain, allowance_to_plain
from settlement.catalogue.bands import Band, band_from_plain, band_to_plain
from settlement.catalogue.conditions import (
    Conditions,
    conditions_from_plain,
    conditions_to_plain,
)
from settlement.catalogue.plain_values import Plain, Reader, without_defaults
from settlement.catalogue.rate_deck import rates_frame, rates_to_plain
from settlement.catalogue.tiers import Tiers, tiers_from_plain, tiers_to_plain

PRICE_SOURCES: Final = ("rates", "deck", "price", "prices", "record", "tiers")
SECONDS_PER: Final = {"second": 1, "minute": 60, "hour": 3600}


class PriceSourceUnclear(Invalid):
    """{where} must name its price in one place out of rates, deck, price, prices, record, tiers."""


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """How one kind of usage is priced; increments and minimum are in seconds, or 1 piece.

    `case` is the name of the case that a section belongs to.
    """

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
    cases: tuple["Case", ...] = ()
    case: str | None = None

    @property
    def with_cases(self) -> tuple["Section", ...]:
        """The section and those of its cases: everything that may price an event."""
        return (self, *(case.section for case in self.cases))

    def with_decks(self, named: Callable[[str], str]) -> "Section":
        """The section and its cases with their decks under other names."""
        cases = (replace(case, section=case.section.with_decks(named)) for case in self.cases)
        return replace(self, deck=self.deck and named(self.deck), cases=tuple(cases))

    @property
    def is_timed(self) -> bool:
        """Whether it charges seconds; otherwise it charges pieces."""
        return self.kind.startswith("voice")

    @property
    def units_per_price(self) -> int:
        """How many billed units (seconds or pieces) one price is for."""
        return SECONDS_PER.get(self.per, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A condition of the event, and how it is priced where that holds (rules R26, R27)."""

    name: str
    when: Conditions
    section: Section


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


def section_from_plain(plain: Plain, kind: str, where: str) -> Section:
    """Read a section of the kind of usage that it is named by. Raises PriceSourceUnclear."""
    own = {key: value for key, value in plain.items() if key != "cases"}
    section = _section(own, kind, where)
    cases = Reader(plain, where, plain).tables("cases")
    return replace(section, cases=tuple(_cases(cases, kind, where)))


def _cases(plain: Sequence[Plain], kind: str, where: str) -> Iterator[Case]:
    names = set()
    for each in plain:
        reader = Reader(each, f"{where}, cases", each)
        name = reader.text("name")
        if name in names:
            raise reader.wrong("name", name, "a name of its own for each case")
        names.add(name)
        inside = f"{where}, case {name}"
        own = {key: value for key, value in each.items() if key not in ("name", "when")}
        conditions = conditions_from_plain(reader.table("when"), inside)
        yield Case(name, conditions, replace(_section(own, kind, inside), case=name))


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
    allowance = None
    if reader.has("allowance"):
        allowance = allowance_from_plain(reader.table("allowance"), where)
    return Section(
        kind=kind,
        source=sources[0],
        per=reader.choice("per", ("minute", "second", "hour")) if timed else "piece",
        rates=rates,
        deck=reader.text_or_none("deck"),
        price=reader.price_or_none("price"),
        prices=_prices(reader.table("prices"), where),
        tiers=tiers_from_plain(reader.table("tiers"), where) if reader.has("tiers") else None,
        destination=reader.text("destination", "any"),
        connection_fee=reader.price("connection_fee", "0"),
        first_increment=reader.whole("first_increment", 1, least=1),
        next_increment=reader.whole("next_increment", 1, least=1),
        minimum_seconds=reader.whole("minimum_seconds", 0),
        included_seconds=reader.whole("included_seconds", 0),
        bands=bands,
        band_crossing=reader.choice("band_crossing", ("START", "SPLIT")),
        split_tail=reader.choice("split_tail", ("last_band", "clock")),
        allowance=allowance,
    )


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
        "deck": section.deck,
        "price": None if section.price is None else amount_text(section.price),
        "prices": {code: amount_text(price) for code, price in sorted(section.prices.items())},
        "record": section.source == "record",
        "rates": None if section.rates is None else rates_to_plain(section.rates),
        "bands": [band_to_plain(band) for band in section.bands],
        "cases": cases,
    }
    if section.allowance is not None:
        plain["allowance"] = allowance_to_plain(section.allowance)
    if section.tiers is not None:
        plain["tiers"] = tiers_to_plain(section.tiers)
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
