"""Draft the next part of a run while the database is busy with this one.

Drafting needs nothing but charges and what all bills of a run have in common, so a thread does it
while the run waits for the database, and another one has the charges read that come after. What was
drafted ahead counts only if the very same charges wait when their turn comes: a seal over them is
taken with them, and again then.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from i18n.errors import DomainError
from settlement.billing.drafting import Bill, Cycle, Due, draft_bills
from settlement.billing.invoice_lines import Charge
from settlement.parties.party import Party
from statements.composing import compose

Charges = TypeVar("Charges")


class Seal(NamedTuple):
    """How many charges wait, and the sum over their ids; charges that wait never change."""

    charges: int
    ids: Decimal | None


class Drafted(NamedTuple):
    """What a customer gets for so many charges in one currency, or why it cannot be billed."""

    party: Party
    currency: str
    charges: int
    bills: list[Bill]
    refusal: str = ""


class Waiting(NamedTuple, Generic[Charges]):
    """Charges that wait, as whoever drafts takes them, and the seal over them."""

    seal: Seal
    charges: Charges


class _Begun(NamedTuple):
    due: Sequence[Due]
    waiting: Future[Waiting[Any]]
    drafting: Future[list[Drafted]]


def draft_each(
    cycle: Cycle, customers: Mapping[UUID, Party], due: Sequence[Due], charges: Sequence[Charge]
) -> list[Drafted]:
    """Draft and compose what each of those who are due gets; `charges` stand customer by customer.

    A draft that does not add up is refused here already.
    """
    wanted = {(each.party_id, each.currency) for each in due}
    drafted = []
    for key, of_party in groupby(charges, attrgetter("party_id", "currency")):
        if key not in wanted:
            continue
        party, found = customers[key[0]], tuple(of_party)
        try:
            bills = [
                replace(bill, composed=compose(bill.draft))
                for bill in draft_bills(cycle, party, found)
            ]
        except DomainError as error:
            drafted.append(Drafted(party, key[1], len(found), [], str(error)))
        else:
            drafted.append(Drafted(party, key[1], len(found), bills))
    return drafted


class Ahead:
    """Two threads of one run, for the parts that come next: one has their charges read, and one has
    them drafted, part after part.
    """

    def __init__(self) -> None:
        self._reading = ThreadPoolExecutor(1)
        self._drafting = ThreadPoolExecutor(1)
        self._begun: deque[_Begun] = deque()

    def start(
        self,
        due: Sequence[Due],
        read: Callable[[], Waiting[Charges]],
        draft: Callable[[Charges], list[Drafted]],
    ) -> None:
        """Have the charges of some who are due read and drafted, while others do something else."""
        waiting = self._reading.submit(read)
        drafting = self._drafting.submit(lambda: draft(waiting.result().charges))
        self._begun.append(_Begun(due, waiting, drafting))

    def has(self, due: Sequence[Due]) -> bool:
        """Whether these were begun."""
        return any(each.due == due for each in self._begun)

    def take(self, due: Sequence[Due], seal: Seal) -> list[Drafted] | None:
        """What was begun for these, once it is done; None where other charges wait by now.

        What was begun before it is wanted no more.
        """
        while self._begun:
            begun = self._begun.popleft()
            if begun.due == due:
                is_same = begun.waiting.result().seal == seal
                return begun.drafting.result() if is_same else None
        return None
