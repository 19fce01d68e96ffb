"""What corrects an accepted month is booked when the other side accepts it (rule R60)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from currencies.money import shown
from settlement.app.scenario.play import Play
from settlement.app.scenario.playing import play_steps
from settlement.app.scenario.run import STORY
from settlement.app.scenario.stage import TENANT, set_stage
from settlement.app.scenario.story import read_story
from settlement.insight.service import verify
from settlement.interconnect import service as interconnect
from settlement.interconnect.comparison import Agreement
from settlement.interconnect.consenting import service
from settlement.interconnect.consents import service as consents
from settlement.interconnect.consents.consent import (
    ConsentWithoutLetter,
    CorrectionDecided,
    CorrectionRefusedWithoutReason,
    Heard,
    NoConsentAsked,
    Status,
    was_accepted,
)
from settlement.interconnect.exchanged import Exchanged
from settlement.interconnect.service import NoSuchDeclaration
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service as periods
from tenants.clock import HeldClock
from tenants.four_eyes import NotAPerson
from tenants.ids import tenant_id_of
from tenants.persistence import launcher
from tenants.persistence.database import Database, Place
from tenants.principal import SYSTEM, Principal, Role
from tenants.randomness import SeededRandomness
from tenants.session import TenantSession, reading
from tenants.settings import settings_from_environment
from tests.conftest import copy_of_template

FOLDER = Path(__file__).parents[3] / "scenarios"
FOLDER /= "a_correction_of_an_accepted_month_waits_for_the_carrier"
DEEMED = dt.date(2026, 12, 3)
NOTHING_HEARD = Heard(is_agreed=False, is_disputed=False, verdict=None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A correction of an October that was accepted in silence, and the clock it was declared by."""

    session: TenantSession
    clock: HeldClock
    correction: Exchanged

    @property
    def receivable(self) -> str:
        """What the carrier owes us by the book."""
        (only,) = ledger.balances(self.session, Account.CARRIER_RECEIVABLE)
        return shown(only.amount)

    def as_carrier(self) -> None:
        """Let a user of the carrier act."""
        party_id = self.correction.carrier_id
        self.session.principal = Principal("ops@atlantic", Role.CARRIER_USER, party_id=party_id)

    def as_person(self) -> None:
        """Let one of ours act who did not declare it."""
        user_id = self.session.ids.new()
        self.session.principal = Principal("eva", Role.FINANCE_APPROVER, user_id)


@pytest.fixture(scope="module")
def declared(
    server: launcher.Server, template: Place, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Waiting]:
    """The story up to the declaration of the correction."""
    url = copy_of_template(server, "consents").application_url
    story = read_story("waiting", (FOLDER / STORY).read_text(encoding="utf-8"))
    story = replace(story, steps=story.steps[:-1])
    clock = HeldClock(story.now)
    files = tmp_path_factory.mktemp("consents")
    settings = replace(settings_from_environment(), data_folder=files)
    database = Database(url, settings, clock, SeededRandomness(1))
    try:
        with reading(database, tenant_id_of(TENANT), SYSTEM) as session:
            set_stage(session, story, FOLDER)
            play_steps(Play(session, clock, story, FOLDER))
            ours = [each for each in interconnect.declarations(session) if each.corrects_id]
            yield Waiting(session, clock, ours[0])
    finally:
        database.close()


@pytest.fixture
def waiting(declared: Waiting) -> Iterator[Waiting]:
    """The same, of which nothing is kept."""
    inside, now = declared.session.begin_nested(), declared.clock.now()
    yield declared
    inside.rollback()
    declared.session.expire_all()
    declared.session.principal = SYSTEM
    declared.clock.move_to(now)


def test_a_correction_of_an_accepted_month_is_declared_and_not_booked(waiting: Waiting) -> None:
    found = service.consents_to(waiting.session, [waiting.correction])

    assert [each.status for each in found.values()] == [Status.WAITING]
    assert waiting.receivable == "5.00 EUR"
    assert verify(waiting.session) == []


def test_the_carrier_agrees_by_itself_and_it_is_booked_once(waiting: Waiting) -> None:
    waiting.as_carrier()

    first, again = (service.agree(waiting.session, waiting.correction.id) for _ in range(2))

    assert first == again and first.status is Status.AGREED
    assert (first.answered_by, waiting.receivable) == ("ops@atlantic", "4.00 EUR")


def test_one_of_ours_notes_its_letter(waiting: Waiting) -> None:
    with pytest.raises(NotAPerson):
        service.agree(waiting.session, waiting.correction.id, "letter 7")
    waiting.as_person()
    with pytest.raises(ConsentWithoutLetter):
        service.agree(waiting.session, waiting.correction.id, " ")

    noted = service.agree(waiting.session, waiting.correction.id, "letter 7")

    assert (noted.status, noted.reference) == (Status.AGREED, "letter 7")
    assert waiting.receivable == "4.00 EUR"


def test_what_is_refused_is_not_booked_and_may_still_be_agreed_to(waiting: Waiting) -> None:
    waiting.as_carrier()
    with pytest.raises(CorrectionRefusedWithoutReason):
        service.refuse(waiting.session, waiting.correction.id, " ")

    refused = service.refuse(waiting.session, waiting.correction.id, "0.045 was agreed")

    assert (refused.status, waiting.receivable) == (Status.REFUSED, "5.00 EUR")
    with pytest.raises(CorrectionDecided):
        service.refuse(waiting.session, waiting.correction.id, "once more")
    assert service.agree(waiting.session, waiting.correction.id).status is Status.AGREED
    assert waiting.receivable == "4.00 EUR"


def test_another_carrier_finds_no_such_correction(waiting: Waiting) -> None:
    rival = waiting.session.ids.new()
    waiting.session.principal = Principal("ops@rival", Role.CARRIER_USER, party_id=rival)

    with pytest.raises(NoSuchDeclaration):
        service.agree(waiting.session, waiting.correction.id)
    with pytest.raises(NoSuchDeclaration):
        service.refuse(waiting.session, waiting.correction.id, "no")


def test_a_first_declaration_needs_no_consent(waiting: Waiting) -> None:
    waiting.as_carrier()
    assert waiting.correction.corrects_id is not None

    with pytest.raises(NoConsentAsked):
        service.agree(waiting.session, waiting.correction.corrects_id)


# Declared on 5 December, with a window of 30 days: 4 January is the last day to object.
@pytest.mark.parametrize(
    ("day", "booked"),
    [(dt.datetime(2027, 1, 4, 12, tzinfo=dt.UTC), []),
     (dt.datetime(2027, 1, 5, 12, tzinfo=dt.UTC), [Status.DEEMED_ACCEPTED])],
)  # fmt: skip
def test_silence_accepts_with_the_day_after_the_window(
    waiting: Waiting, day: dt.datetime, booked: list[Status]
) -> None:
    waiting.clock.move_to(day)
    periods.open_period(waiting.session, "2027-01")

    found = [each.status for each in service.accept_silence(waiting.session)]

    assert found == booked
    assert waiting.receivable == ("4.00 EUR" if booked else "5.00 EUR")
    assert verify(waiting.session) == []


def test_a_refusal_is_not_overcome_by_silence(waiting: Waiting) -> None:
    waiting.as_carrier()
    service.refuse(waiting.session, waiting.correction.id, "not agreed")
    waiting.clock.move_to(dt.datetime(2027, 3, 1, tzinfo=dt.UTC))

    assert service.accept_silence(waiting.session) == []
    assert waiting.receivable == "5.00 EUR"


@pytest.mark.parametrize(("value", "is_asked"), [("agreed", True), ("at_once", False)])
def test_the_agreement_says_who_is_asked_and_silence_accepts_nothing_then(
    waiting: Waiting, value: str, is_asked: bool
) -> None:
    chosen = {"value": f'{{"accepted_corrections": "{value}"}}'}
    session, correction = waiting.session, waiting.correction
    session.execute(sa.text("UPDATE agreements SET policies = CAST(:value AS jsonb)"), chosen)
    session.expire_all()
    waiting.clock.move_to(dt.datetime(2027, 3, 1, tzinfo=dt.UTC))
    assert correction.corrects_id is not None
    original = interconnect.exchanged(session, correction.corrects_id)
    agreement = interconnect.agreement_of(session, correction)

    assert consents.is_needed(session, original, agreement, DEEMED, []) is is_asked
    assert service.accept_silence(session) == []


@pytest.mark.parametrize(
    ("heard", "on", "expected"),
    [
        (NOTHING_HEARD, DEEMED, True),
        (NOTHING_HEARD, DEEMED - dt.timedelta(days=1), False),
        (replace(NOTHING_HEARD, is_agreed=True), dt.date(2026, 11, 3), True),
        (replace(NOTHING_HEARD, is_disputed=True), DEEMED, False),
        (replace(NOTHING_HEARD, verdict=Agreement.EXACT), dt.date(2026, 11, 3), True),
        (replace(NOTHING_HEARD, verdict=Agreement.WITHIN_TOLERANCE), dt.date(2026, 11, 3), True),
        (replace(NOTHING_HEARD, verdict=Agreement.OUT_OF_TOLERANCE), DEEMED, False),
    ],
)
def test_a_month_is_accepted_in_words_by_comparison_or_in_silence(
    heard: Heard, on: dt.date, expected: bool
) -> None:
    assert was_accepted(heard, DEEMED, on) is expected
