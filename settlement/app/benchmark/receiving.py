"""Packets over UDP until they are on disk: how many a second one receiver takes.

The receiver is a process of its own, as `saldo receive` is. Requests of RADIUS are sent as a NAS
does: so many are on their way, and an answer, which says that a request is on disk, makes room for
the next; what is not answered is sent again. Export packets of NetFlow v5 have no answer: they are
sent at a rate, or as fast as can be, and what was taken of them is counted.

    python -m settlement.app.benchmark.receiving --format radius --senders 2 --seconds 10
"""

import argparse
import json
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from hashlib import md5
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from struct import pack
from typing import Any, Final, NamedTuple

from mediation.receiving.cli import receive_until
from mediation.receiving.limits import Limits
from mediation.receiving.service import Sender
from tenants.clock import SystemClock

HOST: Final = "127.0.0.1"
SECRET: Final = b"benchmark"
# As many as a NAS can tell apart on one port: an identifier is one octet (RFC 2866, 3).
ON_THEIR_WAY: Final = 256
PATIENCE_SECONDS: Final = 3.0
# So long what still waits in the kernel is taken.
DRAIN_SECONDS: Final = 1.0
PACE_SECONDS: Final = 0.005
FLOWS: Final = 30
BEGAN: Final = 1_790_000_000


class Sent(NamedTuple):
    """What one sender sent: packets, how often one again, how long the answered ones waited."""

    packets: int
    again: int = 0
    waits: tuple[float, ...] = ()


def measured(format: str, senders: int, seconds: float, rate: int, batch: int) -> dict[str, Any]:
    """Send for so many seconds from so many addresses.

    `rate` is of export packets a second, 0 for as fast as can be; `batch` packets are flushed at
    once at most.
    """
    with tempfile.TemporaryDirectory(prefix="saldo-bench-") as folder:
        arguments = ["--format", format, "--senders", str(senders), "--batch", str(batch)]
        with _receiver([*arguments, "--into", folder]) as (port, told):
            send = _reports if format == "radius" else partial(_exported, rate=rate / senders)
            with ThreadPoolExecutor(senders) as pool:
                sent = list(pool.map(partial(send, port, seconds), range(senders)))
            time.sleep(DRAIN_SECONDS)
        kept = sum(place.stat().st_size for place in Path(folder).iterdir())
    waits = sorted(wait for each in sent for wait in each.waits)
    return {
        "sent": sum(each.packets for each in sent),
        "sent_again": sum(each.again for each in sent),
        **told,
        "taken_a_second": round(told["taken"] / seconds),
        "processor_us_a_packet": round(told["processor_seconds"] / told["taken"] * 1e6, 1),
        "half_answered_within_ms": _milliseconds(waits, 0.5),
        "all_but_a_hundredth_within_ms": _milliseconds(waits, 0.99),
        "kept_bytes": kept,
    }


def _milliseconds(waits: list[float], part: float) -> float | None:
    return round(waits[int((len(waits) - 1) * part)] * 1000, 1) if waits else None


@contextmanager
def _receiver(arguments: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """A receiver that is ready: its port, and what it tells, filled in when it has ended."""
    port, told = _free_port(), dict[str, Any]()
    command = [sys.executable, "-m", "settlement.app.benchmark.receiving", *arguments]
    command += ["--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module, our own arguments
        assert process.stdout is not None
        try:
            assert process.stdout.readline(), "a receiver says that it is ready"
            yield port, told
        finally:
            process.send_signal(signal.SIGTERM)
        told |= json.loads(process.stdout.read().splitlines()[-1])


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def receive(folder: Path, format: str, senders: int, port: int, batch: int) -> None:
    """Be the receiver until ended; says when it is ready, and at the end what was taken."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    began: list[float] = []

    def is_stopped() -> bool:
        if not began:
            began.append(time.process_time())
            _say("ready")
        return stop.is_set()

    # Nobody is held back, since what the receiver can take is asked.
    limits = Limits(packets_per_second=10**9, batch_most=batch)
    known = {ip_address(_address(n)): Sender(folder, format, SECRET) for n in range(senders)}
    told = receive_until(is_stopped, known, (HOST, port), SystemClock(), limits)
    used = round(time.process_time() - began[0], 3)
    _say(json.dumps(told | {"processor_seconds": used}))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _reports(port: int, seconds: float, number: int) -> Sent:
    """Stops of sessions, each sent until it is answered."""
    waits: list[float] = []
    again = 0
    asked: dict[int, tuple[bytes, float]] = {}
    free = list(range(ON_THEIR_WAY))
    numbers = count()
    until = time.perf_counter() + seconds
    with _sender(port, number) as line:
        while (now := time.perf_counter()) < until or asked:
            while free and now < until:
                identifier = free.pop()
                packet = _stop_of(identifier, f"{number}-{next(numbers)}")
                asked[identifier] = packet, time.perf_counter()
                line.send(packet)
            try:
                identifier = line.recv(64)[1]
                waits.append(time.perf_counter() - asked.pop(identifier)[1])
                free.append(identifier)
            except TimeoutError:
                again += len(asked)
                for packet, _ in asked.values():
                    line.send(packet)
    return Sent(len(waits), again, tuple(waits))


def _exported(port: int, seconds: float, number: int, rate: float) -> Sent:
    """Export packets of 30 flows each, so many a second."""
    flows = bytes(48 * FLOWS)
    began = time.perf_counter()
    sent = 0
    with _sender(port, number) as line:
        while (passed := time.perf_counter() - began) < seconds:
            if rate and sent >= rate * passed:
                time.sleep(PACE_SECONDS)
                continue
            counted = sent * FLOWS % 2**32
            line.send(pack(">HHIIIIBBH", 5, FLOWS, 0, BEGAN, 0, counted, 0, 0, 0) + flows)
            sent += 1
    return Sent(sent)


@contextmanager
def _sender(port: int, number: int) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((_address(number), 0))
        line.connect((HOST, port))
        line.settimeout(PATIENCE_SECONDS)
        yield line


def _address(number: int) -> str:
    return f"127.0.1.{number + 1}"


def _stop_of(identifier: int, session: str) -> bytes:
    """A signed Accounting-Request: the Stop of a session of data."""
    told: list[tuple[int, bytes]] = [
        (1, b"anna"),
        (4, bytes([192, 0, 2, 1])),
        (6, pack(">I", 2)),
        (40, pack(">I", 2)),
        (44, session.encode()),
        (42, pack(">I", 1000)),
        (43, pack(">I", 5000)),
        (46, pack(">I", 600)),
        (55, pack(">I", BEGAN)),
    ]
    body = b"".join(bytes([number, len(value) + 2]) + value for number, value in told)
    head = pack(">BBH", 4, identifier, 20 + len(body))
    signed = md5(head + bytes(16) + body + SECRET, usedforsecurity=False).digest()
    return head + signed + body


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=("radius", "netflow"), default="radius")
    parser.add_argument("--senders", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=int, default=0)
    parser.add_argument("--batch", type=int, default=Limits().batch_most)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.into is not None:
        receive(asked.into, asked.format, asked.senders, asked.port, asked.batch)
        return
    found = measured(asked.format, asked.senders, asked.seconds, asked.rate, asked.batch)
    _say(json.dumps({"format": asked.format} | found))


if __name__ == "__main__":
    _main()
