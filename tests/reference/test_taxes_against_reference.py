"""Documents add tax up as a second reckoning does, by whole minor units and fractions."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import money, scaled
from currencies.rounding import to_minor_unit
from statements.crediting import credit
from statements.document import Document, Tax, Withholding
from statements.totals import TotalPolicies, add_up, check_ties, net_of
from tests.reference import taxes
from tests.statements.builders import a_line, an_invoice

RATES = ("0.04", "0.05", "0.08", "0.19", "0.20", "0.23", "0.255", "0.021")
cents = st.integers(-(10**9), 10**9)
some_rates = st.sampled_from(RATES)


def pln(minor: int):
    return money(Decimal(minor).scaleb(-2), "PLN")


def minor(amount) -> int:
    return int(amount.amount.scaleb(2))


def lines(told):
    return [
        a_line(line_id=str(number), net=f"{Decimal(net).scaleb(-2)}", tax=Tax("S", Decimal(rate)))
        for number, (net, rate) in enumerate(told, 1)
    ]


@pytest.mark.parametrize(
    ("told", "per", "tax"),
    [
        # R81: 55.83 per document, 55.84 per line.
        ([(6833, "0.20"), (6833, "0.20"), (5750, "0.20"), (8500, "0.20")], "document", 5583),
        ([(6833, "0.20"), (6833, "0.20"), (5750, "0.20"), (8500, "0.20")], "line", 5584),
        # R90: 156,087.00 at 4.5 % is 7,023.915.
        ([(15608700, "0.045")], "document", 702392),
    ],
)
def test_the_reference_knows_the_examples_of_the_rules(told, per, tax):
    assert taxes.tax_of([(net, Fraction(rate)) for net, rate in told], per) == tax


def test_the_reference_knows_the_other_examples():
    fifth = Fraction(1, 5)
    assert taxes.credit_taxes([6833, 5750, 8500, 6833], fifth) == [1367, 1150, 1700, 1366]
    assert taxes.inside(299, Fraction(4, 100), "net_rounded") == 11
    assert taxes.inside(299, Fraction(4, 100), "tax_rounded") == 12
    assert taxes.paid_after_withholding(183600, 33048, Fraction(1, 10), True) == 198240


@given(
    told=st.lists(st.tuples(cents, some_rates), min_size=1, max_size=8),
    per=st.sampled_from(["document", "line"]),
)
def test_tax_is_added_up_per_document_or_per_line(told, per):
    found = add_up(lines(told), "PLN", TotalPolicies(tax_rounding=per))

    assert minor(found.tax) == taxes.tax_of([(net, Fraction(rate)) for net, rate in told], per)


@given(gross=cents, rate=some_rates, policy=st.sampled_from(["net_rounded", "tax_rounded"]))
def test_tax_is_taken_out_of_a_price(gross, rate, policy):
    net = net_of(pln(gross), Tax("S", Decimal(rate)), policy)

    assert minor(pln(gross) - net) == taxes.inside(gross, Fraction(rate), policy)


@given(
    nets=st.lists(st.integers(1, 10**7), min_size=1, max_size=6),
    rate=some_rates,
    order=st.randoms(use_true_random=False),
)
def test_credits_in_any_order_give_back_the_tax_of_the_invoice(nets, rate, order):
    invoice = an_invoice(lines([(net, rate) for net in nets]))
    wanted = [(str(number), net) for number, net in enumerate(nets, 1)]
    order.shuffle(wanted)

    notes: list[Document] = []
    for line, net in wanted:
        draft = credit(invoice, notes, {line: pln(net)})
        notes.append(draft.numbered(f"K/{line}", date(2026, 12, 1)))

    expected = taxes.credit_taxes([net for _, net in wanted], Fraction(rate))
    assert [minor(note.totals.tax) for note in notes] == expected
    assert sum(expected) == minor(invoice.totals.tax)


@given(
    gross=st.integers(100, 10**7),
    rate=some_rates,
    policy=st.sampled_from(["net_rounded", "tax_rounded"]),
    parts=st.lists(st.integers(1, 50), min_size=1, max_size=5),
)
def test_credits_of_a_price_with_tax_close_it(gross, rate, policy, parts):
    tax = Tax("S", Decimal(rate))
    net = net_of(pln(gross), tax, policy)
    line = replace(a_line(tax=tax), net=net, tax_inside=pln(gross) - net)
    invoice = an_invoice([line])
    whole = minor(net)
    taken = [whole * part // sum(parts) for part in parts]
    taken[-1] += whole - sum(taken)

    notes: list[Document] = []
    for number, part in enumerate(filter(None, taken), 1):
        draft = credit(invoice, notes, {line.id: pln(part)})
        check_ties(draft)
        notes.append(draft.numbered(f"K/{number}", date(2026, 12, 1)))

    assert sum(minor(note.totals.gross) for note in notes) == gross


@given(net=st.integers(1, 10**9), rate=some_rates, kept=st.integers(1, 30), whole=st.booleans())
def test_withheld_tax_is_of_the_net_and_leaves_the_total(net, rate, kept, whole):
    [line] = lines([(net, rate)])
    share = Decimal(kept).scaleb(-2)
    held = Withholding("Tax", line.net, share, to_minor_unit(scaled(line.net, share)))
    policies = TotalPolicies(total_rounding="whole_unit" if whole else "none")

    found = add_up([line], "PLN", policies, withholdings=[held])

    tax = taxes.tax_of([(net, Fraction(rate))], "document")
    expected = taxes.paid_after_withholding(net, tax, Fraction(kept, 100), whole)
    assert minor(found.to_pay) == expected
