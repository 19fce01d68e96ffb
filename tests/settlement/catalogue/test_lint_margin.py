"""A tariff cannot charge goods under the margin scheme: it does not know what they were bought for.

By the VAT directive, art. 315 to 317, the tax is on the margin of each of the goods.
"""

from datetime import date
from typing import Any

import pytest

from settlement.catalogue import service
from settlement.catalogue.lint.tariff_lint import TariffUnsound, lint
from settlement.catalogue.products import service as products
from tenants.session import TenantSession
from tests.settlement.rating.commercial_builders import a_version

PHONE = {"product": "used-phone", "kind": "one_off", "amount": "200.00"}


@pytest.mark.parametrize(
    ("terms", "shown"),
    [
        (
            {"fees": [PHONE]},
            {"service": "one_off", "product": "used-phone", "amount": "200"},
        ),
        (
            {"fees": [PHONE | {"kind": "recurring"}]},
            {"service": "recurring", "product": "used-phone", "amount": "200"},
        ),
        ({"content": {"prices": {"used-phone": "200.00", "song": "1.00"}}}, {"kind": "content"}),
    ],
)
def test_what_is_sold_under_the_margin_scheme_is_no_fee_and_has_no_price(
    terms: dict[str, Any], shown: dict[str, str]
) -> None:
    version = a_version(**terms)

    (finding,) = lint(version, {}, margin_goods={"used-phone"})

    assert (finding.level, finding.code) == ("error", "MARGIN_WITHOUT_COST")
    assert finding.event["product"] == "used-phone"
    assert shown.items() <= finding.event.items()
    assert lint(version, {}) == []


def test_what_costs_nothing_needs_no_purchase_cost() -> None:
    free = a_version(fees=[PHONE | {"amount": "0"}])

    assert lint(free, {}, margin_goods={"used-phone"}) == []


def test_a_tariff_that_charges_such_goods_or_a_bundle_with_them_is_not_published(
    session: TenantSession,
) -> None:
    products.add_product(session, "used-phone", "Used phone", "fee", "margin")
    products.add_product(session, "sim", "SIM", "fee")
    products.add_product(
        session,
        "starter",
        "Starter",
        "bundle",
        components=[{"product": "used-phone", "weight": "1"}, {"product": "sim", "weight": "1"}],
    )
    line = {"product": "starter", "kind": "one_off", "amount": "200.00"}

    with pytest.raises(TariffUnsound) as refused:
        service.publish_tariff(
            session, "gold", "Gold", {"currency": "PLN", "fees": [line]}, date(2026, 10, 1)
        )

    assert "starter is under the margin scheme" in str(refused.value)
