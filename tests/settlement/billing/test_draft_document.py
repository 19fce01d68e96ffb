"""What stands out in a draft against the month before."""

from dataclasses import replace
from decimal import Decimal

import pytest

from currencies.money import money
from settlement.billing.draft_document import CREDIT, FIRST, LESS, MORE, NOTHING, findings_of
from statements.document import Kind
from tests.statements.builders import an_invoice


@pytest.mark.parametrize(
    ("payable", "kind", "before", "expected"),
    [
        ("100.00", Kind.INVOICE, "100.00", []),
        ("150.00", Kind.INVOICE, "100.00", []),
        ("150.01", Kind.INVOICE, "100.00", [MORE]),
        ("50.00", Kind.INVOICE, "100.00", []),
        ("49.99", Kind.INVOICE, "100.00", [LESS]),
        ("100.00", Kind.INVOICE, None, [FIRST]),
        ("0.00", Kind.INVOICE, "0.00", [NOTHING]),
        ("10.00", Kind.CREDIT_NOTE, "100.00", [CREDIT, LESS]),
    ],
)
def test_much_more_much_less_first_and_credit_are_named(
    payable: str, kind: Kind, before: str | None, expected: list[str]
):
    invoice = an_invoice()
    totals = replace(invoice.totals, payable=money(Decimal(payable), "PLN"))
    draft = replace(invoice, kind=kind, totals=totals, currency="PLN")

    last_month = None if before is None else money(Decimal(before), "PLN")

    assert findings_of(draft, last_month) == expected
