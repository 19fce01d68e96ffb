"""What keeps a period from closing, and what closing it books.

A period closes when nothing of it is missing or undecided. Five things can stand in the way: usage
in suspense, files that never came, sources that fell silent before the period was over, files
refused as a whole, and usage that has landed and is not rated. All of them are found and said at
once. A waiver names the reason and is kept with the period, so that a close in spite of them can be
explained years later.

Closing turns usage into the book: what customers were not billed yet, what partners and carriers
are owed, one entry for each party and currency.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from currencies.money import Money
from i18n.errors import Conflict
from i18n.locale import Several, Words, _
from mediation.sequences import Gap
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit

NUMBERS_NAMED = 5


class PeriodStillOpen(Conflict):
    """Period {period} cannot close: {obstacles}. Repair, load or rate what is named, or close with
    a reason.
    """


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What stands in the way of a close; empty where nothing does.

    `suspended` counts records, `missing` tells gaps by source, `silent` says since when
    files of a source are overdue, `quarantined` names files, `unrated` counts batches whose usage
    landed after the last rating.
    """

    suspended: int = 0
    missing: Mapping[str, Sequence[Gap]] = field(default_factory=dict)
    silent: Mapping[str, dt.datetime] = field(default_factory=dict)
    quarantined: Sequence[str] = ()
    unrated: int = 0

    @property
    def missing_files(self) -> dict[str, list[str]]:
        """What is missing by source, of a network by the names of its files."""
        return {source: [each.name for each in gaps] for source, gaps in self.missing.items()}

    def said(self) -> Several:
        """The obstacles in words; none where nothing is in the way."""
        parts = []
        if self.suspended:
            parts.append(Words(_("{count} records are in suspense"), count=self.suspended))
        for source, names in sorted(self.missing_files.items()):
            told = Words(
                _("files {files} of source {source} are missing"),
                files=_named(names),
                source=source,
            )
            parts.append(told)
        for source, since in sorted(self.silent.items()):
            told = Words(
                _("source {source} has been silent since {since}"),
                source=source,
                since=f"{since:%Y-%m-%d %H:%M} UTC",
            )
            parts.append(told)
        if self.quarantined:
            told = Words(_("files {files} are quarantined"), files=_named(sorted(self.quarantined)))
            parts.append(told)
        if self.unrated:
            parts.append(Words(_("{count} batches are not rated"), count=self.unrated))
        return Several(parts)


def _named(things: Sequence[object]) -> str | Words:
    more = len(things) - NUMBERS_NAMED
    named = ", ".join(str(thing) for thing in things[:NUMBERS_NAMED])
    if more > 0:
        return Words(_("{named} and {more} more"), named=named, more=more)
    return named


@dataclass(frozen=True, slots=True)
class Owed:
    """What the usage of a period comes to for one party in one currency.

    `role` is customer, partner, carrier_payable or carrier_receivable; the amount is exact.
    """

    role: str
    party_id: UUID
    amount: Money


# Debit and credit of an accrual, by the role of the party.
ACCRUED: dict[str, tuple[Account, Account]] = {
    "customer": (Account.UNBILLED_RECEIVABLE, Account.REVENUE),
    "partner": (Account.PARTNER_COST, Account.PARTNER_ACCRUED),
    "carrier_payable": (Account.CARRIER_COST, Account.CARRIER_ACCRUED),
    "carrier_receivable": (Account.CARRIER_UNBILLED, Account.CARRIER_REVENUE),
}


def accruals(period_id: UUID, code: str, booked_on: dt.date, owed: Iterable[Owed]) -> list[Entry]:
    """One entry for each party, role and currency; nothing for sums of zero."""
    entries = []
    for each in owed:
        if not each.amount.amount:
            continue
        debited, credited = ACCRUED[each.role]
        entries.append(
            Entry(
                source_type="period",
                source_id=period_id,
                purpose=f"accrual {each.role} {each.party_id} {each.amount.currency.code}",
                period_id=period_id,
                booked_on=booked_on,
                narrative=f"Usage of {code}",
                postings=(
                    debit(debited, each.amount, each.party_id),
                    credit(credited, each.amount, each.party_id),
                ),
            )
        )
    return entries
