"""Do one thing behind another: a thread hashes, or waits for the database, while its owner goes on.

Where what is done behind uses the owner's session, which is for one at a time, the owner keeps from
the session until `wait`, or until the block ends.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Any


class Behind:
    """A thread that does what it is given, one thing after the other, while its block lasts."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._doing: Future[Any] | None = None

    def do(self, work: Callable[[], Any]) -> None:
        """Have it done once what was given before is done. Raises what that raised."""
        self.wait()
        self._doing = self._thread.submit(copy_context().run, work)

    def wait(self) -> None:
        """Until all is done. Raises what it raised."""
        doing, self._doing = self._doing, None
        if doing is not None:
            doing.result()

    def __enter__(self) -> "Behind":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self._thread.shutdown()
        if kind is None:
            self.wait()
