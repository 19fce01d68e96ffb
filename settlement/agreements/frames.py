"""What agreements name, as the columns that rating looks usage up in.

Days are local and half-open, null for no end.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final, Protocol
from uuid import UUID

import polars as pl

from settlement.agreements.agreed import AgreedTerms, Interconnect, tariffs_by_direction
from settlement.agreements.policies import in_force

_VALIDITY: Final[dict[str, pl.DataType]] = {"valid_from": pl.Date(), "valid_until": pl.Date()}


def _frame(*names: str) -> pl.Schema:
    texts: dict[str, pl.DataType] = {name: pl.String() for name in names}
    return pl.Schema(texts | _VALIDITY)


TRUNK_KEYS: Final = _frame(
    "trunk", "direction", "agreement", "carrier", "tariff", "zone", "rounding_scope"
)
SHARED_PRODUCTS: Final = _frame("product", "terms")


class Trunk(Protocol):
    """A trunk of an agreement for a span of days."""

    @property
    def code(self) -> str:
        """As the switch names it."""
        ...

    @property
    def agreement_id(self) -> UUID:
        """Whose traffic it carries."""
        ...

    @property
    def valid_from(self) -> dt.date:
        """Its first day."""
        ...

    @property
    def valid_until(self) -> dt.date | None:
        """The first day without it."""
        ...


def shared_products(agreed: Iterable[AgreedTerms]) -> pl.DataFrame:
    """Under which terms a product's revenue is shared: a frame of SHARED_PRODUCTS."""
    rows = [
        (product, str(each.terms_id), each.valid_from, each.valid_until)
        for each in agreed
        for product in each.products
    ]
    return pl.DataFrame(rows, schema=SHARED_PRODUCTS, orient="row")


def trunk_keys(trunks: Sequence[Trunk], agreed: Iterable[Interconnect]) -> pl.DataFrame:
    """Which carrier and tariff a trunk names, by direction: a frame of TRUNK_KEYS.

    A trunk's validity and that of the terms are cut to the days on which both hold.
    """
    rows = []
    for each in agreed:
        for trunk in (trunk for trunk in trunks if trunk.agreement_id == each.agreement_id):
            valid_from = max(trunk.valid_from, each.valid_from)
            valid_until = min(
                (day for day in (trunk.valid_until, each.valid_until) if day), default=None
            )
            if valid_until is not None and valid_until <= valid_from:
                continue
            scope = in_force(each.policies, "interconnect")["rounding_scope"]
            rows += [
                (
                    trunk.code,
                    direction,
                    str(each.agreement_id),
                    str(each.carrier_id),
                    tariff,
                    each.time_zone,
                    scope,
                    valid_from,
                    valid_until,
                )
                for direction, tariff in tariffs_by_direction(each).items()
            ]
    return pl.DataFrame(rows, schema=TRUNK_KEYS, orient="row")
