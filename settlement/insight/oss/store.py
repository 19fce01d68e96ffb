"""What documents to private persons abroad say of their tax."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa

from currencies.money import money
from settlement.insight.oss.oss import Supply
from settlement.taxation.vat_rates import EU
from tenants.session import TenantSession

# A corrected invoice states what stands now; what stood before is taken off, as it was taxed.
SUPPLIES = """
    WITH found AS (
        SELECT d.*, CASE WHEN d.corrects_id IS NULL
                         THEN coalesce((d.content ->> 'tax_point_on')::date, d.issued_on)
                         ELSE d.issued_on END AS day
        FROM documents d
        WHERE d.status = 'issued' AND d.kind IN (
            'invoice', 'credit_note', 'corrected_invoice', 'adjusting_invoice',
            'adjusting_credit', 'debit_note')
          AND (CAST(:home AS text) IS NULL OR d.party_id IN (
              SELECT p.id FROM parties p WHERE p.kind = 'customer' AND p.country <> :home))
    ), stated AS (
        SELECT f.id, f.number, f.content, f.day, s AS subtotal, f.content -> 'buyer' AS buyer,
               CASE WHEN f.kind IN ('credit_note', 'adjusting_credit') THEN -1 ELSE 1 END AS sign
        FROM found f
        CROSS JOIN LATERAL jsonb_array_elements(f.content #> '{totals,subtotals}') s
        UNION ALL
        SELECT f.id, f.number, f.content, f.day, s,
               coalesce(nullif(f.content #> '{replaced,buyer}', 'null'), f.content -> 'buyer'), -1
        FROM found f
        CROSS JOIN LATERAL jsonb_array_elements(f.content #> '{replaced,subtotals}') s
        WHERE jsonb_typeof(f.content -> 'replaced') = 'object'
    )
    SELECT id, number, coalesce(content #>> '{references,corrects}', '') AS corrects, day,
           buyer #>> '{address,country}' AS country, subtotal #>> '{tax,rate}' AS rate,
           subtotal ->> 'taxable' AS taxable, subtotal ->> 'amount' AS tax, sign
    FROM stated
    WHERE day >= :since AND day < :until
      AND subtotal #>> '{tax,category}' = 'S'
      AND buyer ->> 'vat_id' = ''
      AND buyer #>> '{address,country}' <> content #>> '{seller,address,country}'
      AND content #>> '{seller,address,country}' = ANY (CAST(:union AS text[]))
      AND buyer #>> '{address,country}' = ANY (CAST(:union AS text[]))
    ORDER BY day, number, id, sign DESC, rate
"""


def supplies(
    session: TenantSession, since: dt.date, until: dt.date, home: str | None = None
) -> Iterator[Supply]:
    """What documents of a half-open span of days say, in the order of their days.

    Args:
        home: read documents of those alone who live in another country today, which is quick.
    """
    asked = {"since": since, "until": until, "union": sorted(EU), "home": home}
    for row in session.execute(sa.text(SUPPLIES), asked):
        taxable, tax = money(row.taxable), money(row.tax)
        yield Supply(
            document_id=row.id,
            document=row.number,
            corrects=row.corrects,
            day=row.day,
            country=row.country,
            rate=Decimal(row.rate).normalize(),
            taxable=taxable if row.sign > 0 else -taxable,
            tax=tax if row.sign > 0 else -tax,
        )
