"""Checks of exchange differences: what was gained is booked, no debt is settled beyond what it is.

A gain is on the credit side of its account, a loss on the debit side.
"""

from settlement.insight.verification import Check

BOOKED = """
    SELECT r.id AS {name}_id, r.document_id, r.gain, r.base_currency
    FROM {table} r
    LEFT JOIN ledger_entries e ON e.tenant_id = r.tenant_id
        AND e.source_type = '{source}' AND e.source_id = r.id
    LEFT JOIN ledger_postings b ON b.tenant_id = e.tenant_id AND b.entry_id = e.id
        AND b.account = '{account}' AND b.currency = r.base_currency
    WHERE {where}
        coalesce(CASE b.side WHEN 'credit' THEN b.amount ELSE -b.amount END, 0) <> r.gain
"""

EXCHANGE_CHECKS = (
    Check(
        "F1 what a settlement gained is booked",
        "A payment of a foreign debt has its difference in the book, once.",
        BOOKED.format(
            table="fx_settlements",
            name="settlement",
            source="fx_settlement",
            account="fx_difference",
            where="r.takes_back_id IS NULL AND",
        ),
    ),
    Check(
        "F1 what a valuation gained is booked",
        "An open item valued at the end of a period has its difference in the book, once.",
        BOOKED.format(
            table="fx_revaluations",
            name="revaluation",
            source="fx_revaluation",
            account="fx_unrealised",
            where="",
        ),
    ),
    Check(
        "F2 a foreign debt is settled at most once",
        "Payments of a foreign debt are from zero to what it asks for.",
        """
        SELECT d.id AS document_id, d.number, sum(s.amount) AS settled
        FROM fx_settlements s
        JOIN documents d ON d.tenant_id = s.tenant_id AND d.id = s.document_id
        GROUP BY d.id, d.number, d.content
        HAVING sum(s.amount) < 0
            OR sum(s.amount) > split_part(d.content #>> '{totals,payable}', ' ', 1)::numeric
        """,
    ),
)
