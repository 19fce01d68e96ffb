"""Packets as they come over UDP: judged, put on disk, and only then answered.

Nothing that comes is trusted. Who is not listed as a sender is not even read; what is too long,
too frequent or no packet of the source's format is dropped, counted and told in the log.
"""

import datetime as dt
import socket
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

import structlog

from mediation.receiving.datagram import Datagram, Dropped, Taken, read_datagram
from mediation.receiving.files import OpenFiles
from mediation.receiving.limits import Limits
from tenants.clock import Clock
from tenants.failpoints import failpoint

Address = IPv4Address | IPv6Address

WAIT_SECONDS = 0.5

log = structlog.get_logger("saldo.receiving")


@dataclass(frozen=True, slots=True)
class Sender:
    """Where the packets of a listed address go, and how they are read."""

    folder: Path
    format: str
    # What the sender signs its requests with, where the format has such; never shown.
    secret: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class _Came:
    """A packet that is taken, and where its answer goes."""

    datagram: bytes
    taken: Taken
    peer: tuple[Any, ...]


def bound(host: str, port: int, limits: Limits) -> socket.socket:
    """A socket on which packets come. Raises: OSError."""
    family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_DGRAM)
    # A burst waits in the kernel while a flush waits for the disk.
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, limits.kernel_buffer_bytes)
    try:
        opened.bind((host, port))
    except OSError:
        opened.close()
        raise
    return opened


class Receiver:
    """One socket, and the unfinished files of all who may send to it."""

    def __init__(
        self,
        opened: socket.socket,
        senders: Mapping[Address, Sender],
        clock: Clock,
        limits: Limits,
    ) -> None:
        self._socket = opened
        self._senders = senders
        self._clock = clock
        self._limits = limits
        self._files = OpenFiles(limits)
        self._second = dt.datetime.min.replace(tzinfo=dt.UTC)
        self._in_second: Counter[Address] = Counter()
        self._reported_at = clock.now()
        self._strangers: set[str] = set()
        # Of requests that are on disk, by who sent them and all their bytes.
        self._answers: OrderedDict[tuple[Address, bytes], bytes] = OrderedDict()
        self.taken = 0
        self.again = 0
        self.dropped: Counter[str] = Counter()

    def receive_until(self, is_stopped: Callable[[], bool]) -> None:
        """Take what comes until told to stop; then end all files."""
        try:
            while not is_stopped():
                self.turn()
        finally:
            self._files.end_all()
            self._report()

    def turn(self) -> None:
        """Take the packets that have come, put them on disk, and end the files that are due."""
        came: dict[Address, list[_Came]] = defaultdict(list)
        self._socket.settimeout(WAIT_SECONDS)
        for _ in range(self._limits.batch_most):
            try:
                datagram, peer = self._socket.recvfrom(self._limits.packet_max_bytes + 1)
            except (TimeoutError, BlockingIOError):
                break
            self._socket.settimeout(0)
            address = _address(peer)
            judged = self._judge(address, datagram)
            if isinstance(judged, Dropped):
                self._drop(judged.reason, address)
            elif (address, datagram) in self._answers:
                self.again += 1
                self._answer(self._answers[address, datagram], peer)
            else:
                came[address].append(_Came(datagram, judged, peer))
        now = self._clock.now()
        for address, packets in came.items():
            self._keep(address, packets, now)
        self._files.end_due(now)
        if (now - self._reported_at).total_seconds() >= self._limits.report_seconds:
            self._report()

    def _judge(self, address: Address, datagram: bytes) -> Taken | Dropped:
        sender = self._senders.get(address)
        if sender is None:
            return Dropped("UNKNOWN_SENDER")
        if self._is_too_fast(address):
            return Dropped("TOO_FAST")
        came = Datagram(datagram, address, self._clock.now(), sender.secret)
        return read_datagram(sender.format, came, self._limits)

    def _is_too_fast(self, address: Address) -> bool:
        second = self._clock.now().replace(microsecond=0)
        if second != self._second:
            self._second = second
            self._in_second.clear()
        self._in_second[address] += 1
        return self._in_second[address] > self._limits.packets_per_second

    def _keep(self, address: Address, packets: list[_Came], now: dt.datetime) -> None:
        sender = self._senders[address]
        content = b"".join(packet.taken.content for packet in packets)
        try:
            self._files.keep(address, sender.folder, sender.format, content, now)
        except OSError as fault:
            log.error("not kept", sender=str(address), packets=len(packets), fault=str(fault))
            self.dropped["DISK"] += len(packets)
            return
        self.taken += len(packets)
        failpoint("receiving:kept")
        for packet in packets:
            if packet.taken.answer is not None:
                self._answers[address, packet.datagram] = packet.taken.answer
                self._answer(packet.taken.answer, packet.peer)
        while len(self._answers) > self._limits.answers_known:
            self._answers.popitem(last=False)
        failpoint("receiving:answered")

    def _answer(self, answer: bytes, peer: tuple[Any, ...]) -> None:
        try:
            self._socket.sendto(answer, peer)
        except OSError:
            # Who gets no answer sends again.
            self.dropped["ANSWER"] += 1

    def _drop(self, reason: str, address: Address) -> None:
        self.dropped[reason] += 1
        if reason == "UNKNOWN_SENDER" and len(self._strangers) < self._limits.strangers_named:
            self._strangers.add(str(address))

    def _report(self) -> None:
        self._reported_at = self._clock.now()
        if self.taken or self.dropped:
            told = {"taken": self.taken, "again": self.again, "dropped": dict(self.dropped)}
            log.info("received so far", **told, strangers=sorted(self._strangers))
        self._strangers.clear()


def _address(peer: tuple[Any, ...]) -> Address:
    """Who sent a packet; an IPv4 address that a socket of IPv6 shows is that address."""
    address = ip_address(str(peer[0]).partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
