"""A zone plan: which zone the numbers that begin with a prefix lie in, from which local date.

The longest prefix that is valid on the date decides. A prefix is in its zone until a day without,
or until its next row begins.
"""

from typing import Final

import polars as pl

ZONES: Final = pl.Schema(
    {
        "prefix": pl.String(),
        "zone": pl.String(),
        "valid_from": pl.Date(),
        "valid_until": pl.Date(),
    }
)
