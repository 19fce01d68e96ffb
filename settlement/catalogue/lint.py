"""What is wrong with a tariff before it is published, each fault with an event that would show it.

Errors refuse publishing: an event for which two prices are equally good (rules R20, R21), an event
that would find no price in a band (a gap), a deck or zone plan that is not there, a zone that the
plan does not have, versions that overlap. Warnings say what can never happen: a band that never
holds, a case that is never reached, a price that is never the best one, a price that is over before
the version begins; or that numbers of a zone have no price at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import polars as pl

from i18n.errors import Conflict
from settlement.catalogue.case_lint import faults_of_cases
from settlement.catalogue.finding import Finding
from settlement.catalogue.rate_lint import FAR_AHEAD, faults_of_rates
from settlement.catalogue.section import Section
from settlement.catalogue.tariff import TariffVersion
from settlement.catalogue.zone_lint import faults_of_zones


class TariffUnsound(Conflict):
    """Tariff {tariff} has {count} faults; the first: {first}. Correct them, then publish."""


def lint(
    version: TariffVersion,
    decks: Mapping[str, pl.DataFrame],
    plans: Mapping[str, pl.DataFrame] | None = None,
) -> list[Finding]:
    """Look at one version; decks by code, as frames of rate_deck.RATES, zone plans as of ZONES."""
    found: list[Finding] = []
    for name, section in version.sections.items():
        found += faults_of_cases(name, section)
        for each in section.with_cases:
            named = f"{name}, case {each.case}" if each.case else name
            found += _of_section(named, each, version, decks)
            found += _of_zones(named, each, plans or {})
    return found


def _of_section(
    name: str, section: Section, version: TariffVersion, decks: Mapping[str, pl.DataFrame]
) -> Iterator[Finding]:
    rates = section.rates
    if section.deck is not None:
        rates = decks.get(section.deck)
        if rates is None:
            message = f"deck {section.deck} is not there"
            yield Finding("error", "DECK_MISSING", message, {"section": name})
    yield from _bands_that_never_hold(name, section)
    if rates is not None:
        yield from faults_of_rates(name, section, rates, version)


def _of_zones(name: str, section: Section, plans: Mapping[str, pl.DataFrame]) -> Iterator[Finding]:
    if section.zones is None or section.rates is None:
        return
    if section.zones not in plans:
        message = f"zone plan {section.zones} is not there"
        yield Finding("error", "ZONE_PLAN_MISSING", message, {"section": name})
    else:
        yield from faults_of_zones(name, section.rates, plans[section.zones])


def lint_versions(versions: Sequence[TariffVersion]) -> list[Finding]:
    """Versions of one tariff that are valid on the same day."""
    found = []
    for one, other in combinations(sorted(versions, key=lambda each: each.valid_from), 2):
        if (one.valid_until or FAR_AHEAD) > other.valid_from:
            message = f"{one.id} and {other.id} are both valid"
            example = {"date": other.valid_from.isoformat()}
            found.append(Finding("error", "VERSIONS_OVERLAP", message, example))
    return found


def refuse_unsound(tariff: str, findings: Iterable[Finding]) -> None:
    """Raise TariffUnsound where there is an error among the findings."""
    errors = [each for each in findings if each.level == "error"]
    if errors:
        example = ", ".join(f"{name} {value}" for name, value in errors[0].example.items())
        first = f"{errors[0].message}, for example {example}"
        raise TariffUnsound(tariff=tariff, count=len(errors), first=first)


def _bands_that_never_hold(name: str, section: Section) -> Iterator[Finding]:
    holding = {band for slot in section.week.slots for band in slot}
    for band in section.bands:
        if band.name not in holding:
            message = f"band {band.name} never holds: other bands fill the week"
            yield Finding("warning", "BAND_NEVER_HOLDS", message, {"section": name})
