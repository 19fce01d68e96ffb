"""Decoding in a process of its own, since bytes from outside are not to be trusted.

A file that crashes a library, eats memory or never ends costs that file: the child has limits on
memory, time and what it can write, and is started afresh (never forked, because a fork of a process
with threads may hang). The file is then refused with a reason, and everything else goes on.

A child decodes one file and ends. Starting it takes longer than decoding most files, so a process
that decodes again and again keeps the next child waiting, which has no file yet. What a child has
read comes back as Arrow on disk, which is looked at in place and not copied.
"""

import atexit
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from i18n.errors import DomainError
from mediation.decoding import decode_pieces
from mediation.draft import ControlTotals, Decoded, no_drafts, no_rejects, refused
from mediation.source import Source


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use before it is ended."""

    memory_bytes: int = 4 * 1024**3
    cpu_seconds: int = 120
    wall_seconds: float = 180
    written_bytes: int = 2 * 1024**3


USUAL = Limits()

CRASHED = "DECODER_CRASHED"
TOO_SLOW = "DECODER_TOO_SLOW"


class Decoding:
    """A file that a child is decoding; ask for its `result`, or `abandon` it."""

    def __init__(self, content: bytes, source: Source, limits: Limits = USUAL) -> None:
        self.source = source
        self._folder = tempfile.TemporaryDirectory(prefix="saldo-decoding-")
        folder = Path(self._folder.name)
        (folder / "content").write_bytes(content)
        task = {"source": asdict(source), "limits": asdict(limits)}
        (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
        self._until = time.monotonic() + limits.wall_seconds
        self._child = _nursery.take()
        assert self._child.stdin is not None, "a child is told what to do"
        self._child.stdin.write(f"{folder}\n".encode())
        self._child.stdin.close()

    def result(self) -> Decoded:
        """What the file holds; a crash or a timeout is a refused file."""
        try:
            code = self._child.wait(max(self._until - time.monotonic(), 0))
            return refused(CRASHED) if code else _read_answer(Path(self._folder.name))
        except subprocess.TimeoutExpired:
            return refused(TOO_SLOW)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """End the child and remove what it wrote; columns that are being looked at remain."""
        _end(self._child)
        self._folder.cleanup()


def decode_apart(content: bytes, source: Source, limits: Limits = USUAL) -> Decoded:
    """Decode a file in a child process; a crash or a timeout is a refused file."""
    return Decoding(content, source, limits).result()


class _Nursery:
    """Keeps one child of this process waiting, once it has been seen to need more than one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._waiting: subprocess.Popen[bytes] | None = None

    def take(self) -> "subprocess.Popen[bytes]":
        """A child of this process that waits for a folder; another one begins to wait."""
        with self._lock:
            is_first = self._owner != os.getpid()
            # What a process inherited by being forked belongs to the process it came from.
            child = None if is_first else self._waiting
            if is_first:
                self._owner = os.getpid()
                atexit.register(self.close)
                self._waiting = None
            else:
                self._waiting = _start()
            return child if child is not None and child.poll() is None else _start()

    def close(self) -> None:
        """End the child that waits; the end of this process would end it as well."""
        with self._lock:
            if self._waiting is not None and self._owner == os.getpid():
                _end(self._waiting)
            self._waiting = None


_nursery = _Nursery()


def _start() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "mediation.gateway"],
        env=_environment(),
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.stdin is not None:
        child.stdin.close()
    if child.poll() is None:
        child.kill()
        child.wait()


def _environment() -> dict[str, str]:
    path = ":".join(entry or str(Path.cwd()) for entry in sys.path)
    return {"PYTHONPATH": path, "POLARS_MAX_THREADS": "2", "LC_ALL": "C.UTF-8"}


def _read_answer(folder: Path) -> Decoded:
    answer = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    pieces = range(answer["pieces"])
    return Decoded(
        drafts=_joined([folder / f"drafts-{n}.arrow" for n in pieces], no_drafts()),
        rejected=_joined([folder / f"rejected-{n}.arrow" for n in pieces], no_rejects()),
        declared=_totals(answer["declared"]),
        refused=answer["refused"],
    )


def _joined(places: list[Path], none: pl.DataFrame) -> pl.DataFrame:
    # Mapped pages outlive the name of their file, so the folder may go before the frame.
    tables = [pa.ipc.open_file(pa.memory_map(str(place))).read_all() for place in places]
    written = [pl.DataFrame(table) for table in tables if table.num_rows]
    return pl.concat([none, *written], how="diagonal", rechunk=False)


def _write(frame: pl.DataFrame, place: Path) -> None:
    """Columns without a value are not written; most fields of most sources are such."""
    held = [name for name in frame.columns if frame[name].null_count() < frame.height]
    frame.select(held).write_ipc(place)


def _totals(said: dict[str, Any] | None) -> ControlTotals | None:
    if said is None:
        return None
    amount = said["amount"]
    return ControlTotals(
        said["records"], said["seconds"], None if amount is None else Decimal(amount)
    )


def _limit(limits: Limits) -> None:
    for what, limit in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.written_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def _decode_here(folder: Path) -> None:
    """What the child does: limits first, then the bytes."""
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    _limit(Limits(**task["limits"]))
    settings = task["source"]
    settings["carrier_trunks"] = tuple(settings["carrier_trunks"])
    answer: dict[str, Any] = {"refused": None, "declared": None, "pieces": 0}
    try:
        for piece in decode_pieces((folder / "content").read_bytes(), Source(**settings)):
            _keep(folder, answer, piece)
    except DomainError as fault:
        answer |= {"refused": str(fault), "pieces": 0}
    (folder / "answer.json").write_text(json.dumps(answer, default=str), encoding="utf-8")


def _keep(folder: Path, answer: dict[str, Any], piece: Decoded) -> None:
    number = answer["pieces"]
    _write(piece.drafts, folder / f"drafts-{number}.arrow")
    _write(piece.rejected, folder / f"rejected-{number}.arrow")
    answer["pieces"] = number + 1
    answer["refused"] = answer["refused"] or piece.refused
    if piece.declared is not None:
        answer["declared"] = asdict(piece.declared)


if __name__ == "__main__":
    told = sys.stdin.readline().strip()
    # Nobody says anything when the process that started this one has ended.
    if told:
        _decode_here(Path(told))
