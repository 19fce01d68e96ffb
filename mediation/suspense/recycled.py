"""What became of a record that was sent through again."""

from typing import NamedTuple
from uuid import UUID


class Place(NamedTuple):
    """A record that waits, without its content; `is_repaired` where a cell of it was changed.

    `is_returned` where it was given back to who sent it.
    """

    id: UUID
    batch_id: UUID
    reason: str
    is_repaired: bool = False
    is_returned: bool = False


class JoinedPart(NamedTuple):
    """A part of a call that waited in one batch until the call was whole in another, `joined`."""

    id: UUID
    batch_id: UUID
    line: int
    call_id: str
    joined: UUID


class Recycled(NamedTuple):
    """`status` is open (it waits on, for `reason`), repaired (it landed) or rejected.

    Key and digest are those of the record as it stands now; None keeps those it has.
    """

    line: int
    status: str
    reason: str
    detail: str
    record_key: str | None = None
    payload_digest: str | None = None
