"""Rows of agents: of contracts, and of whom stands above them."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import orm

from tenants.persistence.changes import changes
from tenants.persistence.tables import Recorded, Table, TenantScoped
from tenants.session import TenantSession


class ContractAgentRow(Recorded, TenantScoped, Table):
    """Who sold a contract, or looks after it, from a day on."""

    __tablename__ = "contract_agents"

    contract_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    valid_from: orm.Mapped[dt.date] = orm.mapped_column(primary_key=True)
    agent_id: orm.Mapped[UUID | None]


class AgentSuperiorRow(Recorded, TenantScoped, Table):
    """Who stands above an agent from a day on."""

    __tablename__ = "agent_superiors"

    agent_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    valid_from: orm.Mapped[dt.date] = orm.mapped_column(primary_key=True)
    superior_id: orm.Mapped[UUID | None]


def agents(session: TenantSession, contract_id: UUID | None = None) -> Sequence[ContractAgentRow]:
    """Changes of one contract or of all, the earliest first."""
    return changes(session, ContractAgentRow, ContractAgentRow.contract_id, contract_id)


def superiors(session: TenantSession, agent_id: UUID | None = None) -> Sequence[AgentSuperiorRow]:
    """Changes of superiors of one agent or of all, the earliest first."""
    return changes(session, AgentSuperiorRow, AgentSuperiorRow.agent_id, agent_id)


def lock(session: TenantSession) -> None:
    """Let one change of the tenant's network in at a time, until the transaction ends."""
    session.hold("agents")
