"""Files that come one after another are given in their order, and nothing of them stays."""

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

import pytest

from mediation import service as mediation
from mediation.service import OwnCopy
from mediation.sources import service as sources
from mediation.sources.service import NoSuchSource
from settlement.app import reading_ahead
from settlement.app.reading_ahead import ReadAhead, read_ahead
from tenants.session import TenantSession
from tests.mediation.sources import MAPPING, ZONE, delimited_file

FILES = 5

Look = Callable[[], AbstractContextManager[TenantSession]]


@pytest.fixture
def look(session: TenantSession) -> Look:
    """Nobody else uses the session meanwhile, so one is enough."""
    settings = {"zone": ZONE, "mapping": MAPPING}
    sources.register_source(session, "switch", "Switch", "delimited", settings)
    return lambda: nullcontext(session)


@pytest.fixture
def places(tmp_path: Path) -> list[Path]:
    found = [tmp_path / f"{number}.csv" for number in range(FILES)]
    for number, place in enumerate(found):
        rows = [f"{number}-{row};601234567;+4930123;2026-10-05 12:00:00;61" for row in range(3)]
        place.write_bytes(delimited_file(*rows[: number % 3 + 1]))
    return found


@pytest.fixture
def decoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files lie while they are decoded."""
    folder = tmp_path / "decoding"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def ids(each: ReadAhead) -> list[str]:
    return each.ahead.decoded().drafts["event_id"].to_list()


def bytes_of(each: ReadAhead) -> bytes:
    return each.ahead.copy.place.read_bytes()


def test_each_file_comes_in_its_turn_with_what_it_holds(
    look: Look, places: list[Path], decoding: Path
) -> None:
    with closing(read_ahead(look, "switch", places)) as ahead:
        given = [(each.place, bytes_of(each), ids(each)) for each in ahead]

    assert given == [
        (place, place.read_bytes(), [f"{number}-{row}" for row in range(number % 3 + 1)])
        for number, place in enumerate(places)
    ]
    assert list(decoding.iterdir()) == []


@pytest.mark.parametrize("wanted", range(FILES))
def test_whoever_stops_leaves_nothing_behind(
    look: Look, places: list[Path], decoding: Path, wanted: int
) -> None:
    with closing(read_ahead(look, "switch", places)) as ahead:
        for _ in range(wanted):
            next(ahead)

    assert list(decoding.iterdir()) == []


def test_so_many_are_begun_and_no_more(
    look: Look, places: list[Path], decoding: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def told(place: Path) -> OwnCopy:
        read.append(place.name)
        return OwnCopy(place)

    monkeypatch.setattr(mediation, "OwnCopy", told)
    with closing(read_ahead(look, "switch", places)) as ahead:
        first = next(ahead)

    assert first.place == places[0]
    assert read == [place.name for place in places[: len(read)]]
    assert 1 <= len(read) <= 1 + reading_ahead.FURTHER


def test_a_file_that_is_not_there_is_missed_when_its_turn_comes(
    look: Look, places: list[Path], decoding: Path
) -> None:
    places[2].unlink()
    given = []

    with closing(read_ahead(look, "switch", places)) as ahead, pytest.raises(FileNotFoundError):
        for each in ahead:
            given.append(each.place)

    assert given == places[:2]
    assert list(decoding.iterdir()) == []


def test_no_file_is_read_for_a_source_that_nobody_knows(
    look: Look, places: list[Path], decoding: Path
) -> None:
    with closing(read_ahead(look, "unknown", places)) as ahead, pytest.raises(NoSuchSource):
        next(ahead)

    assert list(decoding.iterdir()) == []
