"""Read a sample file as a source would, down to duplicates and joined parts, and keep nothing.

The file goes the way of every other file (`mediation.service`), by the same functions, and stops
before anything is recorded; what waits goes through the standing repair rules of its source. So a
mapping can be changed until it fits, beside a source that works.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from i18n.errors import Invalid
from mediation import service as collecting
from mediation.assembling import INCOMPLETE
from mediation.conservation import count_outcomes
from mediation.control_totals import totals_of
from mediation.decoding import CHECKED_MAPPINGS
from mediation.draft import Decoded, as_drafts, no_rejects
from mediation.exporters import service as exporters
from mediation.flow_knowledge import NOTHING_TOLD, UNKNOWN_TEMPLATE
from mediation.intake import OUTCOMES_SCHEMA, sort_out
from mediation.kept import service as kept
from mediation.normalising import normalise
from mediation.reading import service as reading
from mediation.repairing import service as repairing
from mediation.repairing.cells import Cells, touched, with_cells
from mediation.repairing.rule import Change
from mediation.source import Source, settings_of, source_from
from mediation.sources import service as sources
from mediation.sources.service import RegisteredSource
from mediation.trying.course import (
    Course,
    Repair,
    faults_of,
    landed,
    shown_of,
    told_repair,
    went_again,
    with_rows,
)
from mediation.trying.trial import Trial
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
    known = None if registered is None else replace(registered, source=source)
    course = _sort_out(session, known, decoded, records)
    course, repairs = (course, []) if known is None else _repaired(session, known, course)
    return Trial(
        refusal=decoded.refused or _refusal(session, known, decoded, file_name),
        records=decoded.records,
        outcomes=count_outcomes(course.went, decoded.records),
        faults=faults_of(course.went),
        repairs=tuple(told_repair(each) for each in repairs),
        found=totals_of(decoded),
        declared=decoded.declared,
        shown=shown_of(decoded, course, repairs, min(shown, SHOWN_MAX)),
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
) -> Course:
    """Every record for the first time, before any is repaired."""
    earlier, waiting = pl.DataFrame(schema=OUTCOMES_SCHEMA), records.clear()
    if known is not None:
        earlier = kept.earlier_keys(session, known, records)
        waiting = _waiting(session, known, records)
    result = sort_out(UNNAMED, records, decoded.rejected, earlier, waiting)
    details = result.suspended.select("line", "detail")
    went = result.outcomes.join(details, on="line", how="left").select(*OUTCOMES_SCHEMA, "detail")
    course = Course(decoded.drafts, records, went, frozenset(result.stated["call_id"]))
    return course if known is None else _settled(session, known, course)


def _waiting(
    session: TenantSession, known: RegisteredSource, records: pl.DataFrame
) -> pl.DataFrame:
    """Parts of earlier batches that wait, where these records have parts of calls."""
    has_parts = records["call_id"].is_not_null().any()
    return kept.records_of(session, known, kept.waiting_parts(session, known) if has_parts else [])


def _settled(session: TenantSession, known: RegisteredSource, course: Course) -> Course:
    """The course once parts that come after the stated figures of their call are set aside."""
    waits = course.went.filter(outcome="suspended", reason=INCOMPLETE).select("line")
    late = dict(course.records.join(waits, on="line", how="semi").select("line", "call_id").rows())
    held = kept.set_aside(session, known.id, late) if late else {}
    lines = {line for line, call_id in late.items() if line in held or call_id in course.stated}
    return course._replace(went=landed(course.went, lines))


def _repaired(
    session: TenantSession, known: RegisteredSource, course: Course
) -> tuple[Course, list[Repair]]:
    """The course after the standing rules of the source, one after the other."""
    repairs = []
    for rule in repairing.standing_rules(session, known.id):
        waits = course.went.filter(outcome="suspended", reason=rule.change.reason)
        cells = touched(rule.change, course.drafts.join(waits, on="line", how="semi"))
        if cells:
            course = _sent_on(session, known, course, rule.change, cells)
            waits = course.went.filter(pl.col("line").is_in(list(cells)), outcome="suspended")
            repairs.append(Repair(rule, cells, len(cells) - waits.height))
    return course, repairs


def _sent_on(
    session: TenantSession,
    known: RegisteredSource,
    course: Course,
    change: Change,
    cells: Mapping[int, Cells],
) -> Course:
    """The course once the records of these lines are changed and sorted out again."""
    changed = with_cells(course.drafts, change.target, cells).sort("line")
    course = course._replace(drafts=with_rows(course.drafts, changed))
    if change.reason == UNKNOWN_TEMPLATE:
        # Its cells read no set of flows; that is done when its template comes.
        return course
    records = normalise(as_drafts(changed.drop("doubt")), known.source, UNNAMED, session.now())
    others = course.went.join(records, on="line", how="anti")
    is_kept = pl.col("outcome").is_in(["landed", "suspended"])
    same_keys = others.filter(is_kept).join(records, on="record_key", how="semi")
    apart = others.filter(outcome="suspended", reason=INCOMPLETE)
    parts = course.records.join(apart, on="line", how="semi")
    result = sort_out(
        UNNAMED,
        records,
        no_rejects(),
        pl.concat([kept.earlier_keys(session, known, records), same_keys.select(*OUTCOMES_SCHEMA)]),
        pl.concat([_waiting(session, known, records), parts]),
    )
    before = course.went.join(records, on="line", how="semi")
    went = with_rows(course.went, went_again(before, result))
    released = result.released.filter(batch_id=UNNAMED)["line"].to_list()
    found = course._replace(
        records=with_rows(course.records, records),
        went=landed(went, released),
        stated=course.stated | set(result.stated["call_id"]),
    )
    return _settled(session, known, found)


def _refusal(
    session: TenantSession, known: RegisteredSource | None, decoded: Decoded, file_name: str
) -> str | None:
    if known is None:
        return collecting.misstated(decoded, decoded.declared)
    return collecting.refusal_of(session, known, decoded, file_name)
