"""VAT numbers are checked, what was told is kept, reverse charge waits for a valid check (R87)."""

import datetime as dt
import json
from uuid import UUID

import pytest
import sqlalchemy as sa

from settlement.taxation.number_checks import service
from settlement.taxation.number_checks.gateway import NobodyAsked, Vies
from settlement.taxation.number_checks.number_check import (
    Answer,
    CheckUnclear,
    DecisionUnclear,
    DomesticDecision,
    NumberCheck,
    Numbered,
    Told,
    VatCheckUnanswered,
    VatNumberInvalid,
    VatNumberUnchecked,
    checked_decision,
    checked_numbers,
)
from settlement.taxation.number_checks.service import (
    DecidedAlready,
    DecidedByNobody,
    NoVatNumber,
)
from settlement.taxation.number_checks.vies import told_by
from settlement.taxation.number_checks.wording import evidence_note
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer

PARTY = UUID(int=7)
ELBE = Numbered(PARTY, "Elbe", "DE136695976")
ISSUED = dt.date(2026, 11, 2)

# As VIES answers; the last three are no answers.
VALID = {
    "countryCode": "DE",
    "vatNumber": "136695976",
    "requestDate": "2026-11-02T12:00:00.000Z",
    "valid": True,
    "requestIdentifier": "WAPIAAAAYxyz",
    "name": "---",
    "address": "---",
}
INVALID = {**VALID, "valid": False, "requestIdentifier": ""}
UNAVAILABLE = {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}


def vies(answer: object) -> Vies:
    return Vies(lambda url, body: json.dumps(answer).encode())


def a_check(answer: str, day: str, number: str = ELBE.number) -> NumberCheck:
    at = dt.datetime.fromisoformat(day).replace(hour=9, minute=5, tzinfo=dt.UTC)
    told = Told(Answer(answer), "WAPI1", detail="MS_UNAVAILABLE")
    return NumberCheck(UUID(int=1), PARTY, number, "PL5260250274", "VIES", told, at, "system")


@pytest.mark.parametrize(
    ("checks", "found"),
    [
        ([], VatNumberUnchecked),
        ([("valid", "2026-11-02")], "valid"),
        # 45 days before the day of issue, and one more.
        ([("valid", "2026-09-18")], "valid"),
        ([("valid", "2026-09-17")], VatNumberUnchecked),
        # No answer takes nothing away from a check that still counts.
        ([("valid", "2026-10-30"), ("no_answer", "2026-11-01")], "valid"),
        ([("valid", "2026-09-01"), ("no_answer", "2026-11-01")], VatCheckUnanswered),
        ([("no_answer", "2026-09-01"), ("valid", "2026-09-02")], VatNumberUnchecked),
        ([("not_configured", "2026-11-01")], VatCheckUnanswered),
        # The newest answer is what counts, however old an invalid one is.
        ([("valid", "2026-10-30"), ("invalid", "2026-11-01")], VatNumberInvalid),
        ([("invalid", "2026-01-01")], VatNumberInvalid),
        ([("invalid", "2026-10-30"), ("valid", "2026-11-01")], "valid"),
    ],
)
def test_only_a_fresh_valid_check_carries_reverse_charge(
    checks: list[tuple[str, str]], found: type[Exception] | str
):
    known = checked_numbers(a_check(answer, day) for answer, day in checks)

    if isinstance(found, str):
        assert known.evidence(ELBE, ISSUED).told.answer == found
    else:
        with pytest.raises(found):
            known.evidence(ELBE, ISSUED)


def test_a_check_of_another_number_of_the_party_proves_nothing():
    known = checked_numbers([a_check("valid", "2026-11-01", "DE254718935")])

    with pytest.raises(VatNumberUnchecked, match="DE136695976"):
        known.evidence(ELBE, ISSUED)


def test_the_document_names_the_check():
    known = checked_numbers([a_check("valid", "2026-10-30")])

    assert evidence_note(known, ELBE, ISSUED, "en") == (
        "VAT number DE136695976 checked with VIES on 30 Oct 2026 at 09:05 UTC, WAPI1."
    )


@pytest.mark.parametrize(
    ("body", "answer", "detail"),
    [
        (json.dumps(VALID), "valid", ""),
        (json.dumps(INVALID), "invalid", ""),
        (json.dumps(UNAVAILABLE), "no_answer", "MS_UNAVAILABLE"),
        ('{"actionSucceed": false}', "no_answer", "the service refused"),
        ('{"errorWrappers": [7]}', "no_answer", "the service refused"),
        ("<html>503</html>", "no_answer", "the answer is not JSON"),
        ("[]", "no_answer", "the answer is not an object"),
        (
            '{"valid": "true"}',
            "no_answer",
            "the answer does not say whether the number is valid",
        ),
    ],
)
def test_what_cannot_be_read_is_no_answer(body: str, answer: str, detail: str):
    told = told_by(body.encode())

    assert (told.answer, told.detail) == (answer, detail)


def test_a_check_names_both_numbers_and_keeps_what_was_told(session: TenantSession):
    asked = []

    def post(url: str, body: bytes) -> bytes:
        asked.append(json.loads(body))
        return json.dumps({**VALID, "name": "Elbe\nGmbH\x00"}).encode()

    customer = a_customer(session, country="DE", tax_id="DE136695976")

    service.check(session, customer, Vies(post))

    assert asked == [
        {
            "countryCode": "DE",
            "vatNumber": "136695976",
            "requesterMemberStateCode": "PL",
            "requesterNumber": "5260250274",
        }
    ]
    [kept] = service.checks_of(session, customer)
    assert (kept.number, kept.service, kept.checked_by) == ("DE136695976", "VIES", "system")
    assert kept.told == Told(Answer.VALID, "WAPIAAAAYxyz", "Elbe GmbH")
    assert kept.checked_at == session.now()


def test_a_service_that_is_down_or_not_there_leaves_a_trace(session: TenantSession):
    def down(url: str, body: bytes) -> bytes:
        raise TimeoutError("timed out")

    customer = a_customer(session, country="DE", tax_id="DE136695976")

    service.check(session, customer, Vies(down))
    service.check(session, customer, NobodyAsked())

    told = {each.told.answer: each.told.detail for each in service.checks_of(session, customer)}
    assert told == {"no_answer": "timed out", "not_configured": "no service is configured"}


def test_checks_are_never_changed(session: TenantSession):
    customer = a_customer(session, country="DE", tax_id="DE136695976")
    service.check(session, customer, vies(INVALID))

    with pytest.raises(sa.exc.DBAPIError), session.begin_nested():
        session.execute(sa.text("UPDATE vat_number_checks SET answer = 'valid'"))


def test_a_person_may_enter_a_check_made_at_the_service(session: TenantSession):
    customer = a_customer(session, country="DE", tax_id="DE136695976")
    at = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)

    service.enter(session, customer, "VIES", True, "WAPI2", at)

    assert service.known(session).evidence(
        Numbered(customer, "Elbe", "DE136695976"), ISSUED
    ).told == Told(Answer.VALID, "WAPI2")
    for wrong in (
        ("", True, "WAPI2", at),
        ("VIES", True, " ", at),
        ("VIES", True, "WAPI2", session.now() + dt.timedelta(seconds=1)),
    ):
        with pytest.raises(CheckUnclear):
            service.enter(session, customer, *wrong)


def test_a_number_that_is_no_vat_number_is_not_checked(session: TenantSession):
    with pytest.raises(NoVatNumber):
        service.check(session, a_customer(session, country="DE", tax_id=""), vies(VALID))


def test_numbers_abroad_are_checked_a_week_before_their_check_is_stale(session: TenantSession):
    german = {"country": "DE", "tax_id": "DE136695976"}
    a_customer(session, "HOME")
    a_customer(session, "NUMBERLESS", country="DE", tax_id="")
    old = a_customer(session, "OLD", **german)
    new = a_customer(session, "NEW", **german)
    never = a_customer(session, "NEVER", **german)
    # 38 days and 39 days before; a week later the second is 46 days old.
    for party, day in ((new, 25), (old, 24)):
        at = dt.datetime(2026, 9, day, tzinfo=dt.UTC)
        service.enter(session, party, "VIES", True, "W", at)

    assert set(service.due(session, ISSUED)) == {old, never}


@pytest.fixture
def person(session: TenantSession) -> TenantSession:
    session.principal = Principal("ola", Role.OPERATOR)
    return session


def test_a_person_decides_once_and_says_why(person: TenantSession):
    customer = a_customer(person, country="DE", tax_id="DE136695976")

    service.decide(person, customer, "2026-10", "the number was withdrawn")

    [kept] = service.decisions_of(person, customer)
    assert (kept.period, kept.reason, kept.decided_by) == (
        "2026-10",
        "the number was withdrawn",
        "ola",
    )
    known = service.known(person)
    assert known.is_decided(customer, "2026-10")
    assert not known.is_decided(customer, "2026-11")
    with pytest.raises(DecidedAlready):
        service.decide(person, customer, "2026-10", "again")


def test_a_job_decides_nothing(session: TenantSession):
    with pytest.raises(DecidedByNobody):
        service.decide(session, a_customer(session), "2026-10", "because")


@pytest.mark.parametrize(("period", "reason"), [("2026-13", "x"), ("2026-10", "  ")])
def test_a_decision_names_a_month_and_a_reason(period: str, reason: str):
    at = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)

    with pytest.raises(DecisionUnclear):
        checked_decision(DomesticDecision(PARTY, period, reason, at, "ola"))
