"""Checks that hold one part of the books against another: what was split, accrued, billed, booked.

Each compares two figures that different concepts keep, so an error of either shows.
"""

from settlement.insight.verification import Check

# Declarations that the other side has not consented to are issued, and booked once it does (R60).
UNCONSENTED = """
    SELECT d.tenant_id, d.document_id
    FROM correction_consents k
    JOIN declarations d ON d.tenant_id = k.tenant_id AND d.id = k.declaration_id
    WHERE k.status IN ('waiting', 'refused')
"""

# A closed period's charges and shares by who owes whom, as the close accrues them.
OWED = f"""
    SELECT c.period_id, c.party_id, c.currency, c.amount,
           CASE WHEN c.document_id IS NULL
                OR (c.tenant_id, c.document_id) IN ({UNCONSENTED})
                THEN c.amount ELSE 0 END AS waiting,
           CASE WHEN c.side = 'customer' THEN 'unbilled_receivable'
                WHEN c.direction = 'payable' THEN 'carrier_accrued'
                ELSE 'carrier_unbilled' END AS account
    FROM charge_lines c
    JOIN periods p ON p.tenant_id = c.tenant_id AND p.id = c.period_id AND p.status = 'closed'
    UNION ALL
    SELECT s.period_id, s.party_id, s.currency, s.amount,
           CASE WHEN s.document_id IS NULL THEN s.amount ELSE coalesce(s.amount - (
               SELECT sum(r.amount) FROM share_releases r
               WHERE r.tenant_id = s.tenant_id AND r.share_id = s.id), 0) END, 'partner_accrued'
    FROM shares s
    JOIN periods p ON p.tenant_id = s.tenant_id AND p.id = s.period_id AND p.status = 'closed'
    WHERE s.party_id IS NOT NULL
"""  # noqa: S608 - our own literals.

ACCRUALS = "('unbilled_receivable', 'carrier_accrued', 'carrier_unbilled', 'partner_accrued')"

# Of an asset what is debited, of a liability what is credited.
HELD = """
    CASE WHEN (p.side = 'debit') = (p.account IN ('unbilled_receivable', 'carrier_unbilled'))
         THEN p.amount ELSE -p.amount END
"""

TIE_CHECKS = (
    Check(
        "I1 a rated batch has an outcome for each landed record",
        "Where all usage of a batch is rated and of closed periods, nothing of it is left out.",
        """
        WITH zone AS (SELECT time_zone FROM tenants),
        rated AS (
            SELECT f.tenant_id, f.batch_id FROM landed_files f, zone
            GROUP BY f.tenant_id, f.batch_id, zone.time_zone
            HAVING bool_and(EXISTS (
                SELECT FROM periods p
                JOIN rating_runs r ON r.tenant_id = p.tenant_id AND r.rated_at >= f.landed_at
                WHERE p.tenant_id = f.tenant_id AND p.status = 'closed'
                AND f.first_at >= p.starts_on::timestamp AT TIME ZONE zone.time_zone
                AND f.last_at < p.ends_on::timestamp AT TIME ZONE zone.time_zone
            ))
        )
        -- Parts of a call are one record by then; what was given up, or back, is left out since.
        -- A file that is whole stands for those before it.
        SELECT b.id AS batch_id, b.file_name, brought.records, rated_as.records AS outcomes,
               given_up.records AS given_up
        FROM batches b JOIN rated ON rated.tenant_id = b.tenant_id AND rated.batch_id = b.id,
        LATERAL (SELECT coalesce(sum(f.records), 0) AS records FROM landed_files f
                 WHERE f.tenant_id = b.tenant_id AND f.batch_id = b.id
                 AND NOT EXISTS (SELECT FROM landed_files anew
                                 WHERE anew.tenant_id = f.tenant_id AND anew.batch_id = f.batch_id
                                 AND anew.is_whole AND anew.part > f.part)) brought,
        LATERAL (SELECT coalesce(sum(o.records), 0) AS records FROM batch_outcomes o
                 WHERE o.tenant_id = b.tenant_id AND o.batch_id = b.id) rated_as,
        LATERAL (SELECT count(*) AS records FROM suspense s
                 WHERE s.tenant_id = b.tenant_id AND s.batch_id = b.id
                 AND s.stage = 'rating' AND (s.status = 'rejected'
                     OR s.status = 'open' AND s.returned_as IS NOT NULL)) given_up
        WHERE b.status = 'landed'
        AND rated_as.records NOT BETWEEN brought.records - given_up.records AND brought.records
        """,
    ),
    Check(
        "S1 the parts add up to the whole",
        "What the payees of a revenue get, ourselves included, is its base.",
        """
        SELECT run_id, terms_id, product, currency, cause, rule,
               max(base) AS base, sum(amount) AS parts
        FROM shares WHERE corrects_period_id IS NULL
        GROUP BY run_id, terms_id, product, currency, cause, rule
        HAVING sum(amount) <> max(base) OR min(base) <> max(base)
        """,
    ),
    Check(
        "S1 nothing lies between revenue and shares",
        "Deductions, shares and what is carried are the revenue, step by step.",
        """
        SELECT s.id AS share_id, s.product, s.gross, sum((step ->> 'amount')::numeric) AS steps
        FROM shares s, jsonb_array_elements(s.steps) AS step
        GROUP BY s.id, s.product, s.gross
        HAVING s.gross <> sum((step ->> 'amount')::numeric)
        """,
    ),
    Check(
        "S1 what is shared is what was charged",
        "The revenue shared of a product is the sum of its charge lines.",
        """
        SELECT s.terms_id, s.product, s.currency, s.gross, coalesce(c.amount, 0) AS charged
        FROM (SELECT tenant_id, period_id, terms_id, product, currency, sum(gross) AS gross
              FROM (SELECT DISTINCT tenant_id, period_id, terms_id, product, currency, rule, gross
                    FROM shares WHERE corrects_period_id IS NULL AND cause = 'share') split
              GROUP BY 1, 2, 3, 4, 5) s
        LEFT JOIN (SELECT tenant_id, period_id, terms_id, product, currency, sum(amount) AS amount
                   FROM charge_lines
                   WHERE side = 'customer' AND corrects_period_id IS NULL
                   GROUP BY 1, 2, 3, 4, 5) c
            ON (c.tenant_id, c.period_id, c.terms_id, c.product, c.currency)
             = (s.tenant_id, s.period_id, s.terms_id, s.product, s.currency)
        WHERE s.gross <> coalesce(c.amount, 0)
        """,
    ),
    Check(
        "L7 what a period owes is what its close booked",
        "Accruals of a closed period are its charges and shares, party by party.",
        f"""
        WITH owed AS (
            SELECT period_id, account, party_id, currency, sum(amount) AS amount
            FROM ({OWED}) o GROUP BY 1, 2, 3, 4 HAVING sum(amount) <> 0
        ), booked AS (
            SELECT e.source_id AS period_id, p.account, p.party_id, p.currency,
                   sum({HELD}) AS amount
            FROM ledger_entries e
            JOIN ledger_postings p ON p.tenant_id = e.tenant_id AND p.entry_id = e.id
            WHERE e.source_type = 'period' AND p.account IN {ACCRUALS}
            GROUP BY 1, 2, 3, 4
        )
        SELECT period_id, account, party_id, currency, owed.amount AS owed, booked.amount AS booked
        FROM owed FULL JOIN booked USING (period_id, account, party_id, currency)
        WHERE owed.amount IS DISTINCT FROM booked.amount
        """,  # noqa: S608 - our own literals.
    ),
    Check(
        "L6 what is accrued is what no document bears yet",
        "Accounts of accruals hold the charges and shares of closed periods still to be stated, and"
        " of shares that wait what is not released.",
        f"""
        WITH waiting AS (
            SELECT account, party_id, currency, sum(waiting) AS amount
            FROM ({OWED}) o GROUP BY 1, 2, 3
        ), held AS (
            SELECT p.account, p.party_id, p.currency, sum({HELD}) AS amount
            FROM ledger_postings p WHERE p.account IN {ACCRUALS} GROUP BY 1, 2, 3
        )
        SELECT account, party_id, currency, waiting.amount AS waiting, held.amount AS held
        FROM waiting FULL JOIN held USING (account, party_id, currency)
        WHERE coalesce(waiting.amount, 0) <> coalesce(held.amount, 0)
        """,  # noqa: S608 - our own literals.
    ),
    Check(
        "L7 what is issued is booked",
        "An issued document that asks for money has its entry, or waits for consent.",
        f"""
        SELECT d.id AS document_id, d.kind, d.number, d.amount_gross, d.currency
        FROM documents d
        WHERE d.status = 'issued' AND d.amount_gross <> 0
        AND d.kind NOT IN ('proforma', 'account_statement', 'withholding_certificate', 'reminder',
                           'payout_advice')
        AND (d.content #>> '{{replaced,payable}}' IS NULL
             OR d.content #>> '{{replaced,payable}}' <> d.content #>> '{{totals,payable}}')
        AND NOT EXISTS (
            SELECT FROM ledger_entries e
            WHERE e.tenant_id = d.tenant_id AND e.source_type = 'document' AND e.source_id = d.id
        )
        AND (d.tenant_id, d.id) NOT IN ({UNCONSENTED})
        """,  # noqa: S608 - our own literals.
    ),
    Check(
        "L7 what is booked has its source",
        "What an entry names (document, period, payout, receipt, reconciliation,"
        " agreed message) is there.",
        """
        SELECT e.n, e.id AS entry_id, e.source_type, e.source_id FROM ledger_entries e
        WHERE CASE e.source_type
            WHEN 'document' THEN NOT EXISTS (SELECT FROM documents s
                WHERE s.tenant_id = e.tenant_id AND s.id = e.source_id AND s.status = 'issued')
            WHEN 'period' THEN NOT EXISTS (SELECT FROM periods s
                WHERE s.tenant_id = e.tenant_id AND s.id = e.source_id AND s.status = 'closed')
            WHEN 'reconciliation' THEN NOT EXISTS (SELECT FROM reconciliations s
                WHERE s.tenant_id = e.tenant_id AND s.id = e.source_id)
            WHEN 'exchange_message' THEN NOT EXISTS (SELECT FROM exchange_settlements s
                WHERE s.tenant_id = e.tenant_id AND s.exchange_message_id = e.source_id)
            WHEN 'payout' THEN NOT EXISTS (SELECT FROM payouts s
                WHERE s.tenant_id = e.tenant_id AND s.id = e.source_id AND s.outcome = 'paid')
            WHEN 'receipt' THEN NOT EXISTS (SELECT FROM receipts s
                WHERE s.tenant_id = e.tenant_id AND s.id = e.source_id)
            WHEN 'write_off' THEN NOT EXISTS (SELECT FROM debt_write_offs s
                WHERE s.tenant_id = e.tenant_id AND s.id = e.source_id)
            WHEN 'ledger_entry' THEN NOT EXISTS (SELECT FROM ledger_entries s
                WHERE s.tenant_id = e.tenant_id AND s.id = e.source_id)
            ELSE false END
        """,
    ),
    Check(
        "P3 what a document asks for is what is booked",
        "Receivable or payable of a document's entry is what the document says is to be paid, less"
        " the tax withheld.",
        """
        WITH asked AS (
            SELECT tenant_id, id, number, currency,
                   CASE WHEN kind IN ('credit_note', 'self_billed_credit', 'adjusting_credit')
                        THEN -1 ELSE 1 END
                   * (split_part(content #>> '{totals,payable}', ' ', 1)::numeric
                      - coalesce(split_part(content #>> '{totals,withheld}', ' ', 1)::numeric, 0)
                      - coalesce(split_part(content #>> '{replaced,payable}', ' ', 1)::numeric, 0)
                   ) AS payable,
                   CASE WHEN kind IN ('self_billed_invoice', 'self_billed_credit')
                        THEN 'partner_payable' ELSE 'receivable' END AS account
            FROM documents
            WHERE status = 'issued' AND jsonb_typeof(content -> 'totals') = 'object'
            AND kind IN ('invoice', 'credit_note', 'self_billed_invoice', 'self_billed_credit',
                         'corrected_invoice', 'adjusting_invoice', 'adjusting_credit',
                         'debit_note', 'interest_note')
        )
        SELECT a.id AS document_id, a.number, a.account, a.payable, sum(
            CASE WHEN (p.side = 'debit') = (a.account = 'receivable')
                 THEN p.amount ELSE -p.amount END) AS booked
        FROM asked a
        JOIN ledger_entries e ON e.tenant_id = a.tenant_id AND e.source_type = 'document'
            AND e.source_id = a.id AND e.purpose = 'issue'
        JOIN ledger_postings p ON p.tenant_id = e.tenant_id AND p.entry_id = e.id
            AND p.account = a.account AND p.currency = a.currency
        GROUP BY a.id, a.number, a.account, a.payable
        HAVING a.payable <> sum(CASE WHEN (p.side = 'debit') = (a.account = 'receivable')
                                     THEN p.amount ELSE -p.amount END)
        """,
    ),
    Check(
        "Y7 a credit ends an accepted dispute only",
        "The credit that a dispute names is issued and corrects the disputed document.",
        """
        SELECT x.id AS dispute_id, x.status, x.document_id, x.credit_id
        FROM disputes x
        LEFT JOIN documents d ON d.tenant_id = x.tenant_id AND d.id = x.credit_id
        WHERE x.credit_id IS NOT NULL AND (
            x.status <> 'accepted' OR d.status IS DISTINCT FROM 'issued'
            OR d.corrects_id IS DISTINCT FROM x.document_id
        )
        """,
    ),
)
