"""What a place may be, and which of its files are fetched."""

import datetime as dt
from typing import Any

import pytest

from mediation.collecting.place import (
    PROTOCOLS,
    BadPlaceSetting,
    Place,
    Seen,
    UnknownPlaceSetting,
    is_wanted,
    is_whole,
    place_from,
    refusal_of,
)

FOLDER = {"kind": "folder", "address": "switch/cdr"}
SFTP = {
    "kind": "sftp",
    "address": "sftp://switch@cdr.example:2222/out",
    "credentials": {"password": "env:PASSWORD"},
    "host_key": "ssh-ed25519 AAAAC3Nz",
}
STORE = {"kind": "object_store", "address": "s3://bucket/cdr", "credentials": {"key": "env:KEY"}}


@pytest.mark.parametrize("settings", [FOLDER, SFTP, STORE])
def test_a_good_place_is_taken_as_it_is(settings: dict[str, Any]) -> None:
    place = place_from("switch", settings, PROTOCOLS)

    assert {name: getattr(place, name) for name in settings} == settings


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        (FOLDER | {"address": "/etc"}, "address"),
        (FOLDER | {"address": "../beta/switch"}, "address"),
        (FOLDER | {"address": "switch/../../beta"}, "address"),
        (FOLDER | {"address": "a/.."}, "address"),
        (FOLDER | {"address": ""}, "address"),
        (FOLDER | {"kind": "ftp"}, "kind"),
        (FOLDER | {"pattern": ""}, "pattern"),
        (FOLDER | {"ready": "soon"}, "ready"),
        (FOLDER | {"stable_seconds": -1}, "stable_seconds"),
        (FOLDER | {"stable_seconds": "10"}, "stable_seconds"),
        (FOLDER | {"after": "delete"}, "after"),
        (FOLDER | {"after": "move", "done_folder": "../done"}, "done_folder"),
        (FOLDER | {"done_folder": ".."}, "done_folder"),
        (FOLDER | {"marker": "/../x"}, "marker"),
        (FOLDER | {"size_max_bytes": 10**12}, "size_max_bytes"),
        (FOLDER | {"address": 7}, "address"),
        ({"kind": "folder"}, "address"),
        (SFTP | {"credentials": {"password": "swordfish"}}, "credentials"),
        (SFTP | {"credentials": {"password": "file:../../etc/passwd"}}, "credentials"),
        (SFTP | {"credentials": {}}, "credentials"),
        (SFTP | {"credentials": ["env:PASSWORD"]}, "credentials"),
        (SFTP | {"address": "sftp://switch:swordfish@cdr.example/out"}, "address"),
        (SFTP | {"address": "sftp://cdr.example/out"}, "address"),
        (SFTP | {"address": "sftp://a@[::1"}, "address"),
        (SFTP | {"host_key": ""}, "host_key"),
        (STORE | {"address": "file:///etc"}, "address"),
        (STORE | {"address": "memory://shared/cdr"}, "address"),
        (STORE | {"address": "s3://bucket/a::file:///etc"}, "address"),
        (STORE | {"address": "s3://key:secret@bucket/cdr"}, "address"),
    ],
)
def test_a_bad_place_is_refused_by_the_setting(settings: dict[str, Any], setting: str) -> None:
    with pytest.raises(BadPlaceSetting) as refused:
        place_from("switch", settings, PROTOCOLS)

    assert refused.value.details["setting"] == setting


def test_an_unknown_setting_is_refused_by_its_name() -> None:
    with pytest.raises(UnknownPlaceSetting, match="colour"):
        place_from("switch", FOLDER | {"colour": "red"}, PROTOCOLS)


@pytest.mark.parametrize(
    ("name", "size", "refusal"),
    [
        ("cdr-1.csv", 10, None),
        ("cdr 1.csv", 10, None),
        ("-rf", 10, None),
        ("zażółć.csv", 10, None),
        ("../cdr-1.csv", 10, "ODD_NAME"),
        ("a/b", 10, "ODD_NAME"),
        ("a\\b", 10, "ODD_NAME"),
        ("..", 10, "ODD_NAME"),
        ("a\0b", 10, "ODD_NAME"),
        ("a\nb", 10, "ODD_NAME"),
        ("\u202egpj.csv", 10, "ODD_NAME"),
        ("x" * 256, 10, "ODD_NAME"),
        ("ż" * 200, 10, "ODD_NAME"),
        ("\udcff", 10, "ODD_NAME"),
        ("", 10, "ODD_NAME"),
        ("cdr-1.csv", 1001, "TOO_LARGE"),
    ],
)
def test_a_name_from_outside_is_not_trusted(name: str, size: int, refusal: str | None) -> None:
    place = Place("folder", "x", size_max_bytes=1000)

    assert refusal_of(place, Seen(name, size, "1")) == refusal


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("cdr-1.csv", True),
        ("CDR-1.csv", False),
        ("cdr-1.csv.done", False),
        (".cdr-1.csv", False),
        ("other.csv", False),
    ],
)
def test_only_files_of_the_pattern_are_fetched(name: str, wanted: bool) -> None:
    assert is_wanted(Place("folder", "x", pattern="cdr-*", ready="marker"), name) is wanted


@pytest.mark.parametrize(
    ("ready", "beside", "unchanged_for", "whole"),
    [
        ("stable", [], None, False),
        ("stable", [], 9, False),
        ("stable", [], 10, True),
        ("marker", ["b.done"], 99, False),
        ("marker", ["a.done"], None, True),
        ("renamed", [], None, True),
    ],
)
def test_a_file_is_fetched_when_it_is_whole(
    ready: str, beside: list[str], unchanged_for: int | None, whole: bool
) -> None:
    waited = None if unchanged_for is None else dt.timedelta(seconds=unchanged_for)

    assert is_whole(Place("folder", "x", ready=ready), "a", frozenset(beside), waited) is whole
