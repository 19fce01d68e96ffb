"""A month is priced at other tariffs by the rating itself; the cheapest comes first."""

import datetime as dt
from uuid import UUID

import pytest

from currencies.money import shown
from i18n.errors import DomainError
from mediation import service as mediation
from mediation.sources import service as sources
from settlement.agreements.contract import NewContract, NewSubscription
from settlement.agreements.contracts import service as contracts
from settlement.catalogue import service as catalogue
from settlement.catalogue.products import service as products
from settlement.catalogue.promotions import service as promotions
from settlement.catalogue.published import NoSuchTariff
from settlement.insight.tariff_choice import service
from settlement.insight.tariff_choice.service import NothingToCompare, TariffInOtherCurrency
from settlement.periods import service as periods
from settlement.periods.service import NoSuchPeriod
from tenants.session import TenantSession
from tests.settlement.parties.builders import a_registered_party

JANUARY = dt.date(2026, 1, 1)
ANNA, BEN = "48501100001", "48501100002"


def a_tariff(session: TenantSession, code: str, **terms: object) -> None:
    head = {"currency": "PLN", "valid_from": "2026-01-01"}
    catalogue.publish_tariff(session, code, code.title(), head | terms, JANUARY)


def fee(amount: str) -> list[dict[str, str]]:
    return [{"product": "line", "kind": "recurring", "amount": amount}]


@pytest.fixture
def anna(session: TenantSession) -> UUID:
    """Anna pays 0.50 a minute and 10.00 a month; she calls for 30 minutes and sends one message."""
    products.add_product(session, "line", "Line", "fee")
    sms = {"price": "0.20"}
    a_tariff(session, "small", voice={"price": "0.50"}, sms=sms, fees=fee("10.00"))
    a_tariff(session, "large", voice={"price": "0.10"}, sms=sms, fees=fee("20.00"))
    a_tariff(session, "calls", voice={"price": "0"}, fees=fee("1.00"))
    for code, number, tariff in (("anna", ANNA, "small"), ("ben", BEN, "large")):
        a_registered_party(session, code)
        subscription = NewSubscription("line", tariff, (number,))
        new = NewContract(f"K-{code}", code, "PLN", JANUARY, subscriptions=(subscription,))
        contracts.load_contracts(session, [new])
    sources.register_source(session, "exchange", "Exchange", "events", {})
    periods.open_period(session, "2026-10")
    events = [
        {"id": "1", "kind": "voice", "a_number": ANNA, "duration_seconds": 1800},
        {"id": "2", "kind": "sms", "a_number": ANNA},
        {"id": "3", "kind": "voice", "a_number": BEN, "duration_seconds": 60},
    ]
    for event in events:
        event |= {"b_number": "48226000001", "occurred_at": "2026-10-05T10:00:00Z"}
    mediation.ingest_events(session, "exchange", events)
    return service.subscription_of(session, "2026-10", f"+{ANNA}")


def told(offers: list[service.Offer]) -> list[tuple[str, str, str, int]]:
    return [(each.tariff, shown(each.amount), shown(each.usage), each.unpriced) for each in offers]


def test_the_cheapest_comes_first_and_what_has_no_price_last(
    session: TenantSession, anna: UUID
) -> None:
    offers = service.compare_tariffs(session, "2026-10", anna, ["large", "calls"])

    # 30 x 0.10 + 0.20 + 20.00; 30 x 0.50 + 0.20 + 10.00; 1.00, but no price for the message.
    assert told(offers) == [
        ("large", "23.20 PLN", "3.20 PLN", 0),
        ("small", "25.20 PLN", "15.20 PLN", 0),
        ("calls", "1.00 PLN", "0.00 PLN", 1),
    ]
    assert [each.is_own for each in offers] == [False, True, False]


def test_without_a_choice_all_that_customers_have_are_compared(
    session: TenantSession, anna: UUID
) -> None:
    offers = service.compare_tariffs(session, "2026-10", anna)

    assert [each.tariff for each in offers] == ["large", "small"]


def test_promotions_are_taken_off_and_nothing_is_kept(session: TenantSession, anna: UUID) -> None:
    everybody = {"entitlement": {"everybody": True}}
    terms = {"percent": "0.5", "services": ["recurring"], **everybody}
    promotions.publish_promotion(session, "half", "Half", terms, JANUARY)

    [large, small] = service.compare_tariffs(session, "2026-10", anna)
    run = periods.rate(session, "2026-10")

    # Half of 20.00 is more than half of 10.00.
    assert (shown(large.amount), shown(large.rebates)) == ("13.20 PLN", "-10.00 PLN")
    assert (shown(small.amount), shown(small.rebates)) == ("20.20 PLN", "-5.00 PLN")
    assert (run.events, run.suspended) == (3, 0)


@pytest.mark.parametrize(
    ("period", "tariffs", "error"),
    [
        ("2026-11", None, NoSuchPeriod),
        ("2026-10", ["huge"], NoSuchTariff),
        ("2026-10", ["euro"], TariffInOtherCurrency),
    ],
)
def test_what_cannot_be_compared_is_refused(
    session: TenantSession,
    anna: UUID,
    period: str,
    tariffs: list[str] | None,
    error: type[DomainError],
) -> None:
    a_tariff(session, "euro", currency="EUR", voice={"price": "0.1"})

    with pytest.raises(error):
        service.compare_tariffs(session, period, anna, tariffs)


def test_a_number_that_nobody_had_is_not_compared(session: TenantSession, anna: UUID) -> None:
    assert anna

    with pytest.raises(NothingToCompare):
        service.subscription_of(session, "2026-10", "48501100009")
    with pytest.raises(NothingToCompare):
        service.compare_tariffs(session, "2026-10", UUID(int=7))
