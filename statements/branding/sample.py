"""Made-up papers on which a template is tried before it is kept; they reach nobody."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from currencies.money import money
from statements.document import Address, Bank, Document, Kind, Line, Party, Period, Tax
from statements.reminder_letter import OpenItem, ReminderLetter
from statements.rendering.letters_view import reminder_view
from statements.rendering.view import document_view
from statements.totals import add_up

ISSUED, DUE = date(2026, 1, 31), date(2026, 2, 14)
PLACE = Address("Main Street 1", "00-001", "Town", "PL")
SELLER = Party("Seller", PLACE, bank=Bank("PL61109010140000071219812874", "", "Bank", "Seller"))
BUYER = Party("Buyer", PLACE, reference="C-1")
LINES = tuple(
    Line(
        id=str(number),
        description=f"Service {number}",
        quantity=Decimal(10 * number),
        unit_code="MIN",
        net=money("10.00 PLN"),
        tax=Tax("S", Decimal("0.23")),
        group="Voice" if number < 3 else "Data",
    )
    for number in range(1, 5)
)
INVOICE = Document(
    kind=Kind.INVOICE,
    currency="PLN",
    locale="en",
    seller=SELLER,
    buyer=BUYER,
    lines=LINES,
    totals=add_up(LINES, "PLN"),
    period=Period(date(2026, 1, 1), date(2026, 2, 1)),
    due_on=DUE,
    payment_reference="SAMPLE/1",
    number="SAMPLE/1",
    issued_on=ISSUED,
)
REMINDER = ReminderLetter(
    number="SAMPLE/2",
    locale="en",
    currency="PLN",
    seller=SELLER,
    buyer=BUYER,
    issued_on=DUE,
    pay_by=date(2026, 3, 1),
    level=1,
    items=(OpenItem("SAMPLE/1", ISSUED, DUE, money("49.20 PLN"), money("49.20 PLN")),),
)
# By the layout that a template stands in for.
SAMPLES: Final[dict[str, dict[str, Any]]] = {
    "invoice.html": document_view(INVOICE),
    "reminder.html": reminder_view(REMINDER),
}
