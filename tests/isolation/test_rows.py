"""No statement of one tenant reaches a row of another, whatever the table and however it asks."""

import psycopg
import pytest
import sqlalchemy as sa

from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import TenantSession
from tests.isolation.conftest import Stage
from tests.tenants.test_mapping import mapped

TABLES = sorted(set(mapped()) - {"tenant_directory"})


def tables_of(stage: Stage) -> set[str]:
    rows = stage.owner.execute(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'tenant_id'"
    ).fetchall()
    return {name for (name,) in rows}


def rows_of_beta(stage: Stage, table: str) -> int:
    count = stage.owner.execute(
        f"SELECT count(*) FROM {table} WHERE tenant_id = %s", (stage.beta.id,)
    ).fetchone()
    assert count is not None
    return int(count[0])


def touched(database: Database, stage: Stage, statement: str) -> int:
    """Rows that a statement of alpha reads or changes; 0 where the database refuses it."""
    with TenantSession(database, stage.alpha.id, SYSTEM) as session:
        try:
            answer = session.execute(
                sa.text(statement), {"alpha": stage.alpha.id, "beta": stage.beta.id}
            )
            return len(answer.all()) if answer.returns_rows else answer.rowcount
        except (sa.exc.ProgrammingError, sa.exc.IntegrityError, sa.exc.InternalError):
            return 0
        finally:
            session.rollback()


def test_every_table_of_tenants_is_asked(stage: Stage) -> None:
    assert tables_of(stage) == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM {table} WHERE tenant_id = :beta",
        "SELECT 1 FROM {table} WHERE tenant_id <> :alpha",
        "UPDATE {table} SET tenant_id = :alpha WHERE tenant_id = :beta",
        "UPDATE {table} SET tenant_id = :beta WHERE tenant_id = :alpha",
        "DELETE FROM {table} WHERE tenant_id = :beta",
        "INSERT INTO {table} (tenant_id) VALUES (:beta)",
        "INSERT INTO {table} SELECT * FROM {table} WHERE tenant_id = :beta",
        "TRUNCATE {table}",
    ],
)
def test_no_statement_reaches_the_other_tenant(stage: Stage, table: str, statement: str) -> None:
    before = rows_of_beta(stage, table)

    assert touched(stage.database, stage, statement.format(table=table)) <= 0
    assert rows_of_beta(stage, table) == before


@pytest.mark.parametrize("table", TABLES)
def test_without_a_tenant_there_is_nothing(stage: Stage, table: str) -> None:
    with stage.database.engine.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


@pytest.mark.parametrize("table", TABLES)
def test_a_copy_out_holds_the_own_rows_only(stage: Stage, table: str) -> None:
    with TenantSession(stage.database, stage.alpha.id, SYSTEM) as session:
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        with driver.cursor().copy(
            f"COPY (SELECT DISTINCT tenant_id FROM {table}) TO STDOUT"
        ) as rows:
            copied = b"".join(bytes(row) for row in rows)
        session.rollback()

    assert copied.decode().split() in ([], [str(stage.alpha.id)])


def test_the_cast_fills_every_table(stage: Stage) -> None:
    empty = [table for table in TABLES if not rows_of_beta(stage, table)]

    assert not empty, "an empty table proves nothing: give it a row in cast.py"
