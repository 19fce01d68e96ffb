"""A rule that repairs records in suspense: where field F of reason R is X, set field G to Y.

X may hold one star, which stands for any text; a star in Y is then what the star of X stood for.

    b_number   00*           ->  b_number   +*         an international prefix that nobody dials
    trunk_in   (empty)       ->  trunk_in   tr-7       a trunk that the switch does not name

An empty X is a cell that is not there; an empty Y takes the cell away.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Invalid
from mediation.draft import FIELDS

ANY = "*"


class NoSuchCell(Invalid):
    """A record has no field {field}. Use one of {known}."""


class OneStarOnly(Invalid):
    """The pattern {pattern} has more than one star. Use one star, which stands for any text."""


class StarWithoutPattern(Invalid):
    """The value {value} has a star, but the pattern {pattern} has none that it could stand for."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a rule does to a record that waits for `reason`."""

    reason: str
    field: str
    pattern: str
    target: str
    value: str

    def __post_init__(self) -> None:
        for name in (self.field, self.target):
            if name not in FIELDS:
                raise NoSuchCell(field=name, known=", ".join(FIELDS))
        for text in (self.pattern, self.value):
            if text.count(ANY) > 1:
                raise OneStarOnly(pattern=text)
        if ANY in self.value and ANY not in self.pattern:
            raise StarWithoutPattern(value=self.value, pattern=self.pattern)

    @property
    def around(self) -> tuple[str, str]:
        """What must stand before and after the text that the star stands for."""
        before, _, after = self.pattern.partition(ANY)
        return before, after

    def matches(self, cell: str) -> bool:
        """Whether a cell is what the pattern says; a missing cell is an empty text."""
        if ANY not in self.pattern:
            return cell == self.pattern
        before, after = self.around
        fits = cell.startswith(before) and cell.endswith(after)
        return fits and len(cell) >= len(before) + len(after)

    def becomes(self, cell: str) -> str:
        """The text of the target, where this cell matches; empty where it is taken away."""
        assert self.matches(cell), "only a matching cell is changed"
        before, after = self.around
        return self.value.replace(ANY, cell[len(before) : len(cell) - len(after)])


@dataclass(frozen=True, slots=True)
class RepairRule:
    """A rule as it is kept; a standing one also repairs what comes later, until it is stopped.

    `source_id` None is any source; `records` counts what it has changed so far.
    """

    id: UUID
    change: Change
    source_id: UUID | None
    why: str
    is_standing: bool
    records: int
    made_by: str
    made_at: dt.datetime
    stopped_at: dt.datetime | None
