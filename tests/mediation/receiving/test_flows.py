"""Export packets that come over UDP are kept whole, in files of their exporter, for the intake."""

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from mediation import service as mediation
from mediation.collecting import jobs
from mediation.collecting import service as collecting
from mediation.receiving import service
from mediation.receiving.files import FolderInUse, folder_alone
from mediation.receiving.gateway import Address, Sender
from mediation.receiving.limits import Limits
from mediation.receiving.service import (
    NoSenders,
    NoSharedSecret,
    PlaceWithoutReceived,
    ReceivedInUtf8,
    SenderOfTwoSources,
)
from mediation.sources import service as sources
from settlement.app.console import AtOnce
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.secrets import SecretMissing
from tenants.session import reading, transaction
from tests.mediation.formats.flow_files import (
    EXPORTED,
    flow,
    flow_v5,
    ipfix_flow,
    ipfix_template,
    message,
    numbered_set,
    packet_v5,
    packet_v9,
    template,
)
from tests.mediation.receiving.story import (
    Line,
    ended,
    from_loopback,
    take_over,
    unfinished,
)
from tests.world import a_tenant

ALPHA = a_tenant("alpha").id
V9 = packet_v9(template(), numbered_set(256, flow()), declared=2)
IPFIX = message(ipfix_template(), numbered_set(256, ipfix_flow()))

Open = Callable[..., Line]


@pytest.fixture
def line() -> Iterator[Open]:
    """Opens receivers, and closes them at the end."""
    opened: list[Line] = []

    def open_one(senders: dict[Address, Sender], **limits: int) -> Line:
        opened.append(Line(senders, **limits))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.mark.parametrize("packet", [packet_v5(), V9, IPFIX], ids=["v5", "v9", "IPFIX"])
def test_a_packet_is_on_disk_before_its_file_is_ended(
    line: Open, tmp_path: Path, packet: bytes
) -> None:
    receiving = line(from_loopback(tmp_path))
    receiving.send(packet)

    assert (unfinished(tmp_path), ended(tmp_path)) == ([packet], [])
    receiving.later(seconds=60)

    assert (unfinished(tmp_path), ended(tmp_path)) == ([], [packet])


def test_a_file_that_would_become_too_large_is_ended_first(line: Open, tmp_path: Path) -> None:
    one, two = packet_v5(sequence=0), packet_v5(sequence=1)
    receiving = line(from_loopback(tmp_path), file_max_bytes=100)

    receiving.send(one)
    receiving.send(two)

    assert (ended(tmp_path), unfinished(tmp_path)) == ([one], [two])


def test_exporters_have_files_of_their_own(line: Open, tmp_path: Path) -> None:
    senders = {ip_address(each): Sender(tmp_path, "netflow") for each in ("127.0.0.1", "127.0.0.2")}
    receiving = line(senders)
    receiving.send(packet_v5(sequence=0), address="127.0.0.1")
    receiving.send(packet_v5(sequence=7), address="127.0.0.2")

    receiving.later(seconds=60)

    assert ended(tmp_path) == [packet_v5(sequence=0), packet_v5(sequence=7)]


def test_who_is_not_listed_is_refused(line: Open, tmp_path: Path) -> None:
    receiving = line(from_loopback(tmp_path))

    receiving.send(packet_v5(), address="127.0.0.9")

    assert receiving.receiver.dropped == {"UNKNOWN_SENDER": 1}
    assert unfinished(tmp_path) == []


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (b"", "BROKEN_FLOWS"),
        (packet_v5()[:-1], "BROKEN_FLOWS"),
        (V9[:-1], "BROKEN_FLOWS"),
        (IPFIX[:-1], "BROKEN_FLOWS"),
        (packet_v9(numbered_set(0, b"\x01\x00\x00\x09"), declared=1), "BROKEN_FLOWS"),
        (packet_v9(declared=0), "BROKEN_FLOWS"),
        (packet_v5() + packet_v5(sequence=1), "TWO_PACKETS"),
        (packet_v5(*[flow_v5()] * 30), "TOO_LARGE"),
    ],
    ids=["empty", "v5", "v9", "IPFIX", "template", "no set", "two", "large"],
)
def test_a_bad_packet_is_dropped_with_its_reason_and_spoils_nothing(
    line: Open, tmp_path: Path, packet: bytes, reason: str
) -> None:
    receiving = line(from_loopback(tmp_path), packet_max_bytes=1_000)

    receiving.send(V9, packet, IPFIX)

    assert receiving.receiver.dropped == {reason: 1}
    assert unfinished(tmp_path) == [V9 + IPFIX]


def test_more_packets_than_a_sender_may_send_in_a_second_are_dropped(
    line: Open, tmp_path: Path
) -> None:
    receiving = line(from_loopback(tmp_path), packets_per_second=2)
    receiving.send(*[packet_v5(sequence=number) for number in range(5)])

    assert (receiving.receiver.taken, receiving.receiver.dropped) == (2, {"TOO_FAST": 3})
    receiving.later(seconds=1)
    receiving.send(packet_v5(sequence=5))

    assert receiving.receiver.taken == 3


def test_what_a_receiver_that_died_left_is_ended_up_to_its_last_whole_packet(
    tmp_path: Path,
) -> None:
    (tmp_path / ".receiving-netflow-1").write_bytes(packet_v5() + IPFIX + V9[:-3])
    (tmp_path / ".receiving-netflow-2").write_bytes(packet_v5()[:-1])

    take_over(tmp_path)

    assert (ended(tmp_path), unfinished(tmp_path)) == ([packet_v5() + IPFIX], [])


def test_two_receivers_never_write_to_one_folder(tmp_path: Path) -> None:
    with folder_alone(tmp_path), pytest.raises(FolderInUse):
        take_over(tmp_path)


@pytest.fixture
def routers(database: Database) -> Database:
    """A tenant with the sources north and south, of an exporter each."""
    with transaction(database, ALPHA, SYSTEM, "tests.world") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        for code, sender in (("north", "127.0.0.1"), ("south", "127.0.0.2")):
            settings = {"mapping": {"customers": ["10.20.0.0/16"]}}
            sources.register_source(session, code, code, "netflow", settings)
            collecting.set_place(session, code, a_place(code, senders=[sender]))
    return database


def a_place(code: str, **changes: object) -> dict[str, object]:
    return {"kind": "folder", "address": code, "ready": "renamed"} | changes


def senders_of(database: Database, *codes: str) -> dict[Address, Sender]:
    with reading(database, ALPHA, SYSTEM) as session:
        return service.senders_of(session, codes, database.settings, Limits())


def test_two_exporters_with_one_domain_are_told_apart_by_sources_on_one_port(
    routers: Database, line: Open
) -> None:
    senders = senders_of(routers, "north", "south")
    for each in senders.values():
        each.folder.mkdir(parents=True)
    receiving = line(senders)
    # They cannot be one: up since two instants at once.
    receiving.send(packet_v5(uptime=100_000), address="127.0.0.1")
    receiving.send(packet_v5(uptime=900_000, exported=EXPORTED), address="127.0.0.2")
    receiving.later(seconds=60)

    told = jobs.collect(AtOnce(routers, ALPHA, SYSTEM, {}, lambda done, total: None))

    assert {code: each["taken"] for code, each in told.items()} == {"north": 1, "south": 1}
    assert landed(routers) == [("landed", 1), ("landed", 1)]


def landed(database: Database) -> list[tuple[str, int]]:
    with reading(database, ALPHA, SYSTEM) as session:
        return [(batch.status, batch.landed) for batch in mediation.batches(session)]


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (a_place("north"), NoSenders),
        (a_place("north", senders=["127.0.0.2"]), SenderOfTwoSources),
        (a_place("north", senders=["127.0.0.1"], pattern="*.bin"), PlaceWithoutReceived),
        (a_place("north", senders=["127.0.0.1"], size_max_bytes=1), PlaceWithoutReceived),
    ],
    ids=["nobody", "of another source", "not fetched", "refused"],
)
def test_what_could_not_be_fetched_is_not_received(
    routers: Database, said: dict[str, object], refusal: type[Exception]
) -> None:
    with transaction(routers, ALPHA, SYSTEM, "tests.place") as session:
        collecting.set_place(session, "north", said)

    with pytest.raises(refusal):
        senders_of(routers, "south", "north")


def test_a_secret_is_that_of_the_sender_or_of_all_and_never_missing(
    routers: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {"radius": "env:ALL", "127.0.0.4": "env:ONE"}
    place = a_place("nas", senders=["127.0.0.3", "127.0.0.4"])
    with transaction(routers, ALPHA, SYSTEM, "tests.world") as session:
        sources.register_source(session, "nas", "NAS", "radius", {})
        sources.register_source(session, "old", "Old", "radius", {"encoding": "cp1250"})
        collecting.set_place(session, "nas", place)
    monkeypatch.setenv("SALDO_SECRET_ALPHA_ALL", "all")
    with pytest.raises(ReceivedInUtf8):
        senders_of(routers, "old")
    with pytest.raises(NoSharedSecret):
        senders_of(routers, "nas")

    with transaction(routers, ALPHA, SYSTEM, "tests.place") as session:
        collecting.set_place(session, "nas", place | {"credentials": named})
    for value in (None, ""):
        if value is not None:
            monkeypatch.setenv("SALDO_SECRET_ALPHA_ONE", value)
        with pytest.raises(SecretMissing):
            senders_of(routers, "nas")
    monkeypatch.setenv("SALDO_SECRET_ALPHA_ONE", "one")

    assert [each.secret for each in senders_of(routers, "nas").values()] == [b"all", b"one"]
    assert "one" not in str(senders_of(routers, "nas"))


def test_a_folder_is_fetched_from_without_the_secret_of_its_senders(routers: Database) -> None:
    place = a_place("north", credentials={"radius": "env:NOBODY_SET"})
    with transaction(routers, ALPHA, SYSTEM, "tests.place") as session:
        collecting.set_place(session, "north", place)
    for code in ("north", "south"):
        (routers.settings.inbox_folder / "alpha" / code).mkdir(parents=True)

    told = jobs.collect(AtOnce(routers, ALPHA, SYSTEM, {}, lambda done, total: None))

    assert told["north"] == {"taken": 0, "failed": 0, "found": 0}
