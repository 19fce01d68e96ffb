"""A draft beside the version it follows: every place that differs, and no other."""

from typing import Any

import pytest

from settlement.agreements.policies import PolicyOwner
from settlement.amendments.beside import Changed, as_in_force, changes

BEFORE = {
    "owner": "operator",
    "shares": [{"payee": "label", "rate": "0.5"}, {"payee": "agency", "rate": "0.1"}],
    "notice_days": 30,
}


def test_terms_that_stay_change_nothing() -> None:
    assert changes(BEFORE, dict(BEFORE)) == []


def test_what_is_other_new_or_gone_is_told_by_its_place() -> None:
    after = {
        "owner": "operator",
        "shares": [{"payee": "label", "rate": "0.6"}],
        "complete": False,
        "notice_days": 30,
    }

    assert changes(BEFORE, after) == [
        Changed("complete", None, "False"),
        Changed("shares 1 rate", "0.5", "0.6"),
        Changed("shares 2 payee", "agency", None),
        Changed("shares 2 rate", "0.1", None),
    ]


def test_the_tenth_comes_after_the_ninth() -> None:
    products = [f"P{number}" for number in range(1, 12)]

    found = changes({"products": products[:1]}, {"products": products})

    assert [each.place for each in found] == [f"products {number}" for number in range(2, 12)]


SHARED = {
    "products": ["NEWS"],
    "owner": "operator",
    "shares": [{"payee": "label", "rate": "0.70"}],
    "deductions": [{"name": "fee", "rate": "0.1"}, {"name": "cost", "amount": "0.05"}],
    "units": [{"payee": "label", "amount": "0.05"}],
    "guarantees": [{"payee": "label", "amount": "1000.00"}],
}
SOLD = {"rates": [{"levels": ["0.10"]}]}
CARRIED = {"time_zone": "Europe/Dublin", "incoming": "in"}


@pytest.mark.parametrize(
    ("kind", "terms", "change", "told"),
    [
        (
            "revenue_share",
            SHARED,
            {"rounding_level": "event"},
            ("rounding_level", "statement", "event"),
        ),
        ("revenue_share", SHARED, {"share_base": "list"}, ("share_base", "retail", "list")),
        ("revenue_share", SHARED, {"trial_base": "list"}, ("trial_base", "zero", "list")),
        (
            "revenue_share",
            SHARED,
            {"chain_rounding": "leaves"},
            ("chain_rounding", "cascade", "leaves"),
        ),
        ("revenue_share", SHARED, {"notice_days": 30}, ("notice_days", "0", "30")),
        (
            "revenue_share",
            SHARED,
            {"units": [{"payee": "label", "amount": "0.05", "per": "minute"}]},
            ("units 1 per", "event", "minute"),
        ),
        (
            "revenue_share",
            SHARED,
            {"guarantees": [{"payee": "label", "amount": "1000.00", "period": "quarter"}]},
            ("guarantees 1 period", "month", "quarter"),
        ),
        (
            "revenue_share",
            SHARED,
            {"deductions": [
                {"name": "fee", "rate": "0.1", "percent_of": "gross"}, SHARED["deductions"][1],
            ]},
            ("deductions 1 percent_of", "left", "gross"),
        ),
        ("commission", SOLD, {"clawback_months": 6}, ("clawback_months", "0", "6")),
        ("commission", SOLD, {"fixing": {"source": "ECB"}}, ("fixing source", None, "ECB")),
        ("interconnect", CARRIED, {"objection_days": 14}, ("objection_days", "30", "14")),
    ],
)  # fmt: skip
def test_what_is_left_out_stands_at_its_default(
    kind: PolicyOwner, terms: dict[str, Any], change: dict[str, Any], told: tuple[str, str, str]
) -> None:
    before = as_in_force(kind, terms, {}, "PLN")
    after = as_in_force(kind, terms | change, {}, "PLN")

    assert Changed(*told) in changes(before, after)
    # A fixing has several places; of everything else one is other.
    assert "fixing" in change or len(changes(before, after)) == 1


def test_an_amount_written_otherwise_is_the_same() -> None:
    shares = {"shares": [{"payee": "label", "rate": "0.7"}]}
    before = as_in_force("revenue_share", SHARED, {}, "PLN")

    assert changes(before, as_in_force("revenue_share", SHARED | shares, {}, "PLN")) == []


def test_policies_and_the_currency_are_beside_the_terms() -> None:
    before = as_in_force("revenue_share", SHARED, {"rounding": "half_up"}, "PLN")
    after = as_in_force("revenue_share", SHARED, {"total_conversion": "per_line"}, "EUR")

    assert changes(before, after) == [
        Changed("currency", "PLN", "EUR"),
        Changed("policies total_conversion", "per_currency", "per_line"),
    ]


def test_terms_that_cannot_be_read_are_shown_as_they_are_written() -> None:
    wrong = SHARED | {"shares": [{"payee": "label", "rate": "1.70"}], "remainders": "mine"}

    assert as_in_force("revenue_share", wrong, {}, "PLN").items() >= wrong.items()
