"""What instalments put off bears no interest until it is due; credits take the last ones."""

import datetime as dt

import pytest

from currencies.money import money
from settlement.receipts.interest.deferring import Change, deferred
from tests.settlement.receipts.instalments.builders import NOON, a_plan

DUE = dt.date(2026, 11, 16)
EARLIER, LATER = NOON - dt.timedelta(days=1), NOON + dt.timedelta(days=1)


def figures(plans: list[str], changes: list[tuple[dt.datetime, str]], disputed: str) -> str:
    """How what is due grows day by day, by plans like `50 50` or `50 50 until 11-20`."""
    made = []
    for each in plans:
        parts, _until, end = each.partition(" until ")
        ended_on = dt.date.fromisoformat(f"2026-{end}") if end else None
        made.append(a_plan(parts, days="1 20", ended_on=ended_on))
    changed = [Change(at.date(), at, money(amount, "PLN")) for at, amount in changes]
    moves, rest = deferred(DUE, made, changed, money(disputed, "PLN"))
    by_day = {}
    for move in moves:
        by_day[move.on] = by_day.get(move.on, 0) + move.amount.amount
    told = [f"{day:%m-%d} {amount:+g}" for day, amount in sorted(by_day.items()) if amount]
    return ", ".join([*told, f"disputed {rest.amount:g}"])


@pytest.mark.parametrize(
    ("plans", "changes", "disputed", "expected"),
    [
        ([], [(LATER, "-30")], "5", "11-11 -30, disputed 5"),
        (["50 50"], [], "0", "11-16 -100, 12-01 +50, 12-20 +50, disputed 0"),
        # From before the plan: as without one.
        (["50 50"], [(EARLIER, "-30")], "0", "11-09 -30, 11-16 -100, 12-01 +50, 12-20 +50, "),
        # The last instalment is lowered first, then the one before it, then what was beyond.
        (["50 50"], [(LATER, "-30")], "0", "11-16 -100, 12-01 +50, 12-20 +20, "),
        (["50 50"], [(LATER, "-60")], "0", "11-16 -100, 12-01 +40, "),
        (["50 50"], [(LATER, "-60"), (LATER, "-60")], "0", "11-11 -20, 11-16 -100, "),
        # More is asked with the last one.
        (["50 50"], [(LATER, "10")], "0", "11-16 -100, 12-01 +50, 12-20 +60, "),
        (["50 50"], [], "60", "11-16 -100, 12-01 +40, disputed 0"),
        (["50 50"], [], "110", "11-16 -100, disputed 10"),
        # A plan that ended: what was put off is due from then on, but not before the invoice.
        (["50 50 until 12-10"], [], "60", "11-16 -100, 12-01 +50, 12-10 +50, disputed 60"),
        (["50 50 until 11-12"], [], "0", "disputed 0"),
    ],
)
def test_what_is_due_grows_by_the_instalments(
    plans: list[str], changes: list[tuple[dt.datetime, str]], disputed: str, expected: str
) -> None:
    assert figures(plans, changes, disputed).startswith(expected)
