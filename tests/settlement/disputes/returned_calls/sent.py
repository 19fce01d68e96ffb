"""A TAP file of October that we sent to IRLAT, and RAP files in which it returns some of it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from currencies import service as currencies
from mediation.formats.rap import ReturnError
from mediation.formats.rap_writing import Detail, RapHead, Severe, return_file
from mediation.formats.tap_contents import TapContents, tap_contents
from settlement.interconnect import service as interconnect
from settlement.interconnect.roaming import service as roaming
from settlement.interconnect.roaming.tap_out import TapFile
from statements import service as statements
from statements.document import Kind
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import a_rate
from tests.settlement.interconnect.roaming.test_service import our_code, visited

# Whom a call belongs to, and what it costs, by the TAP tag numbers of the items.
UNKNOWN_IMSI = ReturnError(200, (9, 147, 427, 199, 129))
WRONG_CHARGE = ReturnError(200, (9, 38, 39, 70, 69, 64, 63, 62))


def a_tap_file(session: TenantSession) -> TapFile:
    """200 calls of 0.05 XDR each, not declared yet."""
    our_code(session)
    visited(session)
    (file,) = roaming.write_files(session, "IC-atlantic", "2026-10")
    return file


def declare(session: TenantSession) -> Any:
    """Our declaration of the month, 10.00 XDR of which the TAP file charges."""
    statements.open_series(session, Kind.DECLARATION, "D/{year}/{month:02}/{number:04}")
    currencies.load_rates(session, [a_rate()])
    return interconnect.declare(session, "2026-10")[0].exchanged


def contents(session: TenantSession, file: TapFile) -> TapContents:
    """The events of the file."""
    return tap_contents(roaming.file_with_bytes(session, file.id)[1])


def returning(details: Sequence[Detail], sequence: int = 1, **head: Any) -> bytes:
    """A RAP file of IRLAT to us."""
    known: dict[str, Any] = {
        "sender": "IRLAT",
        "recipient": "POLKM",
        "sequence": sequence,
        "written_at": dt.datetime(2026, 11, 5, 9, tzinfo=dt.UTC),
        "decimal_places": 6,
        "currency": "XDR",
    }
    return return_file(RapHead(**known | head), details)


def events(
    session: TenantSession, file: TapFile, *places: int, error: ReturnError = UNKNOWN_IMSI
) -> list[Detail]:
    """Returns of these events of the file."""
    found = contents(session, file).events
    return [Severe(file.sequence, found[place - 1], error) for place in places]
