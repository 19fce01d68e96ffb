"""Keep the templates that files of flows give, so that other files of the source are read by them.

Which template counts for a set follows from the times of export alone. A template that arrives
late and would have had flows read otherwise, that have landed, is therefore refused with its file
until a person has undone the files that it speaks of; and a file whose templates others were read
by is undone after them.
"""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from mediation.exporters import store
from mediation.flow_knowledge import (
    GIVEN,
    NOTHING_TOLD,
    STARTED,
    FlowKnowledge,
    Told,
    believed,
    by_key,
    contradicts,
    said,
)
from mediation.flow_mixture import DAY_MS, mixture
from mediation.sources.service import RegisteredSource
from tenants.session import TenantSession

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MILLISECOND = dt.timedelta(milliseconds=1)
NAMES_SHOWN = 3


def knowledge(session: TenantSession, registered: RegisteredSource) -> FlowKnowledge:
    """What the landed files of a source have told so far; nothing for other formats."""
    if registered.source.format != "netflow":
        return NOTHING_TOLD
    return FlowKnowledge(_given(session, registered.id))


def learn(session: TenantSession, source_id: UUID, batch_id: UUID, told: Sequence[Told]) -> None:
    """Keep what a batch says of templates, in place of what it said before."""
    store.forget(session, batch_id)
    session.add_all(
        store.FlowTemplateRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            source_id=source_id,
            batch_id=batch_id,
            role=each.role,
            version=each.version,
            domain=each.domain,
            number=each.number,
            definition=each.definition,
            first_at=_instant(each.first_ms),
            last_at=_instant(each.last_ms),
        )
        for each in told
    )
    session.flush()


def refusal_of(
    session: TenantSession, registered: RegisteredSource, told: Sequence[Told]
) -> str | None:
    """Why what a file tells cannot be taken in beside what landed files of the source told."""
    if not any(each.role == GIVEN for each in told):
        return None
    mixed = registered.source.mapping.get("mixed") != "accept" and _mixture(
        session, registered.id, told
    )
    if mixed:
        return f"TWO_EXPORTERS: {'; '.join(mixed[:NAMES_SHOWN])}"
    known = by_key(_given(session, registered.id))
    late = [
        (row.number, name)
        for row, name in store.leaning(session, registered.id)
        if contradicts(known, told, _told(row))
    ]
    if not late:
        return None
    code = "LATE_TEMPLATE" if any(number > STARTED for number, _ in late) else "LATE_OPTIONS"
    return f"{code}: {', '.join(_names([name for _, name in late]))}"


def _mixture(session: TenantSession, source_id: UUID, told: Sequence[Told]) -> list[str]:
    """What no single exporter can have told in this file and those of the day around it."""
    first = min(each.first_ms for each in told) - DAY_MS
    last = max(each.last_ms for each in told) + DAY_MS
    keys = {each.key for each in told if each.role == GIVEN}
    beside = store.given_between(session, source_id, _instant(first), _instant(last))
    return mixture([*told, *(row for row in map(_told, beside) if row.key in keys)])


def leaning_on(session: TenantSession, source_id: UUID, batch_id: UUID) -> list[str]:
    """Landed files that could not be read as they were without the templates of this batch."""
    left = by_key(_given(session, source_id, batch_id))
    return _names(
        [
            name
            for row, name in store.leaning(session, source_id, batch_id)
            for read in [_told(row)]
            if any(
                believed(read.key, left.get(read.key, ()), at) != read.definition
                for at in (read.first_ms, read.last_ms)
            )
        ]
    )


def readable(session: TenantSession, source_id: UUID) -> list[UUID]:
    """Batches with sets that wait for a template which has come by now."""
    wanted = store.wanted(session, source_id)
    known = by_key(_given(session, source_id)) if wanted else {}
    return list(
        dict.fromkeys(
            row.batch_id
            for row in wanted
            for want in [_told(row)]
            if any(said(known.get(want.key, ()), at) for at in (want.first_ms, want.last_ms))
        )
    )


def _given(
    session: TenantSession, source_id: UUID, without: UUID | None = None
) -> tuple[Told, ...]:
    return tuple(
        Told(GIVEN, version, domain, number, definition, _ms(first), _ms(last))
        for version, domain, number, definition, first, last in store.given(
            session, source_id, without
        )
    )


def _told(row: store.FlowTemplateRow) -> Told:
    return Told(
        row.role,
        row.version,
        row.domain,
        row.number,
        row.definition,
        _ms(row.first_at),
        _ms(row.last_at),
    )


def _instant(milliseconds: int) -> dt.datetime:
    return EPOCH + milliseconds * MILLISECOND


def _ms(instant: dt.datetime) -> int:
    return (instant - EPOCH) // MILLISECOND


def _names(files: Sequence[str]) -> list[str]:
    """Names of files once each; of many the first ones and how many more there are."""
    names = list(dict.fromkeys(files))
    more = [f"{len(names) - NAMES_SHOWN} more"] if len(names) > NAMES_SHOWN else []
    return [*names[:NAMES_SHOWN], *more]
