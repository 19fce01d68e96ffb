"""A base below zero is carried to the next period, where it lowers what is shared (rule R43).

It comes last, after all deductions of the terms: what they leave first makes good what was carried.
What it is more than that is carried on.
"""

from dataclasses import replace
from typing import Final

from currencies.money import Money, scaled, total
from settlement.agreements.sharing_terms import Deduction, SharingTerms
from settlement.sharing.waterfall import Facts, Share, Shared, Taken, share

# The name of the step, and the source of its amount; no deduction of terms can be called so.
BROUGHT: Final = ""


def share_after(gross: Money, terms: SharingTerms, facts: Facts, brought: Money) -> Shared:
    """Share an amount after what was brought forward, which is zero or more."""
    if not brought.amount:
        return share(gross, terms, facts)
    last = Deduction(BROUGHT, source=BROUGHT)
    with_last = replace(terms, deductions=(*terms.deductions, last))
    return share(gross, with_last, {**facts, BROUGHT: brought})


def with_brought(by_event: Shared, terms: SharingTerms, brought: Money) -> Shared:
    """Take what was brought forward off splits of single events, as one more event below zero."""
    if not brought.amount:
        return by_event
    lowered = share(scaled(brought, -1), replace(terms, deductions=()))
    code = brought.currency.code
    shares = [
        Share(each.payee, total((each.amount, less.amount), code))
        for each, less in zip(by_event.shares, lowered.shares, strict=True)
    ]
    return by_event._replace(
        deductions=[*by_event.deductions, Taken(BROUGHT, brought)], shares=shares
    )
