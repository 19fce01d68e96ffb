"""Which policies a contract or an agreement may choose, and that each choice is said on paper."""

import pytest

from settlement.agreements.policies import (
    CHOICES,
    POLICIES,
    PolicyOwner,
    UnknownPolicy,
    checked_policies,
    in_force,
)
from settlement.billing import invoice
from settlement.interconnect.drafting.service import PRINTED_POLICIES
from settlement.receipts.interest import service as interest
from settlement.self_billing import partner_statement
from statements.rendering.wording import POLICIES as SENTENCES

# What is printed on the documents of each kind of agreement, wherever it matters.
PRINTED: dict[PolicyOwner, set[str]] = {
    "contract": {*invoice.PRINTED, *invoice.PRINTED_INCLUSIVE, *interest.PRINTED},
    "revenue_share": set(partner_statement.PRINTED),
    "commission": set(partner_statement.PRINTED),
    "interconnect": set(PRINTED_POLICIES),
}
CHOSEN = [(owner, policy) for owner, policies in CHOICES.items() for policy in policies]


@pytest.mark.parametrize(("owner", "policy"), CHOSEN)
def test_each_value_that_can_be_chosen_is_in_force_and_printed_as_a_sentence(
    owner: PolicyOwner, policy: str
) -> None:
    for value in POLICIES[policy]:
        said = checked_policies({policy: value}, owner, "here")

        assert in_force(said, owner)[policy] == value
        assert (policy, value) in SENTENCES
    assert policy in PRINTED[owner]


@pytest.mark.parametrize(
    ("owner", "policy"),
    [
        ("contract", "term_from"),
        ("contract", "total_conversion"),
        ("contract", "weekend"),
        ("revenue_share", "amount_rounding"),
        ("revenue_share", "line_net"),
        ("revenue_share", "term_from"),
        ("revenue_share", "weekend"),
        ("commission", "amount_rounding"),
        ("commission", "line_net"),
        ("commission", "weekend"),
        ("interconnect", "amount_rounding"),
        ("interconnect", "line_net"),
        ("interconnect", "rounding"),
        ("interconnect", "tax_rounding"),
        ("interconnect", "total_conversion"),
        ("interconnect", "total_rounding"),
        ("interconnect", "weekend"),
    ],
)
def test_a_policy_without_effect_is_refused(owner: PolicyOwner, policy: str) -> None:
    with pytest.raises(UnknownPolicy, match=f"here names the policy '{policy}'"):
        checked_policies({policy: "next"}, owner, "here")
