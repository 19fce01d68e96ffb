"""Credits close an invoice, and never take back more than is left."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import money, shown, total
from statements.crediting import (
    CreditExceedsRemainder,
    NoSuchLine,
    NotCreditable,
    credit,
    remaining,
)
from statements.document import BalanceForward, Kind, TaxCurrency
from statements.totals import TotalsDoNotTie, check_ties
from tests.statements.builders import an_invoice, lines_of

AT_NBP = TaxCurrency("PLN", Decimal("4.2345"), date(2026, 11, 9), "NBP 217/A/NBP/2026")


def issued(draft, sequence):
    return draft.numbered(f"KOR/{sequence}", date(2026, 12, 1))


def credited_one_by_one(invoice, wanted):
    notes = []
    for sequence, (line, amount) in enumerate(wanted, start=1):
        draft = credit(invoice, notes, {line: money(amount, invoice.currency)})
        notes.append(issued(draft, sequence))
    return notes


def of_the_rule(tax_rounding):
    lines = lines_of("68.33", "68.33", "57.50", "85.00", rate="0.20", currency="EUR")
    policies = (("tax_rounding", tax_rounding),)
    return an_invoice(lines, currency="EUR", policies=policies, tax_currency=AT_NBP)


IN_PIECES = [("1", "68.33"), ("3", "57.50"), ("4", "85.00"), ("2", "68.33")]


@pytest.mark.parametrize(
    ("tax_rounding", "taxes", "gross"),
    [
        ("document", ["13.67", "11.50", "17.00", "13.66"], "334.99 EUR"),
        ("line", ["13.67", "11.50", "17.00", "13.67"], "335.00 EUR"),
    ],
)
def test_credits_give_back_exactly_the_tax_of_the_invoice(tax_rounding, taxes, gross):
    invoice = of_the_rule(tax_rounding)

    notes = credited_one_by_one(invoice, IN_PIECES)

    assert [note.totals.tax for note in notes] == [money(tax, "EUR") for tax in taxes]
    assert shown(total((note.totals.gross for note in notes), "EUR")) == gross
    assert shown(invoice.totals.gross) == gross


def test_credits_give_back_the_tax_in_the_local_currency_too():
    invoice = of_the_rule("document")

    notes = credited_one_by_one(invoice, IN_PIECES)

    # 55.83 x 4.2345 = 236.412135
    assert shown(invoice.totals.tax_local) == "236.41 PLN"
    assert shown(total((note.totals.tax_local for note in notes), "PLN")) == "236.41 PLN"


def test_one_line_in_pieces_gives_back_its_tax():
    invoice = an_invoice(lines_of("0.10"))

    notes = credited_one_by_one(invoice, [("1", "0.01")] * 10)

    # 23 % of 0.10 is 0.02; each cent alone would give none at all.
    assert shown(total((note.totals.tax for note in notes), "PLN")) == "0.02 PLN"


def test_a_credit_note_names_what_it_corrects_and_ties():
    note = issued(credit(an_invoice(), [], {"1": money("40.00 PLN")}), 1)

    assert note.kind is Kind.CREDIT_NOTE
    assert note.references.corrects == "FV/2026/11/000001"
    check_ties(note)


def test_a_self_billed_invoice_is_credited_by_a_self_billed_credit():
    zero, owed = money("0.00 PLN"), money("123.00 PLN")
    balance = BalanceForward(brought=zero, stated=owed, payable=owed, carried=zero)
    statement = an_invoice(kind=Kind.SELF_BILLED_INVOICE, forward=balance)

    note = credit(statement, [], {"1": money("1.00 PLN")})

    assert note.kind is Kind.SELF_BILLED_CREDIT
    # The balance was that of another day.
    assert note.forward is None


def test_a_credit_above_what_is_left_is_refused_whole():
    invoice = an_invoice(lines_of("100.00", "50.00"))
    notes = credited_one_by_one(invoice, [("1", "60.00")])

    wanted = {"1": money("40.01 PLN"), "2": money("1.00 PLN")}

    with pytest.raises(CreditExceedsRemainder, match="Line 1 .* 40.00"):
        credit(invoice, notes, wanted)
    assert remaining(invoice, notes) == {"1": money("40.00 PLN"), "2": money("50.00 PLN")}


@pytest.mark.parametrize("amount", ["0.00 PLN", "-1.00 PLN"])
def test_a_credit_takes_something_back(amount):
    with pytest.raises(CreditExceedsRemainder):
        credit(an_invoice(), [], {"1": money(amount)})


def test_a_negative_line_is_credited_down_to_its_own_amount():
    invoice = an_invoice(lines_of("100.00", "-10.00"))

    note = credit(invoice, [], {"2": money("-10.00 PLN")})

    assert shown(note.totals.net) == "-10.00 PLN"
    with pytest.raises(CreditExceedsRemainder):
        credit(invoice, [issued(note, 1)], {"2": money("-0.01 PLN")})


def test_a_line_that_is_not_there_cannot_be_credited():
    with pytest.raises(NoSuchLine, match="no line 9"):
        credit(an_invoice(), [], {"9": money("1.00 PLN")})


@pytest.mark.parametrize("facts", [{"number": "", "issued_on": None}, {"kind": Kind.STATEMENT}])
def test_only_an_issued_invoice_can_be_credited(facts):
    with pytest.raises(NotCreditable):
        credit(replace(an_invoice(), **facts), [], {"1": money("1.00 PLN")})


cents = st.integers(1, 10**7)


@given(st.lists(cents, min_size=1, max_size=5), st.data())
def test_whatever_the_pieces_the_credits_close_the_invoice(amounts, data):
    nets = [f"{Decimal(n).scaleb(-2):f}" for n in amounts]
    invoice = an_invoice(lines_of(*nets), currency="PLN")
    pieces = []
    for line, amount in enumerate(amounts, start=1):
        first = data.draw(st.integers(0, amount))
        pieces += [(str(line), p) for p in (first, amount - first) if p]
    order = data.draw(st.permutations(pieces))

    notes = credited_one_by_one(
        invoice, [(line, f"{Decimal(piece).scaleb(-2):f}") for line, piece in order]
    )

    assert total((note.totals.gross for note in notes), "PLN") == invoice.totals.gross


@pytest.mark.parametrize("tax_rounding", ["document", "line"])
def test_credits_give_back_the_tax_inside_of_a_price_to_the_cent(tax_rounding):
    # 2.99 with 4 % inside: 2.88 and 0.11 (R83). A third of 0.11 is 0.0367, two thirds 0.0733.
    [line] = lines_of("2.88", rate="0.04")
    line = replace(line, tax_inside=money("0.11 PLN"))
    invoice = an_invoice([line], policies=(("tax_rounding", tax_rounding),))
    assert shown(invoice.totals.gross) == "2.99 PLN"

    notes = credited_one_by_one(invoice, [("1", "0.96")] * 3)

    for note in notes:
        check_ties(note)
    assert [shown(note.totals.tax) for note in notes] == ["0.04 PLN", "0.03 PLN", "0.04 PLN"]
    assert shown(total((note.totals.gross for note in notes), "PLN")) == "2.99 PLN"


def test_a_tax_inside_that_is_not_that_of_its_rate_is_refused():
    [line] = lines_of("2.88", rate="0.04")

    with pytest.raises(TotalsDoNotTie, match="tax inside"):
        an_invoice([replace(line, tax_inside=money("0.15 PLN"))])
