"""One subscription is charged, given a promotion and bound for longer, each with its reason."""

from datetime import date
from uuid import UUID

import pytest

from currencies.money import money
from i18n.errors import DomainError
from settlement.agreements.condition import (
    AlreadyGranted,
    BeforeTheSubscription,
    ChargeInOtherCurrency,
    ChargeUnpayable,
    CommittedAlready,
    NotGrantedNow,
    PurchaseCostMissing,
    PurchaseCostUnneeded,
    ReasonNeeded,
)
from settlement.agreements.conditions import service
from settlement.agreements.contract import NewContract, NoSuchSubscription, NotACustomer
from settlement.agreements.contracts import service as contracts
from settlement.catalogue.products import service as products
from settlement.catalogue.promotions import service as promotions
from settlement.catalogue.promotions.service import NoSuchPromotion
from settlement.catalogue.published import NoSuchProduct
from tenants.session import TenantSession
from tests.settlement.agreements.builders import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    a_contract,
    a_market,
    a_partner,
)
from tests.settlement.parties.builders import a_registered_party


@pytest.fixture
def subscription(session: TenantSession) -> UUID:
    a_market(session)
    products.add_product(session, "USED", "Used phone", "fee", "margin")
    contract = a_contract(session)
    return contracts.subscriptions(session, contract.id)[0].id


def test_a_charge_names_who_pays_and_why(session: TenantSession, subscription: UUID) -> None:
    made = service.charge(
        session, subscription, "QUIZ", NOVEMBER, money("-5.00 PLN"), "  A fault. "
    )

    assert service.charges_of(session, subscription) == [made]
    assert (made.product, made.money, made.reason) == ("QUIZ", money("-5.00 PLN"), "A fault.")
    assert service.charges_between(session, NOVEMBER, DECEMBER) == [made]
    assert service.charges_between(session, OCTOBER, NOVEMBER) == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"amount": money("1.00 EUR")}, ChargeInOtherCurrency),
        ({"amount": money("0 PLN")}, ChargeUnpayable),
        ({"amount": money("0.001 PLN")}, ChargeUnpayable),
        ({"reason": "  "}, ReasonNeeded),
        ({"reason": "a\x00b"}, ReasonNeeded),
        ({"charged_on": date(2026, 9, 30)}, BeforeTheSubscription),
        ({"product": "NONE"}, NoSuchProduct),
        ({"subscription_id": UUID(int=5)}, NoSuchSubscription),
        ({"purchase_cost": money("1.00 PLN")}, PurchaseCostUnneeded),
        ({"product": "USED"}, PurchaseCostMissing),
        ({"product": "USED", "purchase_cost": money("-1.00 PLN")}, PurchaseCostMissing),
        ({"product": "USED", "purchase_cost": money("1.00 EUR")}, ChargeInOtherCurrency),
        ({"product": "USED", "purchase_cost": money("0.001 PLN")}, ChargeUnpayable),
        (
            {"product": "USED", "purchase_cost": money("1 PLN"), "amount": money("-1 PLN")},
            PurchaseCostMissing,
        ),
    ],
)
def test_a_charge_that_cannot_be_is_refused(
    session: TenantSession,
    subscription: UUID,
    change: dict[str, object],
    error: type[DomainError],
) -> None:
    facts: dict[str, object] = {
        "subscription_id": subscription,
        "product": "QUIZ",
        "charged_on": OCTOBER,
        "amount": money("1.00 PLN"),
        "reason": "a visit",
    }

    with pytest.raises(error):
        service.charge(session, **(facts | change))  # type: ignore[arg-type]


def test_a_promotion_is_granted_once_and_while_it_is_valid(
    session: TenantSession, subscription: UUID
) -> None:
    promotions.publish_promotion(session, "gift", "Gift", {"percent": "1"}, OCTOBER, DECEMBER)

    given = service.grant(session, subscription, "gift", NOVEMBER, "a complaint")

    assert service.grants_of(session, subscription) == [given]
    assert service.grants_before(session, DECEMBER) == {subscription: [given]}
    assert service.grants_before(session, NOVEMBER) == {}
    with pytest.raises(AlreadyGranted):
        service.grant(session, subscription, "gift", NOVEMBER, "again")
    with pytest.raises(NoSuchPromotion):
        service.grant(session, subscription, "none", NOVEMBER, "why not")


@pytest.mark.parametrize(
    ("on", "error"), [(DECEMBER, NotGrantedNow), (date(2026, 9, 30), BeforeTheSubscription)]
)
def test_a_grant_begins_within_the_promotion_and_the_subscription(
    session: TenantSession, subscription: UUID, on: date, error: type[DomainError]
) -> None:
    promotions.publish_promotion(session, "gift", "Gift", {"percent": "1"}, OCTOBER, DECEMBER)

    with pytest.raises(error):
        service.grant(session, subscription, "gift", on, "a complaint")


def test_a_further_term_begins_after_the_one_before(
    session: TenantSession, subscription: UUID
) -> None:
    service.agree_term(session, subscription, NOVEMBER)

    assert service.commitments_of(session, subscription) == [NOVEMBER]
    for day in (OCTOBER, NOVEMBER):
        with pytest.raises(CommittedAlready):
            service.agree_term(session, subscription, day)


def test_a_contract_names_who_applied_and_who_pays(session: TenantSession) -> None:
    a_market(session)
    child, mother = a_registered_party(session, "child"), a_registered_party(session, "mother")

    new = NewContract("U/9", "child", "PLN", OCTOBER, applicant="mother", payer="mother")
    signed = contracts.load_contracts(session, [new])[0]

    assert (signed.customer_id, signed.applicant_id) == (child.id, mother.id)
    assert signed.billed_to == mother.id
    assert contracts.contract_by_number(session, "U/9") == signed


def test_a_payer_is_a_customer(session: TenantSession) -> None:
    a_market(session)
    a_registered_party(session, "child")
    a_partner(session, "melodia")

    with pytest.raises(NotACustomer):
        new = NewContract("U/9", "child", "PLN", OCTOBER, payer="melodia")
        contracts.load_contracts(session, [new])


def test_rating_is_told_who_pays_and_when_somebody_ended_it(
    session: TenantSession, subscription: UUID
) -> None:
    (before,) = contracts.subscribers(session, OCTOBER, NOVEMBER)
    contracts.end_subscription(session, subscription, date(2026, 10, 20))
    (after,) = contracts.subscribers(session, OCTOBER, NOVEMBER)

    assert (before.payer_id, before.ended_at) == (before.customer_id, None)
    assert after.ended_at == session.now()
