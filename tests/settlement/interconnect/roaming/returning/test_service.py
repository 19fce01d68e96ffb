"""What we do not accept of a TAP file is returned to the network, and not paid."""

import datetime as dt
import json
from decimal import Decimal

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from i18n.errors import DomainError
from mediation import service as mediation
from mediation.batch import Batch
from mediation.formats.rap import FatalReturn, ReturnBatch, ReturnError, SevereReturn, read_rap
from mediation.formats.rap_writing import RapHead, acknowledgement_file
from mediation.formats.tap_contents import tap_contents
from mediation.sources import service as sources
from mediation.writing_off import service as writing_off
from settlement.interconnect.roaming.returning import service
from settlement.interconnect.roaming.returning.sent_rap import fatal_error
from settlement.interconnect.roaming.returning.service import Named
from settlement.interconnect.roaming.taking_back import service as taking_back
from settlement.periods import service as periods
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.mediation.formats import tap_files
from tests.mediation.formats.tap_files import audit, batch, originated
from tests.mediation.formats.tap_files import session as data_session
from tests.mediation.test_statements_sent import sent

# The second event names an offset code that the file does not have.
EVENTS = (
    originated(),
    originated(local="20261005140000", called="49301234568", code=9, charge=700),
    data_session(local="20261005150000"),
)
UNTIED = batch(audited=audit(9999, 4))
LATER = "20261006120000"
WAITING = batch(*EVENTS, audited=audit(2300 + 700 + 1500, 3))


def came(tenant: TenantSession, content: bytes = WAITING, name: str = "CDDEUT1POLKM00042") -> Batch:
    sources.register_source(tenant, "visited", "Visited networks", "tap", {})
    return mediation.ingest(tenant, "visited", name, content)


def written(tenant: TenantSession, file: service.SentRapFile) -> ReturnBatch:
    found = read_rap(service.download(tenant, file.id)[1])
    assert isinstance(found, ReturnBatch)
    return found


def test_a_record_that_waits_is_returned_with_what_is_wrong(session: TenantSession) -> None:
    arrived = came(session)
    assert (arrived.landed, arrived.suspended) == (2, 1)

    file = service.return_batch(session, arrived.id)

    assert (file.name, file.returns, file.tap_sequence) == ("RCPOLKMDEUT100001", 1, 42)
    # 700 units at three places.
    assert (file.amount, file.currency) == (Decimal("0.7"), "XDR")
    found = written(session, file)
    assert found[:5] == ("POLKM", "DEUT1", 1, 3, "XDR")
    (severe,) = found.returns
    assert isinstance(severe, SevereReturn)
    assert (severe.sequence, severe.charge) == (42, 700)
    # The offset code stands in the start of the call of its basic information.
    assert severe.errors == (ReturnError(20, (9, 147, 44, 232)),)


def test_what_is_returned_is_given_up_by_a_second_person(session: TenantSession) -> None:
    arrived = came(session)
    file = service.return_batch(session, arrived.id)
    (proposed,) = writing_off.write_offs(session)
    assert (proposed.id, proposed.why, proposed.records) == (
        file.write_off_id, "RCPOLKMDEUT100001", 1,
    )  # fmt: skip

    session.principal = Principal("second", Role.FINANCE_APPROVER, user_id=session.ids.new())
    writing_off.approve(session, proposed.id)

    after = mediation.the_batch(session, arrived.id)
    assert (after.landed, after.rejected, after.suspended) == (2, 1, 0)


def test_a_record_is_returned_once(session: TenantSession) -> None:
    arrived = came(session)
    service.return_batch(session, arrived.id)

    with pytest.raises(DomainError, match="Nothing of CDDEUT1POLKM00042"):
        service.return_batch(session, arrived.id)

    assert len(service.files(session)) == 1


def test_only_what_waits_for_the_reason_is_returned(session: TenantSession) -> None:
    arrived = came(session)

    with pytest.raises(DomainError, match="Nothing of"):
        service.return_batch(session, arrived.id, reason="BAD_NUMBER")

    assert service.return_batch(session, arrived.id, reason="UNKNOWN_UTC_OFFSET").returns == 1


def test_a_file_whose_totals_do_not_tie_is_returned_whole(session: TenantSession) -> None:
    arrived = came(session, UNTIED)
    assert arrived.status == "quarantined"

    file = service.return_batch(session, arrived.id)

    assert written(session, file).returns == (FatalReturn(42, (ReturnError(100, (1, 15, 415)),)),)
    assert (file.amount, file.write_off_id) == (Decimal(0), None)
    # The totals that are wrong are quoted.
    assert tap_contents(UNTIED).audit in service.download(session, file.id)[1]
    with pytest.raises(DomainError, match="Nothing of"):
        service.return_batch(session, arrived.id)


def test_a_file_that_cannot_be_read_is_named_by_its_name(session: TenantSession) -> None:
    arrived = came(session, tap_files.batch()[:-5])

    file = service.return_batch(session, arrived.id)

    assert (file.sender, file.recipient, file.tap_sequence) == ("POLKM", "DEUT1", 42)
    assert written(session, file).returns == (FatalReturn(42, (ReturnError(10, (1,)),)),)


def test_who_sent_an_unreadable_file_has_to_be_known(session: TenantSession) -> None:
    arrived = came(session, tap_files.batch()[:-5], "unknown.bin")

    with pytest.raises(DomainError, match="does not say which network"):
        service.return_batch(session, arrived.id)


def test_an_error_without_a_usual_code_is_named(session: TenantSession) -> None:
    arrived = came(session, batch(is_test=True))

    with pytest.raises(DomainError, match="no usual error code for TEST_FILE"):
        service.return_batch(session, arrived.id)

    file = service.return_batch(session, arrived.id, error=Named(38, 110))
    assert written(session, file).returns == (FatalReturn(42, (ReturnError(38, (110,)),)),)


def test_after_the_agreed_days_nothing_is_returned(session: TenantSession) -> None:
    arrived = came(session)
    session.execute(
        sa.text("UPDATE batches SET arrived_at = :at WHERE id = :id"),
        {"at": session.now() - dt.timedelta(days=8), "id": arrived.id},
    )
    session.execute(
        sa.text("UPDATE tenants SET policies = :p"), {"p": json.dumps({"rap_days": "7"})}
    )
    session.expire_all()

    with pytest.raises(DomainError, match="more than 7 days ago"):
        service.return_batch(session, arrived.id)


def test_a_file_that_went_back_holds_no_close_unless_it_is_taken_back(
    session: TenantSession,
) -> None:
    first = batch(originated(), audited=audit(2300, 1, latest="20261005120000"), number=41)
    came(session, first, "CDDEUT1POLKM00041")
    periods.open_period(session, "2026-10")
    refused = mediation.ingest(session, "visited", "CDDEUT1POLKM00042", UNTIED)
    after = batch(
        originated(local=LATER), audited=audit(2300, 1, earliest=LATER, latest=LATER), number=43
    )
    mediation.ingest(session, "visited", "CDDEUT1POLKM00043", after)

    def holding() -> tuple[list[str], list[str]]:
        found = periods.obstacles(session, "2026-10")
        return list(found.quarantined), [each.name for each in found.missing.get("visited", ())]

    # It was refused, and what it told is missing as well.
    assert holding() == (["CDDEUT1POLKM00042"], ["CDDEUT1POLKM00042"])

    file = service.return_batch(session, refused.id)
    assert holding() == ([], [])

    asked = taking_back.propose(session, file.id, "refused by DEUT1")
    session.principal = Principal("second", Role.FINANCE_APPROVER, user_id=session.ids.new())
    taking_back.approve(session, asked.id)
    assert holding() == (["CDDEUT1POLKM00042"], ["CDDEUT1POLKM00042"])


def test_a_file_comes_again_corrected_under_its_number(session: TenantSession) -> None:
    refused = came(session, UNTIED)
    service.return_batch(session, refused.id)

    again = mediation.ingest(session, "visited", "corrected", batch())

    assert (again.status, again.sequence, again.landed) == ("landed", 42, 4)


def test_a_file_is_offered_until_it_is_returned(session: TenantSession) -> None:
    arrived = came(session)
    content = batch(audited=audit(1, 4))
    refused = mediation.ingest(session, "visited", "CDDEUT1POLKM00043", content)

    assert [each.file_name for each in service.returnable(session)] == [
        "CDDEUT1POLKM00043", "CDDEUT1POLKM00042",
    ]  # fmt: skip
    service.return_batch(session, arrived.id)
    assert [each.file_name for each in service.returnable(session)] == ["CDDEUT1POLKM00043"]
    service.return_batch(session, refused.id)
    assert service.returnable(session) == []


def test_what_is_offered_is_asked_for_once_however_many_files_there_are(
    session: TenantSession,
) -> None:
    came(session)
    with sent(session) as of_one:
        service.returnable(session)
    for number in range(43, 48):
        untied = batch(audited=audit(number, 4), number=number)
        mediation.ingest(session, "visited", f"CDDEUT1POLKM000{number}", untied)

    with sent(session) as of_six:
        offered = [each.file_name for each in service.returnable(session)]

    assert sorted(offered) == [f"CDDEUT1POLKM000{number}" for number in range(42, 48)]
    assert len(of_six) == len(of_one)


def test_a_record_that_was_returned_and_taken_back_is_not_offered_again(
    session: TenantSession,
) -> None:
    file = service.return_batch(session, came(session).id)
    asked = taking_back.propose(session, file.id, "refused by DEUT1")
    session.principal = Principal("second", Role.FINANCE_APPROVER, user_id=session.ids.new())
    taking_back.approve(session, asked.id)

    assert service.returnable(session) == []


def test_the_network_says_that_the_file_came(session: TenantSession) -> None:
    file = service.return_batch(session, came(session).id)
    said = RapHead("DEUT1", "POLKM", 1, session.now())
    for other in (said._replace(sequence=2), said._replace(sender="DEUXX")):
        with pytest.raises(DomainError, match="does not acknowledge RCPOLKMDEUT100001"):
            service.acknowledge(session, file.id, acknowledgement_file(other))

    noted = service.acknowledge(session, file.id, acknowledgement_file(said))

    assert noted.acknowledged_at == session.now()


def test_numbers_of_subscribers_are_for_those_who_may_see_them(session: TenantSession) -> None:
    file = service.return_batch(session, came(session).id)

    session.principal = Principal("reader", Role.READ_ONLY, user_id=session.ids.new())
    with pytest.raises(DomainError, match="numbers:read"):
        service.download(session, file.id)

    session.principal = Principal("ops", Role.OPERATOR, user_id=session.ids.new())
    with capture_logs() as logged:
        service.download(session, file.id)
    assert {"event": "numbers shown", "to": "ops", "file": file.name, "log_level": "info"} in logged


def test_calls_of_a_switch_are_nobodys_to_return(session: TenantSession) -> None:
    sources.register_source(session, "switch", "Switch", "events", {"kind": "content"})
    arrived = mediation.ingest(session, "switch", "a.json", b'[{"id": "1"}]')

    with pytest.raises(DomainError, match="no TAP file"):
        service.return_batch(session, arrived.id)


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("CONTROL_TOTALS: records declared 3, found 4", ReturnError(100, (1, 15, 43))),
        ("CONTROL_TOTALS: total charge refund declared 1, found 2", ReturnError(100, (1, 15, 355))),
        ("CONTROL_TOTALS: latest start declared a, found b", ReturnError(100, (1, 15, 133))),
        ("UNSUPPORTED_VERSION: TAP 3.9", ReturnError(20, (1, 4, 201))),
        # TD.57: received and processed before, and no copy.
        ("SEQUENCE_TAKEN: file 42 was loaded before", ReturnError(201, (1, 4, 109))),
        ("DECODER_CRASHED", None),
    ],
)
def test_why_a_file_was_refused_is_told_by_code_and_item(
    reason: str, error: ReturnError | None
) -> None:
    assert fatal_error(reason) == error
