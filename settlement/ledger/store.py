"""Rows of the book: loaded as a set, read in the order of their numbers."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import money
from settlement.ledger.accounts import Account
from settlement.ledger.chain import Booked
from settlement.ledger.entry import Cause, Entry, Posting, Side
from settlement.ledger.move import Move
from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table, TenantScoped
from tenants.session import TenantSession


class EntryRow(Identified, Table):
    """One entry at its place in the chain."""

    __tablename__ = "ledger_entries"

    n: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    period_id: orm.Mapped[UUID]
    booked_on: orm.Mapped[dt.date]
    source_type: orm.Mapped[str]
    source_id: orm.Mapped[UUID]
    purpose: orm.Mapped[str]
    narrative: orm.Mapped[str]
    reverses_id: orm.Mapped[UUID | None]
    previous_hash: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    hash: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    recorded_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


class PostingRow(TenantScoped, Table):
    """One side of an entry."""

    __tablename__ = "ledger_postings"

    entry_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    line: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    account: orm.Mapped[str]
    party_id: orm.Mapped[UUID | None]
    side: orm.Mapped[str]
    amount: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))


class Head(NamedTuple):
    """The end of the chain."""

    n: int
    hash: str


class Sum(NamedTuple):
    """Debits less credits of an account, a party and a currency."""

    account: str
    party_id: UUID | None
    currency: str
    debits: Decimal
    credits: Decimal


# Periods are a concept above this one; of theirs, the book asks only whether they are open.
PERIODS = sa.table("periods", sa.column("id", sa.Uuid), sa.column("status", sa.Text))


def lock(session: TenantSession) -> None:
    """Wait for the tenant's book and hold it until the transaction ends."""
    session.hold("ledger")


def not_open(session: TenantSession, period_ids: set[UUID]) -> UUID | None:
    """One of these periods that does not take entries, if there is one."""
    found = session.scalars(
        sa.select(PERIODS.c.id).where(PERIODS.c.id.in_(period_ids), PERIODS.c.status == "open")
    )
    return min(period_ids - set(found), default=None)


def head(session: TenantSession) -> Head | None:
    """The last entry's number and hash."""
    row = session.execute(
        sa.select(EntryRow.n, EntryRow.hash).order_by(EntryRow.n.desc()).limit(1)
    ).first()
    return Head(row.n, row.hash) if row else None


def add(session: TenantSession, book: Sequence[Booked]) -> None:
    """Load entries and their postings as two sets."""
    load_rows(session, "ledger_entries", ENTRY_COLUMNS, _entry_values(session.tenant_id, book))
    load_rows(session, "ledger_postings", POSTING_COLUMNS, _posting_values(session.tenant_id, book))


ENTRY_COLUMNS = (
    "tenant_id",
    "id",
    "n",
    "period_id",
    "booked_on",
    "source_type",
    "source_id",
    "purpose",
    "narrative",
    "reverses_id",
    "previous_hash",
    "hash",
    "recorded_at",
)
POSTING_COLUMNS = (
    "tenant_id",
    "entry_id",
    "line",
    "account",
    "party_id",
    "side",
    "amount",
    "currency",
)


def _entry_values(tenant_id: UUID, book: Sequence[Booked]) -> Iterator[tuple[object, ...]]:
    for booked in book:
        entry = booked.entry
        yield (
            tenant_id,
            booked.id,
            booked.n,
            entry.period_id,
            entry.booked_on,
            entry.source_type,
            entry.source_id,
            entry.purpose,
            entry.narrative,
            entry.reverses_id,
            booked.previous_hash,
            booked.hash,
            booked.recorded_at,
        )


def _posting_values(tenant_id: UUID, book: Sequence[Booked]) -> Iterator[tuple[object, ...]]:
    for booked in book:
        for line, posting in enumerate(booked.entry.postings, 1):
            yield (
                tenant_id,
                booked.id,
                line,
                posting.account.value,
                posting.party_id,
                posting.side.value,
                posting.amount.amount,
                str(posting.amount.currency.code),
            )


def of_causes(session: TenantSession, causes: Sequence[Cause]) -> dict[Cause, Booked]:
    """The entries already booked for these causes."""
    wanted = set(causes)
    kinds, sources = zip(*sorted({cause[:2] for cause in wanted}), strict=True)
    asked = (
        sa.func.unnest(sa.literal(kinds, TEXTS), sa.literal(sources, UUIDS))
        .table_valued(sa.column("kind", sa.Text), sa.column("source", sa.Uuid), name="asked")
        .render_derived()
    )
    # Each is looked up by its keys (OFFSET 0 keeps the look in its place): a book that is being
    # filled looks small, and to go through all of a kind seems cheaper.
    found = (
        sa.select(EntryRow)
        .where(EntryRow.source_type == asked.c.kind, EntryRow.source_id == asked.c.source)
        .offset(0)
        .lateral("found")
    )
    query = sa.select(found).select_from(asked.join(found, sa.true()))
    return {
        cause: booked
        for booked in _booked(session, query)
        if (cause := booked.entry.cause) in wanted
    }


TEXTS, UUIDS = sa.ARRAY(sa.Text), sa.ARRAY(sa.Uuid)


def by_id(session: TenantSession, entry_id: UUID) -> Booked | None:
    """One entry with its postings."""
    return next(_booked(session, sa.select(EntryRow).where(EntryRow.id == entry_id)), None)


def all_entries(session: TenantSession) -> Iterator[Booked]:
    """The whole book in the order of its numbers."""
    return _booked(session, sa.select(EntryRow))


def _booked(session: TenantSession, query: sa.Select[EntryRow]) -> Iterator[Booked]:
    chosen = query.subquery()
    rows = session.execute(
        sa.select(
            chosen,
            PostingRow.account,
            PostingRow.party_id,
            PostingRow.side,
            PostingRow.amount,
            PostingRow.currency,
        )
        .outerjoin(
            PostingRow,
            sa.and_(PostingRow.tenant_id == chosen.c.tenant_id, PostingRow.entry_id == chosen.c.id),
        )
        .order_by(chosen.c.n, PostingRow.line)
    )
    for _, group in groupby(rows, key=attrgetter("n")):
        yield _as_booked(list(group))


def _as_booked(rows: list[sa.Row[Any]]) -> Booked:
    first = rows[0]
    postings = tuple(
        Posting(Account(row.account), Side(row.side), money(row.amount, row.currency), row.party_id)
        for row in rows
        if row.account is not None
    )
    entry = Entry(
        source_type=first.source_type,
        source_id=first.source_id,
        purpose=first.purpose,
        period_id=first.period_id,
        booked_on=first.booked_on,
        narrative=first.narrative,
        postings=postings,
        reverses_id=first.reverses_id,
    )
    return Booked(first.id, first.n, entry, first.recorded_at, first.previous_hash, first.hash)


MOVES = """
    SELECT e.booked_on, coalesce(r.source_type, e.source_type) AS source_type,
           coalesce(r.source_id, e.source_id) AS source_id,
           coalesce(r.narrative, e.narrative) AS narrative, r.id IS NOT NULL AS is_reversal,
           sum(CASE p.side WHEN 'debit' THEN p.amount ELSE -p.amount END) AS amount
    FROM ledger_postings p
    JOIN ledger_entries e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
    LEFT JOIN ledger_entries r ON r.tenant_id = e.tenant_id AND r.id = e.reverses_id
    WHERE p.party_id = :party_id AND p.currency = :currency
      AND p.account = ANY (CAST(:accounts AS text[]))
      AND e.booked_on >= :since AND e.booked_on < :until
    GROUP BY e.n, e.booked_on, r.id, r.source_type, e.source_type, r.source_id, e.source_id,
             r.narrative, e.narrative
    HAVING sum(CASE p.side WHEN 'debit' THEN p.amount ELSE -p.amount END) <> 0
    ORDER BY e.booked_on, e.n
"""


def moves(
    session: TenantSession,
    party_id: UUID,
    currency: str,
    accounts: Sequence[Account],
    since: dt.date,
    until: dt.date,
) -> list[Move]:
    """What entries of a half-open span of days moved on a party's accounts, in their order."""
    facts = {
        "party_id": party_id,
        "currency": currency,
        "accounts": [account.value for account in accounts],
        "since": since,
        "until": until,
    }
    found = session.execute(sa.text(MOVES), facts)
    return [
        Move(
            row.booked_on,
            row.source_type,
            row.source_id,
            row.narrative,
            row.is_reversal,
            money(row.amount, currency),
        )
        for row in found
    ]


def sums(
    session: TenantSession,
    accounts: Sequence[Account] = (),
    *,
    per_party: bool = True,
    party_id: UUID | None = None,
    until: dt.date | None = None,
) -> list[Sum]:
    """Debits and credits by account, party and currency.

    Of one party only, of entries booked before `until` only, where they are named.
    """
    party = PostingRow.party_id if per_party else sa.cast(sa.null(), sa.Uuid)
    keys = [PostingRow.account, PostingRow.currency, *([party] if per_party else [])]
    query = (
        sa.select(
            PostingRow.account,
            party.label("party_id"),
            PostingRow.currency,
            sa.func.coalesce(
                sa.func.sum(PostingRow.amount).filter(PostingRow.side == "debit"), 0
            ).label("debits"),
            sa.func.coalesce(
                sa.func.sum(PostingRow.amount).filter(PostingRow.side == "credit"), 0
            ).label("credits"),
        )
        .group_by(*keys)
        .order_by(PostingRow.account, PostingRow.currency, sa.text("party_id"))
    )
    if accounts:
        query = query.where(PostingRow.account.in_([account.value for account in accounts]))
    if party_id is not None:
        query = query.where(PostingRow.party_id == party_id)
    if until is not None:
        of_days = sa.and_(
            EntryRow.tenant_id == PostingRow.tenant_id, EntryRow.id == PostingRow.entry_id
        )
        query = query.join(EntryRow, of_days).where(EntryRow.booked_on < until)
    return [Sum(*row) for row in session.execute(query)]
