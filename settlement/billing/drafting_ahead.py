"""Draft the next part of a run while the database is busy with this one.

Drafting needs nothing but charges and what all bills of a run have in common, so a thread does it
while the run waits for the database. What was drafted ahead counts only if the very same charges
wait when their turn comes: a seal over them is taken with them, and again then.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from i18n.errors import DomainError
from settlement.billing.drafting import Bill, Cycle, Due, draft_bills
from settlement.billing.invoice_lines import Charge
from settlement.parties.party import Party
from statements.composing import compose


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


class _Begun(NamedTuple):
    seal: Seal
    due: Sequence[Due]
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
    """A thread of one run that drafts the parts that come next, one after the other."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._begun: deque[_Begun] = deque()

    def start(self, seal: Seal, due: Sequence[Due], draft: Callable[[], list[Drafted]]) -> None:
        """Have `draft` done behind what was begun before, while others do something else."""
        self._begun.append(_Begun(seal, due, self._thread.submit(draft)))

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
                return begun.drafting.result() if begun.seal == seal else None
        return None
