"""A network is told which of its TAP files never came."""

import datetime as dt

import pytest

from i18n.errors import DomainError
from mediation.formats.rap import MissingReturn, ReturnBatch, read_rap
from settlement.interconnect.roaming.missing_files import service
from settlement.interconnect.roaming.missing_files.missing import in_rows
from settlement.interconnect.roaming.returning import service as returning
from settlement.interconnect.roaming.taking_back import service as taking_back
from settlement.periods import service as periods
from tenants.clock import HeldClock
from tenants.session import TenantSession
from tests.mediation.test_streams import came, registered, undone


def untold(session: TenantSession) -> list[tuple[str, list[int]]]:
    return [(each.sender, each.untold) for each in service.missing_files(session)]


def test_numbers_that_follow_one_another_are_told_in_one() -> None:
    assert in_rows([42, 43, 45, 99_999, 1]) == [(42, 43), (45, 45), (99_999, 99_999), (1, 1)]
    assert in_rows([]) == []


def test_a_network_is_told_of_its_own_missing_files(session: TenantSession) -> None:
    registered(session)
    for number, sender in ((41, "DEUT1"), (7, "FRAF2"), (44, "DEUT1"), (46, "DEUT1"), (9, "FRAF2")):
        came(session, number, sender)
    assert untold(session) == [("DEUT1", [42, 43, 45]), ("FRAF2", [8])]

    file = service.tell(session, "visited", "DEUT1")

    assert (file.name, file.returns, file.missing) == ("RCPOLKMDEUT100001", 2, (42, 43, 45))
    read = read_rap(returning.download(session, file.id)[1])
    assert isinstance(read, ReturnBatch)
    assert read[:3] == ("POLKM", "DEUT1", 1)
    assert read.returns == (MissingReturn(42, 43), MissingReturn(45, 45))
    assert untold(session) == [("DEUT1", []), ("FRAF2", [8])]


def test_a_number_is_told_once_and_stays_missing(session: TenantSession) -> None:
    registered(session)
    came(session, 41)
    came(session, 43)
    periods.open_period(session, "2026-10")
    service.tell(session, "visited", "DEUT1")

    with pytest.raises(DomainError, match="No file of DEUT1 is missing from source visited"):
        service.tell(session, "visited", "DEUT1")
    assert "CDDEUT1POLKM00042" in str(periods.obstacles(session, "2026-10").said())

    # Another one that is missing since is told by the next file, alone.
    came(session, 45)
    again = service.tell(session, "visited", "DEUT1")
    assert (again.sequence, again.missing) == (2, (44,))


def test_what_came_and_was_undone_is_told_again(session: TenantSession) -> None:
    registered(session)
    came(session, 41)
    came(session, 43)
    service.tell(session, "visited", "DEUT1")
    late = came(session, 42)
    assert service.missing_files(session) == []

    assert isinstance(session.clock, HeldClock)
    session.clock.move_to(session.now() + dt.timedelta(days=1))
    undone(session, late)

    assert untold(session) == [("DEUT1", [42])]


def test_what_never_came_is_not_taken_back(session: TenantSession) -> None:
    registered(session)
    came(session, 41)
    came(session, 43)
    file = service.tell(session, "visited", "DEUT1")

    with pytest.raises(DomainError, match="gave nothing back"):
        taking_back.propose(session, file.id, "it came after all")
