"""Numbers without gaps, however many drafts of a set are held, and verdicts on what is issued."""

import queue
from collections.abc import Sequence
from datetime import date

import pytest

from statements import service as statements
from statements.branding.service import PLAIN_WORN
from statements.document import Kind
from statements.forms import Draft
from statements.numbering import Series
from statements.passing import service as passing
from statements.passing.service import Count, Passed, pass_all, pass_and_draw
from statements.profiles.profile import EN16931
from statements.validation.rule_pack import EN16931_UBL, RulePack
from statements.validation.service import validate
from tests.statements.builders import a_declaration, a_seller, an_invoice

TENTH = date(2026, 11, 10)
COUNTS = {
    Kind.INVOICE.value: Count(Series("FV/{number}"), 7),
    Kind.CREDIT_NOTE.value: Count(Series("KOR/{number}"), 1),
}


def drafts(marks: str) -> list[Draft]:
    """A good invoice for each `+`, one that breaks a rule for each `-`."""
    sellers = {"+": a_seller(), "-": a_seller(vat_id="")}
    return [an_invoice(number="", issued_on=None, seller=sellers[mark]) for mark in marks]


def singly(wanted: list[Draft]) -> list[Passed]:
    """One draft after the other, each with the number that is next by then."""
    number, found = 7, []
    for draft in wanted:
        [passed] = pass_all(
            [draft], {Kind.INVOICE.value: Count(Series("FV/{number}"), number)}, TENTH
        )
        number += passed.serial is not None
        found.append(passed)
    return found


@pytest.mark.parametrize(
    ("marks", "serials"),
    [
        ("+++", [7, 8, 9]),
        ("-++", [None, 7, 8]),
        ("+-+-+", [7, None, 8, None, 9]),
        ("--", [None, None]),
        ("", []),
    ],
)
def test_held_drafts_take_no_numbers_as_if_all_came_one_by_one(
    marks: str, serials: list[int | None]
) -> None:
    wanted = drafts(marks)

    passed = pass_all(wanted, COUNTS, TENTH)

    assert [each.serial for each in passed] == serials
    assert passed == singly(wanted)


@pytest.mark.parametrize("marks", ["+-+-+", "--+++", "++++", ""])
@pytest.mark.parametrize("at_once", [1, 2, 3, 9])
def test_drafts_passed_in_turns_are_those_passed_together(
    marks: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "drawn_in", lambda some: [b"%PDF-" for _ in some])
    wanted = drafts(marks)
    profiles, worn = [EN16931] * len(wanted), [PLAIN_WORN] * len(wanted)

    turns = list(passing.pass_in_turns(wanted, COUNTS, TENTH, profiles, worn, at_once=at_once))

    assert [each for turn in turns for each in turn] == pass_and_draw(wanted, COUNTS, TENTH)
    assert all(len(turn) == at_once for turn in turns[:-1])


def test_the_next_are_passed_while_the_caller_has_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: queue.Queue[int] = queue.Queue()

    def told(some: Sequence[object]) -> list[bytes]:
        drawn.put(len(some))
        return [b"%PDF-" for _ in some]

    monkeypatch.setattr(passing, "drawn_in", told)
    profiles, worn = [EN16931] * 3, [PLAIN_WORN] * 3
    turns = passing.pass_in_turns(drafts("+++"), COUNTS, TENTH, profiles, worn, at_once=2)

    next(turns)

    assert [drawn.get(timeout=60) for _ in range(2)] == [2, 1]


def test_only_where_many_documents_are_expected_their_check_is_made_ready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[RulePack] = []
    monkeypatch.setattr("statements.validation.service.make_ready", asked.append)

    statements.expect(5, TENTH)
    assert not asked

    statements.expect(1000, TENTH)
    assert asked == [EN16931_UBL]


def test_the_xml_bears_the_number_that_it_was_checked_and_is_issued_with() -> None:
    held, issued = pass_all(drafts("-+"), COUNTS, TENTH)

    assert (held.document.number, held.xml) == ("", None)
    assert held.verdict is not None and "BR-S-02" in held.verdict.broken_rules
    assert issued.document.number == "FV/7"
    assert issued.xml is not None and b"<cbc:ID>FV/7</cbc:ID>" in issued.xml
    assert issued.verdict == validate(issued.xml)


def test_each_kind_counts_by_itself() -> None:
    declaration = a_declaration(number="", issued_on=None)
    counts = COUNTS | {declaration.kind.value: Count(Series("D/{number}"), 3)}
    wanted = [*drafts("+"), declaration, *drafts("+")]

    assert [each.serial for each in pass_all(wanted, counts, TENTH)] == [7, 3, 8]
