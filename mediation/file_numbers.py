"""Which number a file of a source bears, and in which stream it counts.

A source says where the number stands in the names of its files. TAP files give themselves one,
which counts where the source says nothing else; each network that sends by a source has a stream.
"""

import re

from mediation.draft import Decoded
from mediation.formats import tap_numbers
from mediation.sequences import FileNumber
from mediation.source import Source


def counter_of(source: Source, stream: str) -> tuple[int, int] | None:
    """First and last number of a stream; None where it never wraps."""
    return tap_numbers.COUNTER if stream else source.counter


def numbered(source: Source, file_name: str, decoded: Decoded) -> FileNumber | None:
    """The number of a file, if it has one: that of its name, or the one that it gives itself.

    A file of a network that cannot be read has that of its name; a test has none.
    """
    if source.file_numbers is not None:
        number = file_number(source, file_name)
        return None if number is None else FileNumber(number)
    if source.format != "tap" or source.mapping.get("numbers") == "ignored":
        return None
    is_unread = decoded.refused is not None and not decoded.refused.startswith(tap_numbers.TEST)
    return decoded.numbered or (tap_numbers.named_number(file_name) if is_unread else None)


def file_number(source: Source, file_name: str) -> int | None:
    """The counter in a file's name; None where the source does not count or the name has none."""
    if source.file_numbers is None:
        return None
    pattern = re.escape(source.file_numbers).replace(r"\{number\}", "([0-9]{1,12})")
    found = re.fullmatch(pattern.replace(r"\*", ".*"), file_name)
    return int(found.group(1)) if found else None
