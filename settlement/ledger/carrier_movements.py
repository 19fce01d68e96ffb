"""Which declaration a movement of a carrier's account is of, in SQL.

What a declaration states, what its reconciliation and its disputes changed, and what was agreed of
it in the exchange are of that declaration; an offset, a receipt or a payment of ours is of none.
"""

# Of a table `declared` with the column `id`; the movement's entry `e`, or what it reverses `b`.
CAUSES = """
    SELECT id AS document_id, 'document' AS source_type, id AS source_id FROM declared
    UNION ALL
    SELECT d.id, 'reconciliation', r.id FROM declared d
    JOIN declarations o ON o.document_id = d.id
    JOIN reconciliations r ON r.ours_id = o.id
    UNION ALL
    SELECT d.id, 'dispute', x.id FROM declared d JOIN disputes x ON x.document_id = d.id
    UNION
    SELECT d.id, 'exchange_message', s.exchange_message_id FROM declared d
    JOIN declarations o ON o.document_id = d.id
    JOIN exchange_settlements s ON s.declaration_id = o.id
"""

# Postings `p` with the causes `c` of them, where there are any.
MOVEMENTS = """
    ledger_postings p
    JOIN ledger_entries e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
    LEFT JOIN ledger_entries b ON b.tenant_id = e.tenant_id AND b.id = e.reverses_id
    LEFT JOIN causes c ON c.source_type = coalesce(b.source_type, e.source_type)
         AND c.source_id = coalesce(b.source_id, e.source_id)
"""
