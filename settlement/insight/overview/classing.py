"""What customers were charged, by how they are classed: class, segment, territory.

A customer of several segments counts in each of them, so that segments may come to more than all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from currencies.money import Money
from settlement.parties.standing import Standing

UNSAID: Final = Standing()


class Classing(StrEnum):
    """By what customers are told apart."""

    CUSTOMER_CLASS = "customer_class"
    SEGMENTS = "segments"
    TERRITORY = "territory"


_WORDS: Final[Mapping[Classing, Callable[[Standing], Sequence[str]]]] = {
    Classing.CUSTOMER_CLASS: lambda standing: [standing.customer_class],
    Classing.SEGMENTS: lambda standing: standing.segments or [""],
    Classing.TERRITORY: lambda standing: [standing.territory],
}


def by_word(
    charged: Iterable[tuple[UUID, Money]], classed: Mapping[UUID, Standing], by: Classing
) -> list[tuple[str, Money]]:
    """Sums of amounts of one currency by word, the largest first; "" where nobody said one."""
    sums: dict[str, list[Money]] = defaultdict(list)
    for party, amount in charged:
        for word in _WORDS[by](classed.get(party, UNSAID)):
            sums[word].append(amount)
    added = [(word, sum(amounts[1:], amounts[0])) for word, amounts in sums.items()]
    return sorted(added, key=lambda each: (-each[1].amount, each[0]))


def are_classed(sums: Iterable[tuple[str, Money]]) -> bool:
    """Whether any customer among them has a word at all."""
    return any(word for word, _amount in sums)
