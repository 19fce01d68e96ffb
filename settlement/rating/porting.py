"""Where a ported number belongs at the instant of a call (rule R22).

The price of a ported number is that of its operator's routing prefix: prices are looked up as if
the routing prefix itself had been called.
"""

import polars as pl

from settlement.catalogue.porting.ported_number import PORTED
from settlement.rating.prefixes import number_keys
from settlement.rating.spans import FOREVER, Spans


class Porting:
    """Ported numbers, laid out: a frame of ported_number.PORTED."""

    def __init__(self, ported: pl.DataFrame) -> None:
        assert ported.schema == PORTED, ported.schema
        named = ported.with_columns(key=number_keys(pl.col("number")))
        self._numbers = named.select(pl.col("key").unique().sort()).with_row_index("place")
        named = named.join(self._numbers, on="key", how="left", maintain_order="left")
        spans = named.select(
            key=pl.col("place").cast(pl.Int64),
            begins=pl.col("valid_from").dt.epoch("s"),
            ends=pl.col("valid_until").dt.epoch("s").fill_null(FOREVER),
        )
        self._spans = Spans(spans, "the operator of number", self._numbers["key"])
        self._routes = named.select(number_keys(pl.col("operator")).alias("key"))["key"]

    @property
    def has_numbers(self) -> bool:
        """Whether any number is ported at all."""
        return not self._numbers.is_empty()

    def at(self, numbers: pl.Series, seconds: pl.Series) -> pl.Series:
        """The number key to look prices up by, for each number key and instant."""
        places = (
            numbers.alias("key")
            .to_frame()
            .join(self._numbers, on="key", how="left", maintain_order="left")["place"]
        )
        routes = self._routes.gather(self._spans.at(places, seconds))
        return pl.select(pl.coalesce(routes, numbers)).to_series()
