"""What of declarations is still to be paid, where not all that moved the account names one.

    declared 100.00 and 40.00, set off 110.00   -> open 0.00 and 30.00

What has no declaration of its own (an offset, a payment of ours) goes to declarations as a payment
would (R108); so does what one of them asks for below zero.
"""

from collections.abc import Sequence
from dataclasses import replace

from currencies.money import Money, scaled, total
from settlement.receipts.applying import OpenInvoice, apply


def standing(booked: Sequence[OpenInvoice], settled: Money) -> list[OpenInvoice]:
    """What is left open of declarations, the oldest due first, after what settles them at large.

    `open` of what comes in is what is booked less what was paid of it. What was settled below zero
    is owed beside all declarations, and changes none.
    """
    currency = str(settled.currency.code)
    nothing = scaled(settled, 0)
    asking = [each for each in booked if each.open > nothing]
    below = total((each.open for each in booked if each.open < nothing), currency)
    applied, _ = apply(max(settled - below, nothing), asking)
    taken = {each.invoice.document_id: each.amount for each in applied}
    left = [replace(each, open=each.open - taken.get(each.document_id, nothing)) for each in asking]
    return sorted(
        (each for each in left if each.open > nothing), key=lambda each: (each.due_on, each.number)
    )
