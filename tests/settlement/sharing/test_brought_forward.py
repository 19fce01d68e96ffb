"""A base below zero goes into the next period and lowers what is shared there (rule R43)."""

import pytest

from currencies.money import Money, money, total
from settlement.agreements.sharing_terms import SharingTerms, terms_from_plain
from settlement.sharing.brought_forward import BROUGHT, share_after, with_brought
from settlement.sharing.waterfall import Shared, share

FEE = {"name": "fee", "amount": "5.00"}


def terms(**more: object) -> SharingTerms:
    parts = [{"payee": "label", "rate": "0.70"}]
    return terms_from_plain({"owner": "operator", "shares": parts, "deductions": [FEE], **more})


def eur(text: str) -> Money:
    return money(f"{text} EUR")


def amounts(shared: Shared) -> list[str]:
    found = [*(each.amount for each in shared.shares), shared.carried]
    return [f"{amount.amount:.2f}" for amount in found]


@pytest.mark.parametrize(
    ("gross", "brought", "expected"),
    [
        # 15.00 less the fee of 5.00 is 10.00; nothing, part, all or more of it was carried.
        ("15.00", "0.00", ["7.00", "3.00", "0.00"]),
        ("15.00", "4.00", ["4.20", "1.80", "0.00"]),
        ("15.00", "10.00", ["0.00", "0.00", "0.00"]),
        ("15.00", "12.00", ["0.00", "0.00", "-2.00"]),
        # Below zero by itself: 3.00 less 5.00 and less 2.00 is carried on.
        ("3.00", "2.00", ["0.00", "0.00", "-4.00"]),
    ],
)
@pytest.mark.parametrize("rounding", ["each_step", "end"])
def test_what_was_carried_is_made_good_first(
    gross: str, brought: str, expected: list[str], rounding: str
) -> None:
    shared = share_after(eur(gross), terms(waterfall_rounding=rounding), {}, eur(brought))

    assert amounts(shared) == expected
    named = [amount for _, amount in (*shared.deductions, *shared.shares)]
    assert total([*named, shared.carried], "EUR") == eur(gross)


def test_splits_of_single_events_are_lowered_as_by_one_more_event() -> None:
    by_event = share(eur("15.00"), terms())

    lowered = with_brought(by_event, terms(), eur("4.00"))

    assert amounts(lowered) == ["4.20", "1.80", "0.00"]
    assert lowered.deductions[-1] == (BROUGHT, eur("4.00"))
