"""Work that many threads ask for at the same moment is done for all of them at once.

A commit costs much the same for one event as for a hundred. The first thread that asks does its
work at once; whoever comes meanwhile waits, and the next round does the work of all of them. A lone
caller is never delayed. Where callers did come meanwhile, more will follow: the next round then
rests for a moment, so that rounds are few and full and leave the processor to others; it does not
rest any longer once there is enough to do.

Each caller gets its own answer, after the round that did its work has ended well. Where a round
fails, its work is done again one by one, so that only the caller at fault gets the error.
"""

import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from itertools import islice
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")
Answer = TypeVar("Answer")


class _Waiting(Generic[Item, Answer]):
    """One caller: what it brought, and what it got."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.answers: list[Answer] = []
        self.fault: Exception | None = None
        self.is_done = False
        self.turn = threading.Event()


class _Queue(Generic[Item, Answer]):
    """Who waits under one key; `is_long` is set while there are enough for a round."""

    def __init__(self) -> None:
        self.waiting: deque[_Waiting[Item, Answer]] = deque()
        self.is_long = threading.Event()


class Gathering(Generic[Key, Item, Answer]):
    """Rounds of work, one at a time for each key.

    `work` takes a key and items and gives one answer for each, in their order. At most `most` items
    are in a round. A round whose callers came during the one before it begins `rest_seconds` after
    that, or as soon as `enough` are waiting.
    """

    def __init__(
        self,
        work: Callable[[Key, Sequence[Item]], Sequence[Answer]],
        most: int = 500,
        rest_seconds: float = 0.0,
        enough: int = 16,
    ) -> None:
        self._work = work
        self._most = most
        self._rest_seconds = rest_seconds
        self._enough = enough
        self._lock = threading.Lock()
        self._queues: dict[Key, _Queue[Item, Answer]] = {}

    def ask(self, key: Key, item: Item) -> Answer:
        """Have the work done for an item; returns its answer or raises what the work raised."""
        own: _Waiting[Item, Answer] = _Waiting(item)
        with self._lock:
            is_first = key not in self._queues
            queue = self._queues.setdefault(key, _Queue())
            queue.waiting.append(own)
            if len(queue.waiting) >= self._enough:
                queue.is_long.set()
        if not is_first:
            own.turn.wait()
            if not own.is_done:
                queue.is_long.wait(self._rest_seconds)
        if not own.is_done:
            self._lead(key)
        if own.fault is not None:
            raise own.fault
        return own.answers[0]

    def _lead(self, key: Key) -> None:
        """Do one round, whose first item is the leader's own, and let the next one lead."""
        with self._lock:
            queue = self._queues[key]
            round_ = list(islice(queue.waiting, self._most))
        try:
            self._do(key, round_)
        finally:
            with self._lock:
                for _ in round_:
                    queue.waiting.popleft()
                if len(queue.waiting) < self._enough:
                    queue.is_long.clear()
                if not queue.waiting:
                    del self._queues[key]
                following = queue.waiting[0] if queue.waiting else None
            for one in round_:
                one.is_done = True
                one.turn.set()
            if following is not None:
                following.turn.set()

    def _do(self, key: Key, round_: Sequence[_Waiting[Item, Answer]]) -> None:
        try:
            answers = self._work(key, [one.item for one in round_])
        except Exception as fault:  # noqa: BLE001 - whose fault it is, the work alone can tell.
            if len(round_) == 1:
                round_[0].fault = fault
                return
            for one in round_:
                self._do(key, [one])
            return
        for one, answer in zip(round_, answers, strict=True):
            one.answers.append(answer)
