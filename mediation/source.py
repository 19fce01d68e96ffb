"""A source of usage: which format it sends, in which zone and country, and what it leaves unsaid.

Settings are a plain mapping, kept with the source and readable by an analyst:

    encoding         of its text: utf-8 (default), utf-16 (which says its byte order), utf-16-le,
                     utf-16-be, cp1250, cp1251, cp1252, koi8-r, iso-8859-1, -2, -5; XML that
                     declares another is read as declared
    zone             IANA zone of local times (Asterisk and FreeSWITCH write local time)
    country          ISO 3166 code; how national numbers are read
    direction        of records that do not say it and whose trunks do not decide it
    kind             of records that do not say it
    product          of records that do not say it; revenue of a product can be shared
    ambiguous_times  an hour shown twice in autumn: suspend (default), first, second
    id_scope         where an event id is one event: source (default), or tenant, which is all
                     sources of the tenant that say so
    carrier_trunks   trunks that lead to carriers: in by one is incoming, out by one outgoing,
                     both transit
    file_numbers     the file name with {number} where its counter stands and * for anything
    counter          first and last number of the counter, which then wraps; the numbers in TAP
                     files, by which they are counted where file_numbers says nothing, have theirs
    schedule         when its files are due, see `mediation.schedule`
    mapping          of a format that a user describes, see `formats.mapping`; choices of tap,
                     nrtrde and netflow, see there
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import phonenumbers

from i18n.errors import Invalid
from i18n.locale import Words, _, one_of
from mediation.encodings import ENCODINGS
from mediation.schedule import schedule_from
from mediation.usage import DIRECTIONS, KINDS

FORMATS = (
    "asterisk",
    "freeswitch",
    "freeswitch_json",
    "freeswitch_xml",
    "broadworks",
    "cucm",
    "flatstore",
    "radius",
    "delimited",
    "fixed_width",
    "mapped_xml",
    "mapped_json",
    "events",
    "nrtrde",
    "netflow",
    "tap",
)
AMBIGUOUS_TIMES = ("suspend", "first", "second")
ID_SCOPES = ("source", "tenant")


class UnknownSourceSetting(Invalid):
    """Source {source} has a setting {setting}. Use only: {known}."""


class BadSourceSetting(Invalid):
    """Setting {setting} of source {source} is {value}. Use {wanted}."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a source before it sends anything."""

    code: str
    format: str
    encoding: str = "utf-8"
    zone: str = "UTC"
    country: str = "PL"
    direction: str = "outgoing"
    kind: str = "voice"
    product: str | None = None
    ambiguous_times: str = "suspend"
    id_scope: str = "source"
    carrier_trunks: tuple[str, ...] = ()
    file_numbers: str | None = None
    counter: tuple[int, int] | None = None
    schedule: Mapping[str, Any] = field(default_factory=dict)
    mapping: Mapping[str, Any] = field(default_factory=dict)


def source_from(code: str, format: str, settings: Mapping[str, Any]) -> Source:
    """Build a source from its stored settings.

    Raises: UnknownSourceSetting, BadSourceSetting, UnknownScheduleSetting, BadSchedule.
    """
    known = {each.name for each in fields(Source)} - {"code", "format"}
    for setting in settings:
        if setting not in known:
            raise UnknownSourceSetting(source=code, setting=setting, known=", ".join(sorted(known)))
    values = dict(settings)
    values["carrier_trunks"] = tuple(settings.get("carrier_trunks", ()))
    if settings.get("counter") is not None:
        values["counter"] = tuple(settings["counter"])
    source = Source(code=code, format=format, **values)
    for setting, good, wanted in _demands(source):
        if not good:
            raise BadSourceSetting(
                source=code, setting=setting, value=getattr(source, setting), wanted=wanted
            )
    schedule_from(code, source.schedule)
    return source


def settings_of(source: Source) -> dict[str, Any]:
    """The settings from which `source_from` builds this source; usual values go without saying."""
    said = {
        each.name: getattr(source, each.name)
        for each in fields(Source)
        if each.name not in ("code", "format")
        and getattr(source, each.name) not in (each.default, {})
    }
    return {name: list(held) if isinstance(held, tuple) else held for name, held in said.items()}


def _demands(source: Source) -> list[tuple[str, bool, Words]]:
    return [
        ("format", source.format in FORMATS, one_of(FORMATS)),
        ("encoding", source.encoding in ENCODINGS, one_of(ENCODINGS)),
        ("zone", source.zone in _zones(), Words(_("an IANA zone such as Europe/Warsaw"))),
        (
            "country",
            source.country in phonenumbers.SUPPORTED_REGIONS,
            Words(_("a country code of ISO 3166 such as PL")),
        ),
        ("direction", source.direction in DIRECTIONS, one_of(DIRECTIONS)),
        ("kind", source.kind in KINDS, one_of(KINDS)),
        (
            "ambiguous_times",
            source.ambiguous_times in AMBIGUOUS_TIMES,
            one_of(AMBIGUOUS_TIMES),
        ),
        ("id_scope", source.id_scope in ID_SCOPES, one_of(ID_SCOPES)),
        (
            "file_numbers",
            source.file_numbers is None or source.file_numbers.count("{number}") == 1,
            Words(_("a file name with {number} in it once")),
        ),
        ("counter", _is_counter(source.counter), Words(_("two numbers, the first below the last"))),
    ]


@cache
def _zones() -> frozenset[str]:
    """Reading the names of all zones from disk takes longer than reading a source."""
    return frozenset(available_timezones())


def _is_counter(counter: tuple[int, ...] | None) -> bool:
    if counter is None:
        return True
    is_pair = len(counter) == 2 and all(type(end) is int for end in counter)
    return is_pair and counter[0] < counter[1]
