"""Who sells and who buys, as FA(3) says it."""

from typing import Final

from lxml import etree
from stdnum.pl import nip

from statements.document import Party, TaxUnit
from statements.ksef.fields import NO, YES, put, say
from statements.ksef.rates import EU
from statements.ksef.refusals import NipWrong

# The part of the buyer that receives: of a local government, or of a VAT group.
UNIT_ROLES: Final = {"local_government": "8", "vat_group": "10"}


def write_seller(element: etree._Element, seller: Party) -> None:
    """Who sells. Raises NipWrong."""
    named = put(element, "DaneIdentyfikacyjne")
    say(named, "NIP", _nip(seller))
    say(named, "Nazwa", seller.name, 512)
    write_address(element, seller)
    _contact(element, seller)


def write_buyer(element: etree._Element, buyer: Party) -> None:
    """Who buys, of any country, and what kind of taxable person. Raises NipWrong."""
    identify(element, buyer)
    write_address(element, buyer)
    _contact(element, buyer)
    say(element, "NrKlienta", buyer.reference)
    kind = buyer.unit.kind if buyer.unit else ""
    say(element, "JST", YES if kind == "local_government" else NO)
    say(element, "GV", YES if kind == "vat_group" else NO)


def write_part_of_buyer(root: etree._Element, unit: TaxUnit | None) -> None:
    """The part of the buyer to which KSeF shows the invoice too, a third party of it."""
    if unit is None:
        return
    element = put(root, "Podmiot3")
    named = put(element, "DaneIdentyfikacyjne")
    say(named, "IDWew" if "-" in unit.number else "NIP", unit.number)
    say(named, "Nazwa", unit.name, 512)
    say(element, "Rola", UNIT_ROLES[unit.kind])


def identify(element: etree._Element, buyer: Party) -> None:
    """The number and the name of a buyer: a Polish number, one of the Union, another, or none."""
    named = put(element, "DaneIdentyfikacyjne")
    prefix, number = buyer.vat_id[:2], buyer.vat_id[2:]
    if prefix == "PL" or buyer.vat_id.isdigit():
        say(named, "NIP", _nip(buyer))
    elif prefix in EU:
        say(named, "KodUE", prefix)
        say(named, "NrVatUE", number)
    elif buyer.vat_id:
        say(named, "KodKraju", buyer.address.country)
        say(named, "NrID", buyer.vat_id, 50)
    else:
        say(named, "BrakID", YES)
    say(named, "Nazwa", buyer.name, 512)


def write_address(element: etree._Element, party: Party) -> None:
    """The address in two lines, of which the first is never empty."""
    address, place = put(element, "Adres"), party.address
    say(address, "KodKraju", place.country)
    city = f"{place.postal_code} {place.city}".strip()
    say(address, "AdresL1", place.street or city, 512)
    if place.street:
        say(address, "AdresL2", city, 512)


def _contact(element: etree._Element, party: Party) -> None:
    phone = party.phone if len(party.phone) <= 16 else ""
    if party.email or phone:
        contact = put(element, "DaneKontaktowe")
        say(contact, "Email", party.email, 255)
        say(contact, "Telefon", phone)


def _nip(party: Party) -> str:
    if not nip.is_valid(party.vat_id):
        raise NipWrong(party=party.name, number=party.vat_id or "''")
    digits: str = nip.compact(party.vat_id)
    return digits
