"""The base of a share, deductions that are facts, and refunds, recomputed one by one.

Fractions and whole minor units only; none of the product's code.
"""

from fractions import Fraction
from typing import Any

from tests.reference.sharing import largest_remainder
from tests.reference.sharing import share as shared

Plain = dict[str, Any]


def base(retail: Fraction, listed: Fraction, is_trial: bool, policies: Plain) -> Fraction:
    """What of an event is shared: of two prices that are both above or both below zero."""
    if is_trial:
        return listed if policies.get("trial_base") == "list" else Fraction(0)
    policy = policies.get("share_base", "retail")
    if policy == "list":
        return listed
    if policy == "retail" or retail == listed:
        return retail
    sizes = sorted([retail, listed], key=abs)
    return sizes[-1] if policy == "higher_of" else sizes[0]


def share(units: int, terms: Plain, facts: dict[str, int], brought: int, places: int) -> Plain:
    """As `sharing.share`, where deductions may name a fact, and a loss may be brought forward.

    A fact is a fixed amount that is known later; a loss is one that is taken last. Where one of
    them gives something back, every step is rounded as it is taken.
    """
    sign = -1 if units < 0 else 1

    def fixed(amount: int) -> str:
        return str(Fraction(sign * amount, 10**places))

    deductions = [
        {"name": each["name"], "amount": fixed(facts[each["from"]])} if "from" in each else each
        for each in terms.get("deductions", [])
    ]
    if brought:
        deductions.append({"name": "brought", "amount": fixed(brought)})
    if any(Fraction(each.get("amount", 0)) < 0 for each in deductions):
        terms = terms | {"waterfall_rounding": "each_step"}
    return shared(units, terms | {"deductions": deductions}, places)


def refunded(stored: list[int], pieces: list[int]) -> list[list[int]]:
    """What each payee gives back for each piece of a refund: of all so far, less what it gave."""
    given = [0 for _ in stored]
    so_far, found = 0, []
    for piece in pieces:
        so_far += piece
        due = largest_remainder(so_far, [Fraction(part) for part in stored])
        found.append([now - before for now, before in zip(due, given, strict=True)])
        given = due
    return found
