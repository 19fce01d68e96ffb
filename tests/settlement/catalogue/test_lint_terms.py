"""Faults of a commitment, each shown by a subscription that is charged for what it has."""

from datetime import date, timedelta
from typing import Any

import pytest

from settlement.catalogue.lint.tariff_lint import lint
from settlement.catalogue.tariff import TariffVersion
from settlement.rating.commitment import Commitment, leaving_fee
from settlement.rating.fee_lines import Sold, fee_dues
from settlement.rating.fees import Days
from tests.settlement.rating.commercial_builders import a_subscriber, a_version

LINE = {"product": "line", "kind": "recurring", "amount": "20.00"}


def committed(
    months: int = 3, fees: list[dict[str, Any]] | None = None, **term: Any
) -> TariffVersion:
    return a_version(fees=[LINE] if fees is None else fees, term={"months": months} | term)


def codes(version: TariffVersion) -> list[str]:
    return [each.code for each in lint(version, {})]


def fees_of_the_term(version: TariffVersion) -> list[str]:
    """The fees of a subscription that begins on the day of the example, within its term."""
    (finding,) = lint(version, {})
    begins = date.fromisoformat(finding.event["subscription_from"])
    assert version.term is not None
    subscriber = a_subscriber(valid_from=begins, valid_until=begins + timedelta(days=80))
    dues = fee_dues(
        subscriber,
        [version],
        [Commitment(begins, version.term)],
        Days(begins, begins + timedelta(days=80)),
        Sold({}, {}),
    )
    return [each.product for each in dues]


@pytest.mark.parametrize("term", [{"fee": "50.00"}, {"bonus_months": 1}, {"bonus_amount": "5"}])
def test_a_term_that_costs_or_gives_something_is_sound(term: dict[str, Any]) -> None:
    assert codes(committed(**term)) == []


def test_a_term_that_may_be_left_for_nothing_has_no_effect() -> None:
    version = committed()

    (finding,) = lint(version, {})

    begins = date.fromisoformat(finding.event["subscription_from"])
    assert (finding.level, finding.code) == ("warning", "TERM_WITHOUT_EFFECT")
    assert version.term is not None
    left = leaving_fee([Commitment(begins, version.term)], "PLN", begins + timedelta(days=1))
    assert left is not None
    assert not left.amount.amount


def test_bonus_months_without_recurring_fees_give_nothing() -> None:
    once = LINE | {"kind": "one_off"}

    assert codes(committed(bonus_months=1, fees=[once])) == ["BONUS_WITHOUT_FEES"]
    assert fees_of_the_term(committed(bonus_months=1, fees=[])) == []


def test_bonus_months_as_long_as_the_term_leave_no_fee() -> None:
    version = committed(bonus_months=3)

    assert codes(version) == ["FEES_NEVER_CHARGED"]
    assert fees_of_the_term(version) == []
