"""Which rule of an agreement splits a revenue: by product, customer and destination.

The first rule that matches does; where none matches, the general split. What a rule does not name
does not matter to it.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple
from uuid import UUID

import polars as pl

from settlement.agreements.sharing_terms import Rule, SharingTerms
from settlement.sharing.crediting import Revenue

# The columns of rated charges that tell which revenue they are of.
OF_REVENUE: Final = ("terms", "product", "currency")
SOLD_TO: Final = ("party", "destination")


class Customer(NamedTuple):
    """How a customer was classed at the end of the month; territories include its country."""

    segments: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()


def rule_for(terms: SharingTerms, product: str, customer: Customer, destination: str) -> str:
    """The name of the first rule that matches, empty for the general split."""
    matching = (rule.name for rule in terms.rules if _matches(rule, product, customer, destination))
    return next(matching, "")


def _matches(rule: Rule, product: str, customer: Customer, destination: str) -> bool:
    return (
        (not rule.products or product in rule.products)
        and (not rule.segments or not customer.segments.isdisjoint(rule.segments))
        and (not rule.territories or not customer.territories.isdisjoint(rule.territories))
        and (not rule.destinations or destination.startswith(rule.destinations))
    )


def customers_of(
    ids: Iterable[UUID],
    segments: Mapping[UUID, Iterable[str]],
    territories: Mapping[UUID, str],
    countries: Mapping[UUID, str],
) -> dict[UUID, Customer]:
    """What rules look at, by customer."""
    return {
        each: Customer(
            frozenset(segments.get(each, ())),
            frozenset({territories.get(each, ""), countries.get(each, "")} - {""}),
        )
        for each in ids
    }


class Parted:
    """Rated charges, looked at once, so that each of many revenues finds its own."""

    def __init__(self, charges: pl.DataFrame) -> None:
        self._none = charges.clear()
        self._by_revenue = charges.partition_by(OF_REVENUE, as_dict=True)

    def of(self, revenue: Revenue) -> pl.DataFrame:
        """The charges behind a revenue, in their order."""
        key = (str(revenue.terms_id), revenue.product, revenue.currency)
        return charges_of_revenue(self._by_revenue.get(key, self._none), revenue)


def charges_of_revenue(charges: pl.DataFrame, revenue: Revenue) -> pl.DataFrame:
    """The rated charges (rated_batch.RATED) behind a revenue."""
    own = charges.filter(
        (pl.col("terms") == str(revenue.terms_id))
        & (pl.col("product") == revenue.product)
        & (pl.col("currency") == revenue.currency)
    )
    if revenue.sold_to is None:
        return own
    sold_to = pl.DataFrame(
        sorted(revenue.sold_to),
        schema={"party": pl.String, "destination": pl.String},
        orient="row",
    )
    return (
        own.with_columns(named=pl.col("destination").fill_null(""))
        .join(
            sold_to,
            left_on=["party", "named"],
            right_on=["party", "destination"],
            how="semi",
            maintain_order="left",
        )
        .drop("named")
    )
