"""A process of its own that may be killed, forked from one that has imported the application.

Python starts and imports in three seconds; a fork of a process that has done so takes none. The
server that is forked has no threads and no connections, unlike the process of the tests.
"""

import multiprocessing
import os
from collections.abc import Callable
from functools import cache
from multiprocessing.context import ForkServerContext

_SECONDS = 120


def exit_code(told: Callable[..., None], *arguments: object, failpoints: str = "") -> int:
    """How a process that calls a module's function ends: 0, or minus the signal that killed it.

    `failpoints` arms tenants.failpoints in that process alone. What it writes to standard error
    is this process's own.
    """
    process = _context().Process(target=_told, args=(told, arguments, failpoints))
    process.start()
    try:
        process.join(_SECONDS)
        assert process.exitcode is not None, f"still running after {_SECONDS} seconds"
        return process.exitcode
    finally:
        if process.is_alive():
            process.kill()
            process.join()
        process.close()


@cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.at_rest"])
    return context


def _told(told: Callable[..., None], arguments: tuple[object, ...], failpoints: str) -> None:
    os.environ["SALDO_FAILPOINTS"] = failpoints
    told(*arguments)
