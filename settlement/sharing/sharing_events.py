"""Share millions of events, each for itself (`rounding_level` event, rule R42).

A plain split is computed in columns. With deductions or a chain, the terms are run once for each
different amount, of which there are few, because prices repeat.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import polars as pl

from currencies.column_allocation import split_units
from currencies.money import Money, money
from currencies.units import minor_unit
from settlement.agreements.sharing_terms import SharingTerms
from settlement.sharing.waterfall import Share, Shared, Taken, share

CARRIED: Final = "carried"
# Columns of our own, which no deduction can be called.
UNITS: Final = "\0units"
PLACE: Final = "\0place"
NO_COLUMNS: Final[Mapping[str, pl.Series]] = MappingProxyType({})


def share_events(
    units: pl.Series,
    currency: str,
    terms: SharingTerms,
    facts: Mapping[str, pl.Series] = NO_COLUMNS,
) -> pl.DataFrame:
    """Split minor units (Int64) of each event: one Int64 column for each payee, the owner last.

    With deductions there is also a column for each, by name, and `carried`. The columns of a row
    add up to its units. `facts` are minor units of each event, of deductions that name a source.
    """
    if terms.shares and not terms.deductions:
        rates = [part.rate for part in terms.shares]
        parts = split_units(units, [*rates, 1 - sum(rates, Decimal(0))])
        return pl.DataFrame(dict(zip(terms.payees(), parts, strict=True)))
    places = minor_unit(currency)
    asked = pl.DataFrame([units.alias(UNITS), *(each.alias(name) for name, each in facts.items())])
    different = asked.unique().sort(asked.columns)

    def amount(whole: int) -> Money:
        return money(Decimal(whole).scaleb(-places), currency)

    shared = []
    for row in different.iter_rows(named=True):
        known = {name: amount(row[name]) for name in facts}
        result = share(amount(row[UNITS]), terms, known)
        named = [*result.deductions, *result.shares, (CARRIED, result.carried)]
        shared.append([int(money_of.amount.scaleb(places)) for _, money_of in named])
    names = [each.name for each in terms.deductions] + terms.payees() + [CARRIED]
    table = pl.DataFrame(shared, schema=dict.fromkeys(names, pl.Int64), orient="row")
    if not facts:
        return table[different[UNITS].search_sorted(units)]
    place = asked.join(
        different.with_row_index(PLACE), on=asked.columns, how="left", maintain_order="left"
    )
    return table[place[PLACE]]


def parts_of_amounts(
    units: Iterable[int], currency: str, terms: SharingTerms, payee: str
) -> dict[int, int]:
    """What a payee gets of an event by its minor units, for each of these amounts."""
    asked = pl.Series("units", sorted(set(units)), pl.Int64)
    if asked.is_empty():
        return {}
    own = share_events(asked, currency, terms)[payee]
    return dict(zip(asked.to_list(), own.to_list(), strict=True))


def split_of_events(
    units: pl.Series,
    currency: str,
    terms: SharingTerms,
    facts: Mapping[str, pl.Series] = NO_COLUMNS,
    counts: pl.Series | None = None,
) -> Shared:
    """The splits of all events, by their minor units, added up. See `share_events`.

    `counts` says how many events each row stands for, where it is not one.
    """
    each = share_events(units, currency, terms, facts)
    split = (each if counts is None else each.select(pl.all() * counts)).sum()
    places = minor_unit(currency)

    def amount(name: str) -> Money:
        whole = int(split[name].item() or 0) if name in split.columns else 0
        return money(Decimal(whole).scaleb(-places), currency)

    return Shared(
        [Taken(each.name, amount(each.name)) for each in terms.deductions],
        [Share(payee, amount(payee)) for payee in terms.payees()],
        amount(CARRIED),
    )
