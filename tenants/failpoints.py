"""Named places where a fault can be put in, so that recovery is tested and not hoped for.

Every commit is preceded by `<name>:before` and followed by `<name>:after`. A failpoint does
nothing unless a schedule arms it: `SALDO_FAILPOINTS="billing.issue:after=kill"`, entries separated
by commas. Actions: `kill` (SIGKILL to this process), `raise` (an error), `stop` (SIGSTOP).
"""

import os
import signal

_ACTIONS = {"kill", "raise", "stop"}


class FailpointReached(RuntimeError):
    """A fault was put in here on purpose."""


def _schedule(text: str) -> dict[str, str]:
    armed = {}
    for entry in filter(None, text.split(",")):
        name, _, action = entry.partition("=")
        assert action in _ACTIONS, f"failpoint action {action!r} is not one of {sorted(_ACTIONS)}"
        armed[name.strip()] = action
    return armed


def failpoint(name: str) -> None:
    """Pass, unless the schedule says otherwise for this name."""
    armed = os.environ.get("SALDO_FAILPOINTS")
    if not armed:
        return
    action = _schedule(armed).get(name)
    if action == "raise":
        raise FailpointReached(name)
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if action == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
