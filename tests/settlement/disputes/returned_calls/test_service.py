"""What a roaming partner returns of a TAP file is disputed, call by call found again."""

from decimal import Decimal
from uuid import UUID

import pytest

from currencies.money import shown
from mediation.formats.rap import Acknowledgement, ReturnError, read_rap
from mediation.formats.rap_writing import Fatal, Missing, Severe
from mediation.formats.tap_contents import tap_contents
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Dispute, Reason, Side
from settlement.disputes.returned_calls import service
from settlement.disputes.returned_calls.returned import NoSuchRapFile, RapFile, ReturnKind
from settlement.disputes.values import service as values
from settlement.interconnect.refused_files import service as refused_files
from settlement.interconnect.refused_files.service import Refusal
from settlement.ledger import service as ledger
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.mediation.formats import tap_files
from tests.settlement.disputes.returned_calls.sent import (
    UNKNOWN_IMSI,
    WRONG_CHARGE,
    a_tap_file,
    contents,
    declare,
    events,
    returning,
)


def taken(session: TenantSession, carrier_id: UUID, content: bytes) -> RapFile:
    found = service.take_in(session, carrier_id, content)
    assert isinstance(found, RapFile), found
    return found


def refused(session: TenantSession, carrier_id: UUID, content: bytes) -> str:
    found = service.take_in(session, carrier_id, content)
    assert isinstance(found, Refusal)
    assert service.files(session) == [] or len(service.files(session)) == 1
    return str(found.error)


def the_dispute(session: TenantSession) -> Dispute:
    (found,) = disputes.disputes(session)
    return found


def test_calls_that_are_returned_are_disputed_on_our_declaration(session: TenantSession) -> None:
    file = a_tap_file(session)
    ours = declare(session)

    rap = taken(session, file.carrier_id, returning(events(session, file, 3, 5, 8)))

    # Three calls of 0.05 XDR.
    assert (rap.name, rap.returns, rap.amount) == ("RCIRLATPOLKM00001", 3, Decimal("0.15"))
    opened = the_dispute(session)
    assert (shown(opened.disputed), shown(opened.held)) == ("0.15 XDR", "0.15 XDR")
    assert (opened.raised_by, opened.reason) == (Side.THEM, Reason.TRAFFIC_UNKNOWN)
    assert (opened.document_id, opened.document_line) == (ours.document_id, "incoming")
    assert opened.narrative == "RCIRLATPOLKM00001: CDPOLKMIRLAT00001"
    calls = service.calls_of(session, rap.id)
    assert [(each.place, each.error_code, each.item) for each in calls] == [
        (3, 200, 129), (5, 200, 129), (8, 200, 129),
    ]  # fmt: skip
    assert {each.amount for each in calls} == {Decimal("0.05")}
    assert calls[0].began == "2026-10-01 13:00:00+0100"


def test_what_is_accepted_lowers_what_the_network_owes(session: TenantSession) -> None:
    file = a_tap_file(session)
    declare(session)
    before = owed(session, file.carrier_id)
    taken(session, file.carrier_id, returning(events(session, file, 1, error=WRONG_CHARGE)))
    opened = the_dispute(session)
    assert opened.reason is Reason.RATE

    disputes.settle(session, opened.id, is_accepted=True)
    values.adjust(session, opened.id)

    assert owed(session, file.carrier_id) - before == Decimal("-0.05")


def owed(session: TenantSession, carrier_id: UUID) -> Decimal:
    balances = ledger.balances(session, party_id=carrier_id)
    return sum(
        (each.amount.amount for each in balances if each.account == "carrier_receivable"),
        Decimal(0),
    )


def test_a_file_that_is_returned_as_a_whole_is_disputed_as_a_whole(
    session: TenantSession,
) -> None:
    file = a_tap_file(session)
    declare(session)
    totals = Fatal(1, ReturnError(100, (1, 15, 415)), contents(session, file).audit)

    rap = taken(session, file.carrier_id, returning([totals]))

    assert rap.amount == Decimal(10)
    assert shown(the_dispute(session).disputed) == "10.00 XDR"
    (call,) = service.calls_of(session, rap.id)
    assert (call.kind, call.place, call.item) == (ReturnKind.FATAL, None, 415)
    again = returning(events(session, file, 1), sequence=2)
    assert "returned before" in refused(session, file.carrier_id, again)


def test_an_event_is_returned_once(session: TenantSession) -> None:
    file = a_tap_file(session)
    declare(session)
    taken(session, file.carrier_id, returning(events(session, file, 3)))

    told = refused(session, file.carrier_id, returning(events(session, file, 3, 4), sequence=2))

    assert "1: no such event left in CDPOLKMIRLAT00001" in told
    assert len(disputes.disputes(session)) == 1
    whole = returning([Fatal(1, ReturnError(10, (1,)))], sequence=3)
    assert "were returned before" in refused(session, file.carrier_id, whole)


def test_the_same_rap_file_is_taken_in_once(session: TenantSession) -> None:
    file = a_tap_file(session)
    declare(session)
    content = returning(events(session, file, 3))
    taken(session, file.carrier_id, content)

    assert "was taken in before" in refused(session, file.carrier_id, content)


def test_an_event_that_was_not_sent_refuses_the_whole_file(session: TenantSession) -> None:
    file = a_tap_file(session)
    declare(session)
    (other,) = tap_contents(
        tap_files.batch(tap_files.originated(), audited=tap_files.audit(2300, 1))
    ).events
    details = [*events(session, file, 1), Severe(1, other, UNKNOWN_IMSI)]

    told = refused(session, file.carrier_id, returning(details))

    assert "2: no such event left" in told
    assert disputes.disputes(session) == []
    (kept,) = refused_files.refused_files(session)
    assert (kept.kind.value, kept.code) == ("returns", "returns-what-was-not-sent")


def test_what_names_another_file_network_or_money_is_refused(session: TenantSession) -> None:
    file = a_tap_file(session)
    call = contents(session, file).events[0]
    details = events(session, file, 1)

    for content, told in (
        (returning([Severe(2, call, UNKNOWN_IMSI)]), "no TAP file 00002"),
        (returning(details, sender="IRLXX"), "goes from IRLXX to POLKM"),
        (returning(details, recipient="POLXX"), "goes from IRLAT to POLXX"),
        (returning(details, currency="EUR"), "EUR at 6 decimals"),
        (returning(details, decimal_places=3), "XDR at 3 decimals"),
        (b"RAP", "not sound|no sound|no return batch"),
    ):
        error = refused(session, file.carrier_id, content)
        assert any(part in error for part in told.split("|")), error


def test_what_is_returned_before_we_declared_waits(session: TenantSession) -> None:
    file = a_tap_file(session)
    taken(session, file.carrier_id, returning(events(session, file, 1)))
    assert disputes.disputes(session) == []
    assert service.open_returned(session) == []
    declare(session)

    (opened,) = service.open_returned(session)

    assert shown(opened.disputed) == "0.05 XDR"
    assert service.open_returned(session) == []


def test_files_that_never_came_are_told_and_cost_nothing(session: TenantSession) -> None:
    file = a_tap_file(session)
    declare(session)

    rap = taken(session, file.carrier_id, returning([Missing(2, 4)]))

    (told,) = service.calls_of(session, rap.id)
    assert (told.kind, told.first_number, told.last_number) == (ReturnKind.MISSING, 2, 4)
    assert (rap.amount, disputes.disputes(session)) == (Decimal(0), [])


def test_we_say_that_the_file_came(session: TenantSession) -> None:
    file = a_tap_file(session)
    rap = taken(session, file.carrier_id, returning(events(session, file, 1)))

    found, content = service.acknowledgement(session, rap.id)

    assert found.acknowledgement_name == "ACPOLKMIRLAT00001"
    assert read_rap(content) == Acknowledgement("POLKM", "IRLAT", 1)


def test_a_rap_file_is_its_own_carriers(session: TenantSession) -> None:
    file = a_tap_file(session)
    rap = taken(session, file.carrier_id, returning(events(session, file, 1)))

    session.principal = Principal("portal", Role.CARRIER_USER, party_id=session.ids.new())

    assert service.files(session) == []
    with pytest.raises(NoSuchRapFile):
        service.download(session, rap.id)
    session.principal = Principal("portal", Role.CARRIER_USER, party_id=file.carrier_id)
    assert [each.id for each in service.files(session)] == [rap.id]
