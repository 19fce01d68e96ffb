"""Checks of receipts: what they pay is theirs to pay, and the book knows of the money."""

from settlement.insight.verification import Check

RECEIPT_CHECKS = (
    Check(
        "Y8 a receipt pays no more than it is",
        "What a receipt pays is from zero to its amount; nothing where it bounced.",
        """
        SELECT r.id AS receipt_id, r.reference, r.amount, r.bounced_on, sum(p.amount) AS paid
        FROM receipts r
        JOIN receipt_parts p ON p.tenant_id = r.tenant_id AND p.receipt_id = r.id
        GROUP BY r.id, r.reference, r.amount, r.bounced_on
        HAVING sum(p.amount) < 0
            OR sum(p.amount) > CASE WHEN r.bounced_on IS NULL THEN r.amount ELSE 0 END
        """,
    ),
    Check(
        "Y8 an invoice is not paid beyond what it asks for",
        "The parts of receipts that an invoice holds are from zero to what it says is to be paid.",
        """
        SELECT d.id AS document_id, d.number, d.party_id, sum(p.amount) AS paid
        FROM receipt_parts p
        JOIN documents d ON d.tenant_id = p.tenant_id AND d.id = p.document_id
        GROUP BY d.id, d.number, d.party_id, d.content
        HAVING sum(p.amount) < 0
            OR sum(p.amount) > split_part(d.content #>> '{totals,payable}', ' ', 1)::numeric
        """,
    ),
    Check(
        "Y8 instalments come to what was open",
        "The instalments of a plan come to what the invoice asked for less what was paid of it.",
        """
        SELECT p.id AS plan_id, p.document_id, p.asked - p.paid AS open, sum(i.amount) AS agreed
        FROM instalment_plans p
        LEFT JOIN instalments i ON i.tenant_id = p.tenant_id AND i.plan_id = p.id
        GROUP BY p.id, p.document_id, p.asked, p.paid
        HAVING sum(i.amount) IS DISTINCT FROM p.asked - p.paid
        """,
    ),
    Check(
        "Y8 an instalment is not demanded before its day",
        "A letter that reminds of an instalment is issued after the day on which that is due.",
        """
        SELECT r.letter_id, r.plan_id, r.number, i.due_on, d.issued_on
        FROM reminded_instalments r
        JOIN instalments i ON i.tenant_id = r.tenant_id
            AND i.plan_id = r.plan_id AND i.number = r.number
        JOIN documents d ON d.tenant_id = r.tenant_id AND d.id = r.letter_id
        WHERE d.issued_on <= i.due_on
        """,
    ),
    Check(
        "L7 what is received is booked",
        "A receipt is at the bank by its entry, and one that bounced has that entry reversed.",
        """
        SELECT r.id AS receipt_id, r.reference, r.amount, r.bounced_on FROM receipts r
        LEFT JOIN ledger_entries e ON e.tenant_id = r.tenant_id
            AND e.source_type = 'receipt' AND e.source_id = r.id
        LEFT JOIN ledger_postings b ON b.tenant_id = e.tenant_id AND b.entry_id = e.id
            AND b.account = 'bank' AND b.side = 'debit' AND b.currency = r.currency
        LEFT JOIN ledger_entries x ON x.tenant_id = e.tenant_id AND x.reverses_id = e.id
        WHERE b.amount IS DISTINCT FROM r.amount
            OR (x.id IS NOT NULL) <> (r.bounced_on IS NOT NULL)
        """,
    ),
    Check(
        "L7 what is written off is booked",
        "A write-off is a loss by its entry, and no longer a receivable.",
        """
        SELECT w.id AS write_off_id, w.document_id, w.amount FROM debt_write_offs w
        LEFT JOIN ledger_entries e ON e.tenant_id = w.tenant_id
            AND e.source_type = 'write_off' AND e.source_id = w.id
        LEFT JOIN ledger_postings b ON b.tenant_id = e.tenant_id AND b.entry_id = e.id
            AND b.account = 'bad_debt' AND b.side = 'debit' AND b.currency = w.currency
        WHERE b.amount IS DISTINCT FROM w.amount
        """,
    ),
)
