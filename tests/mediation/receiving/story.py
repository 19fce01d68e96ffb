"""A receiver on loopback, in this process or in one that may be killed on the way."""

import datetime as dt
import socket
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from mediation.receiving.cli import receive_until
from mediation.receiving.gateway import Address, Receiver, Sender, bound
from mediation.receiving.limits import Limits
from tenants.clock import HeldClock
from tests.conftest import NOON
from tests.mediation.receiving.accounting_packets import SECRET

LOOPBACK = "127.0.0.1"


def from_loopback(folder: Path, format: str = "netflow", **more: Any) -> dict[Address, Sender]:
    folder.mkdir(parents=True, exist_ok=True)
    return {ip_address(LOOPBACK): Sender(folder, format, **more)}


class Line:
    """A receiver and one who sends to it; the clock stands still unless it is moved."""

    def __init__(self, senders: Mapping[Address, Sender], **limits: int) -> None:
        self.clock = HeldClock(NOON)
        self._bound = bound(LOOPBACK, 0, Limits())
        self.at = self._bound.getsockname()
        self.receiver = Receiver(self._bound, senders, self.clock, Limits(**limits))
        self._sockets: list[socket.socket] = [self._bound]

    def sender(self, address: str = LOOPBACK) -> socket.socket:
        """A socket of an address of loopback, which is all of 127.0.0.0/8."""
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.bind((address, 0))
        opened.settimeout(0.2)
        self._sockets.append(opened)
        return opened

    def send(self, *packets: bytes, address: str = LOOPBACK) -> socket.socket:
        """Send packets and let the receiver have its turn; returns the socket of the sender."""
        opened = self.sender(address)
        for packet in packets:
            opened.sendto(packet, self.at)
        self.receiver.turn()
        return opened

    def later(self, seconds: float) -> None:
        """Move the clock on and let the receiver have its turn."""
        self.clock.move_to(self.clock.now() + dt.timedelta(seconds=seconds))
        self.receiver.turn()

    def close(self) -> None:
        for opened in self._sockets:
            opened.close()


def ended(folder: Path) -> list[bytes]:
    """The files that can be fetched, by their names."""
    return [each.read_bytes() for each in _files(folder) if not each.name.startswith(".")]


def unfinished(folder: Path) -> list[bytes]:
    return [each.read_bytes() for each in _files(folder) if each.name.startswith(".receiving-")]


def _files(folder: Path) -> Iterable[Path]:
    return sorted(each for each in folder.iterdir() if each.is_file())


def take_over(folder: Path, format: str = "netflow", **more: Any) -> dict[str, int]:
    """A receiver that starts in a folder and is stopped at once."""
    senders = from_loopback(folder, format, **more)
    return receive_until(lambda: True, senders, (LOOPBACK, 0), HeldClock(NOON), Limits())


def receive_radius(folder: str, port: int) -> None:
    """Receive at a port until somebody ends the process."""
    senders = from_loopback(Path(folder), "radius", secret=SECRET)
    receive_until(lambda: False, senders, (LOOPBACK, port), HeldClock(NOON), Limits())
