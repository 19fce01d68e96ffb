"""What settles no declaration by name goes to the oldest due, what is disputed last."""

import datetime as dt

import pytest

from currencies.money import money, shown
from settlement.receipts.applying import OpenInvoice
from settlement.receipts.declared.standing import Booked, standing
from tests.settlement.insight.builders import an_id


def declared(number: str, due: int, left: str, disputed: str = "0", corrects: str = "") -> Booked:
    day = dt.date(2026, 11, due)
    amounts = money(left, "EUR"), money(disputed, "EUR")
    declaration = OpenInvoice(an_id(number), number, day, day, *amounts)
    return Booked(declaration, an_id(corrects or number))


@pytest.mark.parametrize(
    ("booked", "settled", "left"),
    [
        ([("D/1", 1, "100"), ("D/2", 2, "40")], "110", [("D/2", "30.00 EUR")]),
        ([("D/2", 2, "40"), ("D/1", 1, "100")], "10", [("D/1", "90.00 EUR"), ("D/2", "40.00 EUR")]),
        # Sixty of the first are disputed: forty of it and all of the second go before them.
        ([("D/1", 1, "100", "60"), ("D/2", 2, "40")], "80", [("D/1", "60.00 EUR")]),
        # What one asks for below zero settles the others.
        ([("D/1", 1, "-30"), ("D/2", 2, "40")], "5", [("D/2", "5.00 EUR")]),
        # A correction lowers what it corrects; one that asks for more is due by itself.
        (
            [("D/1", 1, "100"), ("D/2", 2, "40"), ("D/3", 3, "-10", "0", "D/2")],
            "0",
            [("D/1", "100.00 EUR"), ("D/2", "30.00 EUR")],
        ),
        (
            [("D/1", 1, "100"), ("D/3", 3, "10", "0", "D/1")],
            "20",
            [("D/1", "80.00 EUR"), ("D/3", "10.00 EUR")],
        ),
        (
            [("D/1", 1, "5"), ("D/2", 2, "9"), ("D/3", 3, "-7", "0", "D/1")],
            "0",
            [("D/2", "7.00 EUR")],
        ),
        ([("D/1", 1, "40")], "50", []),
        ([("D/1", 1, "40")], "-50", [("D/1", "40.00 EUR")]),
        ([], "10", []),
    ],
)
def test_what_is_left_open(
    booked: list[tuple[str, int, str]], settled: str, left: list[tuple[str, str]]
) -> None:
    found = standing([declared(*each) for each in booked], money(settled, "EUR"))

    assert [(each.number, shown(each.open)) for each in found] == left
