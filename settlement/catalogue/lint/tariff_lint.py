"""Look at a version of a tariff, or at all versions of one, before they are published."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

import polars as pl

from i18n.errors import Conflict
from i18n.locale import Spoken, Words, _
from settlement.catalogue.conditions import Conditions
from settlement.catalogue.lint.bands import faults_of_bands
from settlement.catalogue.lint.cases import faults_of_case
from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.lint.margin import faults_of_margin
from settlement.catalogue.lint.quantities import faults_of_allowances, faults_of_tiers
from settlement.catalogue.lint.rates import faults_of_rates
from settlement.catalogue.lint.subject import FAR_AHEAD, Subject
from settlement.catalogue.lint.terms import faults_of_term
from settlement.catalogue.lint.units import faults_of_unit, faults_of_units
from settlement.catalogue.lint.zones import faults_of_zones
from settlement.catalogue.section import Section
from settlement.catalogue.tariff import TariffVersion

# What follows from the section, or nobody asks.
_NOT_SAID: Final = ("kind", "direction", "account", "unit")

Frames = Mapping[str, pl.DataFrame]


class TariffUnsound(Conflict):
    """Tariff {tariff} has {count} faults; the first: {first}. Correct them, then publish."""


def lint(
    version: TariffVersion,
    decks: Frames,
    plans: Frames | None = None,
    zone: str = "UTC",
    margin_goods: Collection[str] = (),
) -> list[Finding]:
    """Look at one version; decks by code, as frames of rate_deck.RATES, zone plans as of ZONES.

    Examples are made by the clock of a time zone. `margin_goods` are products under the margin
    scheme.
    """
    found = [*faults_of_term(version), *faults_of_margin(version, margin_goods)]
    for section in version.sections.values():
        found += _of(_with_prices(Subject(version, section, zone=zone), decks, plans or {}))
        found += faults_of_units(Subject(version, section, zone=zone))
        earlier: dict[str, Conditions] = {}
        for case in section.cases:
            before = tuple(earlier.values())
            subject = Subject(version, case.section, zone=zone, when=case.when, before=before)
            subject = _with_prices(subject, decks, plans or {})
            found += faults_of_case(subject, case.name, earlier)
            found += faults_of_unit(subject)
            found += _of(subject)
            earlier[case.name] = case.when
    return found


def lint_versions(versions: Sequence[TariffVersion]) -> list[Finding]:
    """Versions of one tariff that are valid on the same day."""
    found = []
    for one, other in combinations(sorted(versions, key=lambda each: each.valid_from), 2):
        if (one.valid_until or FAR_AHEAD) > other.valid_from:
            section = next(iter(other.sections.values()), None) or Section("voice", "price")
            subject = Subject(other, section)
            found.append(
                subject.finding("VERSIONS_OVERLAP", subject.event(), one=one.id, other=other.id)
            )
    return found


def refuse_unsound(tariff: str, findings: Iterable[Finding]) -> None:
    """Raise TariffUnsound where there is an error among the findings."""
    errors = [each for each in findings if each.level == "error"]
    if errors:
        count = sum(1 + each.others for each in errors)
        raise TariffUnsound(tariff=tariff, count=count, first=for_example(errors[0]))


def for_example(finding: Finding) -> Words:
    """A finding with its event in one line, as an error shows it."""
    said = {name: value for name, value in finding.event.items() if name not in _NOT_SAID}
    words = {"section": finding.section} | said
    event = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in words.items())
    return Words(_("{fault}, for example {event}"), fault=Spoken(finding.message), event=event)


def _of(subject: Subject) -> Iterator[Finding]:
    section = subject.section
    if section.deck is not None and subject.rates is None:
        yield subject.finding("DECK_MISSING", subject.event(), deck=section.deck)
    yield from faults_of_bands(subject)
    yield from faults_of_rates(subject)
    yield from faults_of_zones(subject)
    yield from faults_of_tiers(subject)
    yield from faults_of_allowances(subject)


def _with_prices(subject: Subject, decks: Frames, plans: Frames) -> Subject:
    section = subject.section
    rates = section.rates if section.deck is None else decks.get(section.deck)
    plan = None if section.zones is None else plans.get(section.zones)
    return replace(subject, rates=rates, plan=plan)
