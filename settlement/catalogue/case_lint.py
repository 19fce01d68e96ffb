"""What is wrong with the cases of a section: one that is never reached."""

from collections.abc import Iterator

from settlement.catalogue.conditions import A_PREFIX, Conditions
from settlement.catalogue.finding import Finding
from settlement.catalogue.section import Section


def faults_of_cases(name: str, section: Section) -> Iterator[Finding]:
    """Cases of which every event belongs to an earlier one."""
    for place, case in enumerate(section.cases):
        for earlier in section.cases[:place]:
            if _covers(earlier.when, case.when):
                message = f"case {case.name} is never reached: {earlier.name} comes before it"
                event = {key: values[0] for key, values in case.when.items()}
                yield Finding("warning", "CASE_NEVER_REACHED", message, {"section": name} | event)
                break


def _covers(earlier: Conditions, later: Conditions) -> bool:
    """Whether whatever fits the later conditions fits the earlier ones."""
    return all(
        name in later and all(_fits(name, value, values) for value in later[name])
        for name, values in earlier.items()
    )


def _fits(name: str, value: str, values: tuple[str, ...]) -> bool:
    return value.startswith(values) if name == A_PREFIX else value in values
