"""A number, line or port is one thing at a time, on every day."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from i18n.errors import DomainError
from settlement.inventory import service
from settlement.inventory.resource import (
    CodeUnusable,
    NoSuchResource,
    NothingToFree,
    QuarantineUnclear,
    RangeUnclear,
    ReservationUnclear,
    ResourceNotFree,
    ResourcesExist,
    Stay,
    checked_codes,
    numbers_between,
)
from settlement.inventory.store import StayRow
from settlement.parties.service import NoSuchParty
from tenants.session import TenantSession
from tests.settlement.parties.builders import a_registered_party

TODAY = date(2026, 10, 5)
LATER = date(2026, 10, 20)


def in_stock(session: TenantSession, *codes: str, rest: int = 30) -> dict[str, UUID]:
    service.import_resources(session, "stock", "number", codes, rest)
    return {each.code: each.id for each in service.resources(session, TODAY)}


def states(session: TenantSession, on: date = TODAY) -> dict[str, str]:
    return {each.code: each.state for each in service.resources(session, on)}


def test_what_is_imported_is_free(session: TenantSession) -> None:
    in_stock(session, *numbers_between("48221000098", "48221000101"))

    assert states(session) == dict.fromkeys(
        ["48221000098", "48221000099", "48221000100", "48221000101"], "free"
    )
    assert service.counts(session, TODAY) == [("number", "free", 4)]
    assert [each.name for each in service.ranges(session)] == ["stock"]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("100", "99"),
        ("1", "10"),
        ("a", "b"),
        ("", ""),
        ("1" * 18, "2" * 18),
        ("0000000", "1000000"),
    ],
)
def test_a_range_that_is_unclear_is_refused(first: str, last: str) -> None:
    with pytest.raises(RangeUnclear):
        numbers_between(first, last)


def test_leading_zeros_are_kept() -> None:
    assert numbers_between("009", "010") == ["009", "010"]


def test_codes_are_printable_and_each_once() -> None:
    assert checked_codes(["olt-1/2", "olt-1/1", "olt-1/2"]) == ["olt-1/1", "olt-1/2"]
    with pytest.raises(CodeUnusable):
        checked_codes(["olt 1"])


def test_nothing_is_imported_twice_and_no_rest_is_below_zero(session: TenantSession) -> None:
    in_stock(session, "100", "101")

    with pytest.raises(ResourcesExist, match="1 of these are there already, for example 101"):
        service.import_resources(session, "again", "line", ["101", "102"], 0)
    with pytest.raises(QuarantineUnclear):
        service.import_resources(session, "again", "line", ["102"], -1)


def test_a_reservation_holds_until_its_day(session: TenantSession) -> None:
    number = in_stock(session, "100")["100"]

    reserved = service.reserve(session, number, "the new office", TODAY, LATER)

    assert (reserved.state, reserved.until, reserved.held_for) == (
        "reserved",
        LATER,
        "the new office",
    )
    assert states(session, LATER - timedelta(1)) == {"100": "reserved"}
    assert states(session, LATER) == {"100": "free"}
    with pytest.raises(ResourceNotFree, match="reserved from 2026-10-05 until 2026-10-20"):
        service.reserve(session, number, "another", date(2026, 10, 19), date(2026, 11, 1))
    service.reserve(session, number, "another", LATER, date(2026, 11, 1))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"due_on": TODAY}, ReservationUnclear),
        ({"held_for": " "}, ReservationUnclear),
        ({"party": "nobody"}, NoSuchParty),
        ({"resource_id": UUID(int=4)}, NoSuchResource),
    ],
)
def test_a_reservation_that_cannot_be_is_refused(
    session: TenantSession, changes: dict[str, object], error: type[DomainError]
) -> None:
    facts: dict[str, object] = {
        "resource_id": in_stock(session, "100")["100"],
        "held_for": "somebody",
        "valid_from": TODAY,
        "due_on": LATER,
    }

    with pytest.raises(error):
        service.reserve(session, **(facts | changes))  # type: ignore[arg-type]


def test_a_reservation_is_given_up_before_it_is_due(session: TenantSession) -> None:
    number = in_stock(session, "100")["100"]
    service.reserve(session, number, "somebody", TODAY, LATER)

    assert service.free(session, number, date(2026, 10, 10)).state == "free"
    assert service.history(session, number) == [
        Stay("reserved", TODAY, date(2026, 10, 10), LATER, held_for="somebody")
    ]
    with pytest.raises(NothingToFree):
        service.free(session, number, date(2026, 10, 10))


def test_the_job_writes_down_what_is_over(session: TenantSession) -> None:
    numbers = in_stock(session, "100", "101")
    service.reserve(session, numbers["100"], "somebody", TODAY, LATER)
    service.reserve(session, numbers["101"], "somebody", TODAY, LATER + timedelta(1))

    assert service.lapse(session, LATER) == {"reserved": 1, "quarantine": 0}
    assert service.lapse(session, LATER) == {"reserved": 0, "quarantine": 0}
    assert service.history(session, numbers["100"])[0].valid_until == LATER


def test_a_page_of_resources_is_of_a_kind_and_state(session: TenantSession) -> None:
    numbers = in_stock(session, "100", "101", "102")
    service.import_resources(session, "ports", "port", ["p1"], 0)
    service.reserve(session, numbers["101"], "somebody", TODAY, LATER)

    def listed(**asked: object) -> list[str]:
        return [each.code for each in service.resources(session, TODAY, **asked)]  # type: ignore[arg-type]

    assert listed(kind="port") == ["p1"]
    assert listed(kind="number", state="free") == ["100", "102"]
    assert listed(after="100", limit=2) == ["101", "102"]


def test_the_database_holds_that_a_resource_is_one_thing_at_a_time(session: TenantSession) -> None:
    number = in_stock(session, "100")["100"]
    party = a_registered_party(session)
    service.reserve(session, number, "somebody", TODAY, LATER, party.code)
    twin = session.query(StayRow).one()

    row = {name: getattr(twin, name) for name in StayRow.__mapper__.attrs.keys()}  # noqa: SIM118
    session.add(StayRow(**row | {"id": session.ids.new(), "valid_from": date(2026, 10, 19)}))

    with pytest.raises(IntegrityError, match="a_resource_is_one_thing_at_a_time"):
        session.flush()
