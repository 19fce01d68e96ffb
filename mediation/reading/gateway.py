"""Decoding in a process of its own, since bytes from outside are not to be trusted.

A file that crashes a library, eats memory or never ends costs that file: the child has limits on
memory, time and what it can write, for each file and for its life. The file is then refused with a
reason, and everything else goes on.

Starting a child takes longer than decoding most files, so a child decodes one file after another
(`tenants.children`), and is replaced after a crash, a timeout, a large file or FILES_MAX files. It
keeps nothing of a file but memory. What it has read comes back as Arrow on disk, which is looked
at in place and not copied.
"""

import json
import os
import resource
import shutil
import tempfile
from dataclasses import asdict, dataclass
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from i18n.errors import DomainError
from mediation.decoding import decode_pieces, is_by_line
from mediation.draft import ControlTotals, Decoded, no_drafts, no_rejects, refused
from mediation.flow_knowledge import NOTHING_TOLD, FlowKnowledge, Told
from mediation.sequences import FileNumber
from mediation.source import Source
from tenants import freed_memory
from tenants.children import ChildLost, Children, ChildTooSlow, serve


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

LARGE_BYTES = 128 * 1024**2
ENVIRONMENT = {
    "POLARS_MAX_THREADS": "2",
    "LC_ALL": "C.UTF-8",
    # The bytes of a file are read into memory of few large pages, where those of the one before
    # were: memory that is handed out anew costs six times as much as reading does.
    "GLIBC_TUNABLES": (
        "glibc.malloc.hugetlb=1"
        f":glibc.malloc.mmap_threshold={2 * LARGE_BYTES}"
        f":glibc.malloc.trim_threshold={2 * LARGE_BYTES}"
    ),
    **freed_memory.ENVIRONMENT,
}
FILES_MAX = 200


_children = Children(
    "mediation.reading.gateway",
    size=os.cpu_count() or 1,
    deadline_seconds=USUAL.wall_seconds,
    answers_max=FILES_MAX,
    environment=ENVIRONMENT,
)


class OwnCopy:
    """A copy of a file that nobody but us may read, and nobody changes; `remove` it in the end."""

    def __init__(self, place: Path) -> None:
        """Copy a file, or whatever else can be read to its end."""
        self._folder = tempfile.TemporaryDirectory(prefix="saldo-reading-")
        self.place = Path(self._folder.name) / "content"
        self.place.touch(mode=0o600)
        try:
            if place.is_file():
                # The machine copies it without handing it out.
                shutil.copyfile(place, self.place)
            else:
                with place.open("rb") as content, self.place.open("wb") as copy:
                    shutil.copyfileobj(content, copy)
        except BaseException:
            self._folder.cleanup()
            raise
        self.size_bytes = self.place.stat().st_size

    def lines(self, wanted: pl.Series) -> pl.DataFrame:
        """Some lines by their number (Int64, from 1), with their `raw` text, as `split_lines` gives
        them of a file that is not empty; the others are not held.
        """
        every = pl.scan_lines(self.place, name="raw", row_index_name="line", row_index_offset=1)
        numbered = every.with_columns(pl.col("line").cast(pl.Int64))
        return numbered.filter(pl.col("line").is_in(wanted.implode())).collect()

    def remove(self) -> None:
        """Remove it here; it remains where it was kept."""
        if self.place.exists() and self.place.stat().st_nlink > 1:
            _let_go(self.place)
        self._folder.cleanup()


def _let_go(kept: Path) -> None:
    """Say that a file is not read again soon: its memory is free for the next one, which costs less
    than memory that the machine has to find.
    """
    descriptor = os.open(kept, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


class Decoding:
    """A file that a child is decoding; ask for its `result`, or `abandon` it."""

    def __init__(
        self,
        content: bytes | OwnCopy,
        source: Source,
        limits: Limits = USUAL,
        children: Children = _children,
        knowledge: FlowKnowledge = NOTHING_TOLD,
        leaves_lines: bool = False,
    ) -> None:
        """Begin to decode a file.

        Args:
            content: its bytes, or a copy of it that stays until there is a result.
            leaves_lines: drafts have no `raw` text where the file has it in their lines.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="saldo-decoding-")
        folder = Path(self._folder.name)
        if isinstance(content, OwnCopy):
            place, size_bytes = content.place, content.size_bytes
        else:
            place, size_bytes = folder / "content", len(content)
            place.write_bytes(content)
        task = {
            "content": str(place),
            "source": asdict(source),
            "limits": asdict(limits),
            "knowledge": knowledge,
            "leaves_lines": leaves_lines,
        }
        (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
        # What a file of a few pieces has filled, the child gives back to the machine by itself.
        is_last = size_bytes > LARGE_BYTES
        self._asked = children.pose(str(folder).encode(), limits.wall_seconds, is_last)

    def result(self) -> Decoded:
        """What the file holds; a crash or a timeout is a refused file."""
        try:
            self._asked.answer()
            return _read_answer(Path(self._folder.name))
        except ChildTooSlow:
            return refused(TOO_SLOW)
        except ChildLost:
            return refused(CRASHED)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """End the child unless it is done, and remove what it wrote; columns in sight remain."""
        self._asked.abandon()
        self._folder.cleanup()


def decode_apart(
    content: bytes,
    source: Source,
    limits: Limits = USUAL,
    children: Children = _children,
    knowledge: FlowKnowledge = NOTHING_TOLD,
) -> Decoded:
    """Decode a file in a child process; a crash or a timeout is a refused file."""
    return Decoding(content, source, limits, children, knowledge).result()


def _read_answer(folder: Path) -> Decoded:
    answer = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    pieces = range(answer["pieces"])
    return Decoded(
        drafts=_joined([folder / f"drafts-{n}.arrow" for n in pieces], no_drafts()),
        rejected=_joined([folder / f"rejected-{n}.arrow" for n in pieces], no_rejects()),
        declared=_totals(answer["declared"]),
        refused=answer["refused"],
        flows_told=tuple(Told(*each) for each in answer["flows_told"]),
        numbered=FileNumber(*answer["numbered"]) if answer["numbered"] else None,
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


def _limit_life() -> None:
    """What the child may use in all its files; nothing that it reads can raise this."""
    for what, limit in (
        (resource.RLIMIT_AS, USUAL.memory_bytes),
        (resource.RLIMIT_CPU, USUAL.cpu_seconds * FILES_MAX),
        (resource.RLIMIT_FSIZE, USUAL.written_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def _limit(limits: Limits) -> None:
    """What the child may use for one file."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_seconds = ceil(used.ru_utime + used.ru_stime) + limits.cpu_seconds
    for what, limit in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.written_bytes),
    ):
        most = resource.getrlimit(what)[1]
        resource.setrlimit(what, (min(limit, most), most))


def _answer(question: bytes) -> bytes:
    _decode_here(Path(question.decode()))
    return b""


def _decode_here(folder: Path) -> None:
    """What the child does with one file: limits first, then the bytes."""
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    _limit(Limits(**task["limits"]))
    settings = task["source"]
    settings["carrier_trunks"] = tuple(settings["carrier_trunks"])
    told, unread = task["knowledge"]
    knowledge = FlowKnowledge(tuple(Told(*each) for each in told), tuple(unread))
    answer: dict[str, Any] = {
        "refused": None, "declared": None, "pieces": 0, "flows_told": (), "numbered": None,
    }  # fmt: skip
    try:
        content, source = Path(task["content"]).read_bytes(), Source(**settings)
        leaves_lines = task["leaves_lines"] and is_by_line(content, source)
        for piece in decode_pieces(content, source, knowledge):
            if leaves_lines:
                piece = piece._replace(drafts=piece.drafts.with_columns(raw=None))
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
    answer["flows_told"] = piece.flows_told or answer["flows_told"]
    answer["numbered"] = piece.numbered or answer["numbered"]
    if piece.declared is not None:
        answer["declared"] = asdict(piece.declared)


if __name__ == "__main__":
    _limit_life()
    serve(_answer)
