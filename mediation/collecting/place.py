"""Where a source's files are fetched from, and which of them are whole.

    kind            folder, sftp, object_store
    address         folder: a folder below the tenant's own inbox, such as `switch/cdr`
                    sftp: sftp://user@host:22/folder
                    object_store: a URL of fsspec such as s3://bucket/folder (s3, gs and abfs;
                    what speaks to each is installed by the extra of that name: saldo[s3])
    pattern         of file names, with * and ?; only these are fetched
    ready           when a file is whole: stable (default: of the same size and time for
                    `stable_seconds` between two looks), marker (NAME and the `marker` lie beside
                    it), renamed (its sender gives it the name when it is whole)
    after           what becomes of it once it is loaded: keep (default), move to `done_folder`
    credentials     by name, each a reference: env:NAME or file:NAME. Never the secret itself.
    host_key        the SFTP server's own key, `ssh-ed25519 AAAA...`; no other is spoken to
    size_max_bytes  a larger file is refused
    senders         folder: addresses of those who may send packets to `saldo receive`, which ends
                    files there; by default nobody. Needs ready = renamed, and for RADIUS in
                    credentials `radius`, the secret shared with them (or by a sender's address)

References are those of `tenants.secrets`.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from i18n.errors import Invalid
from i18n.locale import Words, _, one_of
from tenants.secrets import REFERENCE

KINDS = ("folder", "sftp", "object_store")
READY = ("stable", "marker", "renamed")
AFTER = ("keep", "move")
# What the files of several tenants share, or what is on this machine, is no place to fetch from.
PROTOCOLS = ("s3", "gs", "abfs")

SAFE_FOLDER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
NAME_LONGEST = 255
SENDERS_MOST = 1_000
MEGABYTE = 1024 * 1024


class UnknownPlaceSetting(Invalid):
    """The place of source {source} has a setting {setting}. Use only: {known}."""


class BadPlaceSetting(Invalid):
    """Setting {setting} of the place of source {source} cannot be used. Give {wanted}."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of a source lie."""

    kind: str
    address: str
    pattern: str = "*"
    ready: str = "stable"
    stable_seconds: int = 10
    marker: str = ".done"
    after: str = "keep"
    done_folder: str = "done"
    credentials: Mapping[str, str] = field(default_factory=dict)
    host_key: str = ""
    size_max_bytes: int = 256 * MEGABYTE
    senders: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as a look found it; `version` changes when its content does."""

    name: str
    size_bytes: int
    version: str


def place_from(source: str, settings: Mapping[str, Any], protocols: tuple[str, ...]) -> Place:
    """Read the settings of a place. Raises: UnknownPlaceSetting, BadPlaceSetting."""
    known = [each.name for each in fields(Place)]
    for setting in settings:
        if setting not in known:
            raise UnknownPlaceSetting(source=source, setting=setting, known=", ".join(known))
    for setting in ("kind", "address"):
        if setting not in settings:
            raise BadPlaceSetting(
                source=source, setting=setting, wanted=Words(_("it; it is needed"))
            )
    place = Place(**settings)
    for demands in (_texts(place), _plain_demands(place), _demands_of_kind(place, protocols)):
        for setting, is_good, wanted in demands:
            if not is_good:
                raise BadPlaceSetting(source=source, setting=setting, wanted=wanted)
    return place


def _texts(place: Place) -> Iterator[tuple[str, bool, Words]]:
    for each in fields(Place):
        if isinstance(each.default, str) or each.name in ("kind", "address"):
            yield each.name, isinstance(getattr(place, each.name), str), Words(_("a text"))


def _plain_demands(place: Place) -> Iterator[tuple[str, bool, Words]]:
    secrets = place.credentials
    yield from [
        ("kind", place.kind in KINDS, one_of(KINDS)),
        ("pattern", 0 < len(place.pattern) <= NAME_LONGEST, Words(_("a file name with * and ?"))),
        ("ready", place.ready in READY, one_of(READY)),
        ("stable_seconds", _is_count(place.stable_seconds, 3_600), Words(_("seconds, 0 to 3600"))),
        (
            "marker",
            bool(re.fullmatch(r"\.[A-Za-z0-9]{1,20}", place.marker)),
            Words(_("an ending, .done")),
        ),
        ("after", place.after in AFTER, one_of(AFTER)),
        (
            "done_folder",
            bool(SAFE_FOLDER.fullmatch(place.done_folder)) and "/" not in place.done_folder,
            Words(_("the name of a folder")),
        ),
        (
            "credentials",
            isinstance(secrets, Mapping)
            and all(
                isinstance(each, str) and REFERENCE.fullmatch(each) for each in secrets.values()
            ),
            Words(_("references such as env:PASSWORD or file:switch-key, never the secret itself")),
        ),
        (
            "size_max_bytes",
            _is_count(place.size_max_bytes, 1024 * MEGABYTE),
            Words(_("bytes, to 1 GB")),
        ),
    ]


def _demands_of_kind(place: Place, protocols: tuple[str, ...]) -> Iterator[tuple[str, bool, Words]]:
    if place.kind == "folder":
        is_below = bool(SAFE_FOLDER.fullmatch(place.address)) and ".." not in place.address
        yield ("address", is_below, Words(_("a folder below the inbox, such as switch/cdr")))
        are_good = _are_addresses(place.senders)
        yield ("senders", are_good, Words(_("a list of addresses such as 192.0.2.1, each once")))
        yield (
            "ready",
            not place.senders or place.ready == "renamed",
            Words(_("renamed, beside senders")),
        )
        return
    yield ("senders", not place.senders, Words(_("none; only a folder receives")))
    try:
        parts = urlsplit(place.address)
        port = parts.port
    except ValueError:
        yield ("address", False, Words(_("a URL")))
        return
    if place.kind == "sftp":
        whole = parts.scheme == "sftp" and parts.hostname and parts.username
        yield from [
            ("address", bool(whole) and port != 0, Words("sftp://user@host:22/folder")),
            (
                "address",
                parts.password is None,
                Words(_("the password by reference, not in the address")),
            ),
            (
                "credentials",
                set(place.credentials) in ({"password"}, {"key"}),
                Words(_("password or key")),
            ),
            (
                "host_key",
                len(place.host_key.split()) == 2,
                Words(_("the server's key, ssh-ed25519 AAAA...")),
            ),
        ]
        return
    is_known = parts.scheme in protocols and "::" not in place.address
    yield from [
        (
            "address",
            is_known and bool(parts.netloc),
            Words(_("a URL of {choices}"), choices=", ".join(protocols)),
        ),
        ("address", "@" not in parts.netloc, Words(_("keys by reference, not in the address"))),
    ]


def _are_addresses(senders: object) -> bool:
    if not isinstance(senders, list | tuple) or len(senders) > SENDERS_MOST:
        return False
    try:
        known = {ip_address(each) for each in senders if isinstance(each, str)}
    except ValueError:
        return False
    return len(known) == len(senders)


def _is_count(value: object, highest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= highest


def refusal_of(place: Place, seen: Seen) -> str | None:
    """Why a file is never fetched, in a code; None where it may be."""
    name = seen.name
    if not name.isprintable() or not 0 < len(name.encode("utf-8", "replace")) <= NAME_LONGEST:
        return "ODD_NAME"
    if "/" in name or "\\" in name or name in (".", ".."):
        return "ODD_NAME"
    if seen.size_bytes > place.size_max_bytes:
        return "TOO_LARGE"
    return None


def is_wanted(place: Place, name: str) -> bool:
    """Whether a file is one that the source sends; hidden ones and markers are not."""
    if name.startswith(".") or (place.ready == "marker" and name.endswith(place.marker)):
        return False
    return fnmatchcase(name, place.pattern)


def is_whole(
    place: Place, name: str, beside: frozenset[str], unchanged_for: dt.timedelta | None
) -> bool:
    """Whether a file may be fetched; `unchanged_for` is None where it was never seen before."""
    if place.ready == "renamed":
        return True
    if place.ready == "marker":
        return name + place.marker in beside
    return unchanged_for is not None and unchanged_for.total_seconds() >= place.stable_seconds
