"""A draft written ahead of its number says, once it has one, what it would have said then."""

from dataclasses import replace
from datetime import date

import pytest

from currencies.money import money
from statements.composing import compose
from statements.content import to_json
from statements.document import Document
from statements.totals import TotalsDoNotTie
from tests.statements.builders import an_invoice, lines_of

TENTH = date(2026, 11, 10)


def a_draft() -> Document:
    return replace(an_invoice(lines_of("10.00", "3.50")), number="", issued_on=None)


def test_what_is_written_ahead_gets_its_number_and_day() -> None:
    draft = a_draft()
    issued = replace(draft.numbered("FV/7", TENTH), payment_reference="FV/7")

    assert compose(draft).text_of(issued) == to_json(issued)
    assert '"number": "FV/7"' in to_json(issued)
    assert '"issued_on": "2026-11-10"' in to_json(issued)


def test_a_draft_that_is_held_says_what_was_written() -> None:
    draft = a_draft()

    assert compose(draft).text_of(draft) == to_json(draft)


def test_what_changed_after_it_was_written_is_written_anew() -> None:
    other = replace(a_draft(), lines=lines_of("1.00"), notes=("Thank you",))

    assert compose(a_draft()).text_of(other) == to_json(other)


def test_a_draft_that_does_not_add_up_is_not_made_ready() -> None:
    draft = a_draft()
    wrong = replace(draft, totals=replace(draft.totals, net=money("999.99 PLN")))

    with pytest.raises(TotalsDoNotTie, match="net"):
        compose(wrong)
