"""Totals follow from the lines by named policies, to the minor unit."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import money, shown, total
from statements.document import BalanceForward, Kind, Tax, TaxCurrency, Withholding
from statements.totals import (
    LineDoesNotTie,
    LineNotRounded,
    NoLines,
    TotalPolicies,
    TotalsDoNotTie,
    add_up,
    check_ties,
    net_of,
    tied,
)
from tests.statements.builders import a_line, an_invoice, lines_of

EUR_AT_NBP = TaxCurrency("PLN", Decimal("4.2345"), date(2026, 11, 9), "NBP 217/A/NBP/2026")


@pytest.mark.parametrize(
    ("policy", "tax", "gross"),
    [("document", "55.83 EUR", "334.99 EUR"), ("line", "55.84 EUR", "335.00 EUR")],
)
def test_tax_is_rounded_where_the_policy_says(policy, tax, gross):
    lines = lines_of("68.33", "68.33", "57.50", "85.00", rate="0.20", currency="EUR")

    totals = add_up(lines, "EUR", TotalPolicies(tax_rounding=policy))

    assert (shown(totals.tax), shown(totals.gross)) == (tax, gross)


@pytest.mark.parametrize(("policy", "gross"), [("rounded", "6527.81"), ("exact", "6527.80")])
def test_tax_is_taken_from_what_is_shown_or_from_what_is_exact(policy, gross):
    # 348.35 x 16 less 4 % is 5350.656.
    line = a_line("5350.66", currency="EUR", net_exact=Decimal("5350.656"))
    line = replace(line, tax=Tax("S", Decimal("0.22")))

    totals = add_up([line], "EUR", TotalPolicies(line_net=policy))

    assert totals.gross == money(gross, "EUR")


def test_lines_rounded_apart_get_a_line_with_the_difference():
    # Three times 0.334 is 1.002; shown as 0.33 each they make 0.99.
    policies = TotalPolicies(line_net="exact")
    lines = [a_line("0.33", str(n), net_exact=Decimal("0.334")) for n in (1, 2, 3)]

    with_difference = tied(lines, policies, "Rounding difference")

    assert shown(with_difference[-1].net) == "0.01 PLN"
    assert shown(add_up(with_difference, "PLN", policies).net) == "1.00 PLN"
    assert tied(lines, TotalPolicies(), "Rounding difference") == tuple(lines)


@pytest.mark.parametrize(
    ("policy", "net", "tax"), [("line", "202", "20"), ("document", "201", "20")]
)
def test_amounts_are_rounded_on_each_line_or_once_on_the_document(policy, net, tax):
    # The example of the rule: 100.5 twice is 101 twice, or 201. 10 % of either are 20.
    policies = TotalPolicies(amount_rounding=policy)
    ten_percent = Tax("S", Decimal("0.10"))
    lines = [
        replace(a_line("101", str(n), currency="JPY", net_exact=Decimal("100.5")), tax=ten_percent)
        for n in (1, 2)
    ]

    stated = tied(lines, policies, "Rounding difference")

    totals = add_up(stated, "JPY", policies)
    assert (totals.net, totals.tax) == (money(net, "JPY"), money(tax, "JPY"))
    assert totals.net == money(sum(line.net.amount for line in stated), "JPY")


@pytest.mark.parametrize(
    ("policy", "net", "tax"),
    [("net_rounded", "2.88 EUR", "0.11 EUR"), ("tax_rounded", "2.87 EUR", "0.12 EUR")],
)
def test_a_price_that_includes_tax_is_taken_apart(policy, net, tax):
    gross = money("2.99 EUR")

    found = net_of(gross, Tax("S", Decimal("0.04")), policy)

    assert (shown(found), shown(gross - found)) == (net, tax)


def test_each_rate_has_its_own_subtotal_and_zero_is_one_of_them():
    lines = [*lines_of("10.00", "0.05"), *lines_of("7.00", rate="0")]

    totals = add_up(lines, "PLN")

    assert [(s.tax.category, shown(s.taxable), shown(s.amount)) for s in totals.subtotals] == [
        ("S", "10.05 PLN", "2.31 PLN"),
        ("Z", "7.00 PLN", "0.00 PLN"),
    ]


def test_tax_in_the_local_currency_is_the_rounded_tax_of_each_rate_converted():
    # 23 % of 10.05 is 2.31 (2.3115) and 8 % of 0.70 is 0.06 (0.056);
    # 2.31 x 4.2345 = 9.781695 and 0.06 x 4.2345 = 0.25407.
    lines = [
        *lines_of("10.05", currency="EUR"),
        *lines_of("0.70", rate="0.08", currency="EUR"),
    ]

    totals = add_up(lines, "EUR", tax_currency=EUR_AT_NBP)

    assert shown(totals.tax_local) == "10.03 PLN"
    assert [shown(s.amount_local) for s in totals.subtotals] == ["0.25 PLN", "9.78 PLN"]


def test_a_rate_for_a_hundred_units_is_divided_by_a_hundred():
    hundred = TaxCurrency("PLN", Decimal("1.0567"), date(2026, 11, 9), "NBP", unit=100)

    totals = add_up(lines_of("5000.00", rate="1", currency="HUF"), "HUF", tax_currency=hundred)

    assert shown(totals.tax_local) == "52.84 PLN"


def test_withheld_tax_is_taken_of_the_net_and_off_the_rounded_total():
    line = replace(a_line("1836.00"), tax=Tax("S", Decimal("0.18")))
    withheld = Withholding(
        "Withholding tax", money("1836.00 PLN"), Decimal("0.10"), money("183.60 PLN")
    )

    totals = add_up(
        [line], "PLN", TotalPolicies(total_rounding="whole_unit"), withholdings=[withheld]
    )

    assert shown(totals.gross) == "2166.48 PLN"
    assert shown(totals.rounding) == "-0.48 PLN"
    assert shown(totals.payable) == "2166.00 PLN"
    assert shown(totals.to_pay) == "1982.40 PLN"


def test_half_a_minor_unit_goes_away_from_zero():
    # 156,087.00 x 4.5 % is 7,023.915.
    totals = add_up(lines_of("156087.00", rate="0.045"), "PLN")

    assert shown(totals.tax) == "7023.92 PLN"


@pytest.mark.parametrize(("mode", "tax"), [("half_up", "0.03"), ("half_even", "0.02")])
def test_the_rounding_policy_decides_an_exact_half(mode, tax):
    totals = add_up(lines_of("0.50", rate="0.05"), "PLN", TotalPolicies(rounding=mode))

    assert totals.tax == money(tax, "PLN")


def test_yen_are_added_without_decimals():
    totals = add_up(lines_of("101", "100", rate="0.10", currency="JPY"), "JPY")

    assert (shown(totals.tax), shown(totals.gross)) == ("20 JPY", "221 JPY")


def test_without_lines_there_is_no_document():
    with pytest.raises(NoLines):
        add_up([], "PLN")


def test_lines_that_add_up_to_nothing_are_still_a_document():
    totals = add_up(lines_of("5.00", "-5.00"), "PLN")

    assert shown(totals.payable) == "0.00 PLN"


def test_a_line_finer_than_its_minor_unit_is_refused():
    with pytest.raises(LineNotRounded, match="Line 1"):
        add_up(lines_of("0.005"), "PLN")


def test_a_unit_price_must_multiply_to_the_net():
    line = a_line("8.12", quantity=Decimal(812), unit_price=Decimal("0.01"))

    add_up([line], "PLN")

    with pytest.raises(LineDoesNotTie, match="Line 1: 812 at 0.02"):
        add_up([replace(line, unit_price=Decimal("0.02"))], "PLN")


@pytest.mark.parametrize("figure", ["net", "tax", "gross", "payable", "to_pay"])
def test_a_total_that_its_lines_do_not_give_is_refused(figure):
    invoice = an_invoice()
    wrong = replace(invoice.totals, **{figure: money("999.99 PLN")})

    check_ties(invoice)

    with pytest.raises(TotalsDoNotTie, match=figure):
        check_ties(replace(invoice, totals=wrong))


@pytest.mark.parametrize(
    ("brought", "stated", "payable", "carried"),
    [
        # The statement is of 123.00; less 23.00 from before, 100.00 are paid.
        ("-23.00", "123.00", "100.01", "0.00"),
        ("-23.00", "100.00", "77.00", "0.00"),
        ("-200.00", "123.00", "-77.00", "0.00"),
    ],
)
def test_a_balance_that_is_not_of_its_statement_is_refused(brought, stated, payable, carried):
    amounts = (money(f"{each} PLN") for each in (brought, stated, payable, carried))
    right = BalanceForward(*(money(f"{each} PLN") for each in ("-23", "123", "100", "0")))
    statement = an_invoice(kind=Kind.SELF_BILLED_INVOICE, forward=right)

    check_ties(statement)

    with pytest.raises(TotalsDoNotTie, match="balance forward"):
        check_ties(replace(statement, forward=BalanceForward(*amounts)))


def test_the_same_lines_are_added_up_anew_by_other_terms():
    # 0.10 x 23 % is 0.023: 0.02 on each line, 0.07 on all three.
    lines = lines_of("0.10", "0.10", "0.10")
    by_line = TotalPolicies(tax_rounding="line")
    prepaid = money("0.30 PLN")

    assert shown(add_up(lines, "PLN").to_pay) == "0.37 PLN"
    assert shown(add_up(lines, "PLN", by_line).to_pay) == "0.36 PLN"
    assert shown(add_up(lines, "PLN", by_line, prepaid=prepaid).to_pay) == "0.06 PLN"
    assert shown(add_up(lines[:2], "PLN", by_line, prepaid=prepaid).to_pay) == "-0.06 PLN"
    assert shown(add_up(lines, "PLN").to_pay) == "0.37 PLN"


def test_lines_added_to_a_list_are_added_up():
    lines = list(lines_of("1.00"))
    first = add_up(lines, "PLN")
    lines.append(a_line("2.00", "2"))

    assert shown(first.net) == "1.00 PLN"
    assert shown(add_up(lines, "PLN").net) == "3.00 PLN"


def test_a_withholding_that_is_not_its_rate_of_its_base_is_refused():
    wrong = Withholding("", money("100.00 PLN"), Decimal("0.10"), money("9.99 PLN"))

    with pytest.raises(TotalsDoNotTie, match="withholding"):
        check_ties(an_invoice(withholdings=(wrong,)))


nets = st.integers(-(10**9), 10**9).map(lambda n: f"{Decimal(n).scaleb(-2):f}")
rates = st.sampled_from(["0", "0.05", "0.08", "0.19", "0.23"])


@given(st.lists(st.tuples(nets, rates), min_size=1, max_size=8), st.randoms())
def test_the_order_of_lines_changes_no_total(rows, random):
    lines = [a_line(net, str(n), tax=Tax("S", Decimal(rate))) for n, (net, rate) in enumerate(rows)]
    shuffled = random.sample(lines, len(lines))

    totals = add_up(lines, "PLN")

    assert add_up(shuffled, "PLN") == totals
    assert total((s.taxable for s in totals.subtotals), "PLN") == totals.net
    assert totals.net + totals.tax == totals.gross == totals.payable
