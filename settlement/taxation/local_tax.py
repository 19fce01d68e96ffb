"""Tax stated again in the currency of the tax office, where the document is in another (R70, R71).

Poland wants the average rate of the NBP of the last business day before the earlier of tax point
and issue. Elsewhere in the Union the rate of the European Central Bank is accepted (VAT directive,
art. 91): the last one published up to that day.
"""

import datetime as dt

from currencies.conversion import convert_by
from currencies.fixing import POLISH_VAT, Fixing, vat_rate_day
from currencies.fx_rate import FxRate, RateTable
from currencies.money import money
from statements.document import TaxCurrency

ECB_LAST_PUBLISHED = Fixing("ECB", "period_end", "ECB", "EUR")

FIXINGS: dict[str, Fixing] = {"PL": POLISH_VAT}


def vat_fixing(country: str) -> Fixing:
    """Whose rate, and of which day, the law of a country wants for its tax."""
    return FIXINGS.get(country, ECB_LAST_PUBLISHED)


def tax_currency(
    country: str,
    local: str,
    currency: str,
    rates: RateTable,
    tax_point: dt.date,
    issued_on: dt.date,
) -> TaxCurrency | None:
    """The rate at which tax is also stated; None where the document is in that currency already.

    Raises NoFxRate.
    """
    if currency == local:
        return None
    fixing = vat_fixing(country)
    on = min(tax_point, issued_on)
    converted = convert_by(money(1, currency), local, rates, fixing, on)
    published_on = vat_rate_day(tax_point, issued_on, fixing)
    quoted = _as_quoted(converted.path, currency)
    if quoted is not None:
        return TaxCurrency(local, quoted.rate, published_on, fixing.source, quoted.unit)
    return TaxCurrency(local, converted.rate(6), published_on, fixing.source)


def _as_quoted(path: tuple[FxRate, ...], currency: str) -> FxRate | None:
    """The one rate used, where the source quotes just this pair this way round."""
    return path[0] if len(path) == 1 and path[0].base == currency else None
