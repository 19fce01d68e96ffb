"""The course of a trial: where each record of a sample went so far, and how that is told."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from mediation.draft import FIELDS, Decoded
from mediation.intake import SortedOut
from mediation.recycling.fates import Waited, fates
from mediation.repairing.cells import Cells
from mediation.repairing.rule import RepairRule
from mediation.trying.trial import Fault, TriedChange, TriedRecord, TriedRepair
from mediation.usage import USAGE_SCHEMA

LINES_TOLD: Final = 200
# Where a record stands after it was sorted out again, told as an outcome.
OUTCOME_OF: Final = {"repaired": "landed", "rejected": "rejected", "open": "suspended"}


class Course(NamedTuple):
    """How far a trial has come.

    `drafts` and `records` are as they stand now, `went` has OUTCOMES_SCHEMA and the detail of what
    would wait, `stated` are the calls whose figures were stated.
    """

    drafts: pl.DataFrame
    records: pl.DataFrame
    went: pl.DataFrame
    stated: frozenset[str]


class Repair(NamedTuple):
    """What a standing rule would do, by line, and how many of these records then wait no more."""

    rule: RepairRule
    cells: Mapping[int, Cells]
    left: int


def landed(went: pl.DataFrame, lines: Collection[int]) -> pl.DataFrame:
    """Where records went, these lines among those that land."""
    lands = pl.col("line").is_in(sorted(lines))
    return went.with_columns(
        outcome=pl.when(lands).then(pl.lit("landed")).otherwise("outcome"),
        reason=pl.when(~lands).then("reason"),
        detail=pl.when(~lands).then("detail"),
    )


def went_again(before: pl.DataFrame, result: SortedOut) -> pl.DataFrame:
    """Where records went that were sorted out again, in the columns of `before`."""
    waited = {
        line: Waited(reason, detail or "")
        for line, reason, detail in before.select("line", "reason", "detail").iter_rows()
    }
    told = [
        (each.line, OUTCOME_OF[each.status], each.reason, each.detail)
        for each in fates(result, waited)
    ]
    anew = pl.DataFrame(
        told,
        schema={"line": pl.Int64(), **dict.fromkeys(("outcome", "reason", "detail"), pl.String())},
        orient="row",
    )
    went = result.outcomes.drop("outcome", "reason").join(anew, on="line")
    lands = went.filter(outcome="landed")["line"]
    return landed(went.select(before.columns), lands.to_list())


def with_rows(rows: pl.DataFrame, anew: pl.DataFrame) -> pl.DataFrame:
    """Rows by line, those that stand anew instead of the old ones."""
    return pl.concat([rows.join(anew, on="line", how="anti"), anew]).sort("line")


def faults_of(went: pl.DataFrame) -> tuple[Fault, ...]:
    """How many records have each fault, the most frequent first."""
    counted = (
        went.filter(pl.col("reason").is_not_null())
        .group_by("outcome", "reason")
        .len()
        .sort(["len", "reason"], descending=[True, False])
    )
    return tuple(Fault(*row) for row in counted.iter_rows())


def told_repair(repair: Repair) -> TriedRepair:
    """What the rule would do, without what it would make of each record."""
    return TriedRepair(
        rule=repair.rule.id,
        change=repair.rule.change,
        why=repair.rule.why,
        records=len(repair.cells),
        left=repair.left,
        lines=tuple(sorted(repair.cells)[:LINES_TOLD]),
    )


def shown_of(
    decoded: Decoded, course: Course, repairs: Sequence[Repair], most: int
) -> tuple[TriedRecord, ...]:
    """The first records of the file; `decoded` is the file as it came."""
    first = course.went.sort("line").head(most)
    drafts = {row["line"]: row for row in _rows(decoded.drafts, first)}
    rejected = {row["line"]: row for row in _rows(decoded.rejected, first)}
    texts = course.records.select(pl.col(name).cast(pl.String) for name in USAGE_SCHEMA)
    usage = {int(row["line"]): row for row in _rows(texts.cast({"line": pl.Int64}), first)}
    return tuple(
        TriedRecord(
            line=row["line"],
            raw=(drafts.get(row["line"]) or rejected[row["line"]])["raw"] or "",
            outcome=row["outcome"],
            reason=row["reason"],
            detail=row["detail"],
            draft=_told(drafts.get(row["line"], {}), FIELDS),
            usage=_told(usage.get(row["line"], {}), tuple(USAGE_SCHEMA)),
            repairs=tuple(_changes(row["line"], repairs)),
        )
        for row in first.iter_rows(named=True)
    )


def _changes(line: int, repairs: Sequence[Repair]) -> Iterator[TriedChange]:
    for rule, cells, _left in repairs:
        if line in cells:
            yield TriedChange(rule.id, rule.why, rule.change.target, *cells[line])


def _rows(frame: pl.DataFrame, first: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.join(first.select("line"), on="line", how="semi").to_dicts()


def _told(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """What a row says, without what says nothing and what only numbers it."""
    numbers = ("line", "batch_id", "arrived_at", "record_key", "source")
    return {name: row[name] for name in names if name not in numbers and row.get(name) is not None}
