"""Checks that hold the rounding ledger against what rounded: nothing is made or lost in silence."""

from settlement.insight.verification import Check

# Causes of credits that show a whole split of revenue, step by step.
SPLIT = "ARRAY['share', 'refund', 'chargeback', 'write_off']"

# What rounding made of a release, as a decimal of thirty places.
FRACTION = """
    split_part(r.fraction, '/', 1)::numeric(99, 30) / split_part(r.fraction, '/', 2)::numeric
"""

ROUNDING_CHECKS = (
    Check(
        "S1 rounding only moves fractions within a split",
        "What rounding took from one payee or deduction of a split, it gave to the others; and what"
        " is credited beside, its bearer has with the other sign.",
        """
        SELECT period_id, corrects_period_id, terms_id, product, rule, currency, cause, denominator,
               sum(numerator::numeric) AS numerators
        FROM rounding_entries WHERE cause <> 'charge'
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
        HAVING sum(numerator::numeric) <> 0
        """,
    ),
    Check(
        "S1 what credits round is in the rounding ledger",
        "Of a closed period: each credit that keeps what rounding made of it, of commission or tier"
        " for one, has its entry, and no entry is of none.",
        f"""
        WITH rounded AS (
            SELECT s.period_id, s.terms_id, s.cause, s.product, s.rule, s.fraction
            FROM shares s WHERE s.cause <> ALL ({SPLIT})
            UNION ALL
            SELECT s.period_id, s.terms_id, s.cause, s.product, s.rule, step ->> 'fraction'
            FROM shares s, jsonb_array_elements(s.steps) AS step
            WHERE s.cause = ANY ({SPLIT}) AND s.cause <> 'share' AND s.position = 0
        ), credited AS (
            SELECT period_id, terms_id, cause, product, rule,
                   sum(round(abs(split_part(fraction, '/', 1)::numeric(99, 30))
                             / coalesce(nullif(split_part(fraction, '/', 2), ''), '1')::numeric,
                             24)) AS size
            FROM rounded WHERE fraction IS NOT NULL GROUP BY 1, 2, 3, 4, 5
        ), booked AS (
            SELECT period_id, terms_id, cause, product, rule,
                   sum(round(abs(numerator::numeric(99, 30)) / denominator::numeric, 24)) AS size
            FROM rounding_entries WHERE cause NOT IN ('charge', 'share', 'share_by_event')
            GROUP BY 1, 2, 3, 4, 5
        )
        SELECT period_id, terms_id, cause, product, rule, c.size AS credited, b.size AS booked
        FROM credited c FULL JOIN booked b USING (period_id, terms_id, cause, product, rule)
        JOIN periods p ON p.id = period_id AND p.status = 'closed'
        WHERE coalesce(c.size, 0) <> coalesce(b.size, 0)
        """,  # noqa: S608 - our own literals.
    ),
    Check(
        "S1 exact less posted is in the rounding ledger",
        "Charges, exact less rounded, are the fractions that the rounding ledger has of them.",
        f"""
        WITH charged AS (
            SELECT period_id, currency,
                   (sum(amount_3600) - sum(amount) * 3600) * {10**12} AS numerators
            FROM charge_lines GROUP BY 1, 2
        ), booked AS (
            SELECT period_id, currency, sum(numerator::numeric) AS numerators
            FROM rounding_entries WHERE cause = 'charge' GROUP BY 1, 2
        )
        SELECT period_id, currency, c.numerators AS charged, b.numerators AS booked
        FROM charged c FULL JOIN booked b USING (period_id, currency)
        JOIN periods p ON p.id = period_id AND EXISTS (
            SELECT FROM rounding_entries e WHERE e.period_id = p.id
        )
        WHERE coalesce(c.numerators, 0) <> coalesce(b.numerators, 0)
        """,  # noqa: S608 - our own literals.
    ),
    Check(
        "S1 what documents round is in the rounding ledger",
        "Of each document since the ledger is kept: the tax that its lines come to less the tax it"
        " states is the fractions posted of it.",
        """
        WITH kept AS (SELECT min(posted_at) AS since FROM posted_fractions),
        rounded AS (
            SELECT d.id, d.number,
                   (split_part(x ->> 'taxable', ' ', 1)::numeric * (x #>> '{tax,rate}')::numeric
                    - split_part(x ->> 'amount', ' ', 1)::numeric)
                   * CASE WHEN d.kind IN ('credit_note', 'self_billed_credit', 'adjusting_credit')
                          THEN -1 ELSE 1 END AS fraction
            FROM documents d JOIN kept k ON d.issued_at >= k.since
            CROSS JOIN LATERAL jsonb_array_elements(d.content #> '{totals,subtotals}') x
            WHERE d.status = 'issued'
            AND d.kind IN ('invoice', 'credit_note', 'debit_note', 'adjusting_invoice',
                           'adjusting_credit', 'self_billed_invoice', 'self_billed_credit')
            AND NOT d.content -> 'policies' @> '[["line_net", "exact"]]'
            AND NOT jsonb_path_exists(d.content, '$.lines[*] ? (@.tax_inside != null)')
        ), stated AS (
            SELECT id, number, sum(fraction) AS fraction FROM rounded GROUP BY 1, 2
        ), posted AS (
            SELECT source_id AS id, sum(numerator::numeric / denominator::numeric) AS fraction
            FROM posted_fractions WHERE source_type = 'document' AND cause = 'tax' GROUP BY 1
        )
        SELECT s.id AS document_id, s.number, s.fraction AS stated, p.fraction AS posted
        FROM stated s LEFT JOIN posted p USING (id)
        WHERE s.fraction <> coalesce(p.fraction, 0)
        """,
    ),
    Check(
        "S1 a posted fraction is of what is there",
        "What posted it is an issued document, a booked offset or a settled foreign debt, and it is"
        " smaller than a whole unit, where it is not of a sum or of a line that closes one.",
        """
        SELECT f.id, f.source_type, f.source_id, f.cause, f.numerator, f.denominator
        FROM posted_fractions f
        LEFT JOIN documents d ON f.source_type = 'document' AND d.id = f.source_id
        LEFT JOIN offsets o ON f.source_type = 'offset' AND o.id = f.source_id
        LEFT JOIN fx_settlements s ON f.source_type = 'fx_settlement' AND s.id = f.source_id
        WHERE coalesce(d.status = 'issued', o.status = 'booked', s.id IS NOT NULL) IS NOT TRUE
        OR abs(f.numerator::numeric) > f.denominator::numeric
           AND f.cause IN ('fx', 'release', 'tax_inside', 'tax_local', 'withholding')
        """,
    ),
    Check(
        "S1 a release keeps what rounding made of it",
        "The fractions of a share's releases are what lies between its part that customers had paid"
        " by then and what is released of it so far.",
        f"""
        WITH kept AS (
            SELECT r.id, r.share_id, r.fraction, r.before + r.amount AS released,
                   s.amount * r.numerator::numeric(99, 30) / r.denominator::numeric AS part,
                   sum({FRACTION}) OVER (
                       PARTITION BY r.share_id ORDER BY d.issued_at, d.serial, r.id
                   ) AS known
            FROM share_releases r
            JOIN shares s ON s.tenant_id = r.tenant_id AND s.id = r.share_id
            JOIN documents d ON d.tenant_id = r.tenant_id AND d.id = r.document_id
        )
        SELECT id AS release_id, share_id, part, released, known AS fractions FROM kept
        WHERE fraction IS NOT NULL AND round(part - released - known, 20) <> 0
        """,  # noqa: S608 - our own literals.
    ),
    Check(
        "S1 what releases round is in the rounding ledger",
        "Each release of a share that keeps what rounding made of it has its entry with the"
        " statement, and no entry is of none.",
        f"""
        WITH rounded AS (
            SELECT r.document_id, s.currency, r.amount, round({FRACTION}, 20) AS fraction
            FROM share_releases r
            JOIN shares s ON s.tenant_id = r.tenant_id AND s.id = r.share_id
            WHERE r.fraction NOT LIKE '0/%'
        ), booked AS (
            SELECT source_id AS document_id, currency, posted AS amount,
                   round(numerator::numeric(99, 30) / denominator::numeric, 20) AS fraction
            FROM posted_fractions WHERE source_type = 'document' AND cause = 'release'
        )
        (SELECT 'is not in the ledger' AS fault, * FROM (
            SELECT * FROM rounded EXCEPT ALL SELECT * FROM booked) missing)
        UNION ALL
        (SELECT 'is of no release' AS fault, * FROM (
            SELECT * FROM booked EXCEPT ALL SELECT * FROM rounded) unknown)
        """,  # noqa: S608 - our own literals.
    ),
)
