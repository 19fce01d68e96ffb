"""Have parts of a large run drafted in a process beside the one that issues them.

The process reads charges, drafts and composes; it sees no database and no file. What it answers
counts as what is drafted here: it is the same program over the same charges. Where it dies, the
part is drafted here.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from settlement.billing.drafting import Cycle, Due
from settlement.billing.drafting_ahead import Drafted, draft_each
from settlement.billing.drafting_beside.charge_text import charges_in
from settlement.billing.drafting_beside.parcels import Known, Question, drafts_in, packed
from settlement.parties.party import Party
from tenants.children import ChildLost, Children
from tenants.digest import sha256_hex

# A process takes a second or two to begin, in which as many bills are drafted here.
WORTH_A_PROCESS = 1500
# A part of some hundred bills is drafted in less than a second.
DEADLINE_SECONDS = 300.0

_children = Children(
    "settlement.billing.drafting_beside.gateway", deadline_seconds=DEADLINE_SECONDS
)


def make_ready(children: Children = _children) -> None:
    """Start the process while a large run gets ready: by its first question it can answer."""
    children.start()


class Beside:
    """The process that drafts for one run; it begins with the first question at the latest."""

    def __init__(
        self, cycle: Cycle, customers: Mapping[UUID, Party], children: Children = _children
    ) -> None:
        self._known = Known(cycle, customers)
        self._children = children
        self._name = ""

    def draft(self, due: Sequence[Due], charges: bytes, is_last: bool = False) -> list[Drafted]:
        """What `draft_each` makes of those who are due and the text of their charges.

        After the last the process ends. Raises what `draft_each` raises.
        """
        try:
            parcel = self._ask(due, charges, is_last)
        except ChildLost:
            found = charges_in(charges)
            return draft_each(self._known.cycle, self._known.customers, due, found)
        return drafts_in(parcel, self._known.customers)

    def _ask(self, due: Sequence[Due], charges: bytes, is_last: bool) -> bytes:
        """Tell what the run works with where the process does not know it. Raises ChildLost."""
        known = None
        if not self._name:
            known = packed(self._known)
            self._name = sha256_hex(known)
        question = Question(self._name, known, due, charges)
        answer = self._children.pose(packed(question), is_last=is_last).answer()
        if answer:
            return answer
        # Another process than before: that one died, or drafted for another run since.
        question = question._replace(known=packed(self._known))
        return self._children.pose(packed(question), is_last=is_last).answer()
