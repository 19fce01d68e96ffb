"""Which number a TAP file bears among those that one network sends to another.

Each sender numbers what it sends to one recipient by itself, 00001 to 99999 and then 00001 again;
transfer batches and notifications share the numbers. A file that is sent again keeps its number.
Test files are numbered apart, and are never loaded, so that nobody waits for one.

A stream is named as its files are, without the number: CD, the sender, the recipient (GSMA TD.57;
only facts of the format are used).
"""

import re
from typing import Final

from mediation.formats import rap_tags
from mediation.formats import tap_tags as tags
from mediation.formats.ber import BrokenBer, children
from mediation.sequences import FileNumber

COUNTER: Final = (1, 99_999)
CHARGED: Final = "CD"
TEST: Final = "TEST_FILE"
NAME: Final = re.compile(r"([CT]D)([A-Z0-9]{5})([A-Z0-9]{5})([0-9]{5})")


def stream_between(sender: str, recipient: str) -> str:
    """The stream of files that one network sends to another."""
    return f"{CHARGED}{sender}{recipient}"


def networks_of(stream: str) -> tuple[str, str]:
    """Who sends the files of a stream, and to whom."""
    named = NAME.fullmatch(f"{stream}00000")
    assert named is not None, "a stream of TAP files is named by two networks"
    return named[2], named[3]


def told_number(content: bytes) -> FileNumber | None:
    """The number that a file gives itself; None of a test, and where none can be read."""
    try:
        head = _head(content)
    except BrokenBer:
        return None
    if tags.FILE_TYPE_INDICATOR in head:
        return None
    said = (tags.SENDER, rap_tags.RECIPIENT, tags.FILE_SEQUENCE_NUMBER)
    return _numbered(CHARGED, *(head.get(tag, b"").decode("latin-1") for tag in said))


def named_number(file_name: str) -> FileNumber | None:
    """The number in the name of a file that cannot be read, if it is named as networks do."""
    named = NAME.search(file_name)
    return None if named is None else _numbered(*named.groups())


def _head(content: bytes) -> dict[int, bytes]:
    """The plain values of a notification, or of the control part of a transfer batch."""
    held = next(children(content, 0, len(content)), None)
    if held is not None and held.tag == tags.TRANSFER_BATCH:
        inner = children(content, held.begin, held.end)
        held = next((each for each in inner if each.tag == tags.BATCH_CONTROL_INFO), None)
    if held is None or not held.is_constructed:
        return {}
    parts = children(content, held.begin, held.end)
    return {each.tag: content[each.begin : each.end] for each in parts if not each.is_constructed}


def _numbered(kind: str, sender: str, recipient: str, number: str) -> FileNumber | None:
    is_named = NAME.fullmatch(f"{kind}{sender}{recipient}{number}") is not None
    if kind != CHARGED or not is_named or not COUNTER[0] <= int(number) <= COUNTER[1]:
        return None
    return FileNumber(int(number), stream_between(sender, recipient))
