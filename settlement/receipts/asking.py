"""What customers are asked for, in SQL: documents that ask, and all that changes them.

What is asked for stands with all that changes it: credits, adjustments, and a corrected invoice by
the difference to what it replaces (`statements.owed`).
"""

from statements.owed import ASKING_KINDS, CHANGE

ASKING = f"({', '.join(repr(each.value) for each in ASKING_KINDS)})"

# What of a document `d` is given up, and asked for no longer.
WRITTEN_OFF = """
    coalesce((SELECT sum(w.amount) FROM debt_write_offs w WHERE w.document_id = d.id), 0)
"""

# Stands in a chain for the condition on the documents that ask.
ROOTS = "ROOTS"
# What a debit note over the costs of a reminder is issued for, at its beginning.
FEE = "reminder-fee:"
OF_PARTY = "party_id = :party_id AND currency = :currency"

# The documents of those that ask, each with the one that it changes in the end.
CHAIN = f"""
    WITH RECURSIVE chain AS (
        SELECT id AS root, id FROM documents
        WHERE status = 'issued' AND kind IN {ASKING} AND {ROOTS}
        UNION ALL
        SELECT c.root, d.id FROM chain c
        JOIN documents d ON d.corrects_id = c.id AND d.status = 'issued'
             AND d.kind NOT IN {ASKING}
    )
"""  # noqa: S608 - the words are our own.

# What of a document `d` is disputed: while a dispute is open, and once accepted until credited.
DISPUTED = """
    coalesce((SELECT sum(coalesce(x.held, x.amount)) FROM disputes x
              WHERE x.document_id = d.id AND (x.status = 'open'
                    OR x.status = 'accepted' AND x.credit_id IS NULL)), 0)
"""

# Of each document that asks: what is payable with all that changes it, paid and disputed.
CHANGED = f"""
    {CHAIN}, changed AS (
        SELECT c.root, sum({CHANGE} - {WRITTEN_OFF}) AS payable,
               sum(coalesce((SELECT sum(p.amount) FROM receipt_parts p
                             WHERE p.document_id = d.id), 0)) AS paid,
               sum({DISPUTED}) AS disputed
        FROM chain c JOIN documents d ON d.id = c.id
        GROUP BY c.root
    )
"""  # noqa: S608 - the words are our own.
