"""Files are fetched whole, once, from folders, SFTP servers and object stores."""

import datetime as dt
import os
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import fsspec
import pytest

from mediation import service as mediation
from mediation.batch import Batch
from mediation.collecting import gateway, jobs, service
from mediation.collecting.jobs import CollectingFailed
from mediation.collecting.place import PROTOCOLS, Seen
from mediation.collecting.service import ClaimLost, FileNotFailed, FoundFile
from mediation.sources import service as sources
from settlement.app.console import AtOnce
from tenants.clock import HeldClock
from tenants.directory import service as directory
from tenants.persistence.database import Database, Place
from tenants.principal import SYSTEM
from tenants.session import reading, transaction
from tests.forked import exit_code
from tests.mediation.collecting import story
from tests.mediation.collecting.sftp_server import PASSWORD, USER, Server, serving
from tests.mediation.sources import MAPPING, ZONE, delimited_file
from tests.world import a_tenant

ALPHA = a_tenant("alpha").id
FOLDER = {"kind": "folder", "address": "switch", "pattern": "cdr-*.csv", "ready": "renamed"}


@pytest.fixture
def switch(database: Database) -> Database:
    """A tenant with a source "switch"."""
    with transaction(database, ALPHA, SYSTEM, "tests.world") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        settings = {"zone": ZONE, "mapping": MAPPING}
        sources.register_source(session, "switch", "Switch", "delimited", settings)
    return database


@pytest.fixture
def inbox(switch: Database) -> Path:
    folder = switch.settings.inbox_folder / "alpha" / "switch"
    folder.mkdir(parents=True)
    return folder


def set_place(database: Database, settings: Mapping[str, Any]) -> None:
    with transaction(database, ALPHA, SYSTEM, "tests.place") as session:
        service.set_place(session, "switch", settings)


def a_file(name: str) -> bytes:
    return delimited_file(f"{name};601234567;+49301234567;2026-10-05 12:00:00;61")


def collect(database: Database) -> Mapping[str, Any]:
    return jobs.collect(AtOnce(database, ALPHA, SYSTEM, {}, lambda done, total: None))


def batches(database: Database) -> list[Batch]:
    with reading(database, ALPHA, SYSTEM) as session:
        return mediation.batches(session)


def names(database: Database) -> list[str]:
    return sorted(batch.file_name for batch in batches(database))


def found(database: Database) -> dict[str, FoundFile]:
    with reading(database, ALPHA, SYSTEM) as session:
        return {each.name: each for each in service.found_files(session, "switch")}


def later(database: Database, **time: int) -> None:
    assert isinstance(database.clock, HeldClock)
    database.clock.move_to(database.clock.now() + dt.timedelta(**time))


def test_what_is_new_is_taken_in_once(switch: Database, inbox: Path) -> None:
    set_place(switch, FOLDER)
    for name in ("cdr-1.csv", "cdr-2.csv", "notes.txt"):
        (inbox / name).write_bytes(a_file(name))

    first, again = collect(switch), collect(switch)

    assert first == {"switch": {"taken": 2, "failed": 0, "found": 3}}
    assert again == {"switch": {"taken": 0, "failed": 0, "found": 3}}
    assert names(switch) == ["cdr-1.csv", "cdr-2.csv"]


def test_a_file_that_still_grows_is_left_until_it_is_the_same_in_two_looks(
    switch: Database, inbox: Path
) -> None:
    set_place(switch, FOLDER | {"ready": "stable", "stable_seconds": 10})
    whole = a_file("cdr-1.csv")
    taken = []
    for content in (whole[:20], whole[:40], whole, whole):
        (inbox / "cdr-1.csv").write_bytes(content)
        os.utime(inbox / "cdr-1.csv", (len(content), len(content)))
        taken.append(collect(switch)["switch"]["taken"])
        later(switch, seconds=10)

    assert taken == [0, 0, 0, 1]
    assert batches(switch)[0].landed == 1
    assert len(found(switch)) == 1


def test_a_file_waits_for_its_marker(switch: Database, inbox: Path) -> None:
    set_place(switch, FOLDER | {"ready": "marker", "pattern": "*"})
    (inbox / "cdr-1.csv").write_bytes(a_file("1"))
    assert collect(switch)["switch"]["taken"] == 0

    (inbox / "cdr-1.csv.done").touch()

    assert collect(switch)["switch"]["taken"] == 1
    assert names(switch) == ["cdr-1.csv"]


def test_a_file_taken_in_is_moved_aside_without_covering_another(
    switch: Database, inbox: Path
) -> None:
    set_place(switch, FOLDER | {"after": "move"})
    (inbox / "done").mkdir()
    (inbox / "done" / "cdr-1.csv").write_text("of last year")
    (inbox / "cdr-1.csv").write_bytes(a_file("1"))

    collect(switch)

    assert not (inbox / "cdr-1.csv").exists()
    assert (inbox / "done" / "cdr-1.csv").read_text() == "of last year"
    assert (inbox / "done" / "cdr-1.csv.1").read_bytes() == a_file("1")
    assert found(switch)["cdr-1.csv"].is_aside


def test_links_pipes_folders_and_odd_names_are_not_fetched(
    switch: Database, inbox: Path, tmp_path: Path
) -> None:
    set_place(switch, FOLDER | {"pattern": "*", "size_max_bytes": 1000})
    secret = tmp_path / "secret"
    secret.write_text("of somebody else")
    (inbox / "link.csv").symlink_to(secret)
    os.mkfifo(inbox / "pipe.csv")
    (inbox / "folder.csv").mkdir()
    (inbox / "odd\nname.csv").write_bytes(a_file("2"))
    (inbox / os.fsdecode(b"bad-\xff.csv")).write_bytes(a_file("3"))
    (inbox / "large.csv").write_bytes(b"x" * 1001)
    (inbox / ".hidden").write_bytes(a_file("4"))

    told = collect(switch)

    assert told["switch"]["taken"] == 0
    assert {name: (each.status, each.fault) for name, each in found(switch).items()} == {
        "odd\nname.csv": ("refused", "ODD_NAME"),
        "bad-\\udcff.csv": ("refused", "ODD_NAME"),
        "large.csv": ("refused", "TOO_LARGE"),
    }


def test_a_file_that_became_a_link_after_the_look_is_not_followed(
    switch: Database, inbox: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("of somebody else")
    (inbox / "cdr-1.csv").symlink_to(tmp_path / "secret")
    place = service.place_from("switch", FOLDER, PROTOCOLS)

    with (
        pytest.raises(gateway.PlaceUnreachable),
        gateway.reached("switch", "alpha", place, switch.settings) as remote,
    ):
        remote.read(Seen("cdr-1.csv", 16, "0"))


def test_a_file_that_cannot_be_taken_in_is_seen_and_may_be_tried_again(
    switch: Database, inbox: Path
) -> None:
    set_place(switch, FOLDER)
    (inbox / "cdr-1.csv").write_bytes(a_file("1"))
    collect(switch)
    (inbox / "cdr-1.csv").write_bytes(a_file("another"))

    with pytest.raises(CollectingFailed, match="switch: 1 files"):
        collect(switch)

    with transaction(switch, ALPHA, SYSTEM, "tests.look") as session:
        failed = [
            each for each in service.found_files(session, "switch") if each.status == "failed"
        ]
        assert "was loaded with other content" in failed[0].fault
        assert list(service.failed_files(session).values()) == [1]
        service.try_again(session, failed[0].id)
        with pytest.raises(FileNotFailed):
            taken = next(
                each for each in service.found_files(session, "switch") if each.status == "taken"
            )
            service.try_again(session, taken.id)
    with pytest.raises(CollectingFailed):
        collect(switch)


def test_a_place_that_is_not_there_is_told_and_does_not_stop_the_others(
    switch: Database, inbox: Path
) -> None:
    set_place(switch, FOLDER)
    with transaction(switch, ALPHA, SYSTEM, "tests.world") as session:
        sources.register_source(session, "other", "Other", "delimited", {"mapping": MAPPING})
        service.set_place(session, "other", {"kind": "folder", "address": "nowhere"})
    (inbox / "cdr-1.csv").write_bytes(a_file("1"))

    with pytest.raises(CollectingFailed, match="nowhere"):
        collect(switch)

    assert names(switch) == ["cdr-1.csv"]
    with reading(switch, ALPHA, SYSTEM) as session:
        other = sources.the_source(session, "other").id
        assert "FileNotFoundError" in service.looks(session)[other].fault


def test_two_collectors_at_once_take_each_file_once(switch: Database, inbox: Path) -> None:
    set_place(switch, FOLDER)
    for number in range(6):
        (inbox / f"cdr-{number}.csv").write_bytes(a_file(str(number)))
    together = Barrier(2)

    def work(_: int) -> int:
        together.wait()
        return int(collect(switch)["switch"]["taken"])

    with ThreadPoolExecutor(2) as hands:
        taken = list(hands.map(work, range(2)))

    assert sum(taken) == 6
    assert [each.status for each in batches(switch)] == ["landed"] * 6


def test_a_collector_that_slept_too_long_loses_its_file_to_another(
    switch: Database, inbox: Path
) -> None:
    set_place(switch, FOLDER)
    (inbox / "cdr-1.csv").write_bytes(a_file("1"))
    with transaction(switch, ALPHA, SYSTEM, "tests.claim") as session:
        [ready], _ = service.note_look(session, "switch", [Seen("cdr-1.csv", 5, "v1")])
        slow = service.claim(session, "switch", ready)
        assert slow is not None
        assert service.claim(session, "switch", ready) is None
    later(switch, minutes=16)

    with transaction(switch, ALPHA, SYSTEM, "tests.claim") as session:
        quick = service.claim(session, "switch", ready)
        assert quick is not None
        service.take(session, quick, a_file("1"))

    with (
        pytest.raises(ClaimLost),
        transaction(switch, ALPHA, SYSTEM, "tests.claim") as session,
    ):
        service.take(session, slow, a_file("1"))
    assert len(batches(switch)) == 1


POINTS = ("look", "claim", "take", "aside")


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("point", POINTS)
def test_killed_in_the_middle_nothing_is_lost_and_nothing_comes_twice(
    place: Place, switch: Database, inbox: Path, point: str, side: str
) -> None:
    set_place(switch, FOLDER | {"after": "move"})
    for number in (1, 2):
        (inbox / f"cdr-{number}.csv").write_bytes(a_file(str(number)))

    def fetch(minutes: int, fault: str = "") -> int:
        home = str(switch.settings.data_folder)
        return exit_code(story.fetch, place.application_url, home, minutes, failpoints=fault)

    assert fetch(0, f"collecting.{point}:{side}=kill") == -signal.SIGKILL
    # The lease of the dead one ends, and another goes on.
    assert fetch(20) == 0

    assert [(each.file_name, each.status, each.landed) for each in batches(switch)] == [
        ("cdr-1.csv", "landed", 1),
        ("cdr-2.csv", "landed", 1),
    ]
    assert sorted(each.name for each in inbox.iterdir()) == ["done"]
    assert sorted(each.name for each in (inbox / "done").iterdir()) == ["cdr-1.csv", "cdr-2.csv"]
    assert all(each.status == "taken" and each.is_aside for each in found(switch).values())


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    root, keys = tmp_path / "sftp", tmp_path / "keys"
    (root / "out").mkdir(parents=True)
    keys.mkdir()
    with serving(root, keys) as serves:
        yield serves, root / "out"


def sftp_place(server: Server, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "sftp",
        "address": f"sftp://{USER}@127.0.0.1:{server.port}/out",
        "credentials": {"password": "env:SWITCH"},
        "host_key": server.host_key,
        "ready": "renamed",
        "after": "move",
    } | changes


def test_files_of_an_sftp_server_are_fetched_and_moved_aside(
    switch: Database, sftp: tuple[Server, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    serves, out = sftp
    monkeypatch.setenv("SALDO_SECRET_ALPHA_SWITCH", PASSWORD)
    set_place(switch, sftp_place(serves))
    (out / "cdr-1.csv").write_bytes(a_file("1"))
    (out / "link.csv").symlink_to(out / "cdr-1.csv")
    (out / "folder").mkdir()

    told = collect(switch)

    assert told == {"switch": {"taken": 1, "failed": 0, "found": 1}}
    assert names(switch) == ["cdr-1.csv"]
    assert (out / "done" / "cdr-1.csv").read_bytes() == a_file("1")
    assert collect(switch)["switch"]["taken"] == 0


def test_a_private_key_lies_in_a_file_of_the_tenant(
    switch: Database, sftp: tuple[Server, Path]
) -> None:
    serves, out = sftp
    folder = switch.settings.secrets_folder / "alpha"
    folder.mkdir(parents=True)
    (folder / "switch-key").write_text(serves.private_key)
    set_place(switch, sftp_place(serves, credentials={"key": "file:switch-key"}))
    (out / "cdr-1.csv").write_bytes(a_file("1"))

    assert collect(switch)["switch"]["taken"] == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"credentials": {"password": "env:WRONG"}}, "AuthenticationException"),
        ({"credentials": {"password": "env:NOWHERE"}}, "SALDO_SECRET_ALPHA_NOWHERE"),
        ({"host_key": "another"}, "BadHostKeyException|Bad host key"),
    ],
)
def test_a_server_that_is_not_the_right_one_or_does_not_let_us_in_is_told(
    switch: Database,
    sftp: tuple[Server, Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    change: dict[str, Any],
    told: str,
) -> None:
    serves, _ = sftp
    monkeypatch.setenv("SALDO_SECRET_ALPHA_SWITCH", PASSWORD)
    monkeypatch.setenv("SALDO_SECRET_ALPHA_WRONG", "swordfish")
    if change.get("host_key"):
        (tmp_path / "more").mkdir()
        with serving(tmp_path, tmp_path / "more") as another:
            change = {"host_key": another.host_key}
    set_place(switch, sftp_place(serves, **change))

    with pytest.raises(CollectingFailed, match=told):
        collect(switch)


def test_files_of_an_object_store_are_fetched(
    switch: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PROTOCOLS", (*PROTOCOLS, "memory"))
    store = fsspec.filesystem("memory")
    store.pipe("/bucket/cdr/cdr-1.csv", a_file("1"))
    store.pipe("/bucket/cdr/deeper/cdr-2.csv", a_file("2"))
    set_place(
        switch,
        {
            "kind": "object_store",
            "address": "memory://bucket/cdr",
            "ready": "renamed",
            "after": "move",
        },
    )

    first = collect(switch)
    store.pipe("/bucket/cdr/cdr-3.csv", a_file("3"))
    second = collect(switch)

    assert [each["switch"]["taken"] for each in (first, second)] == [1, 1]
    assert names(switch) == ["cdr-1.csv", "cdr-3.csv"]
    assert store.cat("/bucket/cdr/done/cdr-1.csv") == a_file("1")
    assert not store.exists("/bucket/cdr/cdr-1.csv")
    store.rm("/bucket", recursive=True)
