"""The control totals that a file states about itself, from their text."""

from collections.abc import Mapping
from decimal import Decimal

from mediation.draft import ControlTotals

TOTALS = ("records", "seconds", "amount")


def totals_from(texts: Mapping[str, str], decimal: str = ".") -> ControlTotals:
    """Totals of the names in TOTALS; one that is not there is not stated.

    Raises: ValueError, ArithmeticError, when a text is no total.
    """
    return ControlTotals(
        records=_count(texts["records"]) if "records" in texts else None,
        seconds=_count(texts["seconds"]) if "seconds" in texts else None,
        amount=_amount(texts["amount"], decimal) if "amount" in texts else None,
    )


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise ValueError(text)
    return int(text)


def _amount(text: str, decimal: str) -> Decimal:
    plain = text.replace(decimal, ".")
    if not set(plain) <= set("0123456789.-"):
        raise ValueError(plain)
    return Decimal(plain)
