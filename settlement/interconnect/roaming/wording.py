"""What is wrong with a returned call or file, in words: items by TAP tag number, errors by code.

Codes mean something beside the item they stand with (GSMA TD.57); those that hold for any item are
told once. A code or an item without words is shown by its number.
"""

from collections.abc import Callable, Mapping
from typing import Final

from i18n.locale import _

ITEMS: Final[Mapping[int, str]] = {
    1: _("Whole file"),
    3: _("Calls"),
    4: _("Head of the file"),
    5: _("Currency and exchange rates"),
    6: _("Network"),
    9: _("Call or message sent"),
    10: _("Call or message received"),
    14: _("Data session"),
    15: _("Totals of the file"),
    16: _("Local time"),
    43: _("Number of calls"),
    44: _("Start of the call"),
    62: _("Charge"),
    66: _("What is charged"),
    69: _("Charge"),
    105: _("Exchange rate"),
    109: _("Number of the file"),
    129: _("IMSI"),
    152: _("Telephone number"),
    199: _("Subscriber"),
    201: _("Version"),
    223: _("Duration"),
    232: _("Offset from UTC"),
    250: _("Bytes received"),
    251: _("Bytes sent"),
    261: _("Access point"),
    407: _("Called number"),
    415: _("Total charge"),
    427: _("Subscriber"),
}

START, TOTALS = 44, (43, 226, 225, 353, 354, 355, 415)

ERRORS: Final[Mapping[int, str]] = {
    10: _("cannot be read"),
    20: _("has a value that is not allowed"),
    30: _("lacks something that belongs to it"),
    100: _("does not fit the rest of the file"),
    200: _("is not as the networks agreed"),
}
"""Errors that any item can have."""

OF_TOTALS: Final = _("is not what the calls add up to")
TOO_LATE: Final = _("lies too far back")


def wrong_text(item: int | None, code: int | None, say: Callable[..., str]) -> str:
    """The item, and what is wrong with it, as a line for a list: `IMSI: cannot be read (10)`.

    `say` translates for the reader.
    """
    if code is None:
        return ""
    named = ITEMS.get(item or 0)
    told = say(named) if named else str(item or "")
    words = _error(item or 0, code)
    said = f"{say(words)} ({code})" if words else str(code)
    return f"{told}: {said}" if told else said


def _error(item: int, code: int) -> str | None:
    if code == 100 and item in TOTALS:
        return OF_TOTALS
    if code == 200 and item == START:
        return TOO_LATE
    return ERRORS.get(code)
