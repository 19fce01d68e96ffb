"""Register sources, change what is known of them, waive file numbers that will never come."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from i18n.errors import Conflict, Invalid, NotFound
from mediation.decoding import CHECKED_MAPPINGS
from mediation.file_numbers import counter_of
from mediation.sequences import Waived
from mediation.source import Source, source_from
from mediation.sources import store
from tenants.session import TenantSession

# Settings that have a column of their own; the others are kept together as policies.
COLUMNS = {"zone": "time_zone", "country": "country", "mapping": "mapping"}


class SourceExists(Conflict):
    """There is already a source {source}. Choose another code, or change its settings."""


class NoSuchSource(NotFound):
    """There is no source {source}. Check the code, or register the source."""


class WaiverWithoutReason(Invalid):
    """File {number} of source {source} is waived without a reason. Say why it will not come."""


class AlreadyWaived(Conflict):
    """File {number} of source {source} is waived already. Nothing is left to do."""


@dataclass(frozen=True, slots=True)
class RegisteredSource:
    """A source as it is kept."""

    id: UUID
    name: str
    source: Source
    created_at: dt.datetime


def register_source(
    session: TenantSession, code: str, name: str, format: str, settings: Mapping[str, Any]
) -> RegisteredSource:
    """Keep a new source; `settings` are those of `mediation.source`.

    Raises: SourceExists, UnknownSourceSetting, BadSourceSetting, BadMapping.
    """
    if store.source_row(session, code) is not None:
        raise SourceExists(source=code)
    checked = _checked(code, format, settings)
    row = store.SourceRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        code=code,
        name=name,
        format=format,
        mapping=dict(checked.mapping),
        time_zone=checked.zone,
        country=checked.country,
        policies=_policies(settings),
        created_at=session.now(),
    )
    session.add(row)
    session.flush()
    return _registered(row)


def change_source(
    session: TenantSession, code: str, settings: Mapping[str, Any]
) -> RegisteredSource:
    """Replace the settings of a source; files that came before stay as they were read.

    Raises: NoSuchSource, UnknownSourceSetting, BadSourceSetting, BadMapping.
    """
    row = _row(session, code)
    checked = _checked(code, row.format, settings)
    row.mapping = dict(checked.mapping)
    row.time_zone = checked.zone
    row.country = checked.country
    row.policies = _policies(settings)
    session.flush()
    return _registered(row)


def the_source(session: TenantSession, code: str) -> RegisteredSource:
    """The source with this code.

    Raises: NoSuchSource.
    """
    return _registered(_row(session, code))


def source_by_id(session: TenantSession, source_id: UUID) -> RegisteredSource:
    """The source with this id.

    Raises: NoSuchSource.
    """
    found = next((each for each in all_sources(session) if each.id == source_id), None)
    if found is None:
        raise NoSuchSource(source=source_id)
    return found


def all_sources(session: TenantSession) -> list[RegisteredSource]:
    """All sources of the tenant, by code."""
    return [_registered(row) for row in store.source_rows(session)]


def waive_sequence(
    session: TenantSession, code: str, number: int, reason: str, stream: str = ""
) -> None:
    """Declare that a file of this number will not come; the period may close without it.

    `stream` is which files are meant, where the source carries several.
    Raises: NoSuchSource, WaiverWithoutReason, AlreadyWaived.
    """
    row = _row(session, code)
    if not reason.strip():
        raise WaiverWithoutReason(number=number, source=code)
    told = store.waiver_rows(session, row.id)
    is_waived = any((each.stream, each.sequence) == (stream, number) for each in told)
    # A counter that comes round again may miss the same number again.
    if is_waived and counter_of(_registered(row).source, stream) is None:
        raise AlreadyWaived(number=number, source=code)
    waiver = store.WaiverRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        source_id=row.id,
        stream=stream,
        sequence=number,
        reason=reason.strip(),
        waived_by=session.principal.name,
        waived_at=session.now(),
    )
    session.add(waiver)
    session.flush()


def waivers(session: TenantSession, code: str) -> list[Waived]:
    """File numbers of a source that need not come, and when that was said.

    Raises: NoSuchSource.
    """
    rows = store.waiver_rows(session, _row(session, code).id)
    return [Waived(row.sequence, row.waived_at, row.stream) for row in rows]


def _checked(code: str, format: str, settings: Mapping[str, Any]) -> Source:
    source = source_from(code, format, settings)
    if format in CHECKED_MAPPINGS:
        CHECKED_MAPPINGS[format](source)
    return source


def _policies(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name not in COLUMNS}


def _row(session: TenantSession, code: str) -> store.SourceRow:
    row = store.source_row(session, code)
    if row is None:
        raise NoSuchSource(source=code)
    return row


def _registered(row: store.SourceRow) -> RegisteredSource:
    settings = {name: getattr(row, column) for name, column in COLUMNS.items()}
    source = source_from(row.code, row.format, row.policies | settings)
    return RegisteredSource(row.id, row.name, source, row.created_at)
