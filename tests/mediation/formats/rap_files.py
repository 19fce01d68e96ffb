"""RAP files for tests: returns of the TAP file of `tap_files`, number 42 of DEUT1 to POLKM."""

import datetime as dt
from collections.abc import Sequence

from mediation.formats.ber_writing import element
from mediation.formats.rap import ReturnError
from mediation.formats.rap_writing import Detail, Fatal, Missing, RapHead, Severe, return_file
from mediation.formats.tap_contents import tap_contents
from tests.mediation.formats import tap_files

HEAD = RapHead("POLKM", "DEUT1", 7, dt.datetime(2026, 11, 3, 9, tzinfo=dt.UTC), 12, 3, "XDR")
CONTENTS = tap_contents(tap_files.batch())
# 2.300 and 1.500 SDR: a call whose IMSI is not ours, a session whose charge is not as agreed.
CALL = Severe(42, CONTENTS.events[0], ReturnError(200, (9, 147, 427, 199, 129)))
SESSION = Severe(42, CONTENTS.events[2], ReturnError(20, (14, 121, 70, 69, 62)))
TOTALS = Fatal(43, ReturnError(100, (1, 15, 415)), CONTENTS.audit)
WHOLE = Fatal(44, ReturnError(10, (1,)))
DETAILS: tuple[Detail, ...] = (CALL, SESSION, TOTALS, WHOLE, Missing(45, 47), Missing(49, 49))


def returned(*details: Detail) -> bytes:
    """A RAP file of these returns; of one of each kind, where none are named."""
    return return_file(HEAD, details or DETAILS)


def batch(
    details: Sequence[bytes],
    *,
    value: int = 0,
    count: int = 1,
    tax: int | None = None,
    release: int = 5,
    places: int | None = 3,
    more: Sequence[bytes] = (),
) -> bytes:
    """A RAP file put together by hand, so that each part of it can be wrong."""
    head = [element(196, "POLKM"), element(182, "DEUT1"), element(181, "00007")]
    head += [element(544, 1), element(543, release)]
    head += [] if places is None else [element(244, places)]
    audit = [element(533, value), element(528, count)]
    audit += [] if tax is None else [element(553, tax)]
    return element(534, [element(537, [*head, *more]), element(536, details), element(541, audit)])


def error(code: int = 10) -> bytes:
    """A list of one error, without the item."""
    return element(520, [element(521, [element(519, code)])])


def severe(event: bytes, number: str = "00042", errors: bytes | None = None) -> bytes:
    """A return of this event."""
    return element(540, [element(109, number), event, error() if errors is None else errors])
