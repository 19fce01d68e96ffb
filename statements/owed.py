"""What a document changes of what its party owes, in SQL, as `correcting.effect` says it.

Credits lower it, a corrected invoice changes it by the difference to what it replaces.
"""

# Of a document `d`.
CHANGE = """
    (split_part(d.content #>> '{totals,payable}', ' ', 1)::numeric
     - coalesce(split_part(d.content #>> '{replaced,payable}', ' ', 1)::numeric, 0))
    * CASE WHEN d.kind IN ('credit_note', 'adjusting_credit', 'self_billed_credit')
           THEN -1 ELSE 1 END
"""
