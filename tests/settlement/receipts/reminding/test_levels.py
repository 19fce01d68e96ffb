"""Which reminder an item is due, by how late it is and by what was sent before."""

import datetime as dt
from uuid import UUID

import pytest

from currencies.money import money, shown
from settlement.receipts.applying import OpenInvoice
from settlement.receipts.reminding.fees import ReminderFeesUnreadable
from settlement.receipts.reminding.levels import (
    Overdue,
    ReminderPolicyUnreadable,
    next_level,
    reminding,
)

DUE = dt.date(2026, 11, 16)
NOBODY = UUID(int=1)


def late(days_before: int | None = None, level: int = 0, disputed: str = "0.00 PLN") -> Overdue:
    """An item over 100.00, last reminded so many days after it was due."""
    invoice = OpenInvoice(NOBODY, "FV/1", DUE, DUE, money("100.00 PLN"), money(disputed))
    on = None if days_before is None else DUE + dt.timedelta(days=days_before)
    return Overdue(NOBODY, invoice, money("100.00 PLN"), level, on)


@pytest.mark.parametrize(
    ("days_late", "level", "reminded_after", "due"),
    [
        (6, 0, None, None),
        (7, 0, None, 1),
        (60, 0, None, 1),
        (20, 1, 7, None),
        (21, 1, 7, 2),
        (35, 2, 21, 3),
        # What began late is not hurried: 14 days lie between the first and the second.
        (61, 1, 60, None),
        (74, 1, 60, 2),
        (400, 3, 35, None),
    ],
)
def test_an_item_is_due_one_level_after_the_other(days_late, level, reminded_after, due):
    days = reminding({}).days

    assert next_level(late(reminded_after, level), days, DUE + dt.timedelta(days_late)) == due


def test_what_is_wholly_disputed_is_due_no_reminder():
    today = DUE + dt.timedelta(days=30)

    assert next_level(late(disputed="100.00 PLN"), (7,), today) is None
    assert next_level(late(disputed="99.99 PLN"), (7,), today) == 1


def test_policies_have_defaults_and_may_turn_reminders_off():
    said = reminding({})
    assert (said.days, said.pay_days, said.charges_interest) == ((7, 21, 35), 7, False)

    said = reminding(
        {"reminder_days": "none", "reminder_pay_days": "14", "reminder_interest": "with_last"}
    )
    assert (said.days, said.pay_days, said.charges_interest) == ((), 14, True)
    assert next_level(late(), said.days, DUE + dt.timedelta(days=99)) is None


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        ("reminder_days", "seven"),
        ("reminder_days", "21, 7"),
        ("reminder_days", "7, 7"),
        ("reminder_days", "0"),
        ("reminder_days", "1,2,3,4,5,6,7,8,9,10"),
        ("reminder_pay_days", "7, 14"),
        ("reminder_pay_days", ""),
        ("reminder_interest", "always"),
    ],
)
def test_a_policy_that_cannot_be_read_is_refused_by_name(policy, text):
    with pytest.raises(ReminderPolicyUnreadable, match=policy):
        reminding({policy: text})


@pytest.mark.parametrize(
    "text",
    [
        "", "PLN", "PLN 1, 2", "PLN 1, 2, 3, 4", "PLN 1, 2, x", "PLN 1, 2, -3", "ABC 1, 2, 3",
        "PLN 1, 2, 3.001", "PLN 1, 2, 3.", "PLN 1, 2, .5", "PLN 1, 2, 3; PLN 1, 2, 3",
        "PLN 1, 2, 9999999999",
    ],
)  # fmt: skip
def test_fees_that_cannot_be_read_are_refused(text):
    with pytest.raises(ReminderFeesUnreadable):
        reminding({"reminder_fees": text})


def test_a_fee_is_of_a_level_and_a_currency():
    said = reminding({"reminder_fees": "PLN 0, 10.00, 25; JPY 100, 200, 300"})

    found = [said.fee(level, code) for level in (1, 2, 3) for code in ("PLN", "JPY", "EUR")]
    assert [each and shown(each) for each in found] == [
        None, "100 JPY", None, "10.00 PLN", "200 JPY", None, "25.00 PLN", "300 JPY", None,
    ]  # fmt: skip
    assert reminding({}).fee(1, "PLN") is None
