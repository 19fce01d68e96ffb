"""How FA(3) names a tax (P_12), and in which fields its sums stand (P_13_x, P_14_x)."""

from decimal import Decimal
from typing import Final, NamedTuple

from statements.document import Document, Tax

# Countries whose VAT numbers are written apart from their prefix; Greece is EL there.
EU: Final = {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
}  # fmt: skip
# The rate as FA(3) names it (P_12) and the field of its sum (P_13_x, P_14_x) where tax is charged.
STANDARD: Final = {
    Decimal("0.23"): ("23", "1"),
    Decimal("0.22"): ("22", "1"),
    Decimal("0.08"): ("8", "2"),
    Decimal("0.07"): ("7", "2"),
    Decimal("0.05"): ("5", "3"),
}
# By category of UNTDID 5305 where it is not: zero at home, to the Union, export, exempt, abroad.
UNTAXED: Final = {
    "Z": ("0 KR", "6_1"),
    "K": ("0 WDT", "6_2"),
    "G": ("0 EX", "6_3"),
    "E": ("zw", "7"),
    "O": ("np I", "8"),
}
# The codes of the margin scheme (VATEX), and the field of each under P_PMarzy.
MARGINS: Final = {
    "VATEX-EU-D": "P_PMarzy_2",
    "VATEX-EU-F": "P_PMarzy_3_1",
    "VATEX-EU-I": "P_PMarzy_3_2",
    "VATEX-EU-J": "P_PMarzy_3_3",
}


class Rate(NamedTuple):
    """What a tax is called, and where its sum stands."""

    name: str
    sums: str


def rate_of(tax: Tax, document: Document) -> Rate:
    """The rate of a tax on a document; `is_polish` holds of it."""
    if tax.category == "S":
        return Rate(*STANDARD[tax.rate])
    if is_margin(tax):
        return Rate("", "11")
    if tax.category in UNTAXED:
        return Rate(*UNTAXED[tax.category])
    # The buyer accounts for the tax: at home, in another state of the Union, or elsewhere.
    country = document.buyer.address.country
    if country == "PL":
        return Rate("oo", "10")
    return Rate("np II", "9") if country in EU or country == "GR" else Rate("np I", "8")


def is_margin(tax: Tax) -> bool:
    """Whether a line is taxed on its margin, which FA(3) tells without a rate."""
    return tax.category == "E" and tax.reason_code in MARGINS


def is_polish(tax: Tax) -> bool:
    """Whether FA(3) has a name for the tax."""
    if tax.category == "S":
        return tax.rate in STANDARD
    return tax.category == "AE" or tax.category in UNTAXED
