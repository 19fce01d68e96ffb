"""The one text of a decimal, for digests, documents and whoever reads them."""

from decimal import Decimal


def decimal_text(number: Decimal) -> str:
    """Without exponent, trailing zeros or a negative zero: `1200`, `0.05`, `-3.5`, `0`."""
    text = str(number)
    # Few are written with an exponent, and to write one without it takes longer.
    if "E" in text:
        text = f"{number:f}"
    if text[-1] == "0" and "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
