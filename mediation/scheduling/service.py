"""Say when files of a source are due, and which sources are silent though they are."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from mediation.landing import service as landing
from mediation.schedule import Silence, schedule_from, silence
from mediation.source import settings_of
from mediation.sources import service as sources
from mediation.sources.service import RegisteredSource
from tenants.session import TenantSession


def set_schedule(
    session: TenantSession, source_code: str, settings: Mapping[str, Any]
) -> RegisteredSource:
    """Say when files of a source are due (`mediation.schedule`); nothing said, none are.

    Raises: NoSuchSource, UnknownScheduleSetting, BadSchedule.
    """
    known = settings_of(sources.the_source(session, source_code).source)
    return sources.change_source(session, source_code, {**known, "schedule": dict(settings)})


def silence_of(session: TenantSession, registered: RegisteredSource) -> Silence | None:
    """Since when files of a source are overdue; None where none are."""
    schedule = schedule_from(registered.source.code, registered.source.schedule)
    if schedule is None:
        return None
    return silence(
        schedule,
        registered.source.zone,
        registered.created_at,
        session.now(),
        landing.last_loaded_at(session, registered.id),
        partial(landing.loaded_after, session, registered.id),
    )


def silent_sources(session: TenantSession) -> dict[str, Silence]:
    """The sources of which files are overdue, by code."""
    found = {each.source.code: silence_of(session, each) for each in sources.all_sources(session)}
    return {code: silent for code, silent in found.items() if silent is not None}


def last_file_at(session: TenantSession, registered: RegisteredSource) -> dt.datetime | None:
    """When the last file of a source came that is loaded; None where none is."""
    return landing.last_loaded_at(session, registered.id)
