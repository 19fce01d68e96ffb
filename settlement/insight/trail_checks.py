"""Checks of the trail: the book only grows, and every change of a money object left its trace."""

from settlement.insight.verification import Check

APPEND_ONLY_CHECKS = (
    Check(
        "L3 the book is append-only",
        "The working role may neither change nor remove what is booked or stored for good.",
        """
        SELECT c.relname AS "table" FROM pg_class c
        JOIN pg_namespace s ON s.oid = c.relnamespace
        WHERE s.nspname = 'public'
        AND c.relname IN ('ledger_entries', 'ledger_postings', 'audit_log', 'document_files',
                          'posted_fractions')
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
