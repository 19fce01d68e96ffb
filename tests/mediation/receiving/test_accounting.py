"""A RADIUS request is answered once it is on disk, and only where it was signed."""

import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mediation.receiving.gateway import bound
from mediation.receiving.limits import Limits
from tests.forked import exit_code
from tests.mediation.receiving import story
from tests.mediation.receiving.accounting_packets import (
    AT,
    SECRET,
    a_stop,
    attribute,
    request,
    response,
)
from tests.mediation.receiving.story import LOOPBACK, Line, ended, from_loopback, unfinished
from tests.mediation.sources import a_source
from tests.mediation.taken_in import taken_in

Open = Callable[..., Line]


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Open]:
    opened: list[Line] = []

    def open_one(**limits: int) -> Line:
        opened.append(Line(from_loopback(tmp_path, "radius", secret=SECRET), **limits))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def usage_of(folder: Path) -> list[dict[str, Any]]:
    return taken_in(b"".join(unfinished(folder)), a_source("radius")).usage.to_dicts()


def test_a_session_is_answered_and_is_usage_with_its_gigawords(line: Open, tmp_path: Path) -> None:
    nas = line().send(request())

    assert nas.recv(4096) == response(request())
    [session] = usage_of(tmp_path)
    assert session["quantity"] == 2 * 4_294_967_296 + 6000
    assert (session["account"], session["event_id"]) == ("anna", "192.0.2.1/s1")
    assert session["occurred_at"].timestamp() == AT - 600


def test_proxy_states_come_back_as_they_were(line: Open) -> None:
    states = attribute(33, b"one") + attribute(33, b"two")
    asked = request(a_stop(states=states))

    assert line().send(asked).recv(4096) == response(asked, states)


def test_a_report_sent_again_with_a_longer_delay_is_the_same_session(
    line: Open, tmp_path: Path
) -> None:
    receiving = line()
    receiving.send(request(a_stop(delay=attribute(41, 0))))
    receiving.later(seconds=5)
    receiving.send(request(a_stop(delay=attribute(41, 5)), identifier=8))

    sorted_out = taken_in(b"".join(unfinished(tmp_path)), a_source("radius"))

    assert (sorted_out.usage.height, sorted_out.suspended.height) == (1, 0)
    assert sorted(sorted_out.outcomes["outcome"]) == ["duplicate", "landed"]


def test_the_same_packet_is_answered_again_and_kept_once(line: Open, tmp_path: Path) -> None:
    receiving = line()
    receiving.send(request())
    [kept] = unfinished(tmp_path)

    again = receiving.send(request())

    assert again.recv(4096) == response(request())
    assert (unfinished(tmp_path), receiving.receiver.again) == ([kept], 1)


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (request(secret=b"guessed"), "FORGED"),
        (request()[:-1] + b"\xff", "FORGED"),
        (request()[:19], "TRUNCATED"),
        (request()[:-1], "TRUNCATED"),
        (b"\x04\x07\x00\x13" + bytes(16), "BAD_LENGTH"),
        (b"\x04\x07\x10\x01" + bytes(4093), "BAD_LENGTH"),
        (request(code=1), "NOT_ACCOUNTING"),
        (request(a_stop() + b"\x01\x09x"), "BROKEN_ATTRIBUTES"),
        (request(a_stop() + b"\x01\x01"), "BROKEN_ATTRIBUTES"),
        (request(a_stop() + b"\x01"), "BROKEN_ATTRIBUTES"),
        (request(a_stop() + attribute(25, b"c") * 200), "TOO_MANY_ATTRIBUTES"),
        (request() + bytes(5_000), "TOO_LARGE"),
    ],
)
def test_a_bad_request_is_dropped_with_its_reason_and_not_answered(
    line: Open, tmp_path: Path, packet: bytes, reason: str
) -> None:
    receiving = line(attributes_most=200, packet_max_bytes=4_200)

    nas = receiving.send(packet)

    assert receiving.receiver.dropped == {reason: 1}
    assert unfinished(tmp_path) == []
    with pytest.raises(TimeoutError):
        nas.recv(4096)


def test_nobody_sends_a_line_of_his_own(line: Open, tmp_path: Path) -> None:
    line().send(request(a_stop(user=attribute(1, 'an"na\n\tUser-Name = "eve"\n\n'))))

    [session] = usage_of(tmp_path)
    assert session["account"] == 'an"na\\012\\011User-Name = "eve"\\012\\012'


def test_a_request_that_no_disk_holds_is_not_answered(line: Open, tmp_path: Path) -> None:
    receiving = line()
    tmp_path.rename(tmp_path.with_name("gone"))

    nas = receiving.send(request())

    assert receiving.receiver.dropped == {"DISK": 1}
    with pytest.raises(TimeoutError):
        nas.recv(4096)


@pytest.mark.parametrize("point", ["receiving:kept", "receiving:answered"])
def test_a_receiver_that_is_killed_loses_no_request_that_it_answered(
    tmp_path: Path, point: str
) -> None:
    with bound(LOOPBACK, 0, Limits()) as free:
        at = free.getsockname()
    with ThreadPoolExecutor(1) as thread:
        killed = thread.submit(
            exit_code, story.receive_radius, str(tmp_path), at[1], failpoints=f"{point}=kill"
        )
        answered = answer_of(at, lambda: killed.done())
        assert killed.result() == -signal.SIGKILL
    assert answered == (response(request()) if point == "receiving:answered" else None)
    assert (len(unfinished(tmp_path)), ended(tmp_path)) == (1, [])

    story.take_over(tmp_path, "radius", secret=SECRET)

    [file] = ended(tmp_path)
    assert taken_in(file, a_source("radius")).usage.height == 1
    assert unfinished(tmp_path) == []


def answer_of(at: tuple[str, int], is_over: Callable[[], bool]) -> bytes | None:
    """What a NAS is answered that asks until it is, or until nobody is there any more."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nas:
        nas.settimeout(0.2)
        while not is_over():
            nas.sendto(request(), at)
            try:
                return nas.recv(4096)
            except TimeoutError:
                continue
    return None


def test_a_torn_report_at_the_end_of_a_file_is_cut_off(tmp_path: Path) -> None:
    (tmp_path / ".receiving-radius-1").write_bytes(b"x\n\ta = 1\n\nx\n\tb")

    story.take_over(tmp_path, "radius", secret=SECRET)

    assert ended(tmp_path) == [b"x\n\ta = 1\n\n"]
