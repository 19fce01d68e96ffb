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

ENVIRONMENT = {
    "POLARS_MAX_THREADS": "2",
    "LC_ALL": "C.UTF-8",
    # The bytes of a large file are read into memory of few large pages, which costs half as much.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    **freed_memory.ENVIRONMENT,
}
FILES_MAX = 200
LARGE_BYTES = 128 * 1024**2


_children = Children(
    "mediation.reading.gateway",
    size=os.cpu_count() or 1,
    deadline_seconds=USUAL.wall_seconds,
    answers_max=FILES_MAX,
    environment=ENVIRONMENT,
)


class Decoding:
    """A file that a child is decoding; ask for its `result`, or `abandon` it."""

    def __init__(
        self,
        content: bytes,
        source: Source,
        limits: Limits = USUAL,
        children: Children = _children,
        knowledge: FlowKnowledge = NOTHING_TOLD,
        written: Path | None = None,
        leaves_lines: bool = False,
    ) -> None:
        """Begin to decode a file.

        Args:
            written: a file of these bytes, if there is one; it stays until there is a result.
            leaves_lines: drafts have no `raw` text where their lines can be had by `lines_of`.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="saldo-decoding-")
        folder = Path(self._folder.name)
        if written is None:
            written = folder / "content"
            written.write_bytes(content)
        task = {
            "content": str(written),
            "source": asdict(source),
            "limits": asdict(limits),
            "knowledge": knowledge,
            "leaves_lines": leaves_lines,
        }
        (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
        # What a file of a few pieces has filled, the child gives back to the machine by itself.
        is_last = len(content) > LARGE_BYTES
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
