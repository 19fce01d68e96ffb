"""What every table of a tenant carries, said once, for migrations.

The tenant column, the primary key that begins with it, forced row security with the one canonical
policy, a guard against NaN on every numeric, grants that name what the application may do (never
TRUNCATE), and, where wanted, an audit row for each change, written by the database itself so that
no code path can forget it.
"""

from collections.abc import Sequence

from alembic.runtime.migration import MigrationContext

POLICY = "tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid"

APPEND_ONLY = "SELECT, INSERT"
EDITABLE = "SELECT, INSERT, UPDATE"
REPLACEABLE = "SELECT, INSERT, UPDATE, DELETE"


def application_role(context: MigrationContext) -> str:
    """The role that does the work, as `upgrade` was told."""
    assert context.config is not None, "migrations run through settlement.migrations.upgrading"
    return str(context.config.attributes["application_role"])


def tenant_table(
    name: str,
    columns: str,
    *,
    key: str = "id",
    grants: str = EDITABLE,
    audited: bool = False,
    role: str = "saldo_app",
) -> list[str]:
    """The statements that create one tenant table.

    `columns` is the inside of CREATE TABLE without the tenant column and the primary key; foreign
    keys in it are composite, `FOREIGN KEY (tenant_id, x_id) REFERENCES xs`.
    """
    statements = [
        f"CREATE TABLE {name} (tenant_id uuid NOT NULL, {columns}, PRIMARY KEY (tenant_id, {key}))",
        *isolate(name, grants=grants, role=role),
    ]
    if audited:
        statements.append(
            f"CREATE TRIGGER audited AFTER INSERT OR UPDATE OR DELETE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION record_audit()"
        )
    return statements


def isolate(name: str, *, grants: str, role: str = "saldo_app") -> list[str]:
    """Row security with the canonical policy, grants and NaN guards for a table."""
    return [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant_isolation ON {name} USING ({POLICY}) WITH CHECK ({POLICY})",
        f"GRANT {grants} ON {name} TO {role}",
        f"""
        DO $$
        DECLARE numeric_column text;
        BEGIN
            FOR numeric_column IN
                SELECT column_name FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = '{name}' AND data_type = 'numeric'
            LOOP
                EXECUTE format(
                    'ALTER TABLE %I ADD CONSTRAINT %I CHECK (%I <> ''NaN'')',
                    '{name}', '{name}_' || numeric_column || '_is_a_number', numeric_column
                );
            END LOOP;
        END $$
        """,  # noqa: S608 - table names are literals of our own migrations.
    ]


def across_tenants(tables: Sequence[str], *statements: str) -> list[str]:
    """Statements that fill rows of all tenants in these tables.

    Row security holds for the owner of a table too, unless it is a superuser, so it is lifted.
    """
    return [
        *(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY" for name in tables),
        *statements,
        *(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY" for name in tables),
    ]


def append_only(name: str) -> str:
    """A trigger that refuses UPDATE and DELETE even to the owner of the table."""
    return (
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {name} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
