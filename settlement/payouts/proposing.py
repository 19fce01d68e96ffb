"""A proposal: the decisions about all payees as numbered lines."""

import datetime as dt
from collections.abc import Iterable

from currencies.money import Money
from settlement.payouts.payout import Candidate, Decision, decide


def decisions(
    candidates: Iterable[Candidate], threshold: Money | None, pays_on: dt.date
) -> list[Decision]:
    """What becomes of every payee's balance, payees in the order of their codes."""
    ordered = sorted(candidates, key=lambda each: each.code)
    return [decision for each in ordered for decision in decide(each, threshold, pays_on)]


def batch_number(currency: str, pays_on: dt.date, earlier: int) -> str:
    """The number of a batch, short enough to be its message id at the bank: P20261110-EUR-01."""
    return f"P{pays_on:%Y%m%d}-{currency}-{earlier + 1:02}"


def end_to_end_id(number: str, line: int) -> str:
    """What names one payment through all banks, at most 35 characters."""
    return f"{number}-{line:05}"
