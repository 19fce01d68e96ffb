"""What lint says of a promotion is shown by a charge on which the fault can be seen."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.lint.promotions import lint_promotion
from settlement.catalogue.promotion import Promotion, promotion_from_plain
from settlement.catalogue.promotions import service
from settlement.catalogue.tariff import TariffVersion
from settlement.parties.standing import Standing
from settlement.rating.rebates import benefits_of
from tenants.session import TenantSession
from tests.settlement.rating.commercial_builders import a_version

# Every code that is raised below, with the charge that shows it.
SHOWN = {
    "PROMOTION_NEVER_APPLIES",
    "PROMOTION_CURRENCY_UNUSED",
    "PROMOTION_TAKES_NOTHING",
    "PROMOTION_SERVICE_UNKNOWN",
    "PROMOTIONS_TIED",
    "PROMOTIONS_OVER_WHOLE",
}
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
ALL: dict[str, Any] = {"entitlement": {"everybody": True}}
OF_LIST = a_version(promotions_together="of_list")


def a_promotion(code: str = "p", **terms: Any) -> Promotion:
    days = terms.pop("days", (OCTOBER, None))
    plain = ALL | ({} if {"amount", "trial_days"} & set(terms) else {"percent": "0.6"}) | terms
    return promotion_from_plain(plain, code, code, *days)


def linted(
    promotion: Promotion, *others: Promotion, tariff: TariffVersion = OF_LIST
) -> list[Finding]:
    return lint_promotion(promotion, others, [tariff])


def taken(finding: Finding, *promotions: Promotion) -> list[str]:
    """The promotions that rating takes off the charge of an example."""
    said = finding.event
    standing = Standing(
        said.get("customer_class", ""),
        tuple(said.get("segments", "").split(", ")),
        said.get("territory", ""),
    )
    begins_on = date.fromisoformat(said["subscription_from"])
    benefits = benefits_of(promotions, begins_on, standing, (), said.get("currency", "PLN"))
    charge = said["service"], said.get("product", "anything")
    return [each.promotion.code for each in benefits if each.promotion.applies_to(*charge)]


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"percent": "1"},
        {"services": ["voice", "sms", "data", "content", "meter", "recurring", "one_off"]},
        {"amount": "5", "currency": "PLN"},
        {"trial_days": 14},
        {"entitlement": {}},
    ],
)
def test_a_promotion_that_takes_something_off_is_sound(terms: dict[str, Any]) -> None:
    assert linted(a_promotion(**terms)) == []


@pytest.mark.parametrize(
    ("code", "terms"),
    [
        ("PROMOTION_NEVER_APPLIES", {"services": ["telex", "calls"]}),
        ("PROMOTION_CURRENCY_UNUSED", {"amount": "5", "currency": "EUR"}),
    ],
)
def test_a_promotion_that_can_never_apply_is_told(code: str, terms: dict[str, Any]) -> None:
    promotion = a_promotion(**terms)

    (finding,) = linted(promotion)

    assert (finding.level, finding.code, finding.section) == ("warning", code, "p")
    assert taken(finding, promotion) == []


def test_an_amount_of_zero_and_one_service_of_several_are_told() -> None:
    (nothing,) = linted(a_promotion(amount="0", currency="PLN"))
    (some,) = linted(a_promotion(services=["voice", "telex"]))

    assert nothing.code == "PROMOTION_TAKES_NOTHING"
    assert (some.code, some.fields) == ("PROMOTION_SERVICE_UNKNOWN", {"services": "telex"})


STUDENTS: dict[str, Any] = {"classes": ["student"]}
YOUNG: dict[str, Any] = {"segments": ["young"], "classes": ["pupil", "student"]}


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ({}, {}, True),
        ({"priority": 1}, {}, False),
        ({"services": ["voice"]}, {"services": ["sms"]}, False),
        ({"services": ["voice", "sms"]}, {"services": ["sms"], "products": ["line"]}, True),
        ({"products": ["line"]}, {"products": ["phone"]}, False),
        ({"entitlement": STUDENTS}, {"entitlement": YOUNG}, True),
        ({"entitlement": STUDENTS}, {"entitlement": {"classes": ["pensioner"]}}, False),
        # One that is granted goes to whom somebody chose.
        ({}, {"entitlement": {}}, False),
        ({"days": (OCTOBER, NOVEMBER)}, {"days": (NOVEMBER, None)}, False),
        ({"days": (OCTOBER, None)}, {"days": (NOVEMBER, None)}, True),
    ],
)
def test_equal_priority_on_the_same_charge_is_told(
    one: dict[str, Any], other: dict[str, Any], meet: bool
) -> None:
    first = a_promotion(**one, amount="5", currency="PLN")
    second = a_promotion("q", **other)

    found = linted(first, second)

    assert [each.code for each in found] == ["PROMOTIONS_TIED"] * meet
    for finding in found:
        assert taken(finding, first, second) == ["p", "q"]


def test_percentages_of_one_list_price_over_the_whole_are_told() -> None:
    # 60 % and 30 % are 90 %; with another 25 %, 115 %
    first = a_promotion(priority=3, entitlement=STUDENTS)
    second = a_promotion("q", percent="0.3", priority=2, services=["voice"])
    third = a_promotion("r", percent="0.25", priority=1, entitlement=YOUNG)

    assert linted(first, second) == []
    (finding,) = linted(first, second, third)

    assert finding.code == "PROMOTIONS_OVER_WHOLE"
    assert finding.fields == {"others": "q, r", "percent": "115"}
    met = taken(finding, first, second, third)
    assert met == ["p", "q", "r"]
    percents = {each.code: each.percent or Decimal(0) for each in (first, second, third)}
    assert sum(percents[code] for code in met) > 1


def test_percentages_of_what_is_left_never_come_to_more_than_the_whole() -> None:
    tariff = a_version(promotions_together="of_what_is_left")

    assert linted(a_promotion(priority=1), a_promotion("q"), tariff=tariff) == []


def test_who_publishes_a_promotion_is_answered_what_lint_says(session: TenantSession) -> None:
    service.publish_promotion(session, "p", "P", ALL | {"percent": "0.1"}, OCTOBER)
    new = service.publish_promotion(session, "q", "Q", ALL | {"percent": "0.2"}, OCTOBER)

    (finding,) = service.findings_of(session, new)

    assert finding.message() == "p has priority 0 too: their codes decide which is first"
