"""All charge lines of a period, as its rating made them."""

from typing import NamedTuple

import polars as pl

from settlement.rating.charge_line import ChargeLine
from settlement.rating.usage_lines import as_charge_lines


class PeriodLines(NamedTuple):
    """Those of usage in columns (`usage_lines`), and all others; lines of usage name `batch_sets`
    by their numbers.
    """

    usage: pl.DataFrame
    others: list[ChargeLine]
    batch_sets: pl.Series

    @property
    def every(self) -> list[ChargeLine]:
        """All of them as values."""
        return [*as_charge_lines(self.usage, self.batch_sets), *self.others]

    @property
    def total(self) -> int:
        """How many there are."""
        return self.usage.height + len(self.others)
