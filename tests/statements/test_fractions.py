"""What a document rounds is told with its cause, and given back by what takes the document back."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import money
from statements.correcting import correct
from statements.crediting import credit
from statements.document import Document, Kind, Tax, TaxCurrency, Withholding
from statements.fractions import fractions_of
from statements.totals import TotalPolicies, tied
from tests.statements.builders import a_bucket, a_declaration, a_line, an_invoice, lines_of

AT_NBP = TaxCurrency("PLN", Decimal("4.2345"), date(2026, 11, 9), "NBP 217/A/NBP/2026")


def told(draft):
    """The fractions by cause and what they are of; what came out even is left out."""
    return {(each.cause, each.what): each.fraction for each in fractions_of(draft) if each.fraction}


def summed(documents):
    found = defaultdict(Fraction)
    for document in documents:
        for cause, fraction in told(document).items():
            found[cause] += fraction
    return {cause: fraction for cause, fraction in found.items() if fraction}


def notes_on(invoice: Document, pieces):
    notes: list[Document] = []
    for number, (line, amount) in enumerate(pieces, 1):
        draft = credit(invoice, notes, {line: money(amount, invoice.currency)})
        notes.append(draft.numbered(f"KOR/{number}", date(2026, 12, 1)))
    return notes


def of_the_rule(tax_rounding="document"):
    lines = lines_of("68.33", "68.33", "57.50", "85.00", rate="0.20", currency="EUR")
    policies = (("tax_rounding", tax_rounding),)
    return an_invoice(lines, currency="EUR", policies=policies, tax_currency=AT_NBP)


@pytest.mark.parametrize(
    ("tax_rounding", "tax", "local"),
    [
        # 279.16 at 20 % are 55.832: stated 55.83, which at 4.2345 are 236.412135, stated 236.41.
        ("document", "0.002", "0.002135"),
        # Line by line 13.67 + 13.67 + 11.50 + 17.00 = 55.84, at 4.2345 236.45448, stated 236.45.
        ("line", "-0.008", "0.00448"),
    ],
)
def test_tax_tells_what_its_rounding_made(tax_rounding, tax, local):
    assert told(of_the_rule(tax_rounding)) == {
        ("tax", "S 0.2"): Fraction(tax),
        ("tax_local", "S 0.2"): Fraction(local),
    }


@pytest.mark.parametrize("tax_rounding", ["document", "line"])
def test_credits_that_close_an_invoice_give_its_fractions_back(tax_rounding):
    invoice = of_the_rule(tax_rounding)
    pieces = [("1", "68.33"), ("3", "57.50"), ("4", "85.00"), ("2", "68.33")]

    notes = notes_on(invoice, pieces)

    # The first takes 13.67 of 13.666 back: 0.004 more than there is.
    assert told(notes[0])["tax", "S 0.2"] == Fraction("0.004")
    assert summed([invoice, *notes]) == {}


@given(st.lists(st.integers(1, 99_999), min_size=1, max_size=6), st.sampled_from(["0.23", "0.08"]))
def test_an_invoice_credited_line_by_line_leaves_no_fraction(cents, rate):
    lines = lines_of(*(str(Decimal(each).scaleb(-2)) for each in cents), rate=rate)
    invoice = an_invoice(lines)

    notes = notes_on(invoice, [(line.id, line.net.amount) for line in reversed(lines)])

    assert summed([invoice, *notes]) == {}


@pytest.mark.parametrize("policy", [("line_net", "exact"), ("amount_rounding", "document")])
def test_a_line_that_closes_rounded_lines_is_all_rounding(policy):
    policies = TotalPolicies.named([policy])
    lines = [
        replace(line, net_exact=Decimal("1.004"))
        for line in lines_of("1.00", "1.00", "1.00", rate="0")
    ]
    invoice = an_invoice(tied(lines, policies, "Rounding"), policies=(policy,))

    # 3.012 are 3.01 where the lines show 3.00.
    assert told(invoice) == {("tie", "R1"): Fraction("-0.01")}


def test_a_total_in_whole_units_tells_what_it_left_out():
    # The example of the rule: net 1,836.00, tax 330.48, 2,166.48 rounded to 2,166.00.
    lines = lines_of("1836.00", rate="0.18", currency="EUR")
    withheld = Withholding("10 %", money("1836.00 EUR"), Decimal("0.1"), money("183.60 EUR"))
    invoice = an_invoice(
        lines,
        currency="EUR",
        policies=(("total_rounding", "whole_unit"),),
        withholdings=(withheld,),
    )

    assert told(invoice) == {("total", ""): Fraction("0.48")}


def test_tax_withheld_tells_its_fraction():
    # 10 % of 18.36 are 1.836, withheld 1.84.
    withheld = Withholding("10 %", money("18.36 PLN"), Decimal("0.1"), money("1.84 PLN"))

    found = told(an_invoice(lines_of("18.36", rate="0"), withholdings=(withheld,)))

    assert found == {("withholding", "1"): Fraction("-0.004")}


@pytest.mark.parametrize(("inside", "fraction"), [("0.11", "0.005"), ("0.12", "-0.005")])
def test_tax_in_a_price_tells_which_side_got_the_half(inside, fraction):
    # 2.99 with 4 % hold 0.115 of tax.
    tax, net = money(inside, "EUR"), money("2.99 EUR") - money(inside, "EUR")
    line = a_line(tax=Tax("S", Decimal("0.04")), currency="EUR", net=net.amount, tax_inside=tax)

    found = told(an_invoice([line], currency="EUR"))

    assert found == {("tax_inside", "1"): Fraction(fraction)}


def test_a_corrected_invoice_posts_the_difference_to_what_stood():
    invoice = an_invoice(lines_of("0.10"))

    corrected = correct(invoice, [], lines_of("0.20"), "wrong quantity")

    # 0.023 were stated as 0.02, 0.046 are stated as 0.05: from 0.003 to -0.004.
    assert told(invoice) == {("tax", "S 0.23"): Fraction("0.003")}
    assert told(corrected) == {("tax", "S 0.23"): Fraction("-0.007")}


def test_what_only_announces_rounds_nothing_in_the_books():
    assert fractions_of(an_invoice(lines_of("0.10"), kind=Kind.PROFORMA)) == []


def test_a_declaration_rounds_each_direction_once():
    incoming = a_bucket(direction="incoming", amount=Decimal("1.006"))

    found = told(a_declaration([a_bucket(), a_bucket(2), incoming]))

    # 2 x 0.1375 = 0.275 payable as 0.28, and 1.006 as 1.01.
    assert found == {
        ("total", "outgoing"): Fraction("-0.005"),
        ("total", "incoming"): Fraction("-0.004"),
    }
