"""Post entries, reverse them, and read the book: balances, trial balance, journal, proof."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from currencies.money import EXACT, Money, money
from i18n.errors import Conflict, NotFound
from settlement.ledger import chain, store
from settlement.ledger.accounts import Account
from settlement.ledger.chain import GENESIS, Booked, Finding
from settlement.ledger.entry import Cause, Entry, check, reversal
from settlement.ledger.move import Move
from tenants.session import TenantSession


class PostedDifferently(Conflict):
    """{purpose} of {source_type} {source_id} is booked with other figures. Reverse it first."""


class NoSuchEntry(NotFound):
    """There is no entry {entry_id} in the book. Check the identifier."""


class AlreadyReversed(Conflict):
    """Entry {n} is already reversed. Post a new entry instead."""


class PeriodNotOpen(Conflict):
    """Period {period_id} takes no entries. Book the correction in an open period."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account holds for a party in a currency; debits are above zero."""

    account: Account
    party_id: UUID | None
    amount: Money


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One account in one currency: all its debits and all its credits."""

    account: Account
    debits: Money
    credits: Money


def hold_book(session: TenantSession) -> None:
    """Take the tenant's book until the end of the transaction; others wait.

    Whoever needs the book and the row of a period takes the book first, so that posting and
    closing never wait for each other in a circle.
    """
    store.lock(session)


@dataclass(frozen=True, slots=True)
class Begun:
    """Entries that are about to be booked, by causes: those in the book already, and the others
    with their ids and what they stand behind.
    """

    causes: tuple[Cause, ...]
    known: Mapping[Cause, Booked]
    coming: tuple[tuple[UUID, Entry], ...]
    last: store.Head
    now: dt.datetime

    def linked(self) -> list[Booked]:
        """The others at their places in the chain. This asks the database nothing."""
        found = []
        n, previous_hash = self.last
        for identity, entry in self.coming:
            n += 1
            booked = chain.link(previous_hash, identity, n, entry, self.now)
            previous_hash = booked.hash
            found.append(booked)
        return found


def post(session: TenantSession, entries: Sequence[Entry]) -> list[Booked]:
    """Book entries as a set, in their order, and return them with their places.

    A cause that is booked already with the same figures is returned as it stands. Raises
    Unbalanced, NothingToPost, PostedDifferently or PeriodNotOpen.
    """
    if not entries:
        return []
    begun = begin_posting(session, entries)
    return keep(session, begun, begun.linked())


def begin_posting(session: TenantSession, entries: Sequence[Entry]) -> Begun:
    """Take the book for entries, some at least, which are then `linked` and, in the end, kept.

    For whoever has other work for the database while they are linked. Raises what `post` raises.
    """
    checked = [check(entry) for entry in entries]
    hold_book(session)
    causes = tuple(entry.cause for entry in checked)
    known = store.of_causes(session, causes)
    new: dict[Cause, Entry] = {}
    for cause, entry in zip(causes, checked, strict=True):
        if cause in known:
            _must_agree(known[cause].entry, entry)
        elif cause in new:
            _must_agree(new[cause], entry)
        else:
            new[cause] = entry
    if new:
        _periods_must_be_open(session, {entry.period_id for entry in new.values()})
    last = store.head(session) or store.Head(0, GENESIS)
    coming = tuple(zip(session.ids.many(len(new)), new.values(), strict=True))
    return Begun(causes, known, coming, last, session.now())


def keep(session: TenantSession, begun: Begun, linked: Sequence[Booked]) -> list[Booked]:
    """Load entries that were begun and linked; all that were begun, with their places."""
    if linked:
        store.add(session, linked)
    every = {**begun.known, **{each.entry.cause: each for each in linked}}
    return [every[cause] for cause in begun.causes]


def booked(session: TenantSession, source_type: str, source_id: UUID, purpose: str) -> Booked:
    """The entry of a cause. Raises NoSuchEntry."""
    cause = (source_type, source_id, purpose)
    found = store.of_causes(session, [cause]).get(cause)
    if found is None:
        raise NoSuchEntry(entry_id=f"{purpose} / {source_type} {source_id}")
    return found


def reverse(session: TenantSession, entry_id: UUID, period_id: UUID, booked_on: dt.date) -> Booked:
    """Book the exact negation of an entry, once. Raises NoSuchEntry or AlreadyReversed."""
    hold_book(session)
    wrong = store.by_id(session, entry_id)
    if wrong is None:
        raise NoSuchEntry(entry_id=entry_id)
    negation = reversal(wrong.entry, entry_id, period_id, booked_on)
    if store.of_causes(session, [negation.cause]):
        raise AlreadyReversed(n=wrong.n)
    return post(session, [negation])[0]


def balances(
    session: TenantSession,
    *accounts: Account,
    party_id: UUID | None = None,
    until: dt.date | None = None,
) -> list[Balance]:
    """What accounts hold, by party and currency; all accounts where none is named.

    With `party_id`, of that party only; with `until`, what they held at the end of the day before.
    """
    return [
        Balance(
            Account(row.account),
            row.party_id,
            money(EXACT.subtract(row.debits, row.credits), row.currency),
        )
        for row in store.sums(session, accounts, party_id=party_id, until=until)
    ]


def moves(
    session: TenantSession,
    party_id: UUID,
    currency: str,
    accounts: Sequence[Account],
    since: dt.date,
    until: dt.date,
) -> list[Move]:
    """What happened on a party's accounts in a half-open span of days, in the order of the book."""
    return store.moves(session, party_id, currency, accounts, since, until)


def trial_balance(session: TenantSession) -> list[TrialLine]:
    """Every account and currency with its debits and credits; their sums are equal (R106)."""
    return [
        TrialLine(
            Account(row.account), money(row.debits, row.currency), money(row.credits, row.currency)
        )
        for row in store.sums(session, per_party=False)
    ]


def journal(session: TenantSession) -> Iterator[Booked]:
    """The book in the order of its numbers."""
    return store.all_entries(session)


def verify_chain(session: TenantSession) -> list[Finding]:
    """Compute every hash anew; each finding names an entry that was changed or is missing."""
    return chain.broken_links(store.all_entries(session))


def _must_agree(known: Entry, given: Entry) -> None:
    if known.postings != given.postings:
        raise PostedDifferently(
            purpose=given.purpose, source_type=given.source_type, source_id=given.source_id
        )


def _periods_must_be_open(session: TenantSession, period_ids: set[UUID]) -> None:
    # The database refuses as well; this says it in words.
    found = store.not_open(session, period_ids)
    if found is not None:
        raise PeriodNotOpen(period_id=found)
