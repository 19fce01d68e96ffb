"""What a carrier's invoice should be follows from our rating of what we handed over."""

import datetime as dt
from decimal import Decimal

import pytest

from currencies.money import plain
from i18n.errors import DomainError
from settlement.interconnect.expected_cost import service
from settlement.interconnect.expected_cost.expected import as_csv
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import rated_traffic
from tests.settlement.parties.builders import a_registered_party

FIRST, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)


def test_only_what_was_handed_over_is_expected_on_the_invoice(session: TenantSession) -> None:
    # 100 x 90 s / 60 x 0.01 = 1.50; 20 x 61 s / 60 x 0.05 = 1.016667. What came in costs nothing.
    carrier_id, _ = rated_traffic(session)

    (cost,) = service.expected_cost(session, carrier_id, FIRST, NOVEMBER)

    assert (cost.agreement, cost.currency, plain(cost.amount)) == ("IC-atlantic", "XDR", "2.516667")
    assert [(each.destination, each.calls, plain(each.amount)) for each in cost.destinations] == [
        ("Iceland", 20, "1.016667"),
        ("Ireland", 100, "1.5"),
    ]


def test_the_last_day_asked_for_is_the_one_before_until(session: TenantSession) -> None:
    carrier_id, _ = rated_traffic(session)

    (cost,) = service.expected_cost(session, carrier_id, FIRST, dt.date(2026, 10, 31))

    assert [line.destination for line in cost.lines] == ["Ireland"]


def test_the_file_has_one_row_for_each_day_trunk_and_destination(session: TenantSession) -> None:
    carrier_id, _ = rated_traffic(session)

    text = as_csv(service.expected_cost(session, carrier_id, FIRST, NOVEMBER))

    assert text.splitlines()[1:] == [
        "IC-atlantic,2026-10-01,TR-atlantic,Ireland,100,9000,9000,0.01,1.5,XDR",
        "IC-atlantic,2026-10-31,TR-atlantic,Iceland,20,1220,1220,0.05,1.016667,XDR",
    ]


def test_another_carriers_traffic_is_not_among_it(session: TenantSession) -> None:
    rated_traffic(session)
    other = a_registered_party(session, "nordic", kind=service.Kind.CARRIER)

    assert service.expected_cost(session, other.id, FIRST, NOVEMBER) == []


def test_a_partner_sends_no_carrier_invoice(session: TenantSession) -> None:
    partner = a_registered_party(session, "studio", kind=service.Kind.PARTNER)

    with pytest.raises(DomainError, match="not a carrier"):
        service.expected_cost(session, partner.id, FIRST, NOVEMBER)


@pytest.mark.parametrize("until", [FIRST, dt.date(2026, 9, 1), dt.date(2028, 1, 1)])
def test_days_that_are_none_or_too_many_are_refused(session: TenantSession, until: dt.date) -> None:
    carrier_id, _ = rated_traffic(session)

    with pytest.raises(service.NoSuchDays):
        service.expected_cost(session, carrier_id, FIRST, until)


def test_a_tolerance_is_that_of_the_agreement(session: TenantSession) -> None:
    carrier_id, _ = rated_traffic(session)

    (cost,) = service.expected_cost(session, carrier_id, FIRST, NOVEMBER)

    assert cost.tolerance == Decimal("0.005")
