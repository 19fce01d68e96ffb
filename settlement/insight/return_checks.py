"""Checks of what roaming partners return to us, and of what we return to them, in RAP."""

from settlement.insight.verification import Check

RETURN_CHECKS = (
    Check(
        "R4 a RAP file is the sum of its calls",
        "What a RAP file returns, and what it returns of each TAP file, are its single returns.",
        """
        SELECT f.id AS rap_file_id, NULL::uuid AS returned_file_id, f.amount, c.amount AS calls
        FROM rap_files f,
        LATERAL (SELECT count(*) AS returns, coalesce(sum(amount), 0) AS amount
                 FROM returned_calls c
                 WHERE c.tenant_id = f.tenant_id AND c.rap_file_id = f.id) c
        WHERE (f.returns, f.amount) <> (c.returns, c.amount)
        UNION ALL
        SELECT f.rap_file_id, f.id, f.amount, c.amount
        FROM returned_files f,
        LATERAL (SELECT count(*) AS returns, coalesce(sum(amount), 0) AS amount
                 FROM returned_calls c
                 WHERE c.tenant_id = f.tenant_id AND c.rap_file_id = f.rap_file_id
                 AND c.tap_file_id = f.tap_file_id) c
        WHERE (f.calls, f.amount) <> (c.returns, c.amount)
        """,
    ),
    Check(
        "R4 what is returned to us is disputed",
        "A dispute of returned calls is raised by their carrier, over their amount, rounded up.",
        """
        SELECT d.id AS dispute_id, d.amount, f.amount AS returned
        FROM disputes d
        JOIN returned_files f ON f.tenant_id = d.tenant_id AND f.id = d.returned_file_id
        JOIN rap_files r ON r.tenant_id = f.tenant_id AND r.id = f.rap_file_id
        WHERE d.amount < f.amount OR d.amount >= f.amount + 1
        OR d.party_id <> r.carrier_id OR d.raised_by <> 'them'
        """,
    ),
    Check(
        "R4 what we returned is not charged",
        "A record that went back waits or is given up, and a file that did is not loaded, until"
        " the return is taken back.",
        """
        SELECT r.sent_rap_file_id, r.batch_id, r.line
        FROM sent_returns r
        JOIN batches b ON b.tenant_id = r.tenant_id AND b.id = r.batch_id
        LEFT JOIN suspense s ON s.tenant_id = r.tenant_id AND s.batch_id = r.batch_id
            AND s.line = r.line
        WHERE NOT EXISTS (
            SELECT FROM return_take_backs t
            WHERE t.tenant_id = r.tenant_id AND t.sent_rap_file_id = r.sent_rap_file_id
            AND t.status = 'approved')
        AND CASE WHEN r.line = 0 THEN b.status = 'landed' OR b.returned_as IS NULL
            ELSE s.id IS NULL OR s.status = 'repaired' OR s.returned_as IS NULL END
        """,
    ),
    Check(
        "R4 a return is taken back by two people",
        "Nobody approved the taking back that they proposed.",
        """
        SELECT t.id AS take_back_id, t.sent_rap_file_id FROM return_take_backs t
        WHERE t.status = 'approved' AND (t.decided_by_id IS NULL
            OR t.decided_by_id IS NOT DISTINCT FROM t.proposed_by_id)
        """,
    ),
)
