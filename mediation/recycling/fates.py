"""What becomes of waiting records that were sorted out again, whoever sent them through."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from mediation.intake import SortedOut
from mediation.suspense.recycled import Recycled


class Waited(NamedTuple):
    """Why a record waited, and the sentence beside it."""

    reason: str
    detail: str


def fates(result: SortedOut, waited: Mapping[int, Waited]) -> list[Recycled]:
    """One for each record that was sorted out, by its line.

    Args:
        waited: the records as they stood before, by their lines.
    """
    details = dict(result.suspended.select("line", "detail").iter_rows())
    return [
        Recycled(
            row["line"],
            *_fate(row, waited[row["line"]], details),
            row["record_key"],
            row["payload_digest"],
        )
        for row in result.outcomes.iter_rows(named=True)
    ]


def _fate(
    row: dict[str, Any], before: Waited, details: Mapping[int, str | None]
) -> tuple[str, str, str]:
    """Status, reason and detail after the record was sorted out again."""
    if row["outcome"] == "landed":
        return "repaired", before.reason, before.detail
    if row["outcome"] == "duplicate":
        return "rejected", before.reason, "the same record has come before"
    return "open", row["reason"], details[row["line"]] or ""
