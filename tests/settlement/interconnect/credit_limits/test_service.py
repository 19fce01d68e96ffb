"""What a carrier owes is told once at percents of its limit, and at the limit its trunks block."""

from decimal import Decimal

import pytest

from currencies.money import money
from settlement.app.jobs import JOBS
from settlement.insight.work_list import service as work_list
from settlement.interconnect.credit_limits import service
from settlement.interconnect.credit_limits.limit import CreditLimitUnclear
from settlement.interconnect.receiving import NotACarrier
from settlement.parties.party import Kind
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from settlement.receipts.receipt import Receipt
from tenants.directory import service as directory
from tenants.jobs import service as jobs
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import TenantSession, reading, transaction
from tests.settlement.interconnect.exchange import an_exchange, rated_traffic
from tests.settlement.parties.builders import a_registered_party
from tests.world import a_tenant

ALPHA = a_tenant("alpha")


def told(session: TenantSession) -> list[tuple[int, str]]:
    return [(alert.percent, f"{alert.owed:.2f}") for _, alert in service.tell(session)]


def owed(session: TenantSession) -> Decimal:
    (state,) = service.states(session)
    return state.owed


def paid(session: TenantSession, amount: str) -> Receipt:
    """The carrier pays today, in a month that is open."""
    today = periods.today(session)
    periods.open_period(session, f"{today:%Y-%m}")
    return receipts.receive(session, "atlantic", "ATL/1", money(amount, "XDR"), today)


# Of the open October 10.00 XDR are rated for the carrier to pay, and 2.52 for us.
@pytest.mark.parametrize(
    ("amount", "percents", "expected"),
    [
        ("20.01", (50, 80), []),
        ("20", (50, 80), [(50, "10.00")]),
        ("12.50", (50, 80), [(50, "10.00"), (80, "10.00")]),
        ("10", (), [(100, "10.00")]),
        ("9", (50, 110), [(50, "10.00"), (100, "10.00"), (110, "10.00")]),
    ],
)
def test_a_percent_is_told_at_or_above_it(
    session: TenantSession, amount: str, percents: tuple[int, ...], expected: list[tuple[int, str]]
) -> None:
    carrier_id, _ = rated_traffic(session)
    service.set_limit(session, carrier_id, Decimal(amount), "XDR", percents)

    assert told(session) == expected
    shown = [each.reached for each in work_list.credit_reached(session)]
    assert shown == ([tuple(percent for percent, _ in expected)] if expected else [])


def test_a_percent_is_told_once_and_again_after_less_was_owed(session: TenantSession) -> None:
    exchange = an_exchange(session)
    service.set_limit(session, exchange.carrier_id, Decimal(20), "XDR", (50,))

    assert told(session) == [(50, "10.00")]
    assert told(session) == []
    receipt = paid(session, "5.00")
    assert told(session) == []
    receipts.bounce(session, receipt.id, receipt.received_on)
    assert told(session) == [(50, "10.00")]


def test_what_is_declared_counts_until_it_is_settled_and_never_twice(
    session: TenantSession,
) -> None:
    exchange = an_exchange(session)
    service.set_limit(session, exchange.carrier_id, Decimal(20), "XDR")

    assert owed(session) == Decimal("10.00")
    paid(session, "7.50")
    assert owed(session) == Decimal("2.50")


def test_what_is_accrued_at_the_close_counts_before_it_is_declared(session: TenantSession) -> None:
    carrier_id, _ = rated_traffic(session)
    service.set_limit(session, carrier_id, Decimal(20), "XDR")

    periods.close(session, "2026-10")

    assert owed(session) == Decimal("10.00")


def test_at_the_limit_the_incoming_trunks_are_blocked_until_it_pays(
    session: TenantSession,
) -> None:
    exchange = an_exchange(session)
    service.set_limit(session, exchange.carrier_id, Decimal(10), "XDR")

    state = service.trunk_state(session, "TR-atlantic")
    assert (state.carrier_id, state.is_blocked) == (exchange.carrier_id, True)
    assert not service.trunk_state(session, "TR-baltic").is_blocked
    paid(session, "0.01")
    assert not service.trunk_state(session, "TR-atlantic").is_blocked


def test_a_limit_counts_its_own_currency_and_carrier(session: TenantSession) -> None:
    carrier_id, _ = rated_traffic(session)
    service.set_limit(session, carrier_id, Decimal(5), "EUR")
    other = a_registered_party(session, "nordic", kind=Kind.CARRIER)
    service.set_limit(session, other.id, Decimal(5), "XDR")

    assert [(each.owed, each.reached) for each in service.states(session)] == [(0, ()), (0, ())]


def test_a_limit_set_again_replaces_the_one_before(session: TenantSession) -> None:
    carrier_id, _ = rated_traffic(session)
    first = service.set_limit(session, carrier_id, Decimal(5), "XDR")
    told(session)

    again = service.set_limit(session, carrier_id, Decimal(100), "XDR", (90,))

    assert again.id == first.id
    (state,) = service.states(session)
    assert (state.limit, state.is_blocked) == (again, False)
    assert told(session) == []
    assert service.states(session)[0].alerts == ()


@pytest.mark.parametrize(
    ("amount", "percents"), [("0", (50,)), ("-1", ()), ("10", (80, 50)), ("10", (0,))]
)
def test_a_limit_that_says_nothing_is_refused(
    session: TenantSession, amount: str, percents: tuple[int, ...]
) -> None:
    carrier_id, _ = rated_traffic(session)

    with pytest.raises(CreditLimitUnclear):
        service.set_limit(session, carrier_id, Decimal(amount), "XDR", percents)


def test_only_carriers_and_trunks_in_use_are_known(session: TenantSession) -> None:
    partner = a_registered_party(session, "studio", kind=Kind.PARTNER)

    with pytest.raises(NotACarrier):
        service.set_limit(session, partner.id, Decimal(10), "XDR")
    with pytest.raises(service.TrunkNotInUse, match="TR-nobody"):
        service.trunk_state(session, "TR-nobody")


def test_the_job_tells_what_is_reached_and_how_many_are_blocked(database: Database) -> None:
    with transaction(database, ALPHA.id, SYSTEM, "tests.world") as session:
        directory.create_tenant(session, ALPHA)
        carrier_id, _ = rated_traffic(session)
        service.set_limit(session, carrier_id, Decimal(10), "XDR", (50,))
        run = jobs.ask_for_run(session, "interconnect.tell-credit", {})

    jobs.do_run(database, JOBS, ALPHA.id, run)

    with reading(database, ALPHA.id, SYSTEM) as session:
        done = jobs.run(session, run)
        assert (done.status, done.result) == ("done", {"told": 2, "blocked": 1})
