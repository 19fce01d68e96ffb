"""A guarantee: somebody else's promise to pay for a carrier, up to an amount, between two days."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from currencies.money import Money, shown
from currencies.rounding import is_payable
from i18n.errors import Conflict, Invalid, NotFound
from i18n.locale import until_when


class NoSuchGuarantee(NotFound):
    """There is no guarantee {guarantee}. Check the identifier."""


class NotGuaranteed(Invalid):
    """{amount} cannot be guaranteed. Name an amount above zero in whole minor units."""


class GuaranteeUnnamed(Invalid):
    """A guarantee needs its reference and the name of who gives it. Write both."""


class GuaranteeToldDifferently(Conflict):
    """Guarantee {reference} is kept with {amount} from {valid_from} until {valid_until}. Give each
    guarantee its own reference.
    """


class EndsOutsideItsTime(Invalid):
    """Guarantee {reference} does not hold on the day before {on}. Name a day after {valid_from},
    and not after {valid_until}.
    """


class Kind(StrEnum):
    """Who promises, and how: a bank, a bank by letter of credit, the carrier's parent company."""

    BANK = "bank_guarantee"
    LETTER_OF_CREDIT = "letter_of_credit"
    PARENT = "parent_guarantee"


@dataclass(frozen=True, slots=True)
class Guarantee:
    """What is guaranteed; `valid_until` and `ended_on` are first days without, None for no end.

    `ended_on` is earlier than what was promised: called, given back, or taken the place of.
    """

    id: UUID
    carrier_id: UUID
    kind: Kind
    reference: str
    guarantor: str
    amount: Money
    valid_from: dt.date
    valid_until: dt.date | None
    ended_on: dt.date | None
    recorded_at: dt.datetime
    recorded_by: str

    @property
    def until(self) -> dt.date:
        """The first day on which it does not hold."""
        return min(self.valid_until or dt.date.max, self.ended_on or dt.date.max)

    def holds_on(self, day: dt.date) -> bool:
        """Whether it raises on that day what the carrier may owe."""
        return self.valid_from <= day < self.until

    def runs_out(self, day: dt.date, notice_days: int) -> bool:
        """Whether it holds on that day, and its promised end is no more than so many days away."""
        ends = self.valid_until
        return self.holds_on(day) and ends == self.until and (ends - day).days <= notice_days

    def must_be(self, other: "Guarantee") -> None:
        """Refuse other facts under the same reference. Raises GuaranteeToldDifferently."""
        if self._promise() != other._promise():
            raise GuaranteeToldDifferently(
                reference=self.reference,
                amount=shown(self.amount),
                valid_from=self.valid_from,
                valid_until=until_when(self.valid_until),
            )

    def must_end_on(self, on: dt.date) -> None:
        """Refuse a day on which it cannot end. Raises EndsOutsideItsTime."""
        if not self.valid_from < on <= self.until:
            raise EndsOutsideItsTime(
                reference=self.reference,
                on=on,
                valid_from=self.valid_from,
                valid_until=until_when(None if self.until == dt.date.max else self.until),
            )

    def _promise(self) -> tuple[object, ...]:
        return self.kind, self.guarantor, self.amount, self.valid_from, self.valid_until


def check_promised(amount: Money, reference: str, guarantor: str) -> None:
    """Raises NotGuaranteed or GuaranteeUnnamed."""
    if amount.amount <= 0 or not is_payable(amount):
        raise NotGuaranteed(amount=shown(amount))
    if not (reference and guarantor):
        raise GuaranteeUnnamed
