"""Numbers without gaps, however many drafts of a set are held, and verdicts on what is issued."""

from datetime import date

import pytest

from statements.document import Kind
from statements.forms import Draft
from statements.numbering import Series
from statements.passing.service import Count, Passed, pass_all
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
