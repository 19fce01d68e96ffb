"""What was returned is not charged as well, and what comes again corrected is charged once."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from i18n.errors import DomainError
from mediation import service as mediation
from mediation.batch import Batch, SuspendedRecord
from mediation.landing import service as landing
from mediation.recycling import service as recycling
from mediation.repairing import service as repairing
from mediation.repairing.rule import Change
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from mediation.undoing import service as undoing
from mediation.writing_off import service as writing_off
from settlement.interconnect.roaming.returning import service as returning
from settlement.interconnect.roaming.returning.sent_rap import SentRapFile
from settlement.interconnect.roaming.taking_back import service
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.mediation.formats.tap_files import audit, batch, originated

LATER = "20261005140000"
FROM = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
UNTIL = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
# The second call names an exchange rate that the file does not have. Charges are in thousandths of
# an SDR, which is 1.25 EUR: 800 are 1 EUR, 600 are 0.75 EUR.
WRONG = batch(
    originated(),
    originated(local=LATER, charge=800, rate=9),
    audited=audit(2300 + 800, 2, latest=LATER),
)
RIGHT = batch(
    originated(local=LATER, charge=800),
    audited=audit(800, 1, earliest=LATER, latest=LATER),
    number=43,
)


def came(session: TenantSession, number: int, content: bytes) -> Batch:
    if number == 42:
        sources.register_source(
            session, "visited", "Visited networks", "tap", {"mapping": {"amounts": "local"}}
        )
    return mediation.ingest(session, "visited", f"CDDEUT1POLKM000{number}", content)


def returned(session: TenantSession) -> tuple[SentRapFile, SuspendedRecord]:
    """The call that waits, returned."""
    arrived = came(session, 42, WRONG)
    assert (arrived.landed, arrived.suspended) == (1, 1)
    file = returning.return_batch(session, arrived.id)
    (record,) = suspense.open_of_batch(session, arrived.id)
    return file, record


def second(session: TenantSession) -> None:
    session.principal = Principal("second", Role.FINANCE_APPROVER, user_id=session.ids.new())


def taken_back(session: TenantSession, file: SentRapFile) -> None:
    asked = service.propose(session, file.id, "refused by DEUT1")
    second(session)
    service.approve(session, asked.id)


def charged(session: TenantSession) -> list[Decimal]:
    """The amounts of the calls begun at two o'clock that rating sees."""
    usage = mediation.landed_usage(session, FROM, UNTIL)
    at = dt.datetime(2026, 10, 5, 12, tzinfo=dt.UTC)
    return usage.filter(pl.col("occurred_at") == at)["amount"].to_list()


def test_what_is_returned_is_not_repaired(session: TenantSession) -> None:
    _, record = returned(session)

    with pytest.raises(DomainError, match="given back as RCPOLKMDEUT100001"):
        suspense.repair(session, record.id, {"amount": "1"}, "a test")

    change = Change(record.reason, "kind", "*", "amount", "1")
    assert repairing.preview(session, change).records == 0
    assert repairing.apply(session, change, "a test").rule.records == 0


def test_what_is_returned_is_not_sent_on(session: TenantSession) -> None:
    # Repaired just before it was returned, so that it would land.
    arrived = came(session, 42, WRONG)
    (record,) = suspense.open_of_batch(session, arrived.id)
    suspense.repair(session, record.id, {"amount": "1", "currency": "EUR"}, "a test")
    returning.return_batch(session, arrived.id)

    assert recycling.recycle(session) == ([], [record.id])
    assert recycling.recycle(session, [record.id]) == ([], [record.id])
    assert charged(session) == []


def test_two_people_take_a_return_back_and_then_the_record_goes_on(session: TenantSession) -> None:
    file, record = returned(session)
    session.principal = Principal("first", Role.FINANCE_APPROVER, user_id=session.ids.new())
    asked = service.propose(session, file.id, "refused by DEUT1")
    with pytest.raises(DomainError, match="Somebody else has to approve"):
        service.approve(session, asked.id)
    with pytest.raises(DomainError, match="taken back already"):
        service.propose(session, file.id, "again")

    second(session)
    assert service.approve(session, asked.id).status == "approved"

    # The write-off that was proposed with the return is off.
    assert [each.status for each in writing_off.write_offs(session)] == ["rejected"]
    suspense.repair(session, record.id, {"amount": "1", "currency": "EUR"}, "agreed")
    assert recycling.recycle(session, [record.id]) == ([record.id], [])
    assert charged(session) == [Decimal(1)]


def test_a_rejected_taking_back_leaves_the_record_returned(session: TenantSession) -> None:
    file, record = returned(session)
    asked = service.propose(session, file.id, "refused by DEUT1")

    assert service.reject(session, asked.id, "it was accepted").status == "rejected"

    with pytest.raises(DomainError, match="given back as"):
        suspense.repair(session, record.id, {"amount": "1"}, "a test")
    with pytest.raises(DomainError, match="Nothing is left to decide"):
        service.reject(session, asked.id, "again")


def test_what_was_given_up_is_not_taken_back(session: TenantSession) -> None:
    file, _ = returned(session)
    second(session)
    assert file.write_off_id is not None
    writing_off.approve(session, file.write_off_id)
    session.principal = Principal("first", Role.FINANCE_APPROVER, user_id=session.ids.new())
    asked = service.propose(session, file.id, "refused by DEUT1")
    second(session)

    with pytest.raises(DomainError, match="written off"):
        service.approve(session, asked.id)


@pytest.mark.parametrize("is_given_up_first", [True, False])
def test_a_returned_call_comes_again_corrected_and_is_charged_once(
    session: TenantSession, is_given_up_first: bool
) -> None:
    file, _ = returned(session)
    second(session)
    assert file.write_off_id is not None
    if is_given_up_first:
        writing_off.approve(session, file.write_off_id)
    again = came(session, 43, RIGHT)
    if not is_given_up_first:
        writing_off.approve(session, file.write_off_id)

    assert (again.landed, again.duplicate) == (1, 0)
    assert charged(session) == [Decimal(1)]
    # A third time it is a duplicate.
    third = batch(
        originated(local=LATER, charge=800), originated(local=LATER, seconds=5, charge=0),
        audited=audit(800, 2, earliest=LATER, latest=LATER), number=44,
    )  # fmt: skip
    assert (came(session, 44, third).duplicate, charged(session)) == (
        1, [Decimal(1), Decimal(0)],
    )  # fmt: skip


def test_what_came_again_and_is_taken_back_is_charged_once(session: TenantSession) -> None:
    file, record = returned(session)
    came(session, 43, RIGHT)

    taken_back(session, file)
    suspense.repair(session, record.id, {"amount": "1", "currency": "EUR"}, "agreed")
    recycling.recycle(session, [record.id])

    assert suspense.the_record(session, record.id).status == "rejected"
    assert charged(session) == [Decimal(1)]


def returned_at_rating(session: TenantSession) -> SentRapFile:
    """A call that landed and could not be priced, returned for its subscriber."""
    content = batch(
        originated(), originated(local=LATER, charge=600),
        audited=audit(2300 + 600, 2, latest=LATER),
    )  # fmt: skip
    arrived = came(session, 42, content)
    usage = landing.usage_of_batch(session, arrived.id).filter(pl.col("line") == 2)
    lost = usage.with_columns(reason=pl.lit("NO_SUBSCRIPTION"), detail=pl.lit(""))
    suspense.suspend_at_rating(session, lost, session.ids.new())
    return returning.return_batch(session, arrived.id)


def test_a_call_without_a_subscription_is_rated_no_more_while_it_is_returned(
    session: TenantSession,
) -> None:
    file = returned_at_rating(session)
    assert charged(session) == []

    taken_back(session, file)

    assert charged(session) == [Decimal("0.75")]


def test_a_call_that_was_rated_comes_again_corrected_and_is_charged_once(
    session: TenantSession,
) -> None:
    file = returned_at_rating(session)

    assert came(session, 43, RIGHT).landed == 1

    assert charged(session) == [Decimal(1)]
    with pytest.raises(DomainError, match="have come again corrected"):
        taken_back(session, file)


def test_a_file_returned_whole_is_not_read_again(session: TenantSession) -> None:
    arrived = came(session, 42, batch(audited=audit(9999, 4)))
    file = returning.return_batch(session, arrived.id)

    with pytest.raises(DomainError, match="given back as RCPOLKMDEUT100001"):
        mediation.read_again(session, arrived.id)

    taken_back(session, file)
    assert mediation.read_again(session, arrived.id).status == "quarantined"


def test_a_file_is_not_undone_while_calls_of_it_are_returned(session: TenantSession) -> None:
    file, record = returned(session)

    with pytest.raises(DomainError, match="were given back as RCPOLKMDEUT100001"):
        undoing.propose(session, record.batch_id, "a test")

    taken_back(session, file)
    assert undoing.propose(session, record.batch_id, "a test").status == "proposed"
