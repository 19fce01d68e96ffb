"""Memory that was freed is kept for a while, whatever part of the program comes first."""

import os
import subprocess
import sys

from tenants import freed_memory

SHOWN = "import settlement.app, pyarrow; print(pyarrow.default_memory_pool().backend_name)"


def _pool(**said: str) -> str:
    others = {
        name: value for name, value in os.environ.items() if name not in freed_memory.ENVIRONMENT
    }
    done = subprocess.run(
        [sys.executable, "-c", SHOWN],
        env=others | said,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_arrow_takes_the_allocator_that_keeps_freed_memory() -> None:
    assert _pool() == "jemalloc"


def test_whoever_runs_saldo_may_say_otherwise() -> None:
    assert _pool(ARROW_DEFAULT_MEMORY_POOL="system") == "system"
