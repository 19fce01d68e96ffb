"""A statement prints the policies of R40 to R49 in force, where something depends on them."""

from typing import Any

import pytest

from settlement.periods import service as periods
from settlement.self_billing import service
from statements.rendering.wording import POLICIES as SENTENCES
from tenants.session import TenantSession
from tests.settlement.books import a_share, an_agreement
from tests.settlement.self_billing.test_service import a_partner, document_of, october

SHARES = [{"payee": "P-1", "rate": "0.5"}]
CHAIN: dict[str, Any] = {"shares": [], "chain": SHARES}
TIERED: dict[str, Any] = {"shares": [{"payee": "P-1", "tiers": [{"rate": "0.5"}]}]}
FEE = {"deductions": [{"name": "fee", "rate": "0.1"}]}
CLAIM = {"deductions": [{"name": "society", "amount": "1.00", "claim": True}]}
GUARANTEED = {"guarantees": [{"payee": "P-1", "amount": "10.00"}]}
CAPPED = {"caps": [{"payee": "P-1", "amount": "10.00"}]}
# Terms and what they print; without the terms of the third column it decides nothing.
PRINTED: list[tuple[str, str, dict[str, Any], bool]] = [
    ("remainder", "largest_remainder", {}, False),
    ("rounding_level", "statement", {}, False),
    ("rounding_level", "event", {}, False),
    ("waterfall_rounding", "each_step", FEE, True),
    ("waterfall_rounding", "end", FEE, True),
    ("chain_rounding", "cascade", CHAIN, True),
    ("chain_rounding", "leaves", CHAIN, True),
    ("tier_kind", "graduated", TIERED, True),
    ("tier_kind", "retroactive", TIERED, True),
    *(("tier_period", kind, TIERED, True) for kind in ("month", "quarter", "year", "term")),
    ("periods_from", "calendar", CAPPED, True),
    ("periods_from", "agreement", CAPPED, True),
    ("refund_counts_in_tier", "yes", TIERED, True),
    ("guarantee_run", "final_run_only", GUARANTEED, True),
    ("guarantee_earned", "net_of_refunds", GUARANTEED, True),
    ("negative_month", "adds_back", GUARANTEED, True),
    ("step", "ratio", CLAIM, True),
    ("step", "fixed", CLAIM, True),
    *(("share_base", base, {}, False) for base in ("retail", "list", "higher_of", "lower_of")),
    ("trial_base", "zero", {}, False),
    ("trial_base", "list", {}, False),
    ("pays", "when_billed", {}, False),
    ("pays", "when_paid", {}, False),
    ("credit_risk", "owner", {}, False),
    ("credit_risk", "shared", {}, False),
]
# What is named beside terms, with the only value there is.
OF_AGREEMENT = {
    "remainder", "refund_counts_in_tier", "guarantee_run", "guarantee_earned", "negative_month",
}  # fmt: skip


def stated(session: TenantSession, terms: dict[str, Any], **share: Any) -> dict[str, str]:
    """The policies on a statement of one share of an agreement."""
    run, period = october(session)
    partner = a_partner(session)
    agreement, version = an_agreement(session, partner, terms=terms)
    a_share(session, run, period, version, agreement, partner, "5.00", **share)
    periods.close(session, "2026-10")
    [issued] = service.issue_statements(session, "2026-10").issued
    return dict(document_of(session, issued.number).policies)


@pytest.mark.parametrize(
    ("policy", "value", "terms"), [each[:3] for each in PRINTED], ids=lambda said: str(said)[:20]
)
def test_each_value_is_printed_where_something_depends_on_it(
    session: TenantSession, policy: str, value: str, terms: dict[str, Any]
) -> None:
    named = {} if policy in OF_AGREEMENT else {policy: value}

    printed = stated(session, terms | named)

    assert printed[policy] == value
    assert (policy, value) in SENTENCES


def test_what_nothing_depends_on_is_not_printed(session: TenantSession) -> None:
    printed = stated(session, {})

    conditional = {policy for policy, _, _, is_conditional in PRINTED if is_conditional}
    assert not conditional & set(printed)
    assert "partial_refund" not in printed


def test_how_refunds_in_parts_are_taken_is_printed_beside_a_refund(session: TenantSession) -> None:
    printed = stated(session, {}, cause="refund")

    assert printed["partial_refund"] == "cumulative"
    assert ("partial_refund", "cumulative") in SENTENCES
