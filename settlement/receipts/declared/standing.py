"""What of declarations is still to be paid, where not all that moved the account names one.

    declared 100.00 and 40.00, set off 110.00   -> open 0.00 and 30.00
    declared 100.00 and 40.00, the second corrected by -10.00   -> open 100.00 and 30.00

A correction that asks for more is due by itself; one that asks for less lowers what it corrects.
What is of no declaration (an offset, a payment of ours) goes to declarations as a payment would
(R108); so does what one of them asks for below zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from currencies.money import Money, scaled, total
from settlement.receipts.applying import OpenInvoice, apply


@dataclass(frozen=True, slots=True)
class Booked:
    """A declaration with what the book has of it, below zero too, and what it corrects or is."""

    declaration: OpenInvoice
    corrected_id: UUID


def standing(booked: Sequence[Booked], settled: Money) -> list[OpenInvoice]:
    """What is left open of declarations, the oldest due first, after what settles them at large.

    What was settled below zero is owed beside all declarations, and changes none.
    """
    nothing = scaled(settled, 0)
    found = _corrected(booked)
    asking = [each for each in found if each.open > nothing]
    below = total((each.open for each in found if each.open < nothing), str(settled.currency.code))
    applied, _ = apply(max(settled - below, nothing), asking)
    taken = {each.invoice.document_id: each.amount for each in applied}
    left = [replace(each, open=each.open - taken.get(each.document_id, nothing)) for each in asking]
    return sorted(
        (each for each in left if each.open > nothing), key=lambda each: (each.due_on, each.number)
    )


def _corrected(booked: Sequence[Booked]) -> list[OpenInvoice]:
    """Declarations, each with the corrections of it that ask for less."""
    found = {each.declaration.document_id: each.declaration for each in booked}
    for each in booked:
        less = each.declaration
        corrected = found.get(each.corrected_id)
        if less.open.amount < 0 and corrected and each.corrected_id != less.document_id:
            found[each.corrected_id] = replace(corrected, open=corrected.open + less.open)
            del found[less.document_id]
    return list(found.values())
