"""Whoever is named is told of each alarm once, in their language, and nothing else is stopped."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from currencies.money import money
from mediation import service as mediation
from mediation.sources import service as sources
from settlement.app.console import AtOnce
from settlement.delivery.alarms import jobs, service
from settlement.delivery.alarms.alarm import Kind, MailState, after_failure
from settlement.delivery.alarms.service import NoKindOfAlarm, NoSuchRecipient
from settlement.delivery.alarms.wording import alarm_text, subject_of
from settlement.delivery.delivery import Answer, State
from settlement.delivery.mailing.message import AddressUnusable
from settlement.delivery.parcel import Parcel
from settlement.interconnect.credit_limits import service as credit_limits
from settlement.interconnect.guarantees import service as guarantees
from settlement.interconnect.guarantees.guarantee import Kind as GuaranteeKind
from tenants.clock import HeldClock
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import TenantSession, reading, transaction
from tests.settlement.books import a_charge_line, insert
from tests.settlement.delivery.builders import ALPHA, NOON, SENDER, an_operator
from tests.settlement.delivery.mail_server import listening
from tests.settlement.interconnect.exchange import rated_traffic

SENT = Answer(State.SENT, "taken by a twin")
ANNA, BORIS = "anna@alpha.example", "boris@alpha.example"


@dataclass
class Twin:
    """A mail server that keeps what it is handed; `answers` are what it says to addresses."""

    answers: dict[str, Answer] = field(default_factory=dict)
    closed: str = ""
    taken: list[Parcel] = field(default_factory=list)

    def obstacle(self, tenant: str) -> str:
        return self.closed

    def send(self, parcel: Parcel) -> Answer:
        answer = self.answers.get(parcel.address, SENT)
        if answer.state is State.SENT:
            self.taken.append(parcel)
        return answer

    def found(self, parcel: Parcel) -> Answer | None:
        return None

    def asked(self, tenant: str, reference: str) -> Answer | None:
        return None


@pytest.fixture
def office(database: Database) -> Database:
    """An operator whose Anna reads Polish and Boris Russian."""
    an_operator(database)
    database.clock = HeldClock(NOON)
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        service.name_recipient(session, ANNA, "pl")
        service.name_recipient(session, BORIS, "ru")
    return database


def told(database: Database, twin: Twin, minutes: int = 0) -> Mapping[str, Any]:
    """Run the job, so many minutes after noon."""
    database.clock = HeldClock(NOON + dt.timedelta(minutes=minutes))
    return jobs.tell_by(AtOnce(database, ALPHA, SYSTEM, {}, lambda done, total: None), twin)


def states(database: Database) -> dict[str, tuple[MailState, str]]:
    with reading(database, ALPHA, SYSTEM) as session:
        return {each.email: (each.state, each.detail) for each in service.mails(session)}


def a_failed_run(database: Database, minutes: int = 1, error: str = "no such folder") -> None:
    at = NOON + dt.timedelta(minutes=minutes)
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        insert(
            session, "runs", job="mediation.collect", status="failed", token=1, done=0, total=0,
            arguments={}, error=error, created_at=at, started_at=at, finished_at=at,
        )  # fmt: skip


def test_an_alarm_is_told_once_to_each_in_their_language(office: Database) -> None:
    a_failed_run(office)
    twin = Twin()

    first, again = told(office, twin, 5), told(office, twin, 10)

    assert dict(first) == {"lined_up": 2, "sent": 2}
    assert dict(again) == {"lined_up": 0}
    polish, russian = twin.taken
    assert (polish.address, russian.address) == (ANNA, BORIS)
    assert polish.sender == "rechnung@alpha.example"
    assert polish.subject.startswith("1 alarm firmy ")
    assert "Zadanie mediation.collect nie powiodło się: no such folder" in polish.text
    assert "Задание mediation.collect завершилось сбоем: no such folder" in russian.text
    assert polish.delivery_id != russian.delivery_id


def test_a_mail_server_gets_a_message_that_can_be_read(office: Database) -> None:
    a_failed_run(office)
    office.clock = HeldClock(NOON + dt.timedelta(minutes=5))

    with listening() as box:
        office.settings = replace(office.settings, smtp_url=box.url)
        jobs.tell_alarms(AtOnce(office, ALPHA, SYSTEM, {}, lambda done, total: None))

    assert [each.rcpt_tos for each in box.envelopes] == [[ANNA], [BORIS]]
    polish, russian = box.messages
    assert (polish["To"], polish["From"].addresses[0].addr_spec) == (ANNA, SENDER)
    assert polish["Subject"].startswith("1 alarm firmy ")
    assert "завершилось сбоем: no such folder" in russian.get_content()
    assert states(office)[ANNA] == (MailState.SENT, "taken by 127.0.0.1")


def test_alarms_of_one_run_of_the_job_are_one_message(office: Database) -> None:
    a_failed_run(office, 1, "first")
    a_failed_run(office, 2, "second")
    twin = Twin()

    told(office, twin, 5)

    assert [each.address for each in twin.taken] == [ANNA, BORIS]
    assert twin.taken[0].subject.startswith("2 alarmy firmy ")
    assert twin.taken[0].text.index("first") < twin.taken[0].text.index("second")


def test_what_was_raised_before_somebody_was_named_is_not_told_to_them(office: Database) -> None:
    a_failed_run(office, -1, "yesterday")
    office.clock = HeldClock(NOON + dt.timedelta(minutes=3))
    with transaction(office, ALPHA, SYSTEM, "tests.set_up") as session:
        service.name_recipient(session, "late@alpha.example", "en")
    a_failed_run(office, 2)
    twin = Twin()

    told(office, twin, 5)

    assert [each.address for each in twin.taken] == [ANNA, BORIS]
    assert not any("yesterday" in each.text for each in twin.taken)


def test_an_address_that_fails_does_not_keep_the_others_waiting(office: Database) -> None:
    a_failed_run(office)
    twin = Twin({ANNA: Answer(State.FAILED, "451 later")})

    told(office, twin, 5)

    assert [each.address for each in twin.taken] == [BORIS]
    assert states(office)[ANNA] == (MailState.WAITING, "451 later")
    twin.answers.clear()
    told(office, twin, 10)
    assert [each.address for each in twin.taken] == [BORIS, ANNA]


def test_without_a_mail_server_alarms_wait_and_say_why(office: Database) -> None:
    a_failed_run(office)
    twin = Twin(closed="not configured")

    held = told(office, twin, 5)
    assert dict(held) == {"lined_up": 2, "held": 2}
    assert states(office)[ANNA] == (MailState.WAITING, "not configured")

    twin.closed = ""
    told(office, twin, 10)
    assert len(twin.taken) == 2


def test_what_a_worker_left_behind_is_not_sent_by_another(office: Database) -> None:
    a_failed_run(office)

    class Dies(Twin):
        def send(self, parcel: Parcel) -> Answer:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        told(office, Dies(), 5)
    twin = Twin()
    told(office, twin, 10)

    assert [each.address for each in twin.taken] == [BORIS]
    assert states(office)[ANNA][0] is MailState.SENDING


def test_who_is_removed_is_told_no_more(office: Database) -> None:
    a_failed_run(office)
    twin = Twin(closed="not configured")
    told(office, twin, 5)
    with transaction(office, ALPHA, SYSTEM, "tests.set_up") as session:
        [anna, _boris] = service.recipients(session)
        service.drop_recipient(session, anna.id)
        with pytest.raises(NoSuchRecipient):
            service.drop_recipient(session, anna.id)
    twin.closed = ""

    told(office, twin, 10)

    assert [each.address for each in twin.taken] == [BORIS]
    assert set(states(office)) == {BORIS}


def test_a_percent_of_a_credit_limit_is_an_alarm(session: TenantSession) -> None:
    """10.00 XDR are rated for Atlantic to pay; the limit of 10.00 XDR is reached, at 100 %."""
    carrier_id, _ = rated_traffic(session)
    credit_limits.set_limit(session, carrier_id, Decimal(10), "XDR", [100])
    credit_limits.tell(session)
    service.name_recipient(session, ANNA, "en")

    assert service.line_up(session) == 1
    assert service.line_up(session) == 0

    parcel = service.claim(session, ANNA)
    assert parcel is not None
    assert "has reached 100 % of its credit limit: it owes 10.00\u00a0XDR." in parcel.text
    assert service.claim(session, ANNA) is None


def test_a_guarantee_that_runs_out_is_one_alarm(session: TenantSession) -> None:
    """Today is 2 November; a guarantee until 1 December has less than thirty days."""
    carrier_id, _ = rated_traffic(session)
    service.name_recipient(session, ANNA, "en")
    for reference, until in (("BG/1", dt.date(2026, 12, 1)), ("BG/2", dt.date(2026, 12, 3))):
        guarantees.take(
            session, carrier_id, GuaranteeKind.BANK, reference, "Bank of Ireland",
            money("5.00 XDR"), dt.date(2026, 10, 1), until,
        )  # fmt: skip

    assert service.line_up(session) == 1
    assert service.line_up(session) == 0

    parcel = service.claim(session, ANNA)
    assert parcel is not None
    assert (
        "guarantee BG/1 of 5.00\u00a0XDR runs out; 1 Dec 2026 is the first day without."
        in parcel.text
    )


def test_calls_without_a_number_above_the_share_are_one_alarm_of_their_month(
    session: TenantSession,
) -> None:
    share = {"missing_caller_share": "0.05", "missing_caller_price": "0.10"}
    carrier_id, agreement_id = rated_traffic(session, **share)
    service.name_recipient(session, ANNA, "en")
    assert service.line_up(session) == 0
    run_id, period_id = session.execute(sa.text("SELECT id, period_id FROM rating_runs")).one()
    a_charge_line(
        session, run_id, period_id, carrier_id, "1.30", side="carrier", service="missing_caller",
        currency="XDR", agreement_id=agreement_id, destination="",
    )  # fmt: skip

    assert (service.line_up(session), service.line_up(session)) == (1, 0)

    parcel = service.claim(session, ANNA)
    assert parcel is not None
    assert "above the agreed share in 2026-10 and cost 1.30\u00a0XDR more." in parcel.text


def test_a_missing_file_is_an_alarm(session: TenantSession) -> None:
    mapping = {"header": True, "delimiter": ",", "columns": {"occurred_at": "at"}}
    settings = {"zone": "Europe/Warsaw", "file_numbers": "usage-{number}.csv", "mapping": mapping}
    sources.register_source(session, "usage", "Usage", "delimited", settings)
    for number in (1, 4):
        content = f"at\n2026-10-0{number}T08:00:00Z\n".encode()
        mediation.ingest(session, "usage", f"usage-{number}.csv", content, None)

    found = list(service.raised(session, session.now()))

    assert {each.kind for each in found} == {Kind.MISSING_FILE}
    assert [each.facts["number"] for each in found] == ["2", "3"]


def test_a_silence_is_one_alarm_until_a_file_comes(session: TenantSession) -> None:
    """Registered at noon UTC, 13:00 in Warsaw, and due every 6 hours: overdue from 19:00 on."""
    mapping = {"header": True, "delimiter": ",", "columns": {"occurred_at": "at"}}
    settings = {"zone": "Europe/Warsaw", "mapping": mapping, "schedule": {"every_hours": 6}}
    sources.register_source(session, "usage", "Usage", "delimited", settings)
    registered_at = session.now()
    assert list(service.raised(session, registered_at)) == []

    session.clock = HeldClock(registered_at + dt.timedelta(hours=7))
    [first] = service.raised(session, registered_at)
    session.clock = HeldClock(registered_at + dt.timedelta(hours=30))
    [later] = service.raised(session, registered_at)

    assert (first.kind, first.raised_at) == (
        Kind.SILENT_SOURCE,
        registered_at + dt.timedelta(hours=6),
    )
    assert first == later
    assert alarm_text(first.kind, first.facts, "en") == (
        "Files of source usage are overdue since 2026-11-02 19:00+01:00."
    )
    mediation.ingest(session, "usage", "usage-1.csv", b"at\n2026-11-02T08:00:00Z\n", None)
    assert list(service.raised(session, registered_at)) == []


@pytest.mark.parametrize(
    ("tries", "is_final", "state"),
    [
        (1, False, MailState.WAITING),
        (4, False, MailState.WAITING),
        (5, False, MailState.GIVEN_UP),
        (1, True, MailState.GIVEN_UP),
    ],
)
def test_a_message_is_given_up_after_five_tries(
    tries: int, is_final: bool, state: MailState
) -> None:
    assert after_failure(tries, is_final=is_final) is state


def test_amounts_are_written_as_the_language_does() -> None:
    facts = {"carrier": "Atlantic", "period": "2026-10", "amount": "1234.50 EUR"}

    assert "1\u00a0234,50\u00a0EUR" in alarm_text(Kind.DEFAULT_RATE, facts, "pl")
    assert "1,234.50\u00a0EUR" in alarm_text(Kind.DEFAULT_RATE, facts, "en")
    assert subject_of(5, "Alpha", "ru") == "5 тревог компании Alpha"


def test_an_address_that_cannot_be_written_to_is_refused(session: TenantSession) -> None:
    with pytest.raises(AddressUnusable):
        service.name_recipient(session, "no address", "en")


def test_an_address_is_told_of_the_kinds_that_were_chosen(office: Database) -> None:
    with transaction(office, ALPHA, SYSTEM, "tests.set_up") as session:
        named = service.name_recipient(session, BORIS, "ru", [Kind.CREDIT_LIMIT, Kind.MISSING_FILE])
    a_failed_run(office)
    twin = Twin()

    told(office, twin, 5)

    assert named.kinds == (Kind.CREDIT_LIMIT, Kind.MISSING_FILE)
    assert [each.address for each in twin.taken] == [ANNA]


def test_a_kind_chosen_later_is_told_from_then_on(office: Database) -> None:
    with transaction(office, ALPHA, SYSTEM, "tests.set_up") as session:
        service.name_recipient(session, BORIS, "ru", [Kind.MISSING_FILE])
    a_failed_run(office, 1, "before")
    office.clock = HeldClock(NOON + dt.timedelta(minutes=2))
    with transaction(office, ALPHA, SYSTEM, "tests.set_up") as session:
        service.name_recipient(session, BORIS, "ru")
    a_failed_run(office, 3, "after")
    twin = Twin()

    told(office, twin, 5)

    [to_boris] = [each.text for each in twin.taken if each.address == BORIS]
    assert "after" in to_boris and "before" not in to_boris


def test_what_was_raised_before_the_kinds_changed_is_still_told_where_it_stays(
    office: Database,
) -> None:
    a_failed_run(office, 1)
    office.clock = HeldClock(NOON + dt.timedelta(minutes=2))
    with transaction(office, ALPHA, SYSTEM, "tests.set_up") as session:
        service.name_recipient(session, ANNA, "pl", [Kind.FAILED_RUN])
        service.name_recipient(session, BORIS, "ru", [Kind.CREDIT_LIMIT])
    twin = Twin()

    told(office, twin, 5)

    assert [each.address for each in twin.taken] == [ANNA]


def test_an_address_without_a_kind_is_refused(session: TenantSession) -> None:
    with pytest.raises(NoKindOfAlarm):
        service.name_recipient(session, ANNA, "en", [])
