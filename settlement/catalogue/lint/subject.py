"""What lint looks at: one section of a version, or of one of its cases; and events for it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice, product
from typing import Any, Final

import polars as pl

from settlement.catalogue.conditions import A_PREFIX, Conditions
from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.lint.moments import Clock, Span, first_moment
from settlement.catalogue.section import Section
from settlement.catalogue.tariff import TariffVersion

LONG_AGO: Final = date(1970, 1, 1)
FAR_AHEAD: Final = date(9999, 12, 31)
# By which account, source and key usage that was made up is known.
EXAMPLE: Final = "example"
_CHOICES_TRIED: Final = 1000
_USUAL_SECONDS: Final = 60

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A section, the prices and the zone plan it names as far as they are there.

    `zone` is the time zone of whose clock examples are made; `before` are conditions of the cases
    that are tried earlier.
    """

    version: TariffVersion
    section: Section
    rates: pl.DataFrame | None = None
    plan: pl.DataFrame | None = None
    zone: str = "UTC"
    when: Conditions | None = None
    before: tuple[Conditions, ...] = ()

    @property
    def span(self) -> Span:
        """The local dates on which the version is valid."""
        return Span(self.version.valid_from, self.version.valid_until or FAR_AHEAD)

    @property
    def clock(self) -> Clock:
        return Clock(self.zone, self.section.week, self.section.calendar)

    @property
    def is_by_zone(self) -> bool:
        return self.section.is_by_zone

    def finding(self, code: str, event: Event, **fields: object) -> Finding:
        """A fault of the section."""
        said = {name: str(value) for name, value in fields.items()}
        return Finding(code, self.section.name, said, event, self.zone)

    def moment(self, span: Span | None = None, slot: int | None = None) -> datetime | None:
        """The first instant of a span, or of the version, in a slot of the week."""
        return first_moment(self.clock, span or self.span, slot)

    def number_at(self, place: str, day: date) -> str:
        """A number of a prefix, or of a zone; the plan's shortest that is valid on a date."""
        if not self.is_by_zone:
            return place
        if self.plan is None:
            return ""
        begins, ends = pl.col("valid_from"), pl.col("valid_until")
        valid = (begins.fill_null(LONG_AGO) <= day) & (ends.fill_null(FAR_AHEAD) > day)
        found = self.plan.filter((pl.col("zone") == place) & valid)["prefix"].min()
        return "" if found is None else str(found)

    def some_number(self) -> str:
        """A number that has a price on the first day; empty where prices are not by number."""
        if self.rates is None or self.rates.is_empty():
            return ""
        place = self.rates["destination" if self.is_by_zone else "prefix"].min()
        return self.number_at(str(place), self.span.begins)

    def event(
        self,
        moment: datetime | None = None,
        number: str = "",
        units: int | None = None,
        **said: Any,
    ) -> Event:
        """Usage that this section would price; without a moment, on the version's first day."""
        moment = moment or self.moment()
        assert moment is not None, "noon is never jumped over"
        looked_at = "a_number" if self.section.rated_number == "caller" else "b_number"
        facts = dict(_conditions(self.when, self.before, number if looked_at[0] == "a" else ""))
        if number and looked_at not in facts:
            facts[looked_at] = number
        told = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        return {
            "kind": self.section.service,
            "direction": "incoming" if self.section.kind.endswith("_received") else "outgoing",
            "account": EXAMPLE,
            "occurred_at": told,
            **self._measured(units),
            **facts,
            **said,
        }

    def _measured(self, units: int | None) -> dict[str, Any]:
        section = self.section
        if section.is_timed:
            usual = max(_USUAL_SECONDS, section.minimum_seconds, section.included_seconds + 1)
            return {"duration_seconds": units or usual, "quantity": 1, "unit": "piece"}
        facts: dict[str, Any] = {"quantity": units or section.units_per_price}
        facts["unit"] = section.measure.unit
        if section.source == "record":
            facts |= {"amount": "1", "currency": self.version.currency}
        if section.service == "content" or section.source == "prices":
            facts["product"] = next(iter(section.prices), EXAMPLE)
        return facts


def _conditions(
    when: Conditions | None, before: Iterable[Conditions], number: str
) -> Iterator[tuple[str, str]]:
    """What an event says so that a case holds, and none before it as far as that can be."""
    if when is None:
        return
    choices = [dict(zip(when, values, strict=True)) for values in _choices(when)]
    free = (each for each in choices if not any(holds(case, each) for case in before))
    chosen = next(free, choices[0])
    for name, value in chosen.items():
        if name == A_PREFIX:
            yield "a_number", number if number.startswith(value) else value
        else:
            yield name, value


def _choices(when: Conditions) -> Iterator[tuple[str, ...]]:
    return islice(product(*when.values()), _CHOICES_TRIED)


def holds(conditions: Conditions, said: Mapping[str, str]) -> bool:
    """Whether conditions hold for what an event says of them; `a_prefix` is its caller."""
    return all(
        name in said
        and (said[name].startswith(values) if name == A_PREFIX else said[name] in values)
        for name, values in conditions.items()
    )
