"""Runs the SQL of checks in the session of one tenant."""

from collections.abc import Mapping

import sqlalchemy as sa

from settlement.insight.trail_checks import AUDITED_TABLES
from tenants.persistence import walls
from tenants.session import TenantSession


def rows(session: TenantSession, sql: str) -> list[Mapping[str, object]]:
    """The rows of a statement, as names and values."""
    # Sent as it stands: the operator ? of jsonb is not a parameter.
    found = session.connection().exec_driver_sql(sql.replace("%", "%%"))
    return [dict(row) for row in found.mappings()]


def audited_tables(session: TenantSession) -> list[str]:
    """The tables whose changes the database audits."""
    return list(session.scalars(sa.text(AUDITED_TABLES)))


def breaches(session: TenantSession) -> list[walls.Breach]:
    """Where the walls between tenants do not stand, for the role of this session."""
    role = session.scalars(sa.text("SELECT current_user")).one()
    return walls.breaches(session.connection(), role)
