"""Named policies: choices that law or contract makes, each with its values, the default first.

A contract or agreement says only where it departs from a default; `in_force` fills in the rest, and
that is what documents print. Policies that change how an amount is priced or split are a part of
versioned terms or of a tariff instead, and are refused here.
"""

from collections.abc import Mapping
from typing import Final, Literal

from i18n.errors import Conflict, Invalid
from settlement.catalogue.plain_values import Place

PolicyOwner = Literal["contract", "revenue_share", "interconnect", "commission"]

POLICIES: Final[Mapping[str, tuple[str, ...]]] = {
    "partial_refund": ("cumulative",),
    "remainder": ("largest_remainder",),
    "refund_counts_in_tier": ("yes",),
    "guarantee_run": ("final_run_only",),
    "guarantee_earned": ("net_of_refunds",),
    "negative_month": ("adds_back",),
    "rounding_scope": ("call", "trunk_month"),
    "matching": ("most_pairs_then_least_difference",),
    "class_by": ("seconds", "start"),
    "zero_ours": ("dispute",),
    # Who carried a call finds it by its numbers, so carriers see them unless agreed otherwise.
    "mask_numbers": ("no", "last_3"),
    "accepted_corrections": ("agreed_or_silent", "agreed", "at_once"),
    "notice_count": ("calendar_days", "business_days"),
    "notice_end": ("announced_plus_n_is_first_day",),
    "vat_rate_date": ("PL_previous_business_day",),
    "vat_local": ("document_vat_per_rate",),
    "amount_rounding": ("line", "document"),
    "booked_release": ("cumulative",),
    "cross_rate": ("unrounded",),
    "total_conversion": ("per_currency", "per_line"),
    "correction_form": ("reverse_and_rebill",),
    # Wherever a bill begins, what a month grants or counts is of the calendar month.
    "counted_by": ("calendar_month",),
    "tax_rounding": ("document", "line"),
    "line_net": ("rounded", "exact"),
    "inclusive_tax": ("net_rounded", "tax_rounded"),
    "total_rounding": ("none", "whole_unit"),
    "rounding": ("half_up", "half_even"),
    "term_from": ("issue", "receipt"),
    "term_days": ("calendar", "business"),
    "holiday": ("next", "previous", "none"),
    "allocation_order": ("oldest_due_then_number_disputed_last",),
    "interest_days": ("after_due_to_payment_inclusive",),
    "interest_rounding": ("once",),
    "day_count": ("act_365", "act_360"),
}

_DOCUMENT = ("vat_rate_date", "vat_local", "booked_release", "cross_rate", "correction_form")
_STATED = (*_DOCUMENT, "tax_rounding", "total_rounding", "rounding", "term_days", "holiday")
_OF: Final[Mapping[PolicyOwner, tuple[str, ...]]] = {
    "contract": (
        *_STATED, "line_net", "amount_rounding", "inclusive_tax", "allocation_order",
        "interest_days", "interest_rounding", "day_count", "counted_by",
    ),
    "revenue_share": (
        *_STATED, "total_conversion", "remainder", "partial_refund", "refund_counts_in_tier",
        "guarantee_run", "guarantee_earned", "negative_month",
    ),
    "commission": (*_STATED, "total_conversion"),
    "interconnect": (
        *_DOCUMENT, "rounding_scope", "matching", "class_by", "zero_ours", "mask_numbers",
        "accepted_corrections", "notice_count", "notice_end", "term_from", "term_days", "holiday",
    ),
}  # fmt: skip


# Of a tenant: whether terms may be agreed without a draft that is approved.
AGREEMENTS_CHANGE: Final = "agreements_change"
CHANGES: Final = ("at_once", "by_amendment")


_IN_ORDER: Final = {owner: tuple(sorted(policies)) for owner, policies in _OF.items()}
# Where there is a choice, the value in force is printed.
CHOICES: Final[Mapping[PolicyOwner, tuple[str, ...]]] = {
    owner: tuple(each for each in policies if len(POLICIES[each]) > 1)
    for owner, policies in _OF.items()
}


class AmendedOnly(Conflict):
    """Here agreements change by amendment only. Draft the terms of {code} as an amendment, and have
    it approved by a second person.
    """


class UnknownPolicy(Invalid):
    """{where} names the policy {policy}, which it does not have. It may choose: {known}."""


class UnknownPolicyValue(Invalid):
    """{where}: {policy} cannot be {value}. Choose one of: {known}."""


def checked_policies(
    said: Mapping[str, str] | None, owner: PolicyOwner, where: str
) -> dict[str, str]:
    """The policies a contract or agreement says, all known. Raises UnknownPolicy(Value)."""
    for policy, value in (said or {}).items():
        if policy not in _OF[owner]:
            known = ", ".join(sorted(_OF[owner]))
            raise UnknownPolicy(where=Place(where), policy=repr(policy)[:60], known=known)
        if value not in POLICIES[policy]:
            raise UnknownPolicyValue(
                where=Place(where),
                policy=policy,
                value=repr(value)[:60],
                known=", ".join(POLICIES[policy]),
            )
    return dict(said or {})


def require_change_at_once(said: Mapping[str, str], code: str) -> None:
    """Refuse to agree terms at once where a tenant's policies want amendments.

    Raises AmendedOnly and UnknownPolicyValue.
    """
    change = said.get(AGREEMENTS_CHANGE, CHANGES[0])
    if change not in CHANGES:
        raise UnknownPolicyValue(
            where=Place("tenant"), policy=AGREEMENTS_CHANGE, value=repr(change)[:60],
            known=", ".join(CHANGES),
        )  # fmt: skip
    if change == "by_amendment":
        raise AmendedOnly(code=code)


def in_force(said: Mapping[str, str], owner: PolicyOwner) -> dict[str, str]:
    """Every policy of a contract or agreement with its value: what was said, else the default."""
    return {policy: said.get(policy, POLICIES[policy][0]) for policy in _IN_ORDER[owner]}
