"""Checks of the book: entries balance, stand once, stay in open periods, and reverse exactly."""

from settlement.insight.verification import Check

SIGNED = "CASE p.side WHEN 'debit' THEN p.amount ELSE -p.amount END"

LEDGER_CHECKS = (
    Check(
        "L1 every entry balances in each currency",
        "Debits of an entry equal its credits.",
        f"""
        SELECT e.n, e.id AS entry_id, p.currency, sum({SIGNED}) AS difference
        FROM ledger_entries e
        JOIN ledger_postings p ON p.tenant_id = e.tenant_id AND p.entry_id = e.id
        GROUP BY e.n, e.id, p.currency HAVING sum({SIGNED}) <> 0
        """,  # noqa: S608 - our own literal.
    ),
    Check(
        "L1 every entry has postings, every posting an entry",
        "Neither stands without the other.",
        """
        SELECT e.id AS entry_id, 'no postings' AS fault FROM ledger_entries e
        WHERE NOT EXISTS (SELECT FROM ledger_postings p
                          WHERE p.tenant_id = e.tenant_id AND p.entry_id = e.id)
        UNION ALL
        SELECT p.entry_id, 'no entry' FROM ledger_postings p
        WHERE NOT EXISTS (SELECT FROM ledger_entries e
                          WHERE e.tenant_id = p.tenant_id AND e.id = p.entry_id)
        """,
    ),
    Check(
        "L5 a cause is booked once",
        "One source and purpose has at most one entry.",
        """
        SELECT source_type, source_id, purpose, count(*) AS entries
        FROM ledger_entries GROUP BY source_type, source_id, purpose HAVING count(*) > 1
        """,
    ),
    Check(
        "L8 the trial balance is zero",
        "All debits equal all credits in each currency.",
        f"""
        SELECT p.currency, sum({SIGNED}) AS difference FROM ledger_postings p
        GROUP BY p.currency HAVING sum({SIGNED}) <> 0
        """,  # noqa: S608 - our own literal.
    ),
    Check(
        "L9 a reversal is the exact negation",
        "It has the postings of the entry that it reverses, each on the other side.",
        """
        WITH pairs AS (
            SELECT tenant_id, id AS reversal_id, reverses_id FROM ledger_entries
            WHERE reverses_id IS NOT NULL
        ), wanted AS (
            SELECT r.reversal_id, p.account, p.party_id, p.currency, p.amount,
                   CASE p.side WHEN 'debit' THEN 'credit' ELSE 'debit' END AS side,
                   count(*) AS times
            FROM pairs r
            JOIN ledger_postings p ON p.tenant_id = r.tenant_id AND p.entry_id = r.reverses_id
            GROUP BY 1, 2, 3, 4, 5, 6
        ), found AS (
            SELECT r.reversal_id, p.account, p.party_id, p.currency, p.amount, p.side,
                   count(*) AS times
            FROM pairs r
            JOIN ledger_postings p ON p.tenant_id = r.tenant_id AND p.entry_id = r.reversal_id
            GROUP BY 1, 2, 3, 4, 5, 6
        )
        (SELECT 'missing' AS fault, * FROM (SELECT * FROM wanted EXCEPT SELECT * FROM found) w)
        UNION ALL
        (SELECT 'not wanted', * FROM (SELECT * FROM found EXCEPT SELECT * FROM wanted) f)
        """,
    ),
    Check(
        "L9 an entry is reversed once",
        "At most one entry reverses another.",
        """
        SELECT reverses_id, count(*) AS reversals FROM ledger_entries
        WHERE reverses_id IS NOT NULL GROUP BY reverses_id HAVING count(*) > 1
        """,
    ),
    Check(
        "P1 a closed period takes no entry",
        "Every entry of a closed period was recorded before it was closed.",
        """
        SELECT e.n, e.id AS entry_id, p.code AS period, e.recorded_at, p.closed_at
        FROM ledger_entries e
        JOIN periods p ON p.tenant_id = e.tenant_id AND p.id = e.period_id
        WHERE p.status = 'closed' AND e.recorded_at > p.closed_at
        """,
    ),
    Check(
        "P1 entries of a period come before those booked after its close",
        "No entry of a closed period stands behind an entry recorded after the close.",
        """
        SELECT e.n, e.id AS entry_id, p.code AS period
        FROM ledger_entries e
        JOIN periods p ON p.tenant_id = e.tenant_id AND p.id = e.period_id
        WHERE p.status = 'closed' AND EXISTS (
            SELECT FROM ledger_entries earlier
            WHERE earlier.tenant_id = e.tenant_id AND earlier.n < e.n
            AND earlier.recorded_at > p.closed_at
        )
        """,
    ),
    Check(
        "P2 a closed period is never opened again",
        "The audit trail has no step of a period back from closed.",
        """
        SELECT object_id AS period_id, at, principal, before ->> 'status' AS before,
               after ->> 'status' AS after
        FROM audit_log
        WHERE object = 'periods' AND before ->> 'status' = 'closed'
        AND after ->> 'status' IS DISTINCT FROM 'closed'
        """,
    ),
)
