"""Text from outside is shown or replaced, never obeyed."""

import csv
from decimal import Decimal
from io import StringIO

import pytest

from currencies.money import money
from statements.detail import COLUMNS, detail_csv
from statements.document import Detail
from statements.plain_text import cell, fitting, printable
from tests.statements.builders import a_line, an_invoice


@pytest.mark.parametrize("text", ["\x00", "\x1b", "\ud800", "\uffff", "\u202e", "\u2066", "\x85"])
def test_what_cannot_be_written_or_would_mislead_is_replaced(text):
    assert printable(f"a{text}b") == "a\N{REPLACEMENT CHARACTER}b"


def test_ordinary_text_stays_as_it_is():
    assert printable("Łódź, Київ\t№ 1\n😀") == "Łódź, Київ\t№ 1\n😀"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_is_never_a_formula(start):
    assert cell(f"{start}HYPERLINK(1)")[0] == "'"


def test_a_long_text_is_cut_visibly_and_a_long_word_is_broken():
    assert fitting("word " * 100, 20) == "word word word word…"
    assert max(map(len, fitting("x" * 100).split())) == 36


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ul. Długa 1\r\n\n \n00-001 Warszawa\n", "ul. Długa 1\n00-001 Warszawa"),
        ("\n" * 500, ""),
        ("a\n" * 6, "a\na\na\na\na\na"),
        ("a\n" * 7, "a a a a a a a"),
    ],
)
def test_line_breaks_never_take_a_page(text, shown):
    assert fitting(text) == shown


def test_every_line_and_row_is_in_the_detail():

    rows = tuple(
        Detail(f"=call {n}", Decimal(60), "SEC", money(Decimal(n) / 1000, "PLN"))
        for n in range(300)
    )
    document = an_invoice([a_line("44.85", details=rows), a_line("-5.00", "2")])

    table = list(csv.reader(StringIO(detail_csv(document).decode())))

    assert tuple(table[0]) == COLUMNS
    assert len(table) == 1 + 2 + 300
    assert sum(Decimal(row[7]) for row in table[2:302]) == Decimal("44.850")
    assert table[2][4] == "'=call 0"
    assert [row[7] for row in table if row[2] == "0"] == ["44.85", "-5.00"]
