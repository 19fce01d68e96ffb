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
from typing import Final

from lxml import etree
from moneyed import Money

from currencies.money import EXACT, amount_text, plain
from currencies.rounding import round_to
from i18n.locale import Words, _
from statements.document import Document, Line, TaxCurrency, TaxSubtotal
from statements.ksef.fields import FA, NO, YES, day_text, put, say, say_sum
from statements.ksef.fitness import CORRECTIONS, check_for_ksef, lines_before
from statements.ksef.parties import (
    identify,
    write_address,
    write_buyer,
    write_part_of_buyer,
    write_seller,
)
from statements.ksef.rates import MARGINS, is_margin, rate_of
from statements.ksef.refusals import TooLargeForKsef
from statements.ubl import stated

MAX_BYTES: Final = 1_000_000
BY_TRANSFER: Final = "6"
SUMS: Final = ("1", "2", "3", "6_1", "6_2", "6_3", "7", "8", "9", "10", "11")
UNITS: Final = {
    "C62": "szt.", "MIN": "min", "SEC": "s", "HUR": "h", "DAY": "dni", "MON": "mies.",
    "E34": "GB", "MIL": "tys.", "ZZ": "jedn.",
}  # fmt: skip


def ksef_xml(document: Document) -> bytes:
    """Return the FA(3) of an issued document.

    Raises NotAnInvoice, NotNumberedYet, or a subclass of NotForKsef.
    """
    check_for_ksef(document)
    root = etree.Element(f"{{{FA}}}Faktura", nsmap={None: FA})
    _heading(put(root, "Naglowek"), document)
    write_seller(put(root, "Podmiot1"), document.seller)
    write_buyer(put(root, "Podmiot2"), document.buyer)
    write_part_of_buyer(root, document.buyer.unit)
    _invoice(put(root, "Fa"), document)
    _footer(root, document)
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    if len(xml) > MAX_BYTES:
        raise TooLargeForKsef(size=len(xml), what=Words(_("bytes")), limit=MAX_BYTES)
    return xml


def _heading(heading: etree._Element, document: Document) -> None:
    form = put(heading, "KodFormularza")
    form.attrib.update({"kodSystemowy": "FA (3)", "wersjaSchemy": "1-0E"})
    form.text = "FA"
    say(heading, "WariantFormularza", "3")
    say(heading, "DataWytworzeniaFa", f"{document.issued_on}T00:00:00Z")
    say(heading, "SystemInfo", "Saldo")


def _invoice(fa: etree._Element, document: Document) -> None:
    say(fa, "KodWaluty", document.currency)
    say(fa, "P_1", day_text(document.issued_on))
    say(fa, "P_1M", document.issuer.address.city)
    say(fa, "P_2", document.number)
    if document.period is not None:
        period = put(fa, "OkresFa")
        say(period, "P_6_Od", day_text(document.period.starts_on))
        say(period, "P_6_Do", day_text(document.period.last_day))
    else:
        say(fa, "P_6", day_text(document.tax_point_on))
    _sums(fa, document)
    _notices(put(fa, "Adnotacje"), document)
    say(fa, "RodzajFaktury", "KOR" if document.kind in CORRECTIONS else "VAT")
    if document.kind in CORRECTIONS:
        _corrected(put(fa, "DaneFaKorygowanej"), document)
    if document.replaced is not None and document.replaced.buyer is not None:
        before = put(fa, "Podmiot2K")
        identify(before, document.replaced.buyer)
        write_address(before, document.replaced.buyer)
    # What stood before and what is right are rows of their own, numbered on.
    before_lines = lines_before(document)
    numbered = list(enumerate((*before_lines, *document.lines), start=1))
    for number, line in numbered:
        _true_quantity(fa, number, line)
    for number, line in numbered:
        row = put(fa, "FaWiersz")
        _line(row, number, line, document)
        if number <= len(before_lines):
            say(row, "StanPrzed", YES)
    _settled(fa, document)
    if not document.kind.is_credit:
        _payment(fa, document)
    _agreed(fa, document)


def _sums(fa: etree._Element, document: Document) -> None:
    sign = -1 if document.kind.is_credit else 1
    by_place: dict[str, list[TaxSubtotal]] = {}
    for subtotal in (*document.totals.subtotals, *_less_before(document)):
        by_place.setdefault(rate_of(subtotal.tax, document).sums, []).append(subtotal)
    for place in (place for place in SUMS if place in by_place):
        found = by_place[place]
        say_sum(fa, f"P_13_{place}", (each.taxable for each in found), sign)
        if place in ("1", "2", "3"):
            say_sum(fa, f"P_14_{place}", (each.amount for each in found), sign)
            local = [each.amount_local for each in found if each.amount_local is not None]
            if local:
                say_sum(fa, f"P_14_{place}W", local, sign)
    before = document.replaced
    less = () if before is None else (-before.net, -before.tax)
    say_sum(fa, "P_15", (document.totals.gross, *less), sign)


def _less_before(document: Document) -> Iterator[TaxSubtotal]:
    """The taxes that a corrected invoice takes the place of, below zero."""
    for each in document.replaced.subtotals if document.replaced is not None else ():
        local = None if each.amount_local is None else -each.amount_local
        yield TaxSubtotal(each.tax, -each.taxable, -each.amount, local)


def _notices(notices: etree._Element, document: Document) -> None:
    taxes = [subtotal.tax for subtotal in document.totals.subtotals]
    is_reversed = any(tax.category == "AE" for tax in taxes)
    say(notices, "P_16", NO)
    say(notices, "P_17", YES if document.kind.is_self_billed else NO)
    say(notices, "P_18", YES if is_reversed else NO)
    say(notices, "P_18A", NO)
    exempt = put(notices, "Zwolnienie")
    reasons = [tax for tax in taxes if tax.category == "E" and not is_margin(tax)]
    if reasons:
        say(exempt, "P_19", YES)
        # A code of the list VATEX names an article of the directive; a text names Polish law.
        field = "P_19B" if reasons[0].reason_code.startswith("VATEX-EU") else "P_19A"
        say(exempt, field, reasons[0].reason or reasons[0].reason_code)
    else:
        say(exempt, "P_19N", YES)
    say(put(notices, "NoweSrodkiTransportu"), "P_22N", YES)
    say(notices, "P_23", NO)
    margin = put(notices, "PMarzy")
    schemes = {MARGINS[tax.reason_code] for tax in taxes if is_margin(tax)}
    say(margin, "P_PMarzy" if schemes else "P_PMarzyN", YES)
    for field in sorted(schemes):
        say(margin, field, YES)


def _corrected(corrected: etree._Element, document: Document) -> None:
    references = document.references
    say(corrected, "DataWystFaKorygowanej", day_text(references.corrects_issued_on))
    say(corrected, "NrFaKorygowanej", references.corrects)
    if references.corrects_registered:
        say(corrected, "NrKSeF", YES)
        say(corrected, "NrKSeFFaKorygowanej", references.corrects_registered)
    else:
        say(corrected, "NrKSeFN", YES)


def _true_quantity(fa: etree._Element, number: int, line: Line) -> None:
    quantity, _, _ = _priced(line)
    if quantity != line.quantity and line.unit_price is None:
        described = put(fa, "DodatkowyOpis")
        say(described, "NrWiersza", str(number))
        say(described, "Klucz", "Ilość")
        say(described, "Wartosc", f"{plain(line.quantity)} {_unit(line.unit_code)}")


def _line(row: etree._Element, number: int, line: Line, document: Document) -> None:
    sign = -1 if document.kind.is_credit else 1
    quantity, unit_code, price = _priced(line)
    say(row, "NrWierszaFa", str(number))
    say(row, "P_7", line.description, 512)
    say(row, "P_8A", _unit(unit_code))
    say(row, "P_8B", plain(quantity * sign))
    if is_margin(line.tax):
        # The price holds the tax on the margin, which is not shown, and has no rate.
        say(row, "P_9B", plain(price))
        say_sum(row, "P_11A", (line.net,), sign)
        return
    say(row, "P_9A", plain(price))
    say_sum(row, "P_11", (line.net,), sign)
    say(row, "P_12", rate_of(line.tax, document).name)
    if document.tax_currency is not None and line.tax.category == "S":
        say(row, "KursWaluty", plain(_per_unit(document.tax_currency)))


def _priced(line: Line) -> tuple[Decimal, str, Decimal]:
    """Quantity, unit and price as the fields can hold them: six decimals and eight."""
    quantity, unit_code, price = stated(line)
    if round_to(quantity, 6) == quantity and round_to(price, 8) == price:
        return quantity, unit_code, price
    return Decimal(-1 if line.net.amount < 0 else 1), "C62", abs(line.net.amount)


def _per_unit(into: TaxCurrency) -> Decimal:
    # A published unit is 1, 10, 100, ...: dividing by it only moves the point.
    return round_to(EXACT.divide(into.rate, Decimal(into.unit)), 6)


def _settled(fa: etree._Element, document: Document) -> None:
    """What stands between the total and what is to be paid."""
    totals = document.totals
    if document.kind in CORRECTIONS or totals.to_pay == totals.gross:
        return
    less = [("Wpłacono wcześniej", totals.prepaid), ("Zaokrąglenie", -totals.rounding)]
    less += [(each.description, each.amount) for each in document.withholdings]
    settled = put(fa, "Rozliczenie")
    _between(settled, "Obciazenia", ((why, -amount) for why, amount in less))
    _between(settled, "Odliczenia", less)
    say(settled, "DoZaplaty", amount_text(totals.to_pay))


def _between(settled: etree._Element, name: str, amounts: Iterable[tuple[str, Money]]) -> None:
    for why, amount in amounts:
        if amount.amount > 0:
            element = put(settled, name)
            say(element, "Kwota", amount_text(amount))
            say(element, "Powod", why)


def _payment(fa: etree._Element, document: Document) -> None:
    bank = document.seller.bank
    if document.due_on is None and bank is None:
        return
    payment = put(fa, "Platnosc")
    if document.due_on is not None:
        say(put(payment, "TerminPlatnosci"), "Termin", day_text(document.due_on))
    say(payment, "FormaPlatnosci", BY_TRANSFER)
    if bank is not None:
        account = put(payment, "RachunekBankowy")
        say(account, "NrRB", bank.iban)
        say(account, "SWIFT", bank.bic)
        say(account, "NazwaBanku", bank.name)
        say(account, "OpisRachunku", bank.holder)


def _agreed(fa: etree._Element, document: Document) -> None:
    references = document.references
    if not references.agreement and not references.order:
        return
    terms = put(fa, "WarunkiTransakcji")
    if references.agreement:
        say(put(terms, "Umowy"), "NrUmowy", references.agreement)
    if references.order:
        say(put(terms, "Zamowienia"), "NrZamowienia", references.order)


def _footer(root: etree._Element, document: Document) -> None:
    register = "".join(digits_of(document.seller.registration))
    notes = "\n".join(document.notes)
    if not notes and len(register) != 10:
        return
    footer = put(root, "Stopka")
    if notes:
        say(put(footer, "Informacje"), "StopkaFaktury", notes, 3500)
    if len(register) == 10:
        say(put(footer, "Rejestry"), "KRS", register)


def digits_of(text: str) -> Iterator[str]:
    return (sign for sign in text if sign in "0123456789")


def _unit(code: str) -> str:
    return UNITS.get(code, code)
