"""Decoding in a process of its own, since bytes from outside are not to be trusted.

A file that crashes a library, eats memory or never ends costs that file: the child has limits on
memory, time and what it can write, and is started afresh (never forked, because a fork of a process
with threads may hang). The file is then refused with a reason, and everything else goes on.
"""

import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from i18n.errors import DomainError
from mediation.decoding import decode
from mediation.draft import ControlTotals, Decoded, refused
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


def decode_apart(content: bytes, source: Source, limits: Limits = USUAL) -> Decoded:
    """Decode a file in a child process; a crash or a timeout is a refused file."""
    with tempfile.TemporaryDirectory(prefix="saldo-decoding-") as name:
        folder = Path(name)
        (folder / "content").write_bytes(content)
        task = {"source": asdict(source), "limits": asdict(limits)}
        (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
        try:
            child = subprocess.run(  # noqa: S603 - our own interpreter and module.
                [sys.executable, "-m", "mediation.gateway", str(folder)],
                env=_environment(),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=limits.wall_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return refused(TOO_SLOW)
        if child.returncode != 0:
            return refused(CRASHED)
        return _read_answer(folder)


def _environment() -> dict[str, str]:
    path = ":".join(entry or str(Path.cwd()) for entry in sys.path)
    return {"PYTHONPATH": path, "POLARS_MAX_THREADS": "2", "LC_ALL": "C.UTF-8"}


def _read_answer(folder: Path) -> Decoded:
    answer = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    return Decoded(
        drafts=pl.read_parquet(folder / "drafts.parquet"),
        rejected=pl.read_parquet(folder / "rejected.parquet"),
        declared=_totals(answer["declared"]),
        refused=answer["refused"],
    )


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
    source = Source(**settings)
    try:
        decoded = decode((folder / "content").read_bytes(), source)
    except DomainError as fault:
        decoded = refused(str(fault))
    decoded.drafts.write_parquet(folder / "drafts.parquet", compression="lz4")
    decoded.rejected.write_parquet(folder / "rejected.parquet", compression="lz4")
    declared = None if decoded.declared is None else asdict(decoded.declared)
    answer = {"refused": decoded.refused, "declared": declared}
    (folder / "answer.json").write_text(json.dumps(answer, default=str), encoding="utf-8")


if __name__ == "__main__":
    _decode_here(Path(sys.argv[1]))
