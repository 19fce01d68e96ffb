"""Promotions, terms and bundles are read strictly and written as they were read."""

import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from currencies.units import UnknownCurrency
from i18n.errors import DomainError
from settlement.catalogue import promotion
from settlement.catalogue.bundle import Component, NotABundle
from settlement.catalogue.lint.bundles import BundleUnsound
from settlement.catalogue.plain_values import KeyMissing, UnknownKey, WrongValue
from settlement.catalogue.products import service as products
from settlement.catalogue.promotion import (
    BenefitUnclear,
    promotion_from_plain,
    promotion_to_plain,
)
from settlement.catalogue.promotions import service
from settlement.catalogue.promotions.service import PromotionExists
from settlement.catalogue.published import NoSuchProduct
from settlement.catalogue.term import term_from_plain, term_to_plain
from tenants.session import TenantSession

OCTOBER = date(2026, 10, 1)

EVERYTHING = {
    "entitlement": {"classes": ["student"], "segments": ["young"], "territories": ["north"]},
    "amount": "10",
    "currency": "PLN",
    "months": 6,
    "services": ["recurring"],
    "products": ["line"],
    "priority": 3,
    "borne_by": "operator",
}


@pytest.mark.parametrize(
    "plain",
    [EVERYTHING, {"percent": "0.2", "entitlement": {"everybody": True}}, {"trial_days": 14}],
)
def test_a_promotion_is_written_as_it_was_read(plain: dict[str, Any]) -> None:
    assert promotion_to_plain(promotion_from_plain(plain, "p", "P", OCTOBER)) == plain


def test_the_example_that_authors_read_is_a_promotion() -> None:
    readme = (Path(promotion.__file__).parent / "README.md").read_text()
    told = readme.partition("## The format of a promotion")[2]
    found = re.search(r"```toml\n(.*?)```", told, re.DOTALL)
    assert found is not None

    read = promotion_from_plain(tomllib.loads(found[1]), "p", "P", OCTOBER)

    assert (read.months, read.entitlement.classes) == (6, ("student",))


@pytest.mark.parametrize(
    ("plain", "error"),
    [
        ({}, BenefitUnclear),
        ({"percent": "0.1", "trial_days": 3}, BenefitUnclear),
        ({"percent": "1.1"}, WrongValue),
        ({"percent": "0"}, WrongValue),
        ({"percent": 0.1}, WrongValue),
        ({"percent": "x"}, WrongValue),
        ({"amount": "1"}, KeyMissing),
        ({"amount": "1", "currency": "XXQ"}, UnknownCurrency),
        ({"trial_days": 0}, WrongValue),
        ({"percent": "0.1", "service": []}, UnknownKey),
        ({"percent": "0.1", "services": "voice"}, WrongValue),
        ({"percent": "0.1", "entitlement": {"class": []}}, UnknownKey),
        ({"percent": "0.1", "entitlement": {"everybody": "yes"}}, WrongValue),
        ({"percent": "0.1", "borne_by": "partner"}, WrongValue),
    ],
)
def test_a_promotion_that_says_something_else_is_refused(
    plain: dict[str, Any], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        promotion_from_plain(plain, "p", "P", OCTOBER)


@pytest.mark.parametrize(
    "plain",
    [
        {"months": 12},
        {
            "months": 24,
            "fee": "100",
            "early_leaving": "declining",
            "bonus_months": 2,
            "bonus_amount": "7.5",
            "renewal": "again",
        },
    ],
)
def test_a_term_is_written_as_it_was_read(plain: dict[str, Any]) -> None:
    assert term_to_plain(term_from_plain(plain, "tariff")) == plain


@pytest.mark.parametrize(
    ("plain", "error"),
    [
        ({}, KeyMissing),
        ({"months": 0}, WrongValue),
        ({"months": 12, "bonus_months": 13}, WrongValue),
        ({"months": 12, "early_leaving": "half"}, WrongValue),
        ({"months": 12, "bonus": 1}, UnknownKey),
    ],
)
def test_a_term_that_says_something_else_is_refused(
    plain: dict[str, Any], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        term_from_plain(plain, "tariff")


def test_a_promotion_is_published_once(session: TenantSession) -> None:
    published = service.publish_promotion(session, "p", "P", {"percent": "0.1"}, OCTOBER)

    assert service.publish_promotion(session, "p", "P", {"percent": "0.10"}, OCTOBER) == published
    assert service.promotions(session) == [published]
    assert service.promotion(session, "p") == published
    with pytest.raises(PromotionExists):
        service.publish_promotion(session, "p", "P", {"percent": "0.2"}, OCTOBER)
    with pytest.raises(NoSuchProduct):
        service.publish_promotion(session, "q", "Q", {"percent": "1", "products": ["no"]}, OCTOBER)


def test_a_bundle_is_kept_with_its_components(session: TenantSession) -> None:
    products.add_product(session, "line", "Line", "fee")
    parts = [{"product": "line", "weight": "2.5"}]

    products.add_product(session, "all", "All", "bundle", components=parts)

    kept = products.products_by_code(session, ["all"])["all"]
    assert kept.components == (Component("line", Decimal("2.5")),)


@pytest.mark.parametrize(
    ("kind", "components", "error"),
    [
        ("bundle", [], BundleUnsound),
        ("bundle", [("line", "0")], BundleUnsound),
        ("bundle", [("line", "1"), ("line", "2")], BundleUnsound),
        ("bundle", [("no", "1")], NoSuchProduct),
        ("bundle", [("pack", "1")], BundleUnsound),
        ("bundle", [("line", "-1")], WrongValue),
        ("fee", [("line", "1")], NotABundle),
    ],
)
def test_a_bundle_that_cannot_share_its_price_out_is_refused(
    session: TenantSession, kind: str, components: list[tuple[str, str]], error: type[DomainError]
) -> None:
    products.add_product(session, "line", "Line", "fee")
    pack = [{"product": "line", "weight": "1"}]
    products.add_product(session, "pack", "Pack", "bundle", components=pack)
    parts = [{"product": product, "weight": weight} for product, weight in components]

    with pytest.raises(error):
        products.add_product(session, "all", "All", kind, components=parts)


def test_what_is_odd_in_a_bundle_that_is_added_stays_a_finding(session: TenantSession) -> None:
    for code in ("line", "gift"):
        products.add_product(session, code, code, "fee")
    parts = [{"product": "line", "weight": "1"}, {"product": "gift", "weight": "0"}]

    products.add_product(session, "all", "All", "bundle", components=parts)

    (finding,) = products.bundle_findings(session, "all", parts)
    assert (finding.code, finding.level) == ("COMPONENT_WITHOUT_WEIGHT", "warning")
    with pytest.raises(BundleUnsound, match="line is named twice.*10 [A-Z]{3}, shares line"):
        products.add_product(session, "two", "Two", "bundle", components=[parts[0], parts[0]])
