"""How a supply is taxed: by whom, where, and at which rate.

Calls, messages and content are telecommunications and electronically supplied services. Between
businesses they are taxed where the buyer is (VAT directive, art. 44), and the buyer accounts for
the tax: reverse charge (art. 196). Sold to a private person they are taxed where that person lives
(art. 58), at the rate of that country. Outside the Union they are outside the scope of our tax.

What the law leaves to the product is its category: standard, zero, exempt or out of scope.
Reverse charge needs the buyer's VAT number. Where it is missing nothing may be said of the tax, so
the document waits with that reason; it is never issued at 0 % on hope (rule R87).
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from i18n.errors import Conflict, Invalid
from i18n.locale import _
from settlement.taxation.vat_rates import EU, standard_rate
from statements.document import Tax


class UnknownTaxCategory(Invalid):
    """Tax category {category} is unknown. Use one of {known}."""


class VatNumberMissing(Conflict):
    """{party} is a business in {country} without a VAT number. Enter it, then issue again."""


@dataclass(frozen=True, slots=True)
class TaxParty:
    """One side of a supply as the tax office sees it."""

    name: str
    country: str
    vat_id: str = ""
    is_business: bool = True


@dataclass(frozen=True, slots=True)
class Untaxed:
    """A category of UNTDID 5305 without tax, and why: a text and its VATEX code."""

    category: str
    reason: str
    reason_code: str


REVERSE_CHARGE = Untaxed("AE", _("Reverse charge: the buyer accounts for the tax."), "VATEX-EU-AE")
OUT_OF_SCOPE = Untaxed("O", _("Not subject to VAT."), "VATEX-EU-O")
EXEMPT = Untaxed("E", _("Exempt from VAT."), "VATEX-EU-132")
ZERO = Untaxed("Z", "", "")

BY_CATEGORY = {"zero": ZERO, "exempt": EXEMPT, "out_of_scope": OUT_OF_SCOPE}
CATEGORIES = ("standard", *BY_CATEGORY)


def tax_on(category: str, seller: TaxParty, buyer: TaxParty, on: dt.date) -> Tax:
    """The tax of a line supplied on that day; its reason is in English, to be translated.

    Raises UnknownTaxCategory, VatNumberMissing or NoVatRate.
    """
    if category not in CATEGORIES:
        raise UnknownTaxCategory(category=category, known=", ".join(CATEGORIES))
    if category != "standard":
        return _untaxed(BY_CATEGORY[category])
    if seller.country == buyer.country:
        return _taxed(seller.country, on)
    return _abroad(seller, buyer, on)


def _abroad(seller: TaxParty, buyer: TaxParty, on: dt.date) -> Tax:
    if buyer.is_business and buyer.country in EU:
        # Also where the seller is outside the Union: then it is an import of services.
        if not buyer.vat_id:
            raise VatNumberMissing(party=buyer.name, country=buyer.country)
        return _untaxed(REVERSE_CHARGE)
    if buyer.country in EU and seller.country in EU:
        return _taxed(buyer.country, on)
    return _untaxed(OUT_OF_SCOPE)


def _taxed(country: str, on: dt.date) -> Tax:
    return Tax("S", standard_rate(country, on))


def _untaxed(untaxed: Untaxed) -> Tax:
    return Tax(untaxed.category, Decimal(0), untaxed.reason, untaxed.reason_code)
