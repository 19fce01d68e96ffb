"""Rows of rate decks, of the sets of prices they were given, and of the prices."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as insert_if_absent

from tenants.persistence.driver import driver_connection
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)


class RateDeckRow(Identified, Table):
    """A deck: a code, a name and the one currency of its prices."""

    __tablename__ = "rate_decks"

    code: orm.Mapped[str]
    name: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)


class DeckImportRow(Identified, Table):
    """One set of prices that a deck was given."""

    __tablename__ = "deck_imports"

    deck_id: orm.Mapped[UUID]
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    valid_from: orm.Mapped[dt.date]
    rates: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    ended: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    findings: orm.Mapped[list[Any]] = orm.mapped_column(JSONB)
    imported_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    imported_by: orm.Mapped[str]


class DeckRateRow(Identified, Table):
    """The price of a prefix in a deck, in a band or in all, from one local day until another."""

    __tablename__ = "deck_rates"

    deck_id: orm.Mapped[UUID]
    import_id: orm.Mapped[UUID]
    prefix: orm.Mapped[str]
    destination: orm.Mapped[str]
    band: orm.Mapped[str]
    priority: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    price: orm.Mapped[Any] = orm.mapped_column(sa.Numeric(38, 12))
    connection_fee: orm.Mapped[Any | None] = orm.mapped_column(sa.Numeric(38, 12))
    first_increment: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    next_increment: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date | None]
    stated_until: orm.Mapped[dt.date | None]


def deck_to_change(session: TenantSession, code: str, name: str, currency: str) -> RateDeckRow:
    """The deck of this code, made if absent, and held until the end of the transaction."""
    session.execute(
        insert_if_absent(RateDeckRow)
        .values(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            code=code,
            name=name,
            currency=currency,
            created_at=session.now(),
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(
        sa.select(RateDeckRow).where(RateDeckRow.code == code).with_for_update()
    ).one()


def deck_row(session: TenantSession, code: str) -> RateDeckRow | None:
    """The deck of this code."""
    return session.scalar(sa.select(RateDeckRow).where(RateDeckRow.code == code))


def deck_rows(session: TenantSession) -> Sequence[RateDeckRow]:
    """All decks in the order of their codes."""
    return session.scalars(sa.select(RateDeckRow).order_by(sa.collate(RateDeckRow.code, "C"))).all()


def import_row(
    session: TenantSession, deck_id: UUID, sha256: str, valid_from: dt.date
) -> DeckImportRow | None:
    """The import of this content from this day, if there was one."""
    return session.scalar(
        sa.select(DeckImportRow).where(
            DeckImportRow.deck_id == deck_id,
            DeckImportRow.sha256 == sha256,
            DeckImportRow.valid_from == valid_from,
        )
    )


def import_rows(session: TenantSession, deck_id: UUID) -> Sequence[DeckImportRow]:
    """All imports of a deck, the newest last."""
    return session.scalars(
        sa.select(DeckImportRow)
        .where(DeckImportRow.deck_id == deck_id)
        .order_by(DeckImportRow.imported_at, DeckImportRow.id)
    ).all()


STAGED = (
    "id uuid, prefix text, destination text, band text, priority bigint, price numeric, "
    "connection_fee numeric, first_increment bigint, next_increment bigint, "
    "valid_from date, valid_until date"
)
STAGED_COLUMNS = tuple(column.split()[0] for column in STAGED.split(", "))

_SAME_PLACE = (
    "old.deck_id = :deck AND old.prefix = new.prefix"
    " AND old.band = new.band AND old.priority = new.priority"
)


def stage_rates(session: TenantSession, lines: bytes) -> None:
    """Put prices, CSV lines of STAGED_COLUMNS, into a temporary table of the transaction.

    Row security refuses COPY into the table itself. Prices that were just inserted have no
    statistics yet, and the planner, expecting a handful, would compare each with each; without
    nested loops it joins them as the sets they are.
    """
    session.execute(sa.text("SET LOCAL enable_nestloop = off"))
    session.execute(sa.text("DROP TABLE IF EXISTS staged_rates"))
    session.execute(sa.text(f"CREATE TEMPORARY TABLE staged_rates ({STAGED}) ON COMMIT DROP"))
    with (
        driver_connection(session)
        .cursor()
        .copy("COPY staged_rates FROM STDIN (FORMAT csv)") as copy
    ):
        copy.write(lines)
    session.execute(sa.text("ANALYZE staged_rates"))


def staged_too_late(session: TenantSession, deck_id: UUID) -> Sequence[sa.Row[Any]]:
    """Staged prices that do not begin after the stored: prefix, staged and stored first day."""
    query = f"""
        SELECT new.prefix, new.valid_from, min(old.valid_from) AS stored_from
        FROM staged_rates AS new JOIN deck_rates AS old ON {_SAME_PLACE}
        WHERE old.valid_from >= new.valid_from
          AND daterange(old.valid_from, old.valid_until)
              && daterange(new.valid_from, new.valid_until)
        GROUP BY new.prefix, new.valid_from ORDER BY new.prefix COLLATE "C", new.valid_from
    """  # noqa: S608 - the inserted text is a literal above.
    return session.execute(sa.text(query), {"deck": deck_id}).all()


def end_replaced_rates(session: TenantSession, deck_id: UUID) -> int:
    """End the stored prices that staged ones follow, on the first day of these; how many."""
    statement = f"""
        UPDATE deck_rates AS old SET valid_until = follower.valid_from
        FROM (
            SELECT prefix, band, priority, min(valid_from) AS valid_from
            FROM staged_rates GROUP BY prefix, band, priority
        ) AS follower
        WHERE {_SAME_PLACE.replace("new.", "follower.")}
          AND old.valid_from < follower.valid_from
          AND (old.valid_until IS NULL OR old.valid_until > follower.valid_from)
    """  # noqa: S608 - the inserted text is a literal above.
    result = session.execute(sa.text(statement), {"deck": deck_id})
    return int(result.rowcount)  # type: ignore[attr-defined]


def insert_staged_rates(session: TenantSession, deck_id: UUID, import_id: UUID) -> None:
    """Make the staged prices prices of the deck."""
    columns = ", ".join(STAGED_COLUMNS)
    session.execute(
        sa.text(
            "INSERT INTO deck_rates"  # noqa: S608 - the names of columns stand above.
            f" (tenant_id, deck_id, import_id, stated_until, {columns})"
            f" SELECT :tenant, :deck, :import, valid_until, {columns} FROM staged_rates"
        ),
        {"tenant": session.tenant_id, "deck": deck_id, "import": import_id},
    )
    session.execute(sa.text("DROP TABLE staged_rates"))
    session.execute(sa.text("SET LOCAL enable_nestloop TO DEFAULT"))


def rates_between(
    session: TenantSession, deck_id: UUID, starts_on: dt.date, ends_on: dt.date
) -> Sequence[sa.Row[Any]]:
    """Prices that hold on some day of [starts_on, ends_on), in the columns of a rate deck frame."""
    rate = DeckRateRow
    held = sa.select(*_priced(rate.valid_until)).where(rate.deck_id == deck_id).subquery()
    return session.execute(_holding(held, starts_on, ends_on)).all()


def rates_known(
    session: TenantSession,
    deck_id: UUID,
    starts_on: dt.date,
    ends_on: dt.date,
    known_at: dt.datetime,
) -> Sequence[sa.Row[Any]]:
    """The same by what the deck had been given by an instant."""
    rate, given = DeckRateRow, DeckImportRow
    follower = sa.func.lead(rate.valid_from).over(
        partition_by=(rate.prefix, rate.band, rate.priority), order_by=rate.valid_from
    )
    known = (
        sa.select(*_priced(sa.func.least(rate.stated_until, follower)))
        .join(given, given.id == rate.import_id)
        .where(rate.deck_id == deck_id, given.imported_at <= known_at)
        .subquery()
    )
    return session.execute(_holding(known, starts_on, ends_on)).all()


def _priced(ends: Any) -> list[Any]:
    rate = DeckRateRow
    return [
        rate.prefix,
        rate.destination,
        rate.price,
        sa.func.nullif(rate.band, "").label("band"),
        rate.priority,
        rate.valid_from,
        ends.label("valid_until"),
        rate.connection_fee,
        rate.first_increment,
        rate.next_increment,
    ]


def _holding(rates: sa.Subquery, starts_on: dt.date, ends_on: dt.date) -> sa.Select[Any]:
    column = rates.c
    return (
        sa.select(rates)
        .where(
            column.valid_from < ends_on,
            sa.or_(column.valid_until.is_(None), column.valid_until > starts_on),
        )
        .order_by(
            sa.collate(column.prefix, "C"),
            sa.collate(sa.func.coalesce(column.band, ""), "C"),
            column.priority,
            column.valid_from,
        )
    )
