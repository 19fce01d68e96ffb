"""Checks of usage: no record is lost, none counts twice, and no file changed after it arrived."""

from settlement.insight.verification import Check

USAGE_CHECKS = (
    Check(
        "I1 every record of a batch has one outcome",
        "Records of a batch are those landed, rejected, duplicate and suspended.",
        """
        SELECT id AS batch_id, file_name, records, landed, rejected, duplicate, suspended
        FROM batches
        WHERE status = 'landed' AND records <> landed + rejected + duplicate + suspended
        """,
    ),
    Check(
        "I1 nothing of a refused file goes on",
        "A quarantined or repeated file has no landed usage.",
        """
        SELECT b.id AS batch_id, b.file_name, b.status, f.id AS landed_file_id
        FROM batches b JOIN landed_files f ON f.tenant_id = b.tenant_id AND f.batch_id = b.id
        WHERE b.status NOT IN ('landed', 'undone')
        """,
    ),
    Check(
        "I1 nothing of an undone file goes on",
        "The last word of an undone file is that it has no usage, and nothing of it waits.",
        """
        SELECT b.id AS batch_id, b.file_name FROM batches b
        WHERE b.status = 'undone' AND (
            EXISTS (SELECT FROM suspense s WHERE s.tenant_id = b.tenant_id
                AND s.batch_id = b.id AND s.status = 'open')
            OR EXISTS (SELECT FROM landed_files f WHERE f.tenant_id = b.tenant_id
                AND f.batch_id = b.id AND NOT (f.is_whole AND f.records = 0)
                AND NOT EXISTS (SELECT FROM landed_files l WHERE l.tenant_id = f.tenant_id
                    AND l.batch_id = f.batch_id AND l.part > f.part)))
        """,
    ),
    Check(
        "I1 a file is undone by two people",
        "Every undone file has an approved undoing, and nobody approved their own.",
        """
        SELECT b.id AS batch_id, b.file_name FROM batches b
        WHERE b.status = 'undone' AND NOT EXISTS (
            SELECT FROM batch_undos u WHERE u.tenant_id = b.tenant_id AND u.batch_id = b.id
            AND u.status = 'approved' AND u.decided_by_id IS DISTINCT FROM u.proposed_by_id)
        """,
    ),
    Check(
        "I1 no batch has more outcomes than records",
        "What was rated, suspended, free and unbillable of a batch is at most what it brought.",
        """
        SELECT b.id AS batch_id, b.file_name, b.records, sum(o.records) AS outcomes
        FROM batches b
        JOIN batch_outcomes o ON o.tenant_id = b.tenant_id AND o.batch_id = b.id
        GROUP BY b.tenant_id, b.id, b.file_name, b.records
        HAVING sum(o.records) > b.records
        """,
    ),
    Check(
        "I1 a rating run accounts for every event",
        "Events of a run are those rated, suspended, unbillable and free.",
        """
        SELECT id AS run_id, events, rated, suspended, unbillable, free
        FROM rating_runs WHERE events <> rated + suspended + unbillable + free
        """,
    ),
    Check(
        "I1 nothing waits in a closed period",
        "A closed period has open suspense only by a waiver.",
        """
        SELECT s.id AS suspense_id, s.reason, p.code AS period
        FROM suspense s JOIN periods p ON p.tenant_id = s.tenant_id AND p.id = s.period_id
        WHERE s.status = 'open' AND p.status = 'closed' AND p.waiver = ''
        """,
    ),
    Check(
        "I3 a file is accepted once",
        "The same bytes of the same source are in one batch only.",
        """
        SELECT source_id, sha256, count(*) AS batches
        FROM batches WHERE status NOT IN ('duplicate', 'undone')
        GROUP BY source_id, sha256 HAVING count(*) > 1
        """,
    ),
    Check(
        "I5 no file number is loaded twice",
        "Each number of a source's sequence has one landed batch, but for counters that wrap.",
        """
        SELECT b.source_id, b.sequence, count(*) AS batches
        FROM batches b JOIN sources s ON s.tenant_id = b.tenant_id AND s.id = b.source_id
        WHERE b.status = 'landed' AND b.sequence IS NOT NULL AND b.stream = ''
        AND s.policies ->> 'counter' IS NULL
        GROUP BY b.source_id, b.sequence HAVING count(*) > 1
        """,
    ),
    Check(
        "I5 no closed period has an unexplained gap",
        "Before the last file of a closed period each number is loaded, waived or undone since.",
        """
        WITH reached AS (
            SELECT b.tenant_id, b.source_id, min(b.sequence) AS first, max(b.sequence) AS last
            FROM batches b
            JOIN sources s ON s.tenant_id = b.tenant_id AND s.id = b.source_id
            JOIN landed_files f ON f.tenant_id = b.tenant_id AND f.batch_id = b.id
            JOIN periods p ON p.tenant_id = b.tenant_id AND p.status = 'closed'
                AND b.arrived_at < p.closed_at
                AND f.last_at >= p.starts_on AND f.last_at < p.ends_on
            WHERE b.sequence IS NOT NULL AND b.stream = '' AND s.policies ->> 'counter' IS NULL
            GROUP BY b.tenant_id, b.source_id
        )
        SELECT r.source_id, missing AS sequence
        FROM reached r, generate_series(r.first, r.last) AS missing
        WHERE NOT EXISTS (
            SELECT FROM batches b WHERE b.tenant_id = r.tenant_id AND b.source_id = r.source_id
            AND (b.status IN ('landed', 'undone') OR b.returned_as IS NOT NULL)
            AND b.sequence = missing
        ) AND NOT EXISTS (
            SELECT FROM sequence_waivers w WHERE w.tenant_id = r.tenant_id
            AND w.source_id = r.source_id AND w.sequence = missing
        )
        """,
    ),
)
