"""Share millions of events, each for itself (`rounding_level` event, rule R42).

A plain split is computed in columns. With deductions or a chain, the terms are run once for each
different amount, of which there are few, because prices repeat.
"""

from decimal import Decimal
from typing import Final

import polars as pl

from currencies.column_allocation import split_units
from currencies.money import money
from currencies.units import minor_unit
from settlement.agreements.sharing_terms import SharingTerms
from settlement.sharing.waterfall import share

CARRIED: Final = "carried"


def share_events(units: pl.Series, currency: str, terms: SharingTerms) -> pl.DataFrame:
    """Split minor units (Int64) of each event: one Int64 column for each payee, the owner last.

    With deductions there is also a column for each, by name, and `carried`. The columns of a row
    add up to its units.
    """
    if terms.shares and not terms.deductions:
        rates = [part.rate for part in terms.shares]
        parts = split_units(units, [*rates, 1 - sum(rates, Decimal(0))])
        return pl.DataFrame(dict(zip(terms.payees(), parts, strict=True)))
    different = units.unique().sort()
    places = minor_unit(currency)
    shared = []
    for amount in different:
        result = share(money(Decimal(amount).scaleb(-places), currency), terms)
        named = [*result.deductions, *result.shares, (CARRIED, result.carried)]
        shared.append([int(money_of.amount.scaleb(places)) for _, money_of in named])
    names = [each.name for each in terms.deductions] + terms.payees() + [CARRIED]
    table = pl.DataFrame(shared, schema=dict.fromkeys(names, pl.Int64), orient="row")
    return table[different.search_sorted(units)]
