"""An invoice is corrected where it was wrong, adjusted where something was agreed (R86)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import money, shown, total
from statements.correcting import (
    ChangedBelowNothing,
    ChangeReason,
    NotChangeable,
    NothingAdjusted,
    NothingCorrected,
    ReplacedAlready,
    adjust,
    correct,
    effect,
    standing,
)
from statements.crediting import NoSuchLine, credit
from statements.document import Kind
from statements.totals import check_ties
from statements.ubl import invoice_xml
from statements.validation.service import validate
from tests.statements.builders import a_buyer, an_invoice, lines_of

AGREED = dt.date(2026, 11, 20)


def pln(text):
    return money(text, "PLN")


def adjusted(invoice, earlier=(), **changes):
    wanted = {line.strip("_"): pln(text) for line, text in changes.items()}
    return adjust(invoice, earlier, wanted, "new price list", AGREED)


def issued(draft, number):
    return draft.numbered(number, AGREED)


def told(document):
    change = effect(document)
    return [shown(each) for each in (change.net, change.tax, change.payable)]


def test_a_corrected_invoice_is_whole_and_changes_by_the_difference():
    invoice = an_invoice(lines_of("100.00", "50.00"))
    right = lines_of("80.00", "50.00")

    found = correct(invoice, [], right, "wrong tariff")

    assert (found.kind, found.kind.type_code) == (Kind.CORRECTED_INVOICE, "384")
    assert [shown(line.net) for line in found.lines] == ["80.00 PLN", "50.00 PLN"]
    assert shown(found.totals.gross) == "159.90 PLN"
    assert told(found) == ["-20.00 PLN", "-4.60 PLN", "-24.60 PLN"]
    assert (found.references.corrects, found.notes) == (invoice.number, ("Reason: wrong tariff",))
    check_ties(found)


def test_a_correction_replaces_what_credits_and_adjustments_left():
    invoice = an_invoice(lines_of("100.00", "50.00"))
    more = issued(adjusted(invoice, _1="10.00"), "D/1")
    less = issued(credit(invoice, [more], {"2": pln("50.00")}), "K/1")

    found = correct(invoice, [more, less], lines_of("90.00"), "wrong tariff")

    # 100 + 10 + 50 - 50 stood; 90 should.
    assert told(found) == ["-20.00 PLN", "-4.60 PLN", "-24.60 PLN"]
    assert standing(invoice, [more, less, issued(found, "P/1")]).net == pln("90.00")


def test_an_error_of_the_customer_alone_changes_no_amount():
    found = correct(an_invoice(), [], an_invoice().lines, "moved", a_buyer(name="Żółw S.A."))

    assert found.buyer.name == "Żółw S.A."
    assert told(found) == ["0.00 PLN", "0.00 PLN", "0.00 PLN"]


def test_an_adjusting_invoice_charges_the_change_alone():
    invoice = an_invoice(lines_of("100.00", "50.00"))

    found = adjusted(invoice, _1="15.00", _2="-5.00")

    assert (found.kind, found.kind.type_code) == (Kind.ADJUSTING_INVOICE, "80")
    assert [(line.corrects, shown(line.net)) for line in found.lines] == [
        ("1", "15.00 PLN"),
        ("2", "-5.00 PLN"),
    ]
    assert told(found) == ["10.00 PLN", "2.30 PLN", "12.30 PLN"]
    assert found.tax_point_on == AGREED
    check_ties(found)


def test_what_comes_to_less_is_an_adjusting_credit():
    found = adjusted(an_invoice(lines_of("100.00", "50.00")), _1="-15.00", _2="5.00")

    assert (found.kind, found.kind.type_code) == (Kind.ADJUSTING_CREDIT, "81")
    assert [shown(line.net) for line in found.lines] == ["15.00 PLN", "-5.00 PLN"]
    assert told(found) == ["-10.00 PLN", "-2.30 PLN", "-12.30 PLN"]


@given(
    nets=st.lists(st.integers(1, 10_000), min_size=1, max_size=4),
    more=st.integers(1, 5_000),
    part=st.integers(1, 99),
)
def test_adjusted_up_then_credited_whole_is_nothing_its_tax_too(nets, more, part):
    texts = [str(Decimal(net).scaleb(-2)) for net in nets]
    invoice = an_invoice(lines_of(*texts))
    up = issued(adjusted(invoice, _1=str(Decimal(more).scaleb(-2))), "D/1")
    whole = pln(texts[0]) + up.lines[0].net
    first = pln(str((whole.amount * part / 100).quantize(Decimal("0.01"))))
    notes = [up]
    if first.amount:
        notes.append(issued(adjust(invoice, notes, {"1": -first}, "less", AGREED), "C/1"))
    rest = {line.id: line.net for line in invoice.lines} | {"1": whole - first}
    wanted = {line: amount for line, amount in rest.items() if amount.amount}
    if wanted:
        notes.append(issued(credit(invoice, notes, wanted), "K/1"))

    left = standing(invoice, notes)

    assert [left.net, left.tax, left.payable] == [pln("0"), pln("0"), pln("0")]
    taken = [effect(each) for each in notes[1:]]
    assert total((each.payable for each in taken), "PLN").amount < 0


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"1": pln("-100.01")}, ChangedBelowNothing),
        ({"9": pln("1.00")}, NoSuchLine),
        ({"1": pln("0.00")}, NothingAdjusted),
    ],
)
def test_an_adjustment_that_cannot_be_is_refused(change, error):
    with pytest.raises(error):
        adjust(an_invoice(), [], change, "why", AGREED)


def test_only_a_standing_invoice_is_changed_and_with_a_reason():
    invoice = an_invoice()
    corrected = issued(correct(invoice, [], lines_of("1.00"), "why"), "P/1")
    with pytest.raises(ReplacedAlready, match="P/1"):
        adjusted(invoice, [corrected], _1="1.00")
    with pytest.raises(NothingCorrected):
        correct(invoice, [], invoice.lines, "why")
    with pytest.raises(ChangeReason):
        adjust(invoice, [], {"1": pln("1.00")}, " ", AGREED)
    with pytest.raises(NotChangeable):
        adjusted(replace(invoice, kind=Kind.PROFORMA), _1="1.00")
    assert adjusted(corrected, _1="1.00").references.corrects == "P/1"


@pytest.mark.parametrize(
    "draft",
    [
        correct(an_invoice(lines_of("100.00", "50.00")), [], lines_of("80.00"), "why"),
        adjusted(an_invoice(lines_of("100.00", "50.00")), _1="15.00", _2="-5.00"),
        adjusted(an_invoice(lines_of("100.00", "50.00")), _1="-15.00"),
        replace(an_invoice(), kind=Kind.DEBIT_NOTE, number="", issued_on=None),
        replace(an_invoice(), kind=Kind.PROFORMA, number="", issued_on=None),
    ],
    ids=lambda draft: draft.kind.value,
)
def test_every_kind_keeps_the_rules_of_en_16931(draft):
    xml = invoice_xml(replace(issued(draft, "X/1"), due_on=AGREED))

    verdict = validate(xml)

    assert verdict.is_valid, verdict.findings
    assert f"TypeCode>{draft.kind.type_code}<".encode() in xml
