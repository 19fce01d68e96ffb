"""Child processes that do one risky thing each, for as long as they live.

Checking XML with a native engine and drawing PDF can crash, hang or eat memory. Each runs in
child processes of its own: spawned, never forked, so they share nothing with a process that has
threads; asked one question at a time over a pipe; killed at the deadline. A child that dies costs
one answer. The next question starts a new one.

A message on the pipe is eight bytes of length, then the bytes.
"""

import atexit
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
LENGTH_BYTES = 8


class ChildLost(Exception):
    """The child process ended or was killed before it answered."""


class Children:
    """Up to `size` processes of one module; each answers one question at a time.

    Safe to share between threads. Processes start when they are first needed.
    """

    def __init__(self, module: str, size: int = 1, deadline_seconds: float = 60) -> None:
        self._module = module
        self._deadline_seconds = deadline_seconds
        self._idle: queue.LifoQueue[subprocess.Popen[bytes] | None] = queue.LifoQueue()
        for _ in range(size):
            self._idle.put(None)
        self._size = size
        atexit.register(self.close)

    def ask(self, question: bytes) -> bytes:
        """Return the answer of a child. Raises ChildLost."""
        child = self._idle.get()
        try:
            if child is not None and child.poll() is not None:
                _end(child)
                child = None
            child = child or self._start()
            return self._exchange(child, question)
        except (OSError, EOFError) as error:
            if child is not None:
                _end(child)
            child = None
            raise ChildLost(str(error)) from error
        finally:
            self._idle.put(child)

    def close(self) -> None:
        """End the processes; a later question starts them again."""
        children = [self._idle.get() for _ in range(self._size)]
        for child in children:
            if child is not None:
                _end(child)
            self._idle.put(None)

    def _start(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        return subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0"},
        )

    def _exchange(self, child: subprocess.Popen[bytes], question: bytes) -> bytes:
        assert child.stdin and child.stdout
        # A child that hangs neither reads nor writes; killing it ends both waits here.
        deadline = threading.Timer(self._deadline_seconds, child.kill)
        deadline.start()
        try:
            _send(child.stdin, question)
            return _receive(child.stdout)
        finally:
            deadline.cancel()


def serve(answer: Callable[[bytes], bytes]) -> None:
    """Be such a child: answer questions until the parent closes the pipe."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not be read as an answer.
    os.dup2(2, 1)
    while True:
        try:
            question = _receive(questions)
        except EOFError:
            return
        _send(answers, answer(question))


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue
    child.wait()


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(len(message).to_bytes(LENGTH_BYTES, "big"))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    length = int.from_bytes(_exactly(pipe, LENGTH_BYTES), "big")
    return _exactly(pipe, length)


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    read = pipe.read(count)
    if len(read) < count:
        raise EOFError(f"the process ended after {len(read)} of {count} bytes")
    return read
