"""A section of a tariff: how one kind of usage is priced.

A section takes its price from exactly one place: `rates` written in it, a `deck` named by it, one
flat `price`, `prices` by product, the amount that the `record` carries, or `tiers`.

A section may have cases, tried in their order before it: each says when it holds, and is a section
of its own for what it holds for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import polars as pl

from settlement.catalogue.allowance import Allowance
from settlement.catalogue.bands import Band, Holidays, Week, week_of
from settlement.catalogue.conditions import Conditions
from settlement.catalogue.measures import Measure, measures_of
from settlement.catalogue.tiers import Tiers


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """How one kind of usage is priced; increments and minimum are in units of its measure.

    `calendar` names the public holidays that its bands look at, and `holiday_weekday` what they do
    to weekdays; both are the tariff's. `case` is the name of the case that a section belongs to.
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
    allowances: tuple[Allowance, ...] = ()
    allowance_order: str = "expiring_first"
    zones: str | None = None
    rated_number: str = "called"
    portability: str = "as_of_call"
    calendar: str | None = None
    holiday_weekday: Holidays = None
    cases: tuple["Case", ...] = ()
    case: str | None = None

    @property
    def name(self) -> str:
        """What it is called within its version: its kind, and its case."""
        return self.kind if self.case is None else f"{self.kind}, {self.case}"

    @property
    def with_cases(self) -> tuple["Section", ...]:
        """The section and those of its cases: everything that may price an event."""
        return (self, *(case.section for case in self.cases))

    def with_decks(self, named: Callable[[str], str]) -> "Section":
        """The section and its cases with their decks and zone plans under other names."""
        cases = (replace(case, section=case.section.with_decks(named)) for case in self.cases)
        deck, zones = self.deck and named(self.deck), self.zones and named(self.zones)
        return replace(self, deck=deck, zones=zones, cases=tuple(cases))

    @property
    def is_by_zone(self) -> bool:
        """Whether its prices are those of zones; beside a deck, zones only name destinations."""
        return self.zones is not None and self.deck is None

    @property
    def week(self) -> Week:
        """Its bands, laid out over a week."""
        return week_of(self.bands, self.holiday_weekday)

    @property
    def service(self) -> str:
        """The kind of usage, whether it comes in or goes out."""
        return self.kind.removesuffix("_received")

    @property
    def is_timed(self) -> bool:
        """Whether it charges seconds; otherwise it charges what the quantity counts."""
        return self.kind.startswith("voice")

    @property
    def units_per_price(self) -> int:
        """How many billed units one price is for."""
        return self.measure.units

    @property
    def measure(self) -> Measure:
        """What billed units are, and how many one price is for."""
        return measures_of(self.kind)[self.per]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A condition of the event, and how it is priced where that holds (rules R26, R27)."""

    name: str
    when: Conditions
    section: Section
