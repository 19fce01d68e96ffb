"""Checks of what partners and carriers get: declarations, disputes and payouts."""

from settlement.insight.verification import Check

INTERCONNECT_CHECKS = (
    Check(
        "R2 a declaration is the sum of its lines",
        "Calls, seconds and amount of a declaration are those of its lines.",
        """
        SELECT d.id AS declaration_id, d.origin, d.calls, d.seconds, d.amount,
               coalesce(sum(l.calls), 0) AS line_calls,
               coalesce(sum(l.seconds), 0) AS line_seconds,
               coalesce(sum(l.amount), 0) AS line_amount
        FROM declarations d
        LEFT JOIN declaration_lines l ON l.tenant_id = d.tenant_id AND l.declaration_id = d.id
        GROUP BY d.id, d.origin, d.calls, d.seconds, d.amount
        HAVING d.calls <> coalesce(sum(l.calls), 0)
            OR d.seconds <> coalesce(sum(l.seconds), 0)
            OR d.amount <> coalesce(sum(l.amount), 0)
        """,
    ),
    Check(
        "R2 a reconciliation adds up on both sides",
        "The lines of a reconciliation are both declarations, no more and no less.",
        """
        SELECT r.id AS reconciliation_id, ours.amount AS ours, theirs.amount AS theirs,
               coalesce(sum(l.amount_ours), 0) AS lines_ours,
               coalesce(sum(l.amount_theirs), 0) AS lines_theirs
        FROM reconciliations r
        JOIN declarations ours ON ours.tenant_id = r.tenant_id AND ours.id = r.ours_id
        JOIN declarations theirs ON theirs.tenant_id = r.tenant_id AND theirs.id = r.theirs_id
        LEFT JOIN reconciliation_lines l
            ON l.tenant_id = r.tenant_id AND l.reconciliation_id = r.id
        GROUP BY r.id, r.amount_ours, r.amount_theirs, ours.amount, theirs.amount,
                 ours.calls, theirs.calls
        HAVING coalesce(sum(l.amount_ours), 0) <> ours.amount
            OR coalesce(sum(l.amount_theirs), 0) <> theirs.amount
            OR coalesce(sum(l.calls_ours), 0) <> ours.calls
            OR coalesce(sum(l.calls_theirs), 0) <> theirs.calls
            OR r.amount_ours <> ours.amount OR r.amount_theirs <> theirs.amount
        """,
    ),
    Check(
        "R2 every compared line has its class",
        "Variance is theirs less ours, and the class says which side is missing.",
        """
        SELECT reconciliation_id, line, class, amount_ours, amount_theirs, variance
        FROM reconciliation_lines
        WHERE variance <> coalesce(amount_theirs, 0) - coalesce(amount_ours, 0)
        OR (class = 'missing_ours') <> (amount_ours IS NULL)
        OR (class = 'missing_theirs') <> (amount_theirs IS NULL)
        OR (class = 'exact' AND variance <> 0)
        """,
    ),
    Check(
        "R2 what an exchange agreed is booked",
        "What is settled less what was declared and booked before is in the book, once.",
        """
        SELECT s.exchange_message_id, s.direction, s.settled, s.before
        FROM exchange_settlements s
        LEFT JOIN ledger_entries e ON e.tenant_id = s.tenant_id
            AND e.source_type = 'exchange_message' AND e.source_id = s.exchange_message_id
            AND e.purpose = 'accepted variance ' || s.direction
        LEFT JOIN ledger_postings p ON p.tenant_id = e.tenant_id AND p.entry_id = e.id
            AND p.currency = s.currency AND p.account = CASE s.direction
                WHEN 'incoming' THEN 'carrier_receivable' ELSE 'carrier_payable' END
        WHERE s.settled - s.before <> coalesce(
            CASE WHEN (p.side = 'debit') = (s.direction = 'incoming')
                 THEN p.amount ELSE -p.amount END, 0)
        """,
    ),
    Check(
        "R2 what a carrier accepted is settled",
        "An acceptance in an exchange has settled the amounts that it answers.",
        """
        SELECT a.id AS acceptance_id, a.carrier_id, a.message_id
        FROM exchange_messages a
        JOIN declarations d ON d.tenant_id = a.tenant_id AND d.agreement_id = a.agreement_id
            AND d.period_id = a.period_id AND d.origin = 'ours' AND d.corrects_id IS NULL
            AND d.declared_at < a.exchanged_at
        WHERE a.kind = 'Acceptance' AND a.verdict <> 'refused' AND NOT EXISTS (
            SELECT FROM exchange_messages m
            JOIN exchange_settlements s ON s.tenant_id = m.tenant_id
                AND s.exchange_message_id = m.id
            WHERE m.tenant_id = a.tenant_id AND m.carrier_id = a.carrier_id
            AND m.message_id = a.in_reply_to AND m.origin <> a.origin
        )
        """,
    ),
    Check(
        "R2 what is held of deposits is booked",
        "What is left of a carrier's deposits is what the book owes it for them.",
        """
        WITH used AS (
            SELECT deposit_id, sum(amount) AS amount FROM deposit_uses GROUP BY deposit_id
        ), held AS (
            SELECT d.carrier_id AS party_id, d.currency,
                   sum(d.amount - coalesce(u.amount, 0)) AS amount
            FROM carrier_deposits d LEFT JOIN used u ON u.deposit_id = d.id
            GROUP BY 1, 2
        ), booked AS (
            SELECT party_id, currency,
                   sum(CASE side WHEN 'credit' THEN amount ELSE -amount END) AS amount
            FROM ledger_postings WHERE account = 'carrier_deposit' GROUP BY 1, 2
        )
        SELECT party_id, currency, held.amount AS held, booked.amount AS booked
        FROM held FULL JOIN booked USING (party_id, currency)
        WHERE coalesce(held.amount, 0) <> coalesce(booked.amount, 0)
        """,
    ),
    Check(
        "Y7 no more is disputed than was stated",
        "Open and accepted disputes of a document are at most its amount.",
        """
        SELECT d.id AS document_id, d.number, d.amount_gross,
               sum(coalesce(x.held, x.amount)) AS disputed
        FROM documents d JOIN disputes x ON x.tenant_id = d.tenant_id AND x.document_id = d.id
        WHERE x.status IN ('open', 'accepted')
        GROUP BY d.id, d.number, d.amount_gross
        HAVING sum(coalesce(x.held, x.amount)) > abs(d.amount_gross)
        """,
    ),
)

PAYOUT_CHECKS = (
    Check(
        "L2 a statement brings forward what the book holds",
        "The balance on a statement is what the book held of its partner before it, with what the"
        " statement itself booked, and is payable or carried.",
        """
        WITH moved AS (
            SELECT e.n, p.party_id, p.currency, NULL::uuid AS document_id,
                   CASE p.side WHEN 'credit' THEN p.amount ELSE -p.amount END AS change
            FROM ledger_entries e
            JOIN ledger_postings p ON p.tenant_id = e.tenant_id AND p.entry_id = e.id
            WHERE p.account = 'partner_payable'
            UNION ALL
            SELECT e.n, d.party_id, d.currency, d.id, 0
            FROM documents d
            JOIN ledger_entries e ON e.tenant_id = d.tenant_id AND e.source_type = 'document'
                AND e.source_id = d.id AND e.purpose = 'issue'
            WHERE d.kind IN ('self_billed_invoice', 'self_billed_credit')
            AND d.content ->> 'forward' IS NOT NULL
        ), held AS (
            SELECT document_id, coalesce(sum(change) OVER earlier, 0) AS before,
                   sum(change) OVER same AS booked
            FROM moved
            WINDOW earlier AS (PARTITION BY party_id, currency ORDER BY n
                               RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                   same AS (PARTITION BY party_id, currency ORDER BY n
                            RANGE BETWEEN CURRENT ROW AND CURRENT ROW)
        ), said AS (
            SELECT d.id, d.number,
                   split_part(d.content #>> '{forward,brought}', ' ', 1)::numeric AS brought,
                   split_part(d.content #>> '{forward,stated}', ' ', 1)::numeric AS stated,
                   split_part(d.content #>> '{forward,payable}', ' ', 1)::numeric AS payable,
                   split_part(d.content #>> '{forward,carried}', ' ', 1)::numeric AS carried
            FROM documents d
            WHERE d.kind IN ('self_billed_invoice', 'self_billed_credit')
            AND d.status = 'issued' AND d.content ->> 'forward' IS NOT NULL
        )
        SELECT s.id AS document_id, s.number, s.brought, s.stated, s.payable, s.carried,
               h.before, h.booked
        FROM said s LEFT JOIN held h ON h.document_id = s.id
        WHERE s.brought + s.stated <> s.payable + s.carried OR s.payable < 0
        OR s.stated <> coalesce(h.booked, 0) OR s.brought <> h.before
        """,
    ),
    Check(
        "Y4 no more is paid than is owed",
        "No payout takes what we owe a partner below zero.",
        """
        WITH owed AS (
            SELECT e.n, e.id AS entry_id, p.party_id, p.currency,
                   sum(CASE p.side WHEN 'credit' THEN p.amount ELSE -p.amount END) AS change
            FROM ledger_entries e
            JOIN ledger_postings p ON p.tenant_id = e.tenant_id AND p.entry_id = e.id
            WHERE p.account = 'partner_payable'
            GROUP BY e.n, e.id, p.party_id, p.currency
        ), running AS (
            SELECT owed.*, sum(change) OVER (PARTITION BY party_id, currency ORDER BY n) AS balance
            FROM owed
        )
        SELECT r.n, r.entry_id, r.party_id, r.currency, r.balance FROM running r
        WHERE r.balance < 0 AND r.change < 0 AND EXISTS (
            SELECT FROM ledger_postings p
            WHERE p.entry_id = r.entry_id AND p.account IN ('payout_clearing', 'bank')
        )
        """,
    ),
    Check(
        "Y5 maker and approver are two people",
        "Nobody approved what they proposed, and nothing left without approval.",
        """
        SELECT id AS payout_batch_id, number, status, proposed_by, approved_by
        FROM payout_batches
        WHERE approved_by = proposed_by OR approved_by_id = proposed_by_id
        OR (status IN ('approved', 'sent') AND approved_by IS NULL)
        """,
    ),
    Check(
        "Y1 a payment leaves in one batch",
        "No end-to-end id is used twice, and what is paid has an account.",
        """
        SELECT end_to_end_id, count(*) AS payouts FROM payouts
        GROUP BY end_to_end_id
        HAVING count(*) > 1
            OR bool_or(outcome = 'paid' AND (bank_account_id IS NULL OR amount <= 0))
        """,
    ),
    Check(
        "L7 what is paid is booked",
        "Each payment of an approved batch is reserved in the book, and of a sent one spent.",
        """
        SELECT p.id AS payout_id, b.number, b.status, wanted.purpose
        FROM payouts p
        JOIN payout_batches b ON b.tenant_id = p.tenant_id AND b.id = p.batch_id
        JOIN (VALUES ('approved', 'approval'), ('sent', 'approval'), ('sent', 'sent'))
            AS wanted (status, purpose) ON wanted.status = b.status
        WHERE p.outcome = 'paid' AND NOT EXISTS (
            SELECT FROM ledger_entries e
            JOIN ledger_postings l ON l.tenant_id = e.tenant_id AND l.entry_id = e.id
            WHERE e.tenant_id = p.tenant_id AND e.source_type = 'payout'
            AND e.source_id = p.id AND e.purpose = wanted.purpose
            AND l.account = 'payout_clearing' AND l.amount = p.amount AND l.currency = p.currency
        )
        """,
    ),
    Check(
        "L6 what is on its way is approved and not sent",
        "The clearing account of payouts holds what approved batches pay, partner by partner.",
        """
        WITH under_way AS (
            SELECT p.party_id, p.currency, sum(p.amount) AS amount
            FROM payouts p JOIN payout_batches b ON b.tenant_id = p.tenant_id AND b.id = p.batch_id
            WHERE p.outcome = 'paid' AND b.status = 'approved'
            GROUP BY 1, 2
        ), held AS (
            SELECT party_id, currency,
                   sum(CASE side WHEN 'credit' THEN amount ELSE -amount END) AS amount
            FROM ledger_postings WHERE account = 'payout_clearing' GROUP BY 1, 2
        )
        SELECT party_id, currency, under_way.amount AS approved, held.amount AS held
        FROM under_way FULL JOIN held USING (party_id, currency)
        WHERE coalesce(under_way.amount, 0) <> coalesce(held.amount, 0)
        """,
    ),
)
