"""What waits to be billed, as parts of queries: months of customers, and the charges of each.

Each month of each customer is looked up by its key (OFFSET 0 keeps the look in its place): a month
that was loaded a moment ago looks small, and to read all that waits of it seems cheaper than to
look for some customers, part by part.
"""

# The months up to a day, closed, of which customers may have charges that no document bears.
MONTHS = """
    (SELECT u.party_id, u.period_id FROM unbilled_months u WHERE u.period_id = ANY (ARRAY(
        SELECT p.id FROM periods p WHERE p.status = 'closed' AND p.ends_on <= :ends_on))
    ) AS month
"""

# The charges of a `month` that no document bears.
CHARGES = """
    LATERAL (
        SELECT x.* FROM charge_lines x
        WHERE x.party_id = month.party_id AND x.period_id = month.period_id
          AND x.side = 'customer' AND x.document_id IS NULL
        OFFSET 0
    ) AS c
"""
