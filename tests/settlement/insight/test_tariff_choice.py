"""A month is priced at other tariffs by the rating itself; the cheapest comes first."""

import datetime as dt
from uuid import UUID

import pytest
from marshmallow import ValidationError

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
from settlement.insight.tariff_choice.api import DescriptionSchema
from settlement.insight.tariff_choice.described import (
    DescribedUnusable,
    Line,
    TooManyEvents,
    usage_of,
)
from settlement.insight.tariff_choice.service import NothingToCompare, TariffInOtherCurrency
from settlement.periods import service as periods
from settlement.periods.calendar import month
from settlement.periods.service import NoSuchPeriod
from tenants.session import TenantSession
from tests.settlement.parties.builders import a_registered_party

DAYS = ["mon", "tue", "wed", "thu", "fri"]
JANUARY = dt.date(2026, 1, 1)
ANNA, BEN = "48501100001", "48501100002"


def a_tariff(session: TenantSession, code: str, **terms: object) -> None:
    head = {"currency": "PLN", "valid_from": "2026-01-01"}
    catalogue.publish_tariff(session, code, code.title(), head | terms, JANUARY)


def fee(amount: str, product: str = "line") -> list[dict[str, str]]:
    return [{"product": product, "kind": "recurring", "amount": amount}]


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


CALLS = Line("voice", 120, seconds=60, number="48226000001", days="workdays", at=dt.time(18, 30))
MESSAGES = Line("sms", 10, number="48601200001")


@pytest.mark.usefixtures("anna")
def test_a_described_month_is_priced_at_tariffs(session: TenantSession) -> None:
    """120 minutes and 10 messages: 60.00 + 2.00 + 10.00, 12.00 + 2.00 + 20.00; 1.00 and no price
    for the messages.
    """
    offers = service.compare_described(
        session, "2027-02", "PLN", [CALLS, MESSAGES], ["small", "large", "calls"]
    )

    assert told(offers) == [
        ("large", "34.00 PLN", "14.00 PLN", 0),
        ("small", "72.00 PLN", "62.00 PLN", 0),
        ("calls", "1.00 PLN", "0.00 PLN", 10),
    ]
    assert not any(each.is_own for each in offers)


@pytest.mark.usefixtures("anna")
def test_a_described_month_goes_by_its_days_and_times(session: TenantSession) -> None:
    """Peak ends at 18:00 on workdays: 30 minutes in it at 1.00, 10 outside and 10 on weekends at
    0.10.
    """
    peak = {"name": "peak", "windows": [{"days": DAYS, "from": "08:00", "until": "18:00"}]}
    rates = [
        {"prefix": "48", "price": "1.00", "band": "peak"},
        {"prefix": "48", "price": "0.10", "band": "rest"},
    ]
    bands = [peak, {"name": "rest", "otherwise": True}]
    a_tariff(session, "bands", voice={"rates": rates, "bands": bands})
    call = {"seconds": 60, "number": "48226000001"}
    lines = [
        Line("voice", 30, days="workdays", at=dt.time(12), **call),
        Line("voice", 10, days="workdays", at=dt.time(18, 30), **call),
        Line("voice", 10, days="weekends", at=dt.time(12), **call),
    ]

    [offer] = service.compare_described(session, "2026-10", "PLN", lines, ["bands"])

    assert shown(offer.amount) == "32.00 PLN"


@pytest.mark.usefixtures("anna")
def test_a_description_compares_all_that_customers_have_in_its_currency(
    session: TenantSession,
) -> None:
    assert [
        each.tariff for each in service.compare_described(session, "2026-10", "PLN", [CALLS])
    ] == ["large", "small"]
    with pytest.raises(NothingToCompare):
        service.compare_described(session, "2026-10", "EUR", [CALLS])


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([Line("voice", 20_001, seconds=60)], TooManyEvents),
        ([CALLS, Line("voice", 1)], DescribedUnusable),
        ([Line("wind", 1)], DescribedUnusable),
    ],
)
def test_a_description_that_is_no_usage_is_refused(
    lines: list[Line], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        usage_of(lines, month("2026-10"), "Europe/Warsaw", "PL")


def test_events_are_spread_over_the_days_that_were_said() -> None:
    """October 2026 has weekends on 3/4, 10/11, 17/18, 24/25 and 31: nine days."""
    line = Line("sms", 11, number="48601200001", days="weekends", at=dt.time(23, 59))

    found = usage_of([line], month("2026-10"), "Europe/Warsaw", "PL")

    local = found["occurred_at"].dt.convert_time_zone("Europe/Warsaw")
    days = [3, 3, 4, 4, 10, 11, 17, 18, 24, 25, 31]
    assert sorted(local.dt.day().to_list()) == days
    assert [each.strftime("%d %H:%M") for each in local.to_list()[:2]] == ["03 00:00", "03 23:59"]
    assert found.equals(usage_of([line], month("2026-10"), "Europe/Warsaw", "PL"))


def test_a_description_is_read_as_it_is_sent() -> None:
    body = {
        "period": "2026-10",
        "currency": "PLN",
        "usage": [
            {"kind": "voice", "events": 120, "seconds": 60, "number": "48226000001"}
            | {"days": "workdays", "at": "18:30"}
        ],
    }

    assert DescriptionSchema().load(body)["usage"] == [CALLS]
    with pytest.raises(ValidationError):
        DescriptionSchema().load(body | {"usage": [{"kind": "wind", "events": 1}]})
