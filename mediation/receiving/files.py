"""Files that are being written, one for each sender, in the folder from which they are fetched.

An unfinished file has a hidden name, which no collector fetches; it gets its own by a rename, whole
and flushed. What a process that died left unfinished is ended by the next one, up to its last whole
packet: what comes after was never flushed, and so never answered.
"""

import datetime as dt
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from i18n.errors import Conflict
from mediation.receiving.limits import Limits

UNFINISHED = ".receiving-"
LOCK = ".receiver"


class FolderInUse(Conflict):
    """Another receiver writes to the folder {folder}. Stop it first."""


@dataclass(slots=True)
class _OpenFile:
    descriptor: int
    folder: Path
    name: str
    begun_at: dt.datetime
    size_bytes: int = 0


class OpenFiles:
    """The unfinished files of senders, by their address."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: dict[IPv4Address | IPv6Address, _OpenFile] = {}

    def keep(
        self,
        sender: IPv4Address | IPv6Address,
        folder: Path,
        format: str,
        content: bytes,
        now: dt.datetime,
    ) -> None:
        """Put bytes at the end of the sender's file, on disk when this returns.

        Raises: OSError; nothing of the bytes is kept then.
        """
        file = self._open.get(sender)
        if file is not None and file.size_bytes + len(content) > self._limits.file_max_bytes:
            self._end(sender)
            file = None
        if file is None:
            file = self._open[sender] = _begin(folder, name_of(format, sender, now), now)
        try:
            _write(file.descriptor, content)
            os.fsync(file.descriptor)
        except OSError:
            os.ftruncate(file.descriptor, file.size_bytes)
            raise
        file.size_bytes += len(content)

    def end_due(self, now: dt.datetime) -> None:
        """End the files that were begun long enough ago, or in a future that a clock took back."""
        for sender, file in list(self._open.items()):
            if not 0 <= (now - file.begun_at).total_seconds() < self._limits.file_seconds:
                self._end(sender)

    def end_all(self) -> None:
        """End all files."""
        for sender in list(self._open):
            self._end(sender)

    def _end(self, sender: IPv4Address | IPv6Address) -> None:
        file = self._open.pop(sender)
        os.close(file.descriptor)
        _publish(file.folder, file.name)


def name_of(format: str, sender: IPv4Address | IPv6Address, now: dt.datetime) -> str:
    """What people see of a file; nothing is ever read from its name."""
    plain = str(sender).replace(":", "-")
    return f"{format}-{plain}-{now:%Y%m%dT%H%M%S%f}"


@contextmanager
def folder_alone(folder: Path) -> Iterator[None]:
    """Write to a folder as the only receiver that does. Raises: FolderInUse."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUse(folder=folder.name) from None
        yield
    finally:
        os.close(descriptor)


def end_what_was_left(folder: Path, whole_bytes: Callable[[bytes], int]) -> int:
    """End the files that a receiver which died left unfinished; returns how many.

    Args:
        whole_bytes: how many bytes of a content are whole packets.
    """
    ended = 0
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        told = entry.stat(follow_symlinks=False)
        if not entry.name.startswith(UNFINISHED) or not stat.S_ISREG(told.st_mode):
            continue
        place = Path(entry.path)
        whole = whole_bytes(place.read_bytes())
        if whole == 0:
            place.unlink()
            continue
        with place.open("r+b") as file:
            file.truncate(whole)
            os.fsync(file.fileno())
        _publish(folder, entry.name.removeprefix(UNFINISHED))
        ended += 1
    return ended


def _begin(folder: Path, name: str, now: dt.datetime) -> _OpenFile:
    free, number = name, 1
    while any(os.path.lexists(folder / each) for each in (free, UNFINISHED + free)):
        free, number = f"{name}.{number}", number + 1
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(folder / (UNFINISHED + free), flags, 0o600)
    _flush(folder)
    return _OpenFile(descriptor, folder, free, now)


def _publish(folder: Path, name: str) -> None:
    (folder / (UNFINISHED + name)).rename(folder / name)
    _flush(folder)


def _write(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
