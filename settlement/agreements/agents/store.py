"""Rows of agents: of contracts, and of whom stands above them."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Table, TenantScoped
from tenants.session import TenantSession


class ContractAgentRow(TenantScoped, Table):
    """Who sold a contract, or looks after it, from a day on."""

    __tablename__ = "contract_agents"

    contract_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    valid_from: orm.Mapped[dt.date] = orm.mapped_column(primary_key=True)
    agent_id: orm.Mapped[UUID | None]
    recorded_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    recorded_by: orm.Mapped[str]


class AgentSuperiorRow(TenantScoped, Table):
    """Who stands above an agent from a day on."""

    __tablename__ = "agent_superiors"

    agent_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    valid_from: orm.Mapped[dt.date] = orm.mapped_column(primary_key=True)
    superior_id: orm.Mapped[UUID | None]
    recorded_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    recorded_by: orm.Mapped[str]


def agents(session: TenantSession, contract_id: UUID | None = None) -> Sequence[ContractAgentRow]:
    """Changes of one contract or of all, the earliest first."""
    row = ContractAgentRow
    query = sa.select(row).order_by(row.contract_id, row.valid_from)
    if contract_id is not None:
        query = query.where(row.contract_id == contract_id)
    return session.scalars(query).all()


def superiors(session: TenantSession) -> Sequence[AgentSuperiorRow]:
    """All changes of superiors, the earliest first."""
    row = AgentSuperiorRow
    return session.scalars(sa.select(row).order_by(row.agent_id, row.valid_from)).all()


def lock(session: TenantSession) -> None:
    """Let one change of the tenant's network in at a time, until the transaction ends."""
    session.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended('agents:' || :tenant, 0))"),
        {"tenant": str(session.tenant_id)},
    )
