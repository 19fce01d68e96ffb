"""The value at which a dispute is settled: one side proposes it, the other accepts or counters.

    us 40.00 -> them 70.00 -> us 55.00 -> them: accepted at 55.00

Either side may better its own proposal. Who accepts names the proposal it saw, so that nobody
agrees to another value than it read.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from moneyed import Money

from currencies.money import money, shown
from currencies.rounding import is_payable
from i18n.errors import Conflict, Invalid
from settlement.disputes.dispute import Dispute, DisputeClosed, Side, Status


class ValueOutOfRange(Invalid):
    """{value} cannot settle a dispute of {disputed}. Propose more than nothing and at most that."""


class NoSuchProposal(Conflict):
    """Proposal {place} is not what stands. Read the last proposal and answer that one."""


class OwnProposal(Conflict):
    """Proposal {place} is your own. The other side accepts it or proposes another value."""


class ProposedValue(NamedTuple):
    """One proposal; `place` counts from 1 within the dispute."""

    place: int
    proposed_by: Side
    value: Money
    words: str
    proposed_at: dt.datetime


def check_proposal(dispute: Dispute, value: Money) -> None:
    """Raise DisputeClosed or ValueOutOfRange."""
    if dispute.status is not Status.OPEN:
        raise DisputeClosed(status=dispute.status.value, wanted="settled")
    is_same = value.currency == dispute.disputed.currency
    if not is_same or not is_payable(value) or not 0 < value.amount <= dispute.disputed.amount:
        raise ValueOutOfRange(value=shown(value), disputed=shown(dispute.disputed))


def accepted(proposals: Sequence[ProposedValue], place: int, by: Side) -> Money:
    """The value of the last proposal, accepted by the side that did not make it.

    Raises NoSuchProposal or OwnProposal.
    """
    if not proposals or proposals[-1].place != place:
        raise NoSuchProposal(place=place)
    if proposals[-1].proposed_by is by:
        raise OwnProposal(place=place)
    return proposals[-1].value


def contained(variance: Money, booked: Money) -> Money:
    """As much of a difference as is booked: never more than it, nothing where signs differ."""
    if variance.amount * booked.amount <= 0:
        return money(0, variance.currency.code)
    return min(variance, booked) if variance.amount > 0 else max(variance, booked)
