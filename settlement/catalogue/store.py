"""Rows of tariffs and their versions."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as insert_if_absent

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)


class TariffRow(Identified, Table):
    """A tariff: a code and a name; what it costs is in its versions."""

    __tablename__ = "tariffs"

    code: orm.Mapped[str]
    name: orm.Mapped[str]
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)


class TariffVersionRow(Identified, Table):
    """What a tariff costs from one local day until another."""

    __tablename__ = "tariff_versions"

    tariff_id: orm.Mapped[UUID]
    version: orm.Mapped[int]
    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date | None]
    stated_until: orm.Mapped[dt.date | None]
    terms: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    digest: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    findings: orm.Mapped[list[Any]] = orm.mapped_column(JSONB)
    published_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    published_by: orm.Mapped[str]


# Agreements stand above the catalogue; what they name is asked in their tables.
NAMING = """
    SELECT agreements.code FROM terms
    JOIN agreements ON agreements.tenant_id = terms.tenant_id AND agreements.id = terms.agreement_id
    WHERE agreements.kind = 'interconnect'
        AND :code IN (terms.terms ->> 'incoming', terms.terms ->> 'outgoing',
            terms.terms ->> 'transit')
        AND terms.valid_from < :ends_on
        AND (terms.valid_until IS NULL OR terms.valid_until > :starts_on)
    ORDER BY agreements.code
"""


def interconnects_naming(
    session: TenantSession, code: str, starts_on: dt.date, ends_on: dt.date
) -> Sequence[str]:
    """Agreements with carriers that name a tariff on some day of [starts_on, ends_on)."""
    asked = {"code": code, "starts_on": starts_on, "ends_on": ends_on}
    return session.scalars(sa.text(NAMING), asked).all()


def versions_saying(session: TenantSession, field: str, value: str) -> Sequence[UUID]:
    """The versions of tariffs whose terms say a value that is not the default."""
    said = TariffVersionRow.terms[field].astext == value
    return session.scalars(sa.select(TariffVersionRow.id).where(said)).all()


def tariff_to_change(session: TenantSession, code: str, name: str) -> TariffRow:
    """The tariff of this code, made if absent, and held until the end of the transaction."""
    session.execute(
        insert_if_absent(TariffRow)
        .values(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            code=code,
            name=name,
            created_at=session.now(),
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(
        sa.select(TariffRow).where(TariffRow.code == code).with_for_update()
    ).one()


def tariffs_with_currency(
    session: TenantSession, codes: Sequence[str]
) -> list[tuple[TariffRow, str]]:
    """Those of these tariffs that have a version, with the currency of their prices."""
    # All versions of a tariff have one currency, so any of them tells it.
    version = TariffVersionRow
    query = (
        sa.select(TariffRow, version.terms["currency"].as_string())
        .join(version, version.tariff_id == TariffRow.id)
        .where(TariffRow.code == sa.any_(sa.literal(list(codes))), version.version == 1)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def version_rows(session: TenantSession, tariff_id: UUID) -> Sequence[TariffVersionRow]:
    """All versions of a tariff in the order in which they hold."""
    return session.scalars(
        sa.select(TariffVersionRow)
        .where(TariffVersionRow.tariff_id == tariff_id)
        .order_by(TariffVersionRow.valid_from)
    ).all()


def version_numbered(
    session: TenantSession, code: str, number: int
) -> tuple[TariffRow, TariffVersionRow] | None:
    """The version of a tariff with this number, and the tariff."""
    version, tariff = TariffVersionRow, TariffRow
    query = (
        sa.select(tariff, version)
        .join(version, version.tariff_id == tariff.id)
        .where(tariff.code == code, version.version == number)
    )
    found = session.execute(query).first()
    return None if found is None else (found[0], found[1])


def versions_between(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date
) -> list[tuple[TariffRow, TariffVersionRow]]:
    """Versions that hold on some day of [starts_on, ends_on), with their tariffs."""
    version, tariff = TariffVersionRow, TariffRow
    query = (
        sa.select(tariff, version)
        .join(version, version.tariff_id == tariff.id)
        .where(
            version.valid_from < ends_on,
            sa.or_(version.valid_until.is_(None), version.valid_until > starts_on),
        )
        .order_by(sa.collate(tariff.code, "C"), version.valid_from)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def versions_known(
    session: TenantSession, known_at: dt.datetime
) -> list[tuple[TariffRow, TariffVersionRow, dt.date | None]]:
    """Versions published by an instant, with their tariffs and the ends that they had then."""
    version, tariff = TariffVersionRow, TariffRow
    follower = sa.func.lead(version.valid_from).over(
        partition_by=version.tariff_id, order_by=version.valid_from
    )
    query = (
        sa.select(tariff, version, sa.func.least(version.stated_until, follower))
        .join(version, version.tariff_id == tariff.id)
        .where(version.published_at <= known_at)
        .order_by(sa.collate(tariff.code, "C"), version.valid_from)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
