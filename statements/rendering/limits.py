"""How much processor time and memory a process takes for one question of a tenant's making."""

import resource
import signal
from types import FrameType

from i18n.locale import Words, _

CPU_SECONDS = 5
MEMORY_BYTES = 1024**3


class OutOfTime(Exception):
    """The question took more processor time than it has."""

    def __init__(self) -> None:
        super().__init__(
            str(Words(_("it takes more than {most} s of processor time"), most=CPU_SECONDS))
        )


def limit_memory() -> None:
    """Once, as a process starts: so much memory, and a signal where time is up."""
    signal.signal(signal.SIGXCPU, _stop)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def give_time() -> None:
    """For each question: the limit is on the seconds of the process, which has used some."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def reason_of(error: Exception) -> str:
    """Why a question was stopped, for whoever wrote the template."""
    if isinstance(error, MemoryError):
        most = MEMORY_BYTES // 1024**2
        return str(Words(_("it takes more than {most} MB of memory"), most=most))
    if isinstance(error, RecursionError):
        return str(Words(_("it calls itself without end")))
    named = str(error) or type(error).__name__
    return named[:500]


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime
