"""Memory that was freed is kept for a while, whatever part of the program comes first."""

import os
import subprocess
import sys

from tenants import freed_memory

POLARS = "import settlement.app, polars"
SHOWN = "import settlement.app, pyarrow; print(pyarrow.default_memory_pool().backend_name)"


def _ran(program: str, **said: str) -> "subprocess.CompletedProcess[str]":
    others = {
        name: value for name, value in os.environ.items() if name not in freed_memory.ENVIRONMENT
    }
    return subprocess.run(
        [sys.executable, "-c", program],
        env=others | said,
        capture_output=True,
        text=True,
        check=True,
    )


def _pool(**said: str) -> str:
    return _ran(SHOWN, **said).stdout.strip()


def test_the_allocator_of_polars_knows_all_that_is_said_to_it() -> None:
    assert _ran(POLARS).stderr == ""
    unknown = _ran(POLARS, _RJEM_MALLOC_CONF="keep_everything:true").stderr
    assert "keep_everything" in unknown


def test_arrow_takes_the_allocator_that_keeps_freed_memory() -> None:
    assert _pool() == "jemalloc"


def test_whoever_runs_saldo_may_say_otherwise() -> None:
    assert _pool(ARROW_DEFAULT_MEMORY_POOL="system") == "system"
