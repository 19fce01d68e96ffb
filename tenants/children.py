"""Child processes that do risky work, one question after another, for as long as they live.

Reading files from outside, checking XML with a native engine and drawing PDF can crash, hang or
eat memory. Each is done in child processes of its own: spawned, never forked, so they share
nothing with a process that has threads; asked one question at a time over a pipe; killed at the
deadline. A child that dies costs one answer, and the next question starts a new one. So does the
question after the last that a child may answer.

A message on the pipe is eight bytes of length, then the bytes.
"""

import atexit
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LENGTH_BYTES = 8


class ChildLost(Exception):
    """The child process ended or was killed before it answered."""


class ChildTooSlow(ChildLost):
    """The child process was killed at the deadline."""


@dataclass(slots=True)
class _Child:
    process: "subprocess.Popen[bytes]"
    answered: int = 0


class Children:
    """Processes of one module, `size` of which are kept; each answers one question at a time.

    Safe to share between threads; a forked process starts its own. Processes start when they are
    first needed.

    Args:
        answers_max: after so many answers a child is replaced; None for never.
        environment: when given, the child sees no other variables, no folder and no terminal of
            this process.
    """

    def __init__(
        self,
        module: str,
        size: int = 1,
        deadline_seconds: float = 60,
        answers_max: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._module = module
        self._size = size
        self._deadline_seconds = deadline_seconds
        self._answers_max = answers_max
        self._environment = environment
        self._lock = threading.Lock()
        self._owner = 0
        self._idle: queue.LifoQueue[_Child | None] = queue.LifoQueue()

    def ask(self, question: bytes) -> bytes:
        """Return the answer of a child, waiting for one where all are busy. Raises ChildLost."""
        return Asked(self, self._idle_here().get(), question, self._deadline_seconds).answer()

    def pose(
        self, question: bytes, deadline_seconds: float | None = None, is_last: bool = False
    ) -> "Asked":
        """Ask a child and go on; one more is started where all are busy.

        Args:
            is_last: the child is replaced after this answer.
        """
        seconds = self._deadline_seconds if deadline_seconds is None else deadline_seconds
        try:
            child, is_extra = self._idle_here().get_nowait(), False
        except queue.Empty:
            child, is_extra = None, True
        return Asked(self, child, question, seconds, is_last, is_extra)

    def start(self) -> None:
        """Start a process for a question that will come; nothing where one is idle or all are busy.

        Where it cannot be started, the question finds out.
        """
        idle = self._idle_here()
        try:
            child = idle.get_nowait()
        except queue.Empty:
            return
        try:
            child = self._alive(child)
        except OSError:
            child = None
        finally:
            idle.put(child)

    def close(self) -> None:
        """End the processes that are idle; a later question starts them again."""
        if self._owner != os.getpid():
            return
        for _ in range(self._idle.qsize()):
            child = self._idle.get()
            if child is not None:
                _end(child.process)
            self._idle.put(None)

    def _idle_here(self) -> "queue.LifoQueue[_Child | None]":
        """The idle processes of this one; what a fork inherited belongs to whom it came from."""
        with self._lock:
            if self._owner != os.getpid():
                self._owner = os.getpid()
                self._idle = queue.LifoQueue()
                for _ in range(self._size):
                    self._idle.put(None)
                atexit.register(self.close)
            return self._idle

    def _alive(self, child: _Child | None) -> _Child:
        """The child when it lives, else a new one."""
        if child is not None and child.process.poll() is None:
            return child
        if child is not None:
            _end(child.process)
        return _Child(self._start())

    def _take_back(self, child: _Child | None, is_extra: bool) -> None:
        """Keep a child for the next question, or its place free for a new one."""
        is_spent = child is not None and child.answered == self._answers_max
        if child is not None and (is_extra or is_spent):
            _end(child.process)
            child = None
        if not is_extra:
            self._idle.put(child)

    def _start(self) -> "subprocess.Popen[bytes]":
        path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
        is_bare = self._environment is not None
        seen = os.environ if self._environment is None else self._environment
        return subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if is_bare else None,
            cwd="/" if is_bare else None,
            env={**seen, "PYTHONPATH": path, "PYTHONHASHSEED": "0"},
        )


class Asked:
    """A question that a child is answering; ask for its `answer`, or `abandon` it."""

    def __init__(
        self,
        children: Children,
        child: _Child | None,
        question: bytes,
        deadline_seconds: float,
        is_last: bool = False,
        is_extra: bool = False,
    ) -> None:
        self._children = children
        self._is_last = is_last
        self._is_extra = is_extra
        self._is_late = False
        self._lock = threading.Lock()
        try:
            self._child: _Child | None = children._alive(child)
        except OSError as error:
            children._take_back(None, is_extra)
            raise ChildLost(str(error)) from error
        # A child that hangs neither reads nor writes; killing it ends the waits for both.
        self._deadline = threading.Timer(deadline_seconds, self._kill)
        self._deadline.daemon = True
        self._deadline.start()
        self._is_sent = self._send(question)

    def answer(self) -> bytes:
        """What the child says; once. Raises ChildLost, ChildTooSlow."""
        child = self._child
        try:
            if child is None or not self._is_sent:
                raise EOFError("the process ended before it was asked")
            assert child.process.stdout is not None
            answer = _receive(child.process.stdout)
        # Another thread may abandon the question and close the pipe meanwhile.
        except (OSError, EOFError, ValueError) as error:
            self.abandon()
            raise (ChildTooSlow if self._is_late else ChildLost)(str(error)) from error
        child.answered += 1
        if self._is_last:
            self.abandon()
        else:
            self._give_back()
        return answer

    def abandon(self) -> None:
        """End the child, whatever it does; nothing when it has answered."""
        child = self._let_go()
        if child is not None:
            _end(child.process)
            self._children._take_back(None, self._is_extra)

    def _send(self, question: bytes) -> bool:
        assert self._child is not None and self._child.process.stdin is not None
        try:
            _send(self._child.process.stdin, question)
        except OSError:
            return False
        return True

    def _give_back(self) -> None:
        child = self._let_go()
        if child is None:
            return
        if self._is_late:
            # It answered at the very deadline, and is being killed all the same.
            _end(child.process)
        self._children._take_back(None if self._is_late else child, self._is_extra)

    def _let_go(self) -> _Child | None:
        """The child, for whoever asks first: to keep it or to end it."""
        self._deadline.cancel()
        with self._lock:
            child, self._child = self._child, None
        return child

    def _kill(self) -> None:
        with self._lock:
            if self._child is not None:
                self._is_late = True
                self._child.process.kill()


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


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and wait for it."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue
    process.wait()


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
