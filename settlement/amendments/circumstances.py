"""What a draft is looked at against: partners, their accounts, other agreements, what was sold."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from currencies.fixing import Fixing
from settlement.agreements.agreed import AgreedTerms


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that terms depend on; partners are named by their codes.

    `settles_in` are the currencies of all partners, `accounts` those in which they have an account.
    `others` are terms of other agreements that hold on some day of the draft. `sold_in` are the
    currencies in which customers were charged for a product, and `quoted` the pairs of currencies
    that each source quoted of late. `timed` are products of calls, which last.
    """

    partner: str
    settles_in: Mapping[str, str]
    accounts: Mapping[str, frozenset[str]]
    products: frozenset[str]
    others: Sequence[AgreedTerms]
    sold_in: Mapping[str, Sequence[str]]
    quoted: frozenset[tuple[str, str, str]]
    timed: frozenset[str]

    def is_quoted(self, fixing: Fixing, base: str, quote: str) -> bool:
        """Whether the source of a fixing leads from one currency to the other."""
        return is_quoted(self.quoted, fixing, base, quote)


def is_quoted(quoted: Set[tuple[str, str, str]], fixing: Fixing, base: str, quote: str) -> bool:
    """Whether these pairs of a fixing's source lead from one currency to the other."""

    def has(one: str, other: str) -> bool:
        source = fixing.source
        return (source, one, other) in quoted or (source, other, one) in quoted

    pivot = fixing.pivot
    if pivot is None or pivot in (base, quote):
        return has(base, quote)
    return has(base, quote) or (has(base, pivot) and has(pivot, quote))
