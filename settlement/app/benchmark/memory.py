"""The memory of a process, of all it started, and of a database server, at its highest."""

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

EVERY_SECONDS: Final = 0.2
# To ask of all processes of the machine whose they are takes milliseconds.
LOOKS_A_LIST: Final = 10
# A close look takes tens of milliseconds for each GB, in which a process waits for its memory; one
# every two seconds took a twelfth of the processor time of rating.
LOOKS_A_CLOSE_ONE: Final = 50
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


class PeakMemory:
    """Looks again and again while it is entered; `mb` is the most that was held at one moment.

    Memory that several processes share counts once (PSS), and pages of files that are mapped count
    where they are looked at; so this is what the machine must have. What processes have for
    themselves is counted at every look, what they share as it was at the last close one.
    """

    def __init__(self, *others: int) -> None:
        """Take the process itself and its children, and `others` with theirs."""
        self._roots = (os.getpid(), *others)
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self.mb = 0

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._watch.join()

    def _look(self) -> None:
        looks, shared = 0, 0
        processes: set[int] = set()
        while not self._ended.wait(EVERY_SECONDS):
            if looks % LOOKS_A_LIST == 0:
                processes = _with_children(self._roots)
            own = sum(map(_own_kb, processes))
            if looks % LOOKS_A_CLOSE_ONE == 0:
                shared = sum(map(_held_kb, processes)) - own
            looks += 1
            self.mb = max(self.mb, (own + shared) // 1024)


def _with_children(roots: tuple[int, ...]) -> set[int]:
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(after_name[1])
    found, grown = set(), set(roots)
    while grown:
        found |= grown
        grown = {process for process, parent in parents.items() if parent in grown} - found
    return found


def _own_kb(process: int) -> int:
    """What a process has for itself, in kB; 0 of one that has ended."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{process}/statm").read_text().split()
    except OSError:
        return 0
    return (int(resident) - int(shared)) * PAGE_BYTES // 1024


def _held_kb(process: int) -> int:
    """Proportional set size in kB; 0 of a process that has ended or may not be looked at."""
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in told.splitlines() if line[:4] == "Pss:"), 0)
