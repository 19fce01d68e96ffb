"""What a declaration says of the policies it was made by."""

from settlement.agreements.policies import POLICIES
from settlement.interconnect.service import PRINTED_POLICIES
from statements.rendering.wording import POLICIES as SENTENCES


def test_every_policy_that_a_declaration_prints_is_said_in_a_sentence() -> None:
    printed = {(policy, value) for policy in PRINTED_POLICIES for value in POLICIES[policy]}

    assert printed
    assert printed <= set(SENTENCES)
