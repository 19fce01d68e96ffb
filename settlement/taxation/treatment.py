"""How a supply is taxed: by whom, where, and at which rate.

Calls, messages and content are telecommunications and electronically supplied services. Between
businesses they are taxed where the buyer is (VAT directive, art. 44), and the buyer accounts for
the tax: reverse charge (art. 196). Sold to a private person they are taxed where that person lives
(art. 58), at the rate of that country. Outside the Union they are outside the scope of our tax.

What the law leaves to the product is its category: standard, reduced, zero, exempt, reverse charge
at home as well, or out of scope.
Reverse charge needs the buyer's VAT number. Where it is missing nothing may be said of the tax, so
the document waits with that reason; it is never issued at 0 % on hope (rule R87).
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from i18n.errors import Conflict, Invalid
from i18n.locale import _
from settlement.taxation.vat_rates import BY_CATEGORY as RATED
from settlement.taxation.vat_rates import EU, PUBLISHED, RateBook
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
IMPORTED = Untaxed(
    "O", _("Outside the seller's VAT: the buyer accounts for the tax."), "VATEX-EU-O"
)
NOT_REGISTERED = Untaxed("O", _("The seller is not registered for VAT."), "VATEX-EU-O")
EXEMPT = Untaxed("E", _("Exempt from VAT."), "VATEX-EU-132")
ZERO = Untaxed("Z", "", "")
# Tax is due on the margin alone and never shown (VAT directive, art. 311-325): used devices.
MARGIN = Untaxed("E", _("Margin scheme: second-hand goods."), "VATEX-EU-F")

BY_CATEGORY = {"zero": ZERO, "exempt": EXEMPT, "out_of_scope": OUT_OF_SCOPE, "margin": MARGIN}
CATEGORIES = (*RATED, "reverse_charge", *BY_CATEGORY)


def tax_on(
    category: str,
    seller: TaxParty,
    buyer: TaxParty,
    on: dt.date,
    rates: RateBook = PUBLISHED,
    *,
    is_charged_at_home: bool = False,
) -> Tax:
    """The tax of a line supplied on that day; its reason is in English, to be translated.

    `is_charged_at_home`: somebody decided that the buyer's number is not to be relied on, so the
    seller's own VAT stands where it would have been reverse charge.
    Raises UnknownTaxCategory, VatNumberMissing or NoVatRate.
    """
    if category not in CATEGORIES:
        raise UnknownTaxCategory(category=category, known=", ".join(CATEGORIES))
    if category in BY_CATEGORY:
        return _untaxed(BY_CATEGORY[category])
    country = place_of_supply(seller, buyer)
    if category == "reverse_charge" or _buyer_accounts(seller, buyer):
        if not is_charged_at_home:
            return _reverse_charged(buyer)
        country = seller.country
    if country is None:
        return _untaxed(OUT_OF_SCOPE)
    return Tax("S", rates.rate(category if category in RATED else "standard", country, on))


def place_of_supply(seller: TaxParty, buyer: TaxParty) -> str | None:
    """The country whose VAT is due; None outside the scope of ours.

    At home it is the seller's. In the Union it is the buyer's: of a business by art. 44, of a
    private person by art. 58 of the VAT directive.
    """
    if seller.country == buyer.country:
        return seller.country
    in_union = buyer.country in EU and (buyer.is_business or seller.country in EU)
    return buyer.country if in_union else None


def _buyer_accounts(seller: TaxParty, buyer: TaxParty) -> bool:
    """Also where the seller is outside the Union: then it is an import of services."""
    return seller.country != buyer.country and buyer.is_business and buyer.country in EU


def tax_on_self_billed(
    seller: TaxParty, buyer: TaxParty, on: dt.date, rates: RateBook = PUBLISHED
) -> Tax:
    """The tax of what a partner sells us, on the invoice that we issue in its name.

    A partner without a VAT number charges no VAT: at home because it is not registered, from
    outside the Union because we account for it. Raises VatNumberMissing for a partner in another
    member state, whose number reverse charge needs, and NoVatRate.
    """
    if seller.vat_id:
        return tax_on("standard", seller, buyer, on, rates)
    if seller.country not in EU:
        return _untaxed(IMPORTED)
    if seller.country != buyer.country:
        raise VatNumberMissing(party=seller.name, country=seller.country)
    return _untaxed(NOT_REGISTERED)


def own_tax_on_purchase(
    tax: Tax, seller: TaxParty, buyer: TaxParty, on: dt.date, rates: RateBook = PUBLISHED
) -> Decimal:
    """The rate of the tax that the buyer itself owes on what it was sold without; 0 where none.

    It owes it by reverse charge and on services from outside its country (VAT directive, art. 196),
    where it is registered for VAT. It deducts the same amount (art. 168). Raises NoVatRate.
    """
    is_from_abroad = tax.category == "O" and seller.country != buyer.country
    if not buyer.vat_id or not (tax.category == "AE" or is_from_abroad):
        return Decimal(0)
    return rates.rate("standard", buyer.country, on)


def _reverse_charged(buyer: TaxParty) -> Tax:
    if not buyer.vat_id:
        raise VatNumberMissing(party=buyer.name, country=buyer.country)
    return _untaxed(REVERSE_CHARGE)


def _untaxed(untaxed: Untaxed) -> Tax:
    return Tax(untaxed.category, Decimal(0), untaxed.reason, untaxed.reason_code)
