"""Call records for tests, written as tables."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from settlement.interconnect.records.record_frame import RECORDS

NOON = datetime(2026, 10, 10, 12, 0, tzinfo=UTC)


def records(*rows: dict[str, Any], side: str = "call") -> pl.DataFrame:
    """Complete records; `at` is seconds after noon of 10 October, `amount` is as agreed."""
    return pl.DataFrame(
        [
            {
                "record_id": str(row.get("id", f"{side}-{number}")),
                "direction": row.get("direction", "incoming"),
                "calling": row.get("calling", "48100"),
                "called": row.get("called", "49200"),
                "started_at": NOON + timedelta(seconds=row.get("at", 0)),
                "seconds": row.get("seconds", 60),
                "amount_3600": Decimal(row.get("amount", "0.06")) * 3600,
                "trunk": "T1",
                "destination": row.get("destination", "Germany"),
            }
            for number, row in enumerate(rows)
        ],
        schema=RECORDS,
    )


def calls(starts: Iterable[float], side: str = "call", **facts: Any) -> pl.DataFrame:
    """Records of one minute that begin so many seconds after noon."""
    return records(*({"at": start} | facts for start in starts), side=side)


def sides(pairs: pl.DataFrame, ours: pl.DataFrame, theirs: pl.DataFrame) -> Sequence[str]:
    """The pairs as `ours-theirs`, in seconds after noon, in the order of ours."""

    def second(at: datetime) -> str:
        return f"{(at - NOON).total_seconds():g}"

    found = [
        (ours["started_at"][one], theirs["started_at"][other]) for one, other in pairs.iter_rows()
    ]
    return [f"{second(one)}-{second(other)}" for one, other in sorted(found)]
