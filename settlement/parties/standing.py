"""How a customer is classed: what marketing and tariffs tell customers apart by.

A class is what the customer is to us (student, pensioner, key account), a segment a group that
marketing speaks to, of which there may be several, a territory where the customer belongs. The
words are the operator's own.
"""

from dataclasses import dataclass
from datetime import date

from i18n.errors import Invalid
from settlement.parties.validity import holds_on

LONGEST_WORD = 40
MOST_SEGMENTS = 20


class StandingUnclear(Invalid):
    """{field} is {value}. Write words of 1 to 40 printable characters, at most 20 of them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a customer is classed; empty where nobody said."""

    customer_class: str = ""
    segments: tuple[str, ...] = ()
    territory: str = ""


@dataclass(frozen=True, slots=True)
class DatedStanding:
    """A standing from one local day until another, the second the first day without."""

    standing: Standing
    valid_from: date
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return holds_on(day, self.valid_from, self.valid_until)


def checked_standing(standing: Standing) -> Standing:
    """The standing as it may be kept, its segments in order. Raises StandingUnclear."""
    for field in ("customer_class", "territory"):
        word = getattr(standing, field)
        if word:
            _check_word(field, word)
    for word in standing.segments:
        _check_word("segments", word)
    if len(standing.segments) > MOST_SEGMENTS:
        raise StandingUnclear(field="segments", value=len(standing.segments))
    return Standing(
        standing.customer_class, tuple(sorted(set(standing.segments))), standing.territory
    )


def _check_word(field: str, word: str) -> None:
    if not isinstance(word, str) or not 0 < len(word.strip()) <= len(word) <= LONGEST_WORD:
        raise StandingUnclear(field=field, value=repr(word)[:60])
    if not word.isprintable():
        raise StandingUnclear(field=field, value=repr(word)[:60])
