"""Checks of the walls: every tenant table is behind row security, every change left its trace."""

from settlement.insight.verification import Check

# As PostgreSQL prints the one canonical policy back.
POLICY = "(tenant_id = (NULLIF(current_setting(''app.tenant''::text, true), ''''::text))::uuid)"

WALL_CHECKS = (
    Check(
        "T1 every table is behind row security",
        "Each table has the tenant column, and row security is enabled and forced.",
        """
        SELECT c.relname AS "table", c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced
        FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
        WHERE s.nspname = 'public' AND c.relkind IN ('r', 'p')
        AND c.relname NOT IN ('alembic_version', 'tenant_directory')
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'
            AND a.attnotnull AND NOT a.attisdropped
        ))
        """,
    ),
    Check(
        "T1 every table has the one policy",
        "Each table has exactly the canonical policy, for reading and for writing.",
        f"""
        SELECT c.relname AS "table", count(p.polname) AS policies
        FROM pg_class c
        JOIN pg_namespace s ON s.oid = c.relnamespace
        LEFT JOIN pg_policy p ON p.polrelid = c.oid
        WHERE s.nspname = 'public' AND c.relkind IN ('r', 'p')
        AND c.relname NOT IN ('alembic_version', 'tenant_directory')
        GROUP BY c.relname
        HAVING count(p.polname) <> 1 OR NOT bool_and(
            p.polcmd = '*' AND p.polpermissive
            AND pg_get_expr(p.polqual, p.polrelid) = '{POLICY}'
            AND pg_get_expr(p.polwithcheck, p.polrelid) = '{POLICY}'
        )
        """,  # noqa: S608 - our own literal.
    ),
    Check(
        "T1 every unique key carries the tenant",
        "No unique index tells one tenant what another has.",
        """
        SELECT t.relname AS "table", i.relname AS index
        FROM pg_index x
        JOIN pg_class i ON i.oid = x.indexrelid
        JOIN pg_class t ON t.oid = x.indrelid
        JOIN pg_namespace s ON s.oid = t.relnamespace
        WHERE s.nspname = 'public' AND x.indisunique
        AND t.relname NOT IN ('alembic_version', 'tenant_directory')
        AND NOT EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'tenant_id'
            AND a.attnum = ANY (x.indkey::smallint[])
        )
        """,
    ),
    Check(
        "T1 the working role has no way round",
        "It owns nothing, is no superuser, bypasses nothing and may truncate nothing.",
        """
        SELECT rolname AS name, 'role' AS fault FROM pg_roles
        WHERE rolname = current_user AND (rolsuper OR rolbypassrls)
        UNION ALL
        SELECT c.relname, 'owned' FROM pg_class c
        JOIN pg_namespace s ON s.oid = c.relnamespace
        WHERE s.nspname = 'public' AND pg_get_userbyid(c.relowner) = current_user
        UNION ALL
        SELECT c.relname, 'may truncate' FROM pg_class c
        JOIN pg_namespace s ON s.oid = c.relnamespace
        WHERE s.nspname = 'public' AND c.relkind = 'r'
        AND has_table_privilege(current_user, c.oid, 'TRUNCATE')
        """,
    ),
    Check(
        "T1 nothing looks past row security",
        "There is no materialized view and no function with its owner's rights.",
        """
        SELECT c.relname::text AS name, 'materialized view' AS fault FROM pg_class c
        JOIN pg_namespace s ON s.oid = c.relnamespace
        WHERE s.nspname = 'public' AND c.relkind = 'm'
        UNION ALL
        SELECT p.proname::text, 'security definer' FROM pg_proc p
        JOIN pg_namespace s ON s.oid = p.pronamespace
        WHERE s.nspname = 'public' AND p.prosecdef
        """,
    ),
    Check(
        "T1 the book is append-only",
        "The working role may neither change nor remove what is booked or stored for good.",
        """
        SELECT c.relname AS "table" FROM pg_class c
        JOIN pg_namespace s ON s.oid = c.relnamespace
        WHERE s.nspname = 'public'
        AND c.relname IN ('ledger_entries', 'ledger_postings', 'audit_log', 'document_files')
        AND (
            has_table_privilege(current_user, c.oid, 'UPDATE')
            OR has_table_privilege(current_user, c.oid, 'DELETE')
            OR NOT EXISTS (
                SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgname = 'append_only'
                AND g.tgenabled <> 'D'
            )
        )
        """,
    ),
    Check(
        "S6 no amount is a float",
        "No column of a table is a binary floating point number.",
        """
        SELECT table_name AS "table", column_name AS "column", data_type
        FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type IN ('real', 'double precision', 'money')
        """,
    ),
)

# Tables whose changes are audited; a disabled trigger counts, for that is how one would hide.
AUDITED_TABLES = """
    SELECT c.relname FROM pg_trigger g
    JOIN pg_class c ON c.oid = g.tgrelid
    JOIN pg_namespace s ON s.oid = c.relnamespace
    WHERE s.nspname = 'public' AND g.tgname = 'audited'
    ORDER BY 1
"""


def audit_checks(table: str) -> tuple[Check, Check]:
    """What the trail must say of one audited table: each row as it stands, and no row less.

    Compared are the columns that the trail knows, so that a column added later is no fault.
    """
    as_it_stands = Check(
        f"A1 every state of {table} is in the audit trail",
        "Each row stands as its last audited change left it.",
        f"""
        SELECT t.id::text AS id FROM "{table}" t
        CROSS JOIN LATERAL (SELECT audited_form(to_jsonb(t)) AS present) p
        WHERE NOT EXISTS (
            SELECT FROM audit_log a
            WHERE a.tenant_id = t.tenant_id AND a.object = '{table}' AND a.object_id = t.id::text
            AND a.after = (SELECT jsonb_object_agg(key, value)
                           FROM jsonb_each(p.present) WHERE a.after ? key)
        )
        """,  # noqa: S608 - table names come from the catalogue of our own schema.
    )
    none_less = Check(
        f"A1 no row of {table} went without a trace",
        "Each row that the trail saw made is there, or was seen removed.",
        f"""
        SELECT a.object_id AS id FROM audit_log a
        WHERE a.object = '{table}'
        GROUP BY a.tenant_id, a.object_id
        HAVING NOT bool_or(a.action = 'delete') AND NOT EXISTS (
            SELECT FROM "{table}" t
            WHERE t.tenant_id = a.tenant_id AND t.id::text = a.object_id
        )
        """,  # noqa: S608 - table names come from the catalogue of our own schema.
    )
    return as_it_stands, none_less
