"""Charge lines become credits, and late usage replaces them whole."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from currencies.money import money
from settlement.agreements.sharing_terms import SharingTerms, terms_from_plain
from settlement.sharing.crediting import (
    Credit,
    Revenue,
    UnknownPayee,
    credits_of,
    late_credits,
)
from settlement.sharing.waterfall import Share, Shared

PARTIES = {"melodia": UUID(int=1), "videolux": UUID(int=2)}


def revenue(amount: str, events: int = 1) -> Revenue:
    return Revenue(UUID(int=7), UUID(int=8), "melody", "PLN", events, Decimal(amount))


def terms(*shares: tuple[str, str], **more: object) -> SharingTerms:
    parts = [{"payee": payee, "rate": rate} for payee, rate in shares]
    return terms_from_plain({"owner": "operator", "shares": parts, **more})


def told(credits: list[Credit]) -> list[tuple[int | None, str]]:
    return [(each.party_id.int if each.party_id else None, str(each.amount)) for each in credits]


def test_what_no_partner_gets_is_our_own_and_has_no_party() -> None:
    credits = credits_of(revenue("6.45"), terms(("melodia", "0.30")), PARTIES, None)

    assert told(credits) == [(1, "1.94"), (None, "4.51")]


def test_deductions_lower_the_base_and_stand_in_the_steps() -> None:
    fee = {"name": "store fee", "rate": "0.10"}

    credits = credits_of(
        revenue("1.00"), terms(("melodia", "0.70"), deductions=[fee]), PARTIES, None
    )

    assert [credit.base for credit in credits] == [Decimal("0.90")] * 2
    assert credits[0].steps[0] == {"takes": "store fee", "amount": "0.1"}
    assert told(credits) == [(1, "0.63"), (None, "0.27")]


def test_a_payee_who_is_no_partner_is_named() -> None:
    with pytest.raises(UnknownPayee, match="nobody"):
        credits_of(revenue("1.00"), terms(("nobody", "0.5")), PARTIES, None)


def test_credits_by_event_close_to_the_charged_line_in_the_last_part() -> None:
    # R42: 1,000 events of 0.10 at 33.33 % give 30.00 by event, not 33.33.
    by_event = Shared(
        [],
        [Share("melodia", money("30.00 PLN")), Share("operator", money("70.00 PLN"))],
        money("0 PLN"),
    )

    credits = credits_of(revenue("100.01"), terms(("melodia", "0.3333")), PARTIES, by_event)

    assert told(credits) == [(1, "30.00"), (None, "70.01")]


def test_late_revenue_takes_the_stored_credits_back_and_splits_the_whole_anew() -> None:
    half = terms(("melodia", "0.5"))
    stored = credits_of(revenue("0.01"), half, PARTIES, None)

    given = late_credits(stored, credits_of(revenue("0.02", 2), half, PARTIES, None))

    # A split of the difference would give the partner 0.01 again; the whole gives 0.01 to each.
    assert told(stored) == [(1, "0.01"), (None, "0.00")]
    assert told(given) == [(1, "-0.01"), (1, "0.01"), (None, "0.00"), (None, "0.01")]


def test_unchanged_revenue_is_credited_no_second_time() -> None:
    stored = credits_of(revenue("6.45"), terms(("melodia", "0.30")), PARTIES, None)

    assert late_credits(stored, stored) == []


def test_credits_of_another_cause_are_neither_taken_back_nor_taken_for_shares() -> None:
    half = terms(("melodia", "0.5"))
    stored = credits_of(revenue("6.00"), half, PARTIES, None)
    topped_up = replace(stored[0], cause="guarantee", gross=Decimal(0), base=Decimal(0))

    given = late_credits([*stored, topped_up], credits_of(revenue("8.00"), half, PARTIES, None))

    assert told(given) == [(1, "-3.00"), (1, "4.00"), (None, "-3.00"), (None, "4.00")]
