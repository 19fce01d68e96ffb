"""Run one thing in a process of its own and say how long it took and how much memory it held."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from tenants.session import TenantSession


def measured(work: Callable[[], Any], server: int | None = None) -> dict[str, Any]:
    """Seconds of wall clock and of the processor, and the highest memory of this process in MB.

    Those of child processes that have ended stand apart, where there were any. `server` is the
    process of the database that serves this one; its seconds stand apart.
    """
    serving = None if server is None else psutil.Process(server)
    began, busy, served = time.perf_counter(), time.process_time(), _busy(serving)
    beside = _of_children()
    work()
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {
        "seconds": round(seconds, 3),
        "processor_seconds": round(time.process_time() - busy, 3),
        "peak_memory_mb": round(peak),
    }
    if _of_children() > beside:
        found["children_processor_seconds"] = round(_of_children() - beside, 3)
    if serving is not None:
        found["server_processor_seconds"] = round(_busy(serving) - served, 3)
    return found


def _of_children() -> float:
    """Seconds of the processor that children took which have ended."""
    taken = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken.ru_utime + taken.ru_stime


def _busy(process: psutil.Process | None) -> float:
    """Seconds of the processor that a process has taken so far."""
    if process is None:
        return 0.0
    times = process.cpu_times()
    return float(times.user + times.system)


def serving(session: TenantSession) -> int:
    """The process of the database that serves a session; the pool gives it the same one again."""
    return int(session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())


def in_own_process(module: str, *arguments: str) -> dict[str, Any]:
    """Run `python -m module arguments`; it prints one JSON object as its last line."""
    done = subprocess.run(  # noqa: S603 - our own module, our own arguments
        [sys.executable, "-m", module, *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def written(results: list[dict[str, Any]], output: Path) -> None:
    """Add results to `results.json`, replacing those of the same name and size."""
    output.mkdir(parents=True, exist_ok=True)
    path = output / "results.json"
    known = json.loads(path.read_text()) if path.exists() else []
    renewed = {(each["name"], each["rows"]) for each in results}
    kept = [each for each in known if (each["name"], each["rows"]) not in renewed]
    path.write_text(json.dumps([*kept, *results], indent=2) + "\n")
