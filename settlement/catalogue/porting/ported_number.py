"""A ported number: the operator that has it, as a routing prefix, from which instant.

A number is with its operator until an instant, or until its next row begins; before the first and
after the last it is where its digits say.
"""

from typing import Final

import polars as pl

PORTED: Final = pl.Schema(
    {
        "number": pl.String(),
        "operator": pl.String(),
        "valid_from": pl.Datetime("us", "UTC"),
        "valid_until": pl.Datetime("us", "UTC"),
    }
)
