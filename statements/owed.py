"""What its party owes by a document: which ask by themselves, and what each changes, in SQL.

Credits lower it, a corrected invoice changes it by the difference to what it replaces, as
`correcting.effect` says it.
"""

from statements.document import Kind

# Documents that ask a customer for money by themselves, not by changing another.
ASKING_KINDS = (Kind.INVOICE, Kind.DEBIT_NOTE, Kind.INTEREST_NOTE)

# Of a document `d`.
CHANGE = """
    (split_part(d.content #>> '{totals,payable}', ' ', 1)::numeric
     - coalesce(split_part(d.content #>> '{replaced,payable}', ' ', 1)::numeric, 0))
    * CASE WHEN d.kind IN ('credit_note', 'adjusting_credit', 'self_billed_credit')
           THEN -1 ELSE 1 END
"""
