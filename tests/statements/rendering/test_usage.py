"""Itemised usage on paper: sums are carried over pages, exact amounts stand in line."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from currencies.money import money
from statements.rendering.choosing import usage_of
from statements.rendering.service import draw
from statements.rendering.usage_view import usage_view
from statements.usage_list import UsageGroup, UsageList, UsageRow
from tests.statements.builders import an_invoice
from tests.statements.rendering.test_service import LOCALES
from tests.statements.rendering.test_typesetting import pages_of

NOON = dt.datetime(2026, 10, 5, 12, 0, tzinfo=dt.UTC)


def a_list(count=3, amount="0.10", locale="en", number="48601200***", **changes):
    rows = tuple(
        UsageRow(f"48501100001 → {number}", Decimal(amount), NOON, "0:01:00", "0:01:00")
        for _ in range(count)
    )
    total = money(Decimal(amount) * count, "PLN")
    group = UsageGroup("Calls · Mobile", rows, total, count)
    return UsageList(an_invoice(locale=locale), (group,), **({"are_hidden": True} | changes))


def test_sums_are_carried_from_page_to_page_and_end_in_the_total():
    pages = pages_of(draw(*usage_of(a_list(120))))

    over = [re.search(r"To the next page ([\d.]+)", page) for page in pages[1:-1]]
    brought = [re.search(r"From the previous page ([\d.]+)", page) for page in pages[2:]]
    assert len(pages) >= 4 and [each[1] for each in over] == [each[1] for each in brought]
    assert "Together 12.00 PLN" in pages[0]
    assert "Subtotal: Calls · Mobile 12.00" in pages[-1]
    assert f"Page {len(pages)} / {len(pages)}" in pages[-1]


def test_equal_lists_give_equal_bytes():
    assert draw(*usage_of(a_list())) == draw(*usage_of(a_list()))


def test_exact_amounts_stand_in_line_with_rounded_ones():
    listed = a_list(3, "0.003333333333")
    rest = UsageRow("Rounding", Decimal("0.000000000001"))
    listed = UsageList(
        listed.document,
        (UsageGroup("Calls", (*listed.groups[0].rows, rest), money("0.01 PLN"), 3),),
        are_hidden=True,
    )

    rows = [row for page in usage_view(listed)["register"] for row in page]

    # Two no-break spaces stand for a digit: ten decimals less are twenty of them.
    assert rows[-1]["amount"] == "0.01" + "\N{NO-BREAK SPACE}" * 20
    assert [row["cells"][-1] for row in rows if row["kind"] == "line"][-1] == "0.000000000001"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_says_whether_numbers_are_shortened(locale):
    shortened, whole = (
        usage_view(a_list(locale=locale, are_hidden=each)) for each in (True, False)
    )

    assert (bool(shortened["hidden"]), whole["hidden"]) == (True, "")
    assert (shortened["hidden"] == usage_view(a_list())["hidden"]) is (locale == "en")
    assert (shortened["title"] == "Itemised usage") is (locale == "en")
