"""What a draft is looked at against: partners, their accounts, other agreements, what was sold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from currencies.fixing import Fixing
from settlement.agreements.agreed import AgreedTerms


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that terms depend on; partners are named by their codes.

    `settles_in` are the currencies of all partners, `accounts` those in which they have an account.
    `others` are terms of other agreements that hold on some day of the draft. `sold_in` are the
    currencies in which customers were charged for a product, and `quoted` the pairs of currencies
    that each source quoted of late.
    """

    partner: str
    settles_in: Mapping[str, str]
    accounts: Mapping[str, frozenset[str]]
    products: frozenset[str]
    others: Sequence[AgreedTerms]
    sold_in: Mapping[str, Sequence[str]]
    quoted: frozenset[tuple[str, str, str]]

    def is_quoted(self, fixing: Fixing, base: str, quote: str) -> bool:
        """Whether the source of a fixing leads from one currency to the other."""
        pivot = fixing.pivot
        if pivot is None or pivot in (base, quote):
            return self._has(fixing.source, base, quote)
        return self._has(fixing.source, base, quote) or (
            self._has(fixing.source, base, pivot) and self._has(fixing.source, pivot, quote)
        )

    def _has(self, source: str, base: str, quote: str) -> bool:
        return (source, base, quote) in self.quoted or (source, quote, base) in self.quoted
