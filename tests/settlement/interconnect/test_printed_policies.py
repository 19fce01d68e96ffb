"""What a declaration says of the policies and terms it was made by."""

from decimal import Decimal

import pytest

from currencies.money import money
from settlement.agreements.policies import CHOICES, POLICIES
from settlement.interconnect.declaring import accepting
from settlement.interconnect.drafting.service import PRINTED_POLICIES
from statements.rendering.view import policy_texts


def in_english(message: str, **facts: object) -> str:
    """The message as it is written here."""
    return message.format(**facts)


def test_a_declaration_prints_each_choice_of_its_agreement() -> None:
    assert set(CHOICES["interconnect"]) == {
        "rounding_scope", "class_by", "mask_numbers", "accepted_corrections", "notice_count",
        "term_from", "term_days", "holiday",
    }  # fmt: skip
    assert set(PRINTED_POLICIES) == {*CHOICES["interconnect"], "zero_ours"}


@pytest.mark.parametrize("policy", PRINTED_POLICIES)
def test_each_value_of_a_policy_is_a_sentence_of_its_own(policy: str) -> None:
    values = POLICIES[policy]

    printed = policy_texts([(policy, value) for value in values], in_english)

    assert len(set(printed)) == len(values)
    assert not [text for text in printed if policy in text]


def test_the_terms_of_acceptance_are_printed_with_their_figures() -> None:
    terms = accepting(Decimal("0.005"), money("2.00 XDR"), 30)

    assert policy_texts(terms, in_english) == [
        "Accepted is a difference of up to this part of our amount: 0.005.",
        "Accepted is a difference of up to 2.00 XDR.",
        "Days for objections: 30.",
    ]
    assert [name for name, _ in accepting(Decimal(0), None, 30)] == ["tolerance", "objection_days"]
