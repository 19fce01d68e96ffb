"""Checks of documents: numbers without gaps, totals that tie, each charge on one document."""

from settlement.insight.verification import Check

DOCUMENT_CHECKS = (
    Check(
        "P3 the total is net and tax",
        "Gross of a document is its net and its tax.",
        """
        SELECT id AS document_id, number, amount_net, amount_tax, amount_gross
        FROM documents WHERE amount_gross <> amount_net + amount_tax
        """,
    ),
    Check(
        "P3 an invoice is the sum of its charge lines",
        "The net of a customer's document, with the tax inside of prices, is the sum of the"
        " charge lines on it, and of the lines written by hand or remaining where exact amounts are"
        " added.",
        """
        SELECT d.id AS document_id, d.kind, d.number, d.amount_net, r.remainder, i.inside,
               coalesce(sum(c.amount), 0) AS charge_lines
        FROM documents d
        LEFT JOIN charge_lines c ON c.tenant_id = d.tenant_id AND c.document_id = d.id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(split_part(line ->> 'net', ' ', 1)::numeric), 0) AS remainder
            FROM jsonb_array_elements(d.content -> 'lines') line
            WHERE line ->> 'id' ~ '^M[0-9]+$'
            OR line ->> 'id' ~ '^R[0-9]+$' AND (
                d.content -> 'policies' @> '[["line_net", "exact"]]'
                OR d.content -> 'policies' @> '[["amount_rounding", "document"]]'
            )
        ) r
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(split_part(line ->> 'tax_inside', ' ', 1)::numeric), 0) AS inside
            FROM jsonb_array_elements(d.content -> 'lines') line
        ) i
        WHERE d.kind IN ('invoice', 'credit_note') AND d.status = 'issued'
        AND d.corrects_id IS NULL
        GROUP BY d.id, d.kind, d.number, d.amount_net, r.remainder, i.inside
        HAVING (d.amount_net + i.inside - r.remainder)
            * CASE d.kind WHEN 'invoice' THEN 1 ELSE -1 END
            <> coalesce(sum(c.amount), 0)
        """,
    ),
    Check(
        "P4 numbers have no gap",
        "The serials of a series run from 1 to the last one without a gap.",
        """
        SELECT s.id AS series_id, s.kind, missing AS serial
        FROM number_series s, generate_series(1, s.next_number - 1) AS missing
        WHERE NOT EXISTS (
            SELECT FROM documents d
            WHERE d.tenant_id = s.tenant_id AND d.series_id = s.id AND d.serial = missing
        )
        """,
    ),
    Check(
        "P4 a number is given once and by its series",
        "No two documents share a serial, and none has one that its series has not given.",
        """
        SELECT d.series_id, d.serial, count(*) AS documents
        FROM documents d
        JOIN number_series s ON s.tenant_id = d.tenant_id AND s.id = d.series_id
        WHERE d.serial IS NOT NULL
        GROUP BY d.series_id, d.serial, s.next_number
        HAVING count(*) > 1 OR d.serial >= s.next_number OR d.serial < 1
        """,
    ),
    Check(
        "P5 a charge is on an issued document of its party",
        "A charge line that names a document is on one that is issued to the same party.",
        """
        SELECT c.id AS charge_line_id, d.id AS document_id, d.status
        FROM charge_lines c
        LEFT JOIN documents d ON d.tenant_id = c.tenant_id AND d.id = c.document_id
        WHERE c.document_id IS NOT NULL
        AND (d.id IS NULL OR d.status <> 'issued' OR d.party_id <> c.party_id)
        """,
    ),
    Check(
        "P5 a charge that waits is looked for",
        "The month of each charge that no document bears is among the unbilled months of its"
        " customer, where bill runs look.",
        """
        SELECT c.id AS charge_line_id, c.period_id, c.party_id FROM charge_lines c
        WHERE c.side = 'customer' AND c.document_id IS NULL AND NOT EXISTS (
            SELECT FROM unbilled_months m WHERE m.tenant_id = c.tenant_id
            AND m.party_id = c.party_id AND m.period_id = c.period_id
        )
        """,
    ),
    Check(
        "P5 a share is on an issued document of its party",
        "A share that names a document is on one that is issued to the same party.",
        """
        SELECT s.id AS share_id, d.id AS document_id, d.status
        FROM shares s
        LEFT JOIN documents d ON d.tenant_id = s.tenant_id AND d.id = s.document_id
        WHERE s.document_id IS NOT NULL
        AND (d.id IS NULL OR d.status <> 'issued' OR d.party_id <> s.party_id)
        """,
    ),
    Check(
        "P5 a share is released on statements of its party",
        "What is released of a share is on issued statements, its own the first, and follows on"
        " what was released before.",
        """
        SELECT r.id AS release_id, r.share_id, r.document_id, d.status
        FROM share_releases r
        JOIN shares s ON s.tenant_id = r.tenant_id AND s.id = r.share_id
        LEFT JOIN documents d ON d.tenant_id = r.tenant_id AND d.id = r.document_id
        WHERE d.status IS DISTINCT FROM 'issued' OR d.party_id <> s.party_id
        OR (r.document_id = s.document_id AND r.before <> 0)
        OR NOT EXISTS (SELECT FROM share_releases o WHERE o.tenant_id = r.tenant_id
                       AND o.share_id = r.share_id AND o.document_id = s.document_id)
        OR (r.before <> 0 AND NOT EXISTS (
            SELECT FROM share_releases o WHERE o.tenant_id = r.tenant_id
            AND o.share_id = r.share_id AND o.before + o.amount = r.before AND o.id <> r.id))
        """,
    ),
    Check(
        "S1 a share is released as far as it is paid",
        "What is released of a share so far is its part that customers had paid, to less than a"
        " unit, and never more than the share.",
        """
        SELECT r.id AS release_id, r.share_id, s.amount AS share, r.before, r.amount,
               r.numerator, r.denominator
        FROM share_releases r
        JOIN shares s ON s.tenant_id = r.tenant_id AND s.id = r.share_id
        WHERE r.numerator::numeric > r.denominator::numeric
        OR abs(r.before + r.amount) > abs(s.amount)
        OR abs((r.before + r.amount) * r.denominator::numeric - s.amount * r.numerator::numeric)
            > r.denominator::numeric / 2
        """,
    ),
    Check(
        "P5 a thing is billed once",
        "No two issued documents have the same purpose.",
        """
        SELECT purpose, count(*) AS documents FROM documents
        WHERE status = 'issued' GROUP BY purpose HAVING count(*) > 1
        """,
    ),
    Check(
        "P6 an issued document has its files",
        "At least one file is kept of every issued document.",
        """
        SELECT d.id AS document_id, d.number FROM documents d
        WHERE d.status = 'issued' AND NOT EXISTS (
            SELECT FROM document_files f
            WHERE f.tenant_id = d.tenant_id AND f.document_id = d.id
        )
        """,
    ),
)

# Every file that a row names. The bytes are read again and must still have their hash.
FILES = Check(
    "I2 P6 stored bytes are what they were",
    "Every file that the books name is there and has the bytes it was stored with.",
    """
    SELECT 'batches' AS object, id, sha256 FROM batches WHERE status <> 'duplicate'
    UNION ALL SELECT 'batches', id, outcomes_sha256 FROM batches WHERE outcomes_sha256 IS NOT NULL
    UNION ALL
    SELECT 'landed_files', file.id, coalesce(pack.sha256, file.sha256) FROM landed_files file
    LEFT JOIN packed_files held
        ON held.tenant_id = file.tenant_id AND held.landed_file_id = file.id
    LEFT JOIN usage_packs pack ON pack.tenant_id = held.tenant_id AND pack.id = held.pack_id
    UNION ALL SELECT 'rating_runs', id, rated_sha256 FROM rating_runs
        WHERE rated_sha256 IS NOT NULL
    UNION ALL SELECT 'document_files', id, sha256 FROM document_files
    UNION ALL SELECT 'declarations', id, sha256 FROM declarations
    UNION ALL SELECT 'refused_files', id, sha256 FROM refused_files
    UNION ALL SELECT 'payout_batches', id, file_sha256 FROM payout_batches
        WHERE file_sha256 IS NOT NULL
    ORDER BY 1, 2, 3
    """,
)
