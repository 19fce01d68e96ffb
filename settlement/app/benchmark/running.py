"""Run one module in a process of its own, so that its memory and its caches are its own."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any


def in_own_process(module: str, *arguments: str) -> dict[str, Any]:
    """Run `python -m module arguments`; it prints one JSON object as its last line."""
    done = subprocess.run(  # noqa: S603 - our own module, our own arguments
        [sys.executable, "-m", module, *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(work: Callable[[], Any]) -> dict[str, Any]:
    """Seconds of wall clock, and the highest memory of this process so far in MB."""
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"seconds": round(seconds, 3), "peak_memory_mb": peak}
