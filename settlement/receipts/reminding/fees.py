"""What a reminder costs whoever is reminded: a fee for each level, by currency, and its debit note.

The policy `reminder_fees` gives the fees of all levels in each currency that has any:

    PLN 0, 10.00, 25.00; EUR 0, 2.50, 6.00

Without it, or in a currency it does not name, reminding costs nothing. The fee compensates a cost;
nothing is supplied for it, so it is outside VAT.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from currencies.money import Money, money
from currencies.units import UnknownCurrency, minor_unit
from i18n.errors import Invalid
from i18n.formats import date_text
from i18n.locale import _, translator
from settlement.billing.invoice import Terms
from statements.document import Document, Kind, Line, References, Tax
from statements.totals import TotalPolicies, add_up

FEES_POLICY: Final = "reminder_fees"
NO_FEES: Final = "none"
LINE = _("Costs of reminding, {level}. reminder of {day}")
UNTAXED = _("Costs of reminding are compensation and not subject to VAT.")


class ReminderFeesUnreadable(Invalid):
    """The policy reminder_fees is {text}. Write none, or a fee for each of {levels} levels in a
    currency, like PLN 0, 10.00, 25.00; EUR 0, 2.50, 6.00.
    """


def fees_of(text: str, levels: int) -> Mapping[str, tuple[Money, ...]]:
    """The fees of each level by currency. Raises ReminderFeesUnreadable."""
    if text.strip() == NO_FEES:
        return {}
    found: dict[str, tuple[Money, ...]] = {}
    for part in text.split(";"):
        currency, _blank, amounts = part.strip().partition(" ")
        fees = tuple(_fee(each.strip(), currency) for each in amounts.split(","))
        read = [each for each in fees if each is not None]
        if len(read) != levels or len(fees) != levels or currency in found:
            raise ReminderFeesUnreadable(text=text, levels=levels)
        found[currency] = tuple(read)
    return found


def fee_note(fee: Money, level: int, terms: Terms, day: dt.date, pay_by: dt.date) -> Document:
    """The draft of the debit note over a fee, due when the letter asks to be paid."""
    say, currency = translator(terms.locale), str(fee.currency.code)
    said = say(LINE, level=level, day=date_text(day, terms.locale))
    tax = Tax("O", Decimal(0), say(UNTAXED), "VATEX-EU-O")
    line = Line("1", said, Decimal(1), "C62", fee, tax, unit_price=Decimal(fee.amount))
    return Document(
        kind=Kind.DEBIT_NOTE,
        currency=currency,
        locale=terms.locale,
        seller=terms.seller,
        buyer=terms.buyer,
        lines=(line,),
        totals=add_up((line,), currency, TotalPolicies()),
        due_on=pay_by,
        references=References(buyer=terms.buyer.reference),
    )


def _fee(text: str, currency: str) -> Money | None:
    """A fee from nothing up, in whole minor units; None where the text is none."""
    try:
        places = minor_unit(currency)
    except UnknownCurrency:
        return None
    whole, point, rest = text.partition(".")
    is_number = (whole + rest).isascii() and (whole + rest).isdigit() and bool(whole)
    if not is_number or len(whole) > 9 or len(rest) > places or bool(point) != bool(rest):
        return None
    return money(text, currency)
