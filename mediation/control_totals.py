"""Does a file hold what its trailer says (R04)?

Totals describe the file as sent: repeated lines count, lines that nobody can read count as records
without seconds. One difference quarantines the whole file, and nothing of it is loaded.
"""

from decimal import Decimal
from typing import NamedTuple

import polars as pl

from mediation.draft import ControlTotals, Decoded
from mediation.normalising import AMOUNT, COUNT


class Difference(NamedTuple):
    """One total that does not agree."""

    total: str
    declared: str
    found: str


def totals_of(decoded: Decoded) -> ControlTotals:
    """The totals of a file as it was sent."""
    drafts = decoded.drafts
    seconds = drafts.filter(pl.col("duration_seconds").str.contains(COUNT))["duration_seconds"]
    amounts = drafts.filter(pl.col("amount").str.contains(AMOUNT))["amount"]
    amount = amounts.cast(pl.Decimal(38, 12)).sum() if len(amounts) else Decimal(0)
    return ControlTotals(
        records=decoded.records,
        seconds=int(seconds.cast(pl.Int64).sum()),
        amount=Decimal(amount),
    )


def differences(declared: ControlTotals, found: ControlTotals) -> list[Difference]:
    """The declared totals that the file does not hold; totals nobody declared are not compared."""
    return [
        Difference(name, str(said), str(held))
        for name, said, held in (
            ("records", declared.records, found.records),
            ("seconds", declared.seconds, found.seconds),
            ("amount", declared.amount, found.amount),
        )
        if said is not None and said != held
    ]
