"""A reason that was kept in English is read in the language of who looks at it later."""

import pytest

from currencies.units import UnknownCurrency
from i18n.locale import Words, error_text, messages_of
from i18n.retelling import DEEPEST, PLACE, _mould, _places, is_ours, retold
from settlement.periods.service import PeriodStillOpen
from statements.rendering.service import DrawingFailed


@pytest.mark.parametrize("locale", ["en", "pl", "ru"])
def test_a_kept_refusal_is_said_as_it_would_be_said_now(locale):
    refused = UnknownCurrency(currency="ZZZ")

    assert retold(str(refused), locale) == error_text(refused, locale)


@pytest.mark.parametrize("locale", ["pl", "ru"])
def test_so_are_the_reasons_that_stand_in_it(locale):
    refused = PeriodStillOpen(
        period="2026-10",
        obstacles="; ".join(
            str(each)
            for each in (
                Words("{count} records are in suspense", count=3),
                Words("{count} batches are not rated", count=12),
            )
        ),
    )
    said = retold(str(refused), locale)

    assert "records" not in said
    assert "3; " in said
    assert "12" in said


def test_a_part_that_nobody_translated_stays_as_it_was_said():
    refused = DrawingFailed(number="FV/1", reason="bad thing happened in engine")

    assert "bad thing happened in engine" in retold(str(refused), "pl")
    assert retold(str(refused), "pl").startswith("Nie udało się narysować dokumentu FV/1: ")


@pytest.mark.parametrize("text", ["", "Acme wants to pay later", "2026-10", "x: y"])
def test_what_is_no_message_of_ours_stays_as_it_is(text):
    assert retold(text, "pl") == text
    assert not is_ours(text)


def test_a_name_within_a_reason_is_not_taken_for_a_message():
    # There is a message "data", a kind of usage; here somebody named a currency so.
    refused = UnknownCurrency(currency="data")

    assert "data" in retold(str(refused), "pl")


def test_a_text_made_to_be_read_in_many_ways_is_read_once():
    # Whoever goes back to try each part of the message elsewhere is busy with it for minutes.
    message = max(messages_of("pl"), key=lambda each: len(PLACE.findall(each)))
    parts = "x".join(PLACE.split(message))
    hostile = parts * (1500 // len(parts)) + "!"

    assert retold(hostile, "pl") == hostile


def test_a_place_that_comes_twice_says_the_same_twice():
    message = "Period {period} is open. Close {period} first."

    assert _places(_mould(message), "Period 2026-10 is open. Close 2026-10 first.") == {
        "period": "2026-10"
    }
    assert _places(_mould(message), "Period 2026-10 is open. Close 2026-11 first.") is None


def test_a_text_that_holds_itself_many_times_is_read_some_levels_deep():
    said = retold('csv says: "' * 500 + "x y" + '"' * 500, "pl")

    assert (said.count("csv podaje: "), said.count("csv says: ")) == (DEEPEST, 500 - DEEPEST)


@pytest.mark.parametrize(
    ("said", "retold_as"),
    [
        # There is a message "line {line} of {number}", from which this was not made.
        (
            "line 1: Expected an expression, got 'end of statement block'",
            "wiersz 1: Expected an expression, got 'end of statement block'",
        ),
        ("the switch at two decimals", "the switch at two decimals"),
        ("EUR at 2 decimals", "EUR z 2 miejscami po przecinku"),
    ],
)
def test_a_short_message_is_not_seen_in_what_others_say(said, retold_as):
    assert retold(said, "pl") == retold_as
