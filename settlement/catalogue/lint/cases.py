"""What is wrong with the cases of a section: one that is never reached."""

from collections.abc import Iterator

from settlement.catalogue.conditions import A_PREFIX, Conditions
from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.lint.subject import Subject


def faults_of_case(
    subject: Subject, case: str, earlier: dict[str, Conditions]
) -> Iterator[Finding]:
    """A case of which every event belongs to an earlier one; `earlier` are conditions by name."""
    when = subject.when or {}
    hiding = next((name for name, conditions in earlier.items() if _covers(conditions, when)), None)
    if hiding is not None:
        event = subject.event(number=subject.some_number())
        yield subject.finding("CASE_NEVER_REACHED", event, case=case, earlier=hiding)


def _covers(earlier: Conditions, later: Conditions) -> bool:
    """Whether whatever fits the later conditions fits the earlier ones."""
    return all(
        name in later and all(_fits(name, value, values) for value in later[name])
        for name, values in earlier.items()
    )


def _fits(name: str, value: str, values: tuple[str, ...]) -> bool:
    return value.startswith(values) if name == A_PREFIX else value in values
