"""Every table stands behind the walls, every wall is noticed when it is taken down."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tenants.persistence import launcher
from tenants.persistence.database import Place
from tenants.persistence.walls import OUTSIDE_THE_WALLS, RULES, breaches
from tests.conftest import copy_of_template

ROOT = Path(__file__).resolve().parents[2]

# For each rule, faults that a hurried change could bring, and what must be reported.
PLANTED = [
    ("tenant_column", "CREATE TABLE forgotten (id uuid)", "forgotten"),
    ("tenant_column", "ALTER TABLE fx_rates DROP CONSTRAINT fx_rates_pkey; "
                      "ALTER TABLE fx_rates ALTER tenant_id DROP NOT NULL", "fx_rates"),
    ("row_security", "ALTER TABLE parties DISABLE ROW LEVEL SECURITY", "parties"),
    ("row_security", "ALTER TABLE parties NO FORCE ROW LEVEL SECURITY", "parties"),
    ("row_security", "CREATE TABLE new_table (tenant_id uuid NOT NULL)", "new_table"),
    ("one_policy", "DROP POLICY tenant_isolation ON disputes", "disputes"),
    ("one_policy", "CREATE POLICY also ON disputes USING (true)", "disputes"),
    ("canonical_policy", "ALTER POLICY tenant_isolation ON runs USING (true)", "runs"),
    ("canonical_policy", "ALTER POLICY tenant_isolation ON runs WITH CHECK (true)", "runs"),
    ("canonical_policy", "DROP POLICY tenant_isolation ON runs; CREATE POLICY tenant_isolation "
                         "ON runs USING (tenant_id = nullif(current_setting('app.tenant', true),"
                         " '')::uuid)", "runs"),
    ("canonical_policy", "ALTER POLICY tenant_isolation ON runs TO saldo_app", "runs"),
    ("tenant_in_unique_keys", "CREATE UNIQUE INDEX oracle ON parties (code)", "oracle"),
    ("tenant_in_unique_keys", "ALTER TABLE periods ADD CONSTRAINT oracle "
                              "EXCLUDE USING gist (code WITH =)", "oracle"),
    ("tenant_in_foreign_keys", "CREATE UNIQUE INDEX lone ON parties (id); ALTER TABLE users ADD "
                               "CONSTRAINT stray FOREIGN KEY (party_id) REFERENCES parties (id)",
     "stray"),
    ("no_truncate", "GRANT TRUNCATE ON charge_lines TO saldo_app", "charge_lines TRUNCATE"),
    ("no_truncate", "GRANT REFERENCES ON charge_lines TO PUBLIC", "charge_lines REFERENCES"),
    ("no_truncate", "GRANT TRIGGER ON charge_lines TO saldo_app", "charge_lines TRIGGER"),
    ("outside_is_read_only", "GRANT DELETE ON tenant_directory TO saldo_app", "tenant_directory"),
    ("plain_role", "ALTER ROLE saldo_app SUPERUSER", "saldo_app"),
    ("plain_role", "ALTER ROLE saldo_app BYPASSRLS", "saldo_app"),
    ("plain_role", "ALTER ROLE saldo_app CREATEROLE", "saldo_app"),
    ("plain_role", "CREATE ROLE master; GRANT master TO saldo_app", "saldo_app"),
    ("owns_nothing", "GRANT CREATE ON SCHEMA public TO saldo_app; "
                     "ALTER TABLE payouts OWNER TO saldo_app", "payouts"),
    ("no_schema_create", "GRANT CREATE ON SCHEMA public TO PUBLIC", "public"),
    ("no_default_privileges", "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO saldo_app",
     f"r of {launcher.OWNER}"),
    ("views_ask_as_the_reader", "CREATE VIEW everyone AS SELECT * FROM users", "everyone"),
    ("views_ask_as_the_reader", "CREATE MATERIALIZED VIEW kept AS SELECT * FROM users; "
                                "GRANT SELECT ON kept TO saldo_app", "kept"),
    ("no_definer_functions", "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
                             "SET search_path = public AS 'SELECT count(*) FROM users'", "peek()"),
    ("functions_know_their_path", "CREATE FUNCTION lost() RETURNS int LANGUAGE sql AS 'SELECT 1'",
     "lost()"),
    ("numbers_are_numbers", "ALTER TABLE payouts ADD fee numeric", "payouts.fee"),
    ("numbers_are_numbers", "ALTER TABLE payouts DROP CONSTRAINT payouts_amount_is_a_number",
     "payouts.amount"),
    ("no_floats", "ALTER TABLE payouts ADD fee float8", "payouts.fee"),
    ("no_floats", "ALTER TABLE payouts ADD fee money", "payouts.fee"),
    ("audited_rows_have_ids", "ALTER TABLE parties RENAME id TO party_id", "parties"),
    ("no_shared_sequences", "CREATE SEQUENCE numbers", "numbers"),
    ("nothing_published", "CREATE PUBLICATION everything FOR ALL TABLES", "everything"),
    ("no_way_out", "GRANT EXECUTE ON FUNCTION pg_read_file(text) TO saldo_app",
     "pg_read_file(text)"),
]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(server: launcher.Server, template: Place) -> Iterator[sa.Engine]:
    assert template
    engine = sa.create_engine(copy_of_template(server, "walls").owner_url)
    yield engine
    engine.dispose()


def test_every_table_stands_behind_the_walls(catalogue: sa.Engine) -> None:
    with catalogue.connect() as connection:
        assert breaches(connection, launcher.APPLICATION) == []


@pytest.mark.parametrize(("rule", "fault", "what"), PLANTED)
def test_a_wall_taken_down_is_noticed(
    catalogue: sa.Engine, rule: str, fault: str, what: str
) -> None:
    with catalogue.connect() as connection, connection.begin() as planted:
        for statement in fault.split("; "):
            connection.exec_driver_sql(statement)

        found = breaches(connection, launcher.APPLICATION)

        planted.rollback()
    assert (rule, what) in {(breach.rule, breach.what) for breach in found}


def test_every_rule_has_a_planted_fault() -> None:
    assert {rule.name for rule in RULES} == {rule for rule, _, _ in PLANTED}


def test_every_exception_gives_its_reason() -> None:
    assert all(reason for reason in OUTSIDE_THE_WALLS.values())
