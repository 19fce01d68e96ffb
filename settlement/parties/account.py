"""Parent accounts: who pays for whom, from which day on.

An account is a customer. A parent pays for its sub-accounts and, as it may itself be a sub-account,
the topmost one pays for all below it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Conflict, Invalid


class NotAnAccount(Invalid):
    """{party} is a {kind}, and only customers are accounts of one another. Choose customers."""


class AccountOfItself(Conflict):
    """{party} would be paid for by itself, through {parent}. Choose another parent account."""


class AccountMovedLater(Conflict):
    """{party} has its parent account from {valid_from} already. Take a later day."""


@dataclass(frozen=True, slots=True)
class DatedParent:
    """The parent of an account from a day on; None where it pays for itself again."""

    party_id: UUID
    parent_id: UUID | None
    valid_from: dt.date
    valid_until: dt.date | None = None


def topmost(parents: Mapping[UUID, UUID]) -> dict[UUID, UUID]:
    """Who pays for each account, from the parents of a day.

    A ring of accounts, which is refused when it is made, is left after its first member.
    """
    found = {}
    for account in parents:
        payer, seen = parents[account], {account}
        while payer in parents and payer not in seen:
            seen.add(payer)
            payer = parents[payer]
        found[account] = payer
    return found
