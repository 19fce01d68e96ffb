"""What is wrong with the bands of a section: one that never holds."""

from collections.abc import Iterator

from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.lint.subject import Subject


def faults_of_bands(subject: Subject) -> Iterator[Finding]:
    """Bands that hold at no minute of the week."""
    holding = {band for slot in subject.section.week.slots for band in slot}
    for band in subject.section.bands:
        if band.name not in holding:
            event = subject.event(number=subject.some_number())
            yield subject.finding("BAND_NEVER_HOLDS", event, band=band.name)
