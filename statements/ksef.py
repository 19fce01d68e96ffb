"""Write an invoice or a correction as FA(3), the structured invoice of Poland's KSeF.

    what it is                       Kind of document             RodzajFaktury, P_17
    invoice                          380                          VAT, 2
    invoice the buyer writes         389                          VAT, 1 (self-billing)
    less (or more) than was asked    381, 261, 80, 81             KOR: every figure is a difference
    the right one for a wrong one    384                          KOR: lines before and after

Names of fields are those of the schema of 25 June 2025. What it leaves open is decided here: the
instant of writing is the start of the day of issue, so that the same document gives the same bytes;
a tax in another currency than the zloty is also stated in zloty (P_14_xW), with its rate beside
every line; a line that is not quantity x price is one piece at its net amount, and its true
quantity stands among the additional descriptions.

A document that KSeF cannot take is refused with the reason, before it is written: a party without a
valid NIP, a rate that Poland does not have, a correction of an unknown invoice, more than a million
bytes.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from lxml import etree
from moneyed import Money
from stdnum.pl import nip

from currencies.money import EXACT, amount_text, plain
from currencies.rounding import round_to
from i18n.errors import Invalid
from statements.document import (
    Document,
    Kind,
    Line,
    Party,
    Tax,
    TaxCurrency,
    TaxSubtotal,
    TaxUnit,
)
from statements.plain_text import printable
from statements.ubl import checked_invoice, stated

FA: Final = "http://crd.gov.pl/wzor/2025/06/25/13775/"
MAX_BYTES: Final = 1_000_000
MAX_LINES: Final = 10_000
ZLOTY: Final = "PLN"
BY_TRANSFER: Final = "6"
YES, NO = "1", "2"
# The part of the buyer that receives: of a local government, or of a VAT group.
UNIT_ROLES: Final = {"local_government": "8", "vat_group": "10"}

KINDS: Final = (
    Kind.INVOICE, Kind.SELF_BILLED_INVOICE, Kind.CREDIT_NOTE, Kind.SELF_BILLED_CREDIT,
    Kind.ADJUSTING_INVOICE, Kind.ADJUSTING_CREDIT, Kind.CORRECTED_INVOICE,
)  # fmt: skip
CORRECTIONS: Final = KINDS[2:]

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
SUMS: Final = ("1", "2", "3", "6_1", "6_2", "6_3", "7", "8", "9", "10", "11")
# The codes of the margin scheme (VATEX), and the field of each under P_PMarzy.
MARGINS: Final = {
    "VATEX-EU-D": "P_PMarzy_2",
    "VATEX-EU-F": "P_PMarzy_3_1",
    "VATEX-EU-I": "P_PMarzy_3_2",
    "VATEX-EU-J": "P_PMarzy_3_3",
}

UNITS: Final = {
    "C62": "szt.", "MIN": "min", "SEC": "s", "HUR": "h", "DAY": "dni", "MON": "mies.",
    "E34": "GB", "MIL": "tys.", "ZZ": "jedn.",
}  # fmt: skip


class NotForKsef(Invalid):
    """KSeF cannot take the document. Correct it, or send it in another form."""


class KindNotForKsef(NotForKsef):
    """A {kind} has no form in KSeF. Send it in another form."""


class NipWrong(NotForKsef):
    """{party} has the tax number {number}, which is not a Polish NIP. Correct it, then issue."""


class RateNotPolish(NotForKsef):
    """Line {line} has tax {category} at {rate}, which KSeF does not know. Correct the tax."""


class ZlotyTaxMissing(NotForKsef):
    """The tax of a document in {currency} is not stated in PLN. Name the rate of exchange."""


class CorrectedUnknown(NotForKsef):
    """The correction does not say what it corrects and when that was issued. Name the invoice."""


class TooLargeForKsef(NotForKsef):
    """The document has {size} {what}; KSeF takes {limit}. Split it."""


class _Rate(NamedTuple):
    """What a tax is called, and where its sum stands."""

    name: str
    sums: str


def ksef_xml(document: Document) -> bytes:
    """Return the FA(3) of an issued document.

    Raises NotAnInvoice, NotNumberedYet, or a subclass of NotForKsef.
    """
    _check(document)
    root = etree.Element(f"{{{FA}}}Faktura", nsmap={None: FA})
    _heading(_put(root, "Naglowek"), document)
    _seller(_put(root, "Podmiot1"), document.seller)
    _buyer(_put(root, "Podmiot2"), document.buyer)
    _part_of_buyer(root, document.buyer.unit)
    _invoice(_put(root, "Fa"), document)
    _footer(root, document)
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    if len(xml) > MAX_BYTES:
        raise TooLargeForKsef(size=len(xml), what="bytes", limit=MAX_BYTES)
    return xml


def _check(document: Document) -> None:
    checked_invoice(document)
    if document.kind not in KINDS:
        raise KindNotForKsef(kind=document.kind.value)
    rows = len(document.lines) + len(_lines_before(document))
    if rows > MAX_LINES:
        raise TooLargeForKsef(size=rows, what="lines", limit=MAX_LINES)
    for line in (*_lines_before(document), *document.lines):
        if not _is_polish(line.tax):
            rate = plain(line.tax.rate)
            raise RateNotPolish(line=line.id, category=line.tax.category, rate=rate)
    _check_corrected(document)
    _check_currency(document)


def _check_corrected(document: Document) -> None:
    references = document.references
    corrected = references.corrects and references.corrects_issued_on
    if document.kind in CORRECTIONS and not corrected:
        raise CorrectedUnknown
    is_whole = document.kind is Kind.CORRECTED_INVOICE
    if is_whole and (document.replaced is None or not document.replaced.lines):
        raise CorrectedUnknown


def _check_currency(document: Document) -> None:
    foreign_tax = document.currency != ZLOTY and bool(document.totals.tax.amount)
    if foreign_tax and (document.tax_currency is None or document.tax_currency.code != ZLOTY):
        raise ZlotyTaxMissing(currency=document.currency)


def _heading(heading: etree._Element, document: Document) -> None:
    form = _put(heading, "KodFormularza")
    form.attrib.update({"kodSystemowy": "FA (3)", "wersjaSchemy": "1-0E"})
    form.text = "FA"
    _say(heading, "WariantFormularza", "3")
    _say(heading, "DataWytworzeniaFa", f"{document.issued_on}T00:00:00Z")
    _say(heading, "SystemInfo", "Saldo")


def _seller(element: etree._Element, seller: Party) -> None:
    named = _put(element, "DaneIdentyfikacyjne")
    _say(named, "NIP", _nip(seller))
    _say(named, "Nazwa", seller.name, 512)
    _address(element, seller)
    _contact(element, seller)


def _identified(element: etree._Element, buyer: Party) -> None:
    named = _put(element, "DaneIdentyfikacyjne")
    prefix, number = buyer.vat_id[:2], buyer.vat_id[2:]
    if prefix == "PL" or buyer.vat_id.isdigit():
        _say(named, "NIP", _nip(buyer))
    elif prefix in EU:
        _say(named, "KodUE", prefix)
        _say(named, "NrVatUE", number)
    elif buyer.vat_id:
        _say(named, "KodKraju", buyer.address.country)
        _say(named, "NrID", buyer.vat_id, 50)
    else:
        _say(named, "BrakID", YES)
    _say(named, "Nazwa", buyer.name, 512)


def _buyer(element: etree._Element, buyer: Party) -> None:
    _identified(element, buyer)
    _address(element, buyer)
    _contact(element, buyer)
    _say(element, "NrKlienta", buyer.reference)
    kind = buyer.unit.kind if buyer.unit else ""
    _say(element, "JST", YES if kind == "local_government" else NO)
    _say(element, "GV", YES if kind == "vat_group" else NO)


def _part_of_buyer(root: etree._Element, unit: TaxUnit | None) -> None:
    """The part of the buyer to which KSeF shows the invoice too, a third party of it."""
    if unit is None:
        return
    element = _put(root, "Podmiot3")
    named = _put(element, "DaneIdentyfikacyjne")
    _say(named, "IDWew" if "-" in unit.number else "NIP", unit.number)
    _say(named, "Nazwa", unit.name, 512)
    _say(element, "Rola", UNIT_ROLES[unit.kind])


def _nip(party: Party) -> str:
    if not nip.is_valid(party.vat_id):
        raise NipWrong(party=party.name, number=party.vat_id or "''")
    digits: str = nip.compact(party.vat_id)
    return digits


def _address(element: etree._Element, party: Party) -> None:
    address, place = _put(element, "Adres"), party.address
    _say(address, "KodKraju", place.country)
    city = f"{place.postal_code} {place.city}".strip()
    _say(address, "AdresL1", place.street or city, 512)
    if place.street:
        _say(address, "AdresL2", city, 512)


def _contact(element: etree._Element, party: Party) -> None:
    phone = party.phone if len(party.phone) <= 16 else ""
    if party.email or phone:
        contact = _put(element, "DaneKontaktowe")
        _say(contact, "Email", party.email, 255)
        _say(contact, "Telefon", phone)


def _invoice(fa: etree._Element, document: Document) -> None:
    _say(fa, "KodWaluty", document.currency)
    _say(fa, "P_1", _day(document.issued_on))
    _say(fa, "P_1M", document.issuer.address.city)
    _say(fa, "P_2", document.number)
    if document.period is not None:
        period = _put(fa, "OkresFa")
        _say(period, "P_6_Od", _day(document.period.starts_on))
        _say(period, "P_6_Do", _day(document.period.last_day))
    else:
        _say(fa, "P_6", _day(document.tax_point_on))
    _sums(fa, document)
    _notices(_put(fa, "Adnotacje"), document)
    _say(fa, "RodzajFaktury", "KOR" if document.kind in CORRECTIONS else "VAT")
    if document.kind in CORRECTIONS:
        _corrected(_put(fa, "DaneFaKorygowanej"), document)
    if document.replaced is not None and document.replaced.buyer is not None:
        before = _put(fa, "Podmiot2K")
        _identified(before, document.replaced.buyer)
        _address(before, document.replaced.buyer)
    # What stood before and what is right are rows of their own, numbered on.
    before_lines = _lines_before(document)
    numbered = list(enumerate((*before_lines, *document.lines), start=1))
    for number, line in numbered:
        _true_quantity(fa, number, line)
    for number, line in numbered:
        row = _put(fa, "FaWiersz")
        _line(row, number, line, document)
        if number <= len(before_lines):
            _say(row, "StanPrzed", YES)
    _settled(fa, document)
    if not document.kind.is_credit:
        _payment(fa, document)
    _agreed(fa, document)


def _sums(fa: etree._Element, document: Document) -> None:
    sign = -1 if document.kind.is_credit else 1
    by_place: dict[str, list[TaxSubtotal]] = {}
    for subtotal in (*document.totals.subtotals, *_less_before(document)):
        by_place.setdefault(_rate(subtotal.tax, document).sums, []).append(subtotal)
    for place in (place for place in SUMS if place in by_place):
        found = by_place[place]
        _amount(fa, f"P_13_{place}", (each.taxable for each in found), sign)
        if place in ("1", "2", "3"):
            _amount(fa, f"P_14_{place}", (each.amount for each in found), sign)
            local = [each.amount_local for each in found if each.amount_local is not None]
            if local:
                _amount(fa, f"P_14_{place}W", local, sign)
    before = document.replaced
    less = () if before is None else (-before.net, -before.tax)
    _amount(fa, "P_15", (document.totals.gross, *less), sign)


def _lines_before(document: Document) -> tuple[Line, ...]:
    """The lines that a corrected invoice takes the place of."""
    return document.replaced.lines if document.replaced is not None else ()


def _less_before(document: Document) -> Iterator[TaxSubtotal]:
    """The taxes that a corrected invoice takes the place of, below zero."""
    for each in document.replaced.subtotals if document.replaced is not None else ():
        local = None if each.amount_local is None else -each.amount_local
        yield TaxSubtotal(each.tax, -each.taxable, -each.amount, local)


def _notices(notices: etree._Element, document: Document) -> None:
    taxes = [subtotal.tax for subtotal in document.totals.subtotals]
    is_reversed = any(tax.category == "AE" for tax in taxes)
    _say(notices, "P_16", NO)
    _say(notices, "P_17", YES if document.kind.is_self_billed else NO)
    _say(notices, "P_18", YES if is_reversed else NO)
    _say(notices, "P_18A", NO)
    exempt = _put(notices, "Zwolnienie")
    reasons = [tax for tax in taxes if tax.category == "E" and not _is_margin(tax)]
    if reasons:
        _say(exempt, "P_19", YES)
        # A code of the list VATEX names an article of the directive; a text names Polish law.
        field = "P_19B" if reasons[0].reason_code.startswith("VATEX-EU") else "P_19A"
        _say(exempt, field, reasons[0].reason or reasons[0].reason_code)
    else:
        _say(exempt, "P_19N", YES)
    _say(_put(notices, "NoweSrodkiTransportu"), "P_22N", YES)
    _say(notices, "P_23", NO)
    margin = _put(notices, "PMarzy")
    schemes = {MARGINS[tax.reason_code] for tax in taxes if _is_margin(tax)}
    _say(margin, "P_PMarzy" if schemes else "P_PMarzyN", YES)
    for field in sorted(schemes):
        _say(margin, field, YES)


def _corrected(corrected: etree._Element, document: Document) -> None:
    references = document.references
    _say(corrected, "DataWystFaKorygowanej", _day(references.corrects_issued_on))
    _say(corrected, "NrFaKorygowanej", references.corrects)
    if references.corrects_registered:
        _say(corrected, "NrKSeF", YES)
        _say(corrected, "NrKSeFFaKorygowanej", references.corrects_registered)
    else:
        _say(corrected, "NrKSeFN", YES)


def _true_quantity(fa: etree._Element, number: int, line: Line) -> None:
    quantity, _, _ = _priced(line)
    if quantity != line.quantity and line.unit_price is None:
        described = _put(fa, "DodatkowyOpis")
        _say(described, "NrWiersza", str(number))
        _say(described, "Klucz", "Ilość")
        _say(described, "Wartosc", f"{plain(line.quantity)} {_unit(line.unit_code)}")


def _line(row: etree._Element, number: int, line: Line, document: Document) -> None:
    sign = -1 if document.kind.is_credit else 1
    quantity, unit_code, price = _priced(line)
    _say(row, "NrWierszaFa", str(number))
    _say(row, "P_7", line.description, 512)
    _say(row, "P_8A", _unit(unit_code))
    _say(row, "P_8B", plain(quantity * sign))
    if _is_margin(line.tax):
        # The price holds the tax on the margin, which is not shown, and has no rate.
        _say(row, "P_9B", plain(price))
        _amount(row, "P_11A", (line.net,), sign)
        return
    _say(row, "P_9A", plain(price))
    _amount(row, "P_11", (line.net,), sign)
    _say(row, "P_12", _rate(line.tax, document).name)
    if document.tax_currency is not None and line.tax.category == "S":
        _say(row, "KursWaluty", plain(_per_unit(document.tax_currency)))


def _priced(line: Line) -> tuple[Decimal, str, Decimal]:
    """Quantity, unit and price as the fields can hold them: six decimals and eight."""
    quantity, unit_code, price = stated(line)
    if round_to(quantity, 6) == quantity and round_to(price, 8) == price:
        return quantity, unit_code, price
    return Decimal(-1 if line.net.amount < 0 else 1), "C62", abs(line.net.amount)


def _per_unit(into: TaxCurrency) -> Decimal:
    # A published unit is 1, 10, 100, ...: dividing by it only moves the point.
    return round_to(EXACT.divide(into.rate, Decimal(into.unit)), 6)


def _rate(tax: Tax, document: Document) -> _Rate:
    if tax.category == "S":
        return _Rate(*STANDARD[tax.rate])
    if _is_margin(tax):
        return _Rate("", "11")
    if tax.category in UNTAXED:
        return _Rate(*UNTAXED[tax.category])
    # The buyer accounts for the tax: at home, in another state of the Union, or elsewhere.
    country = document.buyer.address.country
    if country == "PL":
        return _Rate("oo", "10")
    return _Rate("np II", "9") if country in EU or country == "GR" else _Rate("np I", "8")


def _is_margin(tax: Tax) -> bool:
    return tax.category == "E" and tax.reason_code in MARGINS


def _is_polish(tax: Tax) -> bool:
    if tax.category == "S":
        return tax.rate in STANDARD
    return tax.category == "AE" or tax.category in UNTAXED


def _settled(fa: etree._Element, document: Document) -> None:
    """What stands between the total and what is to be paid."""
    totals = document.totals
    if document.kind in CORRECTIONS or totals.to_pay == totals.gross:
        return
    less = [("Wpłacono wcześniej", totals.prepaid), ("Zaokrąglenie", -totals.rounding)]
    less += [(each.description, each.amount) for each in document.withholdings]
    settled = _put(fa, "Rozliczenie")
    _between(settled, "Obciazenia", ((why, -amount) for why, amount in less))
    _between(settled, "Odliczenia", less)
    _say(settled, "DoZaplaty", amount_text(totals.to_pay))


def _between(settled: etree._Element, name: str, amounts: Iterable[tuple[str, Money]]) -> None:
    for why, amount in amounts:
        if amount.amount > 0:
            element = _put(settled, name)
            _say(element, "Kwota", amount_text(amount))
            _say(element, "Powod", why)


def _payment(fa: etree._Element, document: Document) -> None:
    bank = document.seller.bank
    if document.due_on is None and bank is None:
        return
    payment = _put(fa, "Platnosc")
    if document.due_on is not None:
        _say(_put(payment, "TerminPlatnosci"), "Termin", _day(document.due_on))
    _say(payment, "FormaPlatnosci", BY_TRANSFER)
    if bank is not None:
        account = _put(payment, "RachunekBankowy")
        _say(account, "NrRB", bank.iban)
        _say(account, "SWIFT", bank.bic)
        _say(account, "NazwaBanku", bank.name)
        _say(account, "OpisRachunku", bank.holder)


def _agreed(fa: etree._Element, document: Document) -> None:
    references = document.references
    if not references.agreement and not references.order:
        return
    terms = _put(fa, "WarunkiTransakcji")
    if references.agreement:
        _say(_put(terms, "Umowy"), "NrUmowy", references.agreement)
    if references.order:
        _say(_put(terms, "Zamowienia"), "NrZamowienia", references.order)


def _footer(root: etree._Element, document: Document) -> None:
    register = "".join(_digits(document.seller.registration))
    notes = "\n".join(document.notes)
    if not notes and len(register) != 10:
        return
    footer = _put(root, "Stopka")
    if notes:
        _say(_put(footer, "Informacje"), "StopkaFaktury", notes, 3500)
    if len(register) == 10:
        _say(_put(footer, "Rejestry"), "KRS", register)


def _digits(text: str) -> Iterator[str]:
    return (sign for sign in text if sign in "0123456789")


def _unit(code: str) -> str:
    return UNITS.get(code, code)


def _amount(parent: etree._Element, name: str, amounts: Iterable[Money], sign: int) -> None:
    first, *others = amounts
    _say(parent, name, amount_text(sum(others, first) * sign))


def _put(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{FA}}}{name}")


def _say(parent: etree._Element, name: str, text: str | None, longest: int = 256) -> None:
    """Add a value, cut, visibly, where the field is shorter; nothing said is nothing written."""
    said = printable(text or "").strip()
    if said:
        _put(parent, name).text = said if len(said) <= longest else f"{said[: longest - 1]}…"


def _day(day: object) -> str | None:
    return None if day is None else str(day)
