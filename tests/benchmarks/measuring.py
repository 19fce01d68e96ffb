"""Run one thing in a process of its own and say how long it took and how much memory it held."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def measured(work: Callable[[], Any]) -> dict[str, Any]:
    """Seconds of wall clock, and the highest memory of this process so far in MB."""
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": round(seconds, 3), "peak_memory_mb": round(peak)}


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
