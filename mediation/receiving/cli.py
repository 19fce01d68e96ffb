"""Receive until told to stop, as the only receiver of these folders."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial

from i18n.errors import Conflict
from i18n.locale import Words, _, outside
from mediation.receiving.datagram import whole_bytes
from mediation.receiving.files import end_what_was_left, folder_alone
from mediation.receiving.gateway import Address, Receiver, Sender, bound
from mediation.receiving.limits import Limits
from tenants.clock import Clock


class CannotListen(Conflict):
    """Nothing can be received at {host}:{port}: {fault}. Give another address or port."""


def receive_until(
    is_stopped: Callable[[], bool],
    senders: Mapping[Address, Sender],
    place: tuple[str, int],
    clock: Clock,
    limits: Limits,
) -> dict[str, int]:
    """Receive packets, after ending the files that a receiver which died left unfinished.

    Args:
        place: the address and port at which packets come.
    Returns how many packets were taken, came again, and were dropped, by reason.
    Raises: FolderInUse, CannotListen.
    """
    host, port = place
    with ExitStack() as held:
        for folder, format in {(each.folder, each.format): None for each in senders.values()}:
            held.enter_context(folder_alone(folder))
            end_what_was_left(folder, partial(whole_bytes, format))
        try:
            opened = held.enter_context(bound(host, port, limits))
        except (OSError, ValueError) as fault:
            raise CannotListen(
                host=host, port=port, fault=outside(Words(_("the operating system")), fault)
            ) from fault
        receiver = Receiver(opened, senders, clock, limits)
        receiver.receive_until(is_stopped)
    return {"taken": receiver.taken, "again": receiver.again, **receiver.dropped}
