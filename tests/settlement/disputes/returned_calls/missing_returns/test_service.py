"""A network numbers what it returns, and a number between two files is missing."""

import pytest

from i18n.errors import DomainError
from mediation.formats.rap_writing import Missing
from settlement.delivery.alarms import service as alarms
from settlement.disputes.returned_calls import service as returned_calls
from settlement.disputes.returned_calls.missing_returns import service
from settlement.disputes.returned_calls.returned import RapFile
from settlement.interconnect.roaming.tap_out import TapFile
from tenants.session import TenantSession
from tests.settlement.disputes.returned_calls.sent import a_tap_file, returning


def took_in(session: TenantSession, file: TapFile, *numbers: int) -> None:
    """RAP files of these numbers, each of which says that TAP file 2 never came."""
    for number in numbers:
        content = returning([Missing(2, 2)], sequence=number)
        assert isinstance(returned_calls.take_in(session, file.carrier_id, content), RapFile)


def missing(session: TenantSession) -> list[str]:
    return [gap.name for each in service.missing_returns(session) for gap in each.gaps]


def test_a_number_between_two_rap_files_is_missing(session: TenantSession) -> None:
    file = a_tap_file(session)
    took_in(session, file, 7, 10)

    (told,) = service.missing_returns(session)
    assert (told.carrier_id, told.sender, told.recipient) == (file.carrier_id, "IRLAT", "POLKM")
    assert missing(session) == ["RCIRLATPOLKM00008", "RCIRLATPOLKM00009"]

    took_in(session, file, 8)
    assert missing(session) == ["RCIRLATPOLKM00009"]


def test_after_99999_comes_1(session: TenantSession) -> None:
    took_in(session, a_tap_file(session), 99_998, 1)

    assert missing(session) == ["RCIRLATPOLKM99999"]


def test_a_number_that_comes_round_again_is_no_repetition(session: TenantSession) -> None:
    file = a_tap_file(session)
    # Half a round and half a round more.
    took_in(session, file, 1, 49_999, 99_998)

    took_in(session, file, 1)

    again = returned_calls.take_in(session, file.carrier_id, returning([Missing(2, 2)], sequence=1))
    assert not isinstance(again, RapFile)


def test_a_number_that_will_not_come_is_waived_with_a_reason(session: TenantSession) -> None:
    file = a_tap_file(session)
    took_in(session, file, 7, 10)
    with pytest.raises(DomainError, match="RAP file 00008 of IRLAT is waived without a reason"):
        service.waive(session, "IRLAT", 8, " ")
    for sender, number in (("IRLAT", 7), ("DEUT1", 8)):
        with pytest.raises(DomainError, match=f"No RAP file {number:05} of {sender} is missing"):
            service.waive(session, sender, number, "a test")

    service.waive(session, "IRLAT", 8, "never written")

    assert missing(session) == ["RCIRLATPOLKM00009"]


def test_what_is_missing_is_an_alarm(session: TenantSession) -> None:
    took_in(session, a_tap_file(session), 7, 9)

    (told,) = alarms.raised(session, session.now())

    assert dict(told.facts) == {"source": "IRLAT", "number": "RCIRLATPOLKM00008"}
