"""Read a sample file as a source would, down to duplicates and joined parts, and keep nothing.

The file goes the way of every other file (`mediation.service`), by the same functions, and stops
before anything is recorded. So a mapping can be changed until it fits, beside a source that works.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from i18n.errors import Invalid
from mediation import service as collecting
from mediation.assembling import INCOMPLETE
from mediation.conservation import count_outcomes
from mediation.control_totals import totals_of
from mediation.decoding import CHECKED_MAPPINGS
from mediation.draft import FIELDS, Decoded
from mediation.exporters import service as exporters
from mediation.flow_knowledge import NOTHING_TOLD
from mediation.intake import OUTCOMES_SCHEMA, SortedOut, sort_out
from mediation.kept import service as kept
from mediation.normalising import normalise
from mediation.reading import service as reading
from mediation.source import Source, settings_of, source_from
from mediation.sources import service as sources
from mediation.sources.service import RegisteredSource
from mediation.trying.trial import Fault, Trial, TriedRecord
from mediation.usage import USAGE_SCHEMA
from tenants.session import TenantSession

UNNAMED = "trial"
SHOWN_MAX = 200


class NothingToTry(Invalid):
    """Neither a source nor a format is named. Name a source that there is, or a format."""


def try_out(
    session: TenantSession,
    file_name: str,
    content: bytes,
    *,
    source_code: str | None = None,
    format: str | None = None,
    settings: Mapping[str, Any] | None = None,
    shown: int = 20,
) -> Trial:
    """Say what would become of a file; nothing is kept.

    Args:
        source_code: a source there is; its format and settings hold where none are given, and its
            records are those that a record may be a duplicate of.
        shown: how many records to show, the first ones of the file.

    Raises: NoSuchSource, NothingToTry, UnknownSourceSetting, BadSourceSetting, BadMapping.
    """
    registered = sources.the_source(session, source_code) if source_code else None
    source = _source(registered, format, settings)
    others_told = NOTHING_TOLD if registered is None else exporters.knowledge(session, registered)
    decoded = reading.read_apart(content, source, others_told)
    records = normalise(decoded.drafts, source, UNNAMED, session.now())
    known = None if registered is None else RegisteredSource(registered.id, "", source)
    went, told = _sort_out(session, known, decoded, records)
    return Trial(
        refusal=decoded.refused or _refusal(session, known, decoded, file_name),
        records=decoded.records,
        outcomes=count_outcomes(went, decoded.records),
        faults=_faults(went),
        found=totals_of(decoded),
        declared=decoded.declared,
        shown=_shown(decoded, records, told, min(shown, SHOWN_MAX)),
    )


def _source(
    registered: RegisteredSource | None, format: str | None, settings: Mapping[str, Any] | None
) -> Source:
    if registered is None and format is None:
        raise NothingToTry
    code = UNNAMED if registered is None else registered.source.code
    usual = {} if registered is None else settings_of(registered.source)
    chosen = format or (registered.source.format if registered else "")
    source = source_from(code, chosen, usual if settings is None else settings)
    if chosen in CHECKED_MAPPINGS:
        CHECKED_MAPPINGS[chosen](source)
    return source


def _sort_out(
    session: TenantSession,
    known: RegisteredSource | None,
    decoded: Decoded,
    records: pl.DataFrame,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Outcomes of all records, and the same with the detail of what would wait."""
    earlier = pl.DataFrame(schema=OUTCOMES_SCHEMA)
    parts = []
    if known is not None:
        earlier = kept.earlier_keys(session, known, records)
        has_parts = records["call_id"].is_not_null().any()
        parts = kept.waiting_parts(session, known) if has_parts else []
    waiting = records.clear() if known is None else kept.records_of(session, known, parts)
    result = sort_out(UNNAMED, records, decoded.rejected, earlier, waiting)
    went = result.outcomes if known is None else _settled(session, known, records, result)
    details = result.suspended.join(went.filter(outcome="suspended"), on="line", how="semi")
    return went, went.join(details.select("line", "detail"), on="line", how="left")


def _settled(
    session: TenantSession, known: RegisteredSource, records: pl.DataFrame, result: SortedOut
) -> pl.DataFrame:
    """Outcomes once parts that come after the stated figures of their call are set aside."""
    waits = result.suspended.filter(reason=INCOMPLETE).select("line")
    late = records.join(waits, on="line", how="semi").select("line", "call_id").rows()
    settled = list(kept.set_aside(session, known.id, dict(late))) if late else []
    is_settled = pl.col("line").is_in(settled)
    return result.outcomes.with_columns(
        outcome=pl.when(is_settled).then(pl.lit("landed")).otherwise("outcome"),
        reason=pl.when(~is_settled).then("reason"),
    )


def _refusal(
    session: TenantSession, known: RegisteredSource | None, decoded: Decoded, file_name: str
) -> str | None:
    if known is None:
        return collecting.misstated(decoded, decoded.declared)
    return collecting.refusal_of(session, known, decoded, file_name)


def _faults(went: pl.DataFrame) -> tuple[Fault, ...]:
    counted = (
        went.filter(pl.col("reason").is_not_null())
        .group_by("outcome", "reason")
        .len()
        .sort(["len", "reason"], descending=[True, False])
    )
    return tuple(Fault(*row) for row in counted.iter_rows())


def _shown(
    decoded: Decoded, records: pl.DataFrame, told: pl.DataFrame, most: int
) -> tuple[TriedRecord, ...]:
    first = told.sort("line").head(most)
    drafts = {row["line"]: row for row in _rows(decoded.drafts, first)}
    rejected = {row["line"]: row for row in _rows(decoded.rejected, first)}
    texts = records.select(pl.col(name).cast(pl.String) for name in USAGE_SCHEMA)
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
        )
        for row in first.iter_rows(named=True)
    )


def _rows(frame: pl.DataFrame, first: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.join(first.select("line"), on="line", how="semi").to_dicts()


def _told(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """What a row says, without what says nothing and what only numbers it."""
    numbers = ("line", "batch_id", "arrived_at", "record_key", "source")
    return {name: row[name] for name in names if name not in numbers and row.get(name) is not None}
