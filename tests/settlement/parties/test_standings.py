"""Customers are classed from a day on; a couple is two persons who are liable together."""

from datetime import date

import pytest

from i18n.errors import DomainError
from settlement.billing.sides import party_side
from settlement.parties import service as parties
from settlement.parties.party import CoupleIncomplete, Kind
from settlement.parties.standing import DatedStanding, Standing, StandingUnclear
from settlement.parties.standings import service
from settlement.parties.standings.service import ClassedLater, NotClassed
from tenants.session import TenantSession
from tests.settlement.parties.builders import a_party, a_registered_party

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
STUDENT = Standing("student", ("city", "young"), "north")


def test_a_standing_holds_until_the_next_one(session: TenantSession) -> None:
    customer = a_registered_party(session)

    service.set_standing(session, customer.id, STUDENT, OCTOBER)
    service.set_standing(session, customer.id, STUDENT, NOVEMBER)
    service.set_standing(session, customer.id, Standing("graduate"), NOVEMBER)

    first = DatedStanding(STUDENT, OCTOBER, NOVEMBER)
    then = DatedStanding(Standing("graduate"), NOVEMBER)
    assert service.standings(session, customer.id) == [first, then]
    assert service.standings_between(session, OCTOBER, NOVEMBER) == {customer.id: [first]}
    assert (first.holds_on(date(2026, 10, 31)), first.holds_on(NOVEMBER)) == (True, False)


def test_segments_are_kept_once_and_in_order(session: TenantSession) -> None:
    customer = a_registered_party(session)

    said = Standing(segments=("young", "city", "young"))
    kept = service.set_standing(session, customer.id, said, OCTOBER)

    assert kept.standing.segments == ("city", "young")


@pytest.mark.parametrize("day", [OCTOBER, date(2026, 9, 30)])
def test_a_standing_of_the_past_is_not_changed(session: TenantSession, day: date) -> None:
    customer = a_registered_party(session)
    service.set_standing(session, customer.id, STUDENT, OCTOBER)

    with pytest.raises(ClassedLater):
        service.set_standing(session, customer.id, Standing("pensioner"), day)


@pytest.mark.parametrize(
    "standing",
    [
        Standing("x" * 41),
        Standing(segments=("",)),
        Standing(territory="a\nb"),
        Standing(segments=tuple(f"s{n}" for n in range(21))),
    ],
)
def test_an_unclear_standing_is_refused(session: TenantSession, standing: Standing) -> None:
    customer = a_registered_party(session)

    with pytest.raises(StandingUnclear):
        service.set_standing(session, customer.id, standing, OCTOBER)


def test_only_customers_are_classed(session: TenantSession) -> None:
    partner = a_registered_party(session, kind=Kind.PARTNER)

    with pytest.raises(NotClassed):
        service.set_standing(session, partner.id, STUDENT, OCTOBER)


def test_both_names_of_a_couple_stand_on_its_invoice(session: TenantSession) -> None:
    couple = {"name": "Anna Nowak", "legal_form": "couple", "jointly_with": "Jan Nowak"}
    registered = a_registered_party(session, **couple)

    kept = parties.party(session, registered.id)

    assert party_side(kept).name == "Anna Nowak, Jan Nowak"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"legal_form": "couple"}, CoupleIncomplete),
        ({"legal_form": "person", "jointly_with": "Jan"}, CoupleIncomplete),
    ],
)
def test_a_couple_is_two(
    session: TenantSession, changes: dict[str, object], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        parties.register(session, a_party(session, **changes))
