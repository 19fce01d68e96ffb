"""What is wrong with the units of a meter's prices: one without a price, a case of another unit."""

from collections.abc import Iterator
from dataclasses import replace

from settlement.catalogue.conditions import UNIT
from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.lint.subject import Subject
from settlement.catalogue.measures import FAMILIES, measures_of


def faults_of_units(subject: Subject) -> Iterator[Finding]:
    """Units that meters of these families count in and nothing here prices."""
    section = subject.section
    if section.service != "meter":
        return
    units = {measure.unit: measure.units for measure in measures_of(section.kind).values()}
    priced = {each.measure.unit for each in (*(case.section for case in section.cases), section)}
    expected = frozenset[str]().union(*(family for family in FAMILIES if family & priced))
    for unit, size in sorted(units.items()):
        if unit not in expected:
            continue
        asked = [case.section for case in section.cases if unit in case.when.get(UNIT, (unit,))]
        if all(each.measure.unit != unit for each in (*asked, section)):
            event = subject.event(units=size, unit=unit)
            yield subject.finding("UNIT_WITHOUT_PRICE", event, unit=unit)


def faults_of_unit(subject: Subject) -> Iterator[Finding]:
    """A case that holds for a unit in which its price does not count."""
    section = subject.section
    asked = (subject.when or {}).get(UNIT, ())
    for unit in asked:
        if unit != section.measure.unit:
            alone = replace(subject, when={**(subject.when or {}), UNIT: (unit,)})
            event = alone.event(number=subject.some_number())
            yield subject.finding(
                "CASE_UNIT_DIFFERS", event, case=section.case, unit=unit, per=section.per
            )
