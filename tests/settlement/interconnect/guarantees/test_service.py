"""A guarantee raises what a carrier may owe while it holds, and says in time that it runs out.

In the open October 10.00 XDR are rated for the carrier to pay; today is 2 November 2026.
"""

import datetime as dt
from decimal import Decimal

import pytest

from currencies.money import money
from i18n.errors import DomainError
from settlement.catalogue.succession import NoTimeAtAll
from settlement.interconnect.credit_limits import service as credit_limits
from settlement.interconnect.guarantees import service
from settlement.interconnect.guarantees.guarantee import (
    EndsOutsideItsTime,
    Guarantee,
    GuaranteeToldDifferently,
    GuaranteeUnnamed,
    Kind,
    NoSuchGuarantee,
    NotGuaranteed,
)
from settlement.interconnect.receiving import NotACarrier
from settlement.parties.party import Kind as PartyKind
from tenants.clock import HeldClock
from tenants.session import TenantSession
from tests.conftest import NOON
from tests.settlement.interconnect.exchange import rated_traffic
from tests.settlement.parties.builders import a_registered_party

OCTOBER, DECEMBER = dt.date(2026, 10, 1), dt.date(2026, 12, 1)


def taken(session: TenantSession, amount: str = "5.00 XDR", **facts: object) -> Guarantee:
    carrier_id, _ = rated_traffic(session)
    return again(session, carrier_id, amount, **facts)


def again(session: TenantSession, carrier_id: object, amount: str, **facts: object) -> Guarantee:
    said = {"reference": "BG/1", "guarantor": "Bank of Ireland", "valid_from": OCTOBER} | facts
    kind = said.pop("kind", Kind.BANK)
    return service.take(session, carrier_id, kind, amount=money(amount), **said)


def held(session: TenantSession) -> tuple[str, str, tuple[int, ...], bool]:
    (state,) = credit_limits.states(session)
    return f"{state.owed:.2f}", f"{state.secured:.2f}", state.reached, state.is_blocked


def at(session: TenantSession, day: dt.date) -> None:
    session.clock = HeldClock(dt.datetime.combine(day, NOON.timetz()))


def test_a_guarantee_raises_what_the_carrier_may_owe(session: TenantSession) -> None:
    # Of a limit of 5.00 and 5.00 guaranteed, 10.00 are 100 percent; of a cent more they are not.
    guarantee = taken(session)
    credit_limits.set_limit(session, guarantee.carrier_id, Decimal(5), "XDR")

    assert held(session) == ("10.00", "5.00", (50, 80, 100), True)
    again(session, guarantee.carrier_id, "0.01 XDR", reference="BG/2", kind=Kind.PARENT)
    assert held(session) == ("10.00", "5.01", (50, 80), False)


@pytest.mark.parametrize(
    ("facts", "secured"),
    [
        ({"valid_from": dt.date(2026, 11, 2)}, "5.00"),
        ({"valid_from": dt.date(2026, 11, 3)}, "0.00"),
        ({"valid_until": dt.date(2026, 11, 3)}, "5.00"),
        ({"valid_until": dt.date(2026, 11, 2)}, "0.00"),
        ({"amount": "5.00 EUR"}, "0.00"),
    ],
)
def test_it_counts_on_its_days_and_in_its_currency(
    session: TenantSession, facts: dict[str, object], secured: str
) -> None:
    guarantee = taken(session, **facts)
    credit_limits.set_limit(session, guarantee.carrier_id, Decimal(5), "XDR")

    assert held(session)[1] == secured


def test_it_ends_sooner_once_and_within_its_days(session: TenantSession) -> None:
    guarantee = taken(session, valid_until=DECEMBER)
    credit_limits.set_limit(session, guarantee.carrier_id, Decimal(5), "XDR")

    for outside in (OCTOBER, dt.date(2026, 12, 2)):
        with pytest.raises(EndsOutsideItsTime):
            service.end(session, guarantee.id, outside)
    ended = service.end(session, guarantee.id, dt.date(2026, 11, 2))

    assert (ended.until, held(session)[1]) == (dt.date(2026, 11, 2), "0.00")
    assert service.end(session, guarantee.id, dt.date(2026, 11, 2)) == ended
    with pytest.raises(EndsOutsideItsTime):
        service.end(session, guarantee.id, dt.date(2026, 11, 20))
    with pytest.raises(NoSuchGuarantee):
        service.end(session, session.ids.new(), DECEMBER)


def test_a_reference_is_one_guarantee_of_its_carrier(session: TenantSession) -> None:
    first = taken(session)
    other = a_registered_party(session, "nordic", kind=PartyKind.CARRIER)

    assert again(session, first.carrier_id, "5.00 XDR", reference=" BG/1 ") == first
    assert again(session, other.id, "7.00 XDR").id != first.id
    for facts in ({"guarantor": "Another bank"}, {"valid_until": DECEMBER}, {"kind": Kind.PARENT}):
        with pytest.raises(GuaranteeToldDifferently):
            again(session, first.carrier_id, "5.00 XDR", **facts)
    assert len(service.guarantees(session)) == 2


def test_it_runs_out_so_many_days_before_its_end(session: TenantSession) -> None:
    """Thirty days before 1 December is 1 November, at midnight in Warsaw."""
    guarantee = taken(session, valid_until=DECEMBER)
    at(session, dt.date(2026, 10, 31))
    assert service.running_out(session) == []

    at(session, dt.date(2026, 11, 1))
    (near,) = service.running_out(session)
    at(session, dt.date(2026, 11, 30))

    assert near.guarantee == guarantee
    # It was taken on 2 November, and nobody could have been told before.
    assert near.since == NOON
    assert service.running_out(session) == [near]
    at(session, DECEMBER)
    assert service.running_out(session) == []


def test_what_was_ended_sooner_does_not_run_out(session: TenantSession) -> None:
    guarantee = taken(session, valid_until=DECEMBER)
    service.end(session, guarantee.id, dt.date(2026, 11, 20))

    assert service.running_out(session) == []


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"amount": "0 XDR"}, NotGuaranteed),
        ({"amount": "-1 XDR"}, NotGuaranteed),
        ({"amount": "1.001 XDR"}, NotGuaranteed),
        ({"reference": "  "}, GuaranteeUnnamed),
        ({"guarantor": ""}, GuaranteeUnnamed),
        ({"valid_until": OCTOBER}, NoTimeAtAll),
    ],
)
def test_what_promises_nothing_is_refused(
    session: TenantSession, facts: dict[str, object], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        taken(session, **facts)
    assert service.guarantees(session) == []


def test_nobody_guarantees_for_who_is_no_carrier(session: TenantSession) -> None:
    partner = a_registered_party(session, "studio", kind=PartyKind.PARTNER)

    with pytest.raises(NotACarrier):
        again(session, partner.id, "5.00 XDR")
