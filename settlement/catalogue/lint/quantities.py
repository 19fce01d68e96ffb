"""What is wrong with tiers and allowances: those that no usage ever comes to.

Billed units of a call are the first increment and any number of next ones. So a month ends on a
multiple of their greatest common divisor, and a tier of the kind `volume` without one is never the
tier of a month. The other kinds pass through every tier.
"""

from collections.abc import Iterator
from math import gcd

from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.lint.subject import Subject
from settlement.catalogue.section import Section


def faults_of_tiers(subject: Subject) -> Iterator[Finding]:
    """Tiers by volume in which no month can end."""
    section = subject.section
    # What an allowance takes may leave any number of units.
    if section.tiers is None or section.tiers.kind != "volume" or section.allowances:
        return
    step = gcd(section.first_increment, section.next_increment)
    above = 0
    for tier in section.tiers.steps:
        if tier.up_to is None:
            return
        bound = tier.up_to * section.units_per_price
        if bound // step == above // step:
            event = subject.event(units=max(above, section.included_seconds) + 1)
            yield subject.finding("TIER_NEVER_REACHED", event, bound=tier.up_to, step=step)
        above = bound


def faults_of_allowances(subject: Subject) -> Iterator[Finding]:
    """Allowances with nothing in them, or for destinations where nothing is charged."""
    places = _destinations(subject)
    event = subject.event(number=subject.some_number())
    for each in subject.section.allowances:
        if each.amount == 0:
            yield subject.finding("ALLOWANCE_EMPTY", event, allowance=each.code)
        elif each.destinations and places is not None and not places & set(each.destinations):
            named = ", ".join(each.destinations)
            yield subject.finding("ALLOWANCE_NEVER_USED", event, allowance=each.code, places=named)


def _destinations(subject: Subject) -> set[str] | None:
    """What charges of a section print as their destination; None where that is not known."""
    section: Section = subject.section
    if section.deck is None and section.rates is None:
        return {section.destination}
    if subject.rates is None or (section.zones is not None and subject.plan is None):
        return None
    # Beside a deck, a number has the name of its zone, and without one that of the deck.
    named = set() if subject.plan is None or subject.is_by_zone else set(subject.plan["zone"])
    return named | set(subject.rates["destination"])
