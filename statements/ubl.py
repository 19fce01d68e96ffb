"""Write an invoice or credit note as UBL 2.1 after EN 16931 (Peppol BIS Billing 3.0).

Four kinds have this form: invoice 380 and credit note 381, and their self-billed twins 389 and
261, in which the partner is the supplier although the operator writes the document. The element
order is that of the UBL 2.1 schemas, the meaning that of EN 16931-1; the business terms (BT) are
named where the mapping is not plain. The same document always gives the same bytes.

A line whose net is not quantity x price (calls at several rates) is stated as one unit at its net
amount, with the true quantity as a property of the item; a negative line is a negative quantity,
because EN 16931 knows no negative price (BR-27). The days of a line (BG-26) must be days of the
document (BG-14; PEPPOL-EN16931-R110 and R111), so those of usage that came late, and of a balance
that was carried, are said in the note of the line (BT-127).
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from moneyed import Money

from currencies.money import amount_text, plain
from i18n.errors import Invalid
from statements.document import Document, Line, Party, Period, Tax
from statements.ubl_writing import UblPart, UblText, escaped, quoted

BILLING = (
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
)
SELF_BILLING = (
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0",
    "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0",
)
XRECHNUNG = (
    "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
    "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
)

CREDIT_TRANSFER = "30"
"""UNTDID 4461: payment by credit transfer."""


class NotAnInvoice(Invalid):
    """A {kind} has no UBL form. Ask for its PDF or its XML declaration."""


class NotNumberedYet(Invalid):
    """The draft has no number yet. Issue it, then ask for its XML."""


def invoice_xml(document: Document) -> bytes:
    """Return the UBL of an issued document. Raises NotAnInvoice or NotNumberedYet."""
    return _written(document, SELF_BILLING if document.kind.is_self_billed else BILLING)


def xrechnung_xml(document: Document) -> bytes:
    """Return the UBL of an issued document, claiming to be an XRechnung.

    It names whom to ask, which XRechnung wants. Raises NotAnInvoice or NotNumberedYet.
    """
    return _written(document, XRECHNUNG)


def _written(document: Document, claims: tuple[str, str]) -> bytes:
    checked_invoice(document)
    is_credit = document.kind.is_credit
    text = UblText("CreditNote" if is_credit else "Invoice")
    _header(text, document, claims)
    _references(text, document)
    with text.put("AccountingSupplierParty"):
        _party(text, document.seller, is_contact_named=claims is XRECHNUNG)
    with text.put("AccountingCustomerParty"):
        _party(text, document.buyer)
    _payment_means(text, document)
    text.say_in("PaymentTerms", "Note", document.payment_terms)
    _tax(text, document)
    _totals(text, document)
    for line in document.lines:
        text.write(_line(line, is_credit, document.period))
    return text.xml()


def checked_invoice(document: Document) -> None:
    """Refuse what has no form as an invoice. Raises NotAnInvoice or NotNumberedYet."""
    if document.kind.type_code is None:
        raise NotAnInvoice(kind=document.kind.value)
    if not document.number or document.issued_on is None:
        raise NotNumberedYet


def _header(text: UblText, document: Document, claims: tuple[str, str]) -> None:
    is_credit = document.kind.is_credit
    customization, profile = claims
    text.say("CustomizationID", customization)
    text.say("ProfileID", profile)
    text.say("ID", document.number)
    text.say("IssueDate", _day(document.issued_on))
    if not is_credit:
        text.say("DueDate", _day(document.due_on))
        text.say("InvoiceTypeCode", document.kind.type_code)
        _notes(text, document)
        text.say("TaxPointDate", _day(document.tax_point_on))
    else:
        text.say("TaxPointDate", _day(document.tax_point_on))
        text.say("CreditNoteTypeCode", document.kind.type_code)
        _notes(text, document)
    text.say("DocumentCurrencyCode", document.currency)
    if document.tax_currency is not None:
        text.say("TaxCurrencyCode", document.tax_currency.code)
    text.say("BuyerReference", document.references.buyer or document.buyer.reference)


def _notes(text: UblText, document: Document) -> None:
    # EN 16931 has one note (BT-22) in the Peppol form of UBL, so all are said in one.
    text.say("Note", "\n".join(document.notes))


def _references(text: UblText, document: Document) -> None:
    _period(text, document.period)
    references = document.references
    text.say_in("OrderReference", "ID", references.order)
    if references.corrects:
        with text.put("BillingReference"), text.put("InvoiceDocumentReference"):
            text.say("ID", references.corrects)
            text.say("IssueDate", _day(references.corrects_issued_on))
    text.say_in("ContractDocumentReference", "ID", references.agreement)


def _party(text: UblText, party: Party, is_contact_named: bool = False) -> None:
    with text.put("Party"):
        if party.endpoint is not None:
            text.say("EndpointID", party.endpoint.address, schemeID=party.endpoint.scheme)
        text.say_in("PartyName", "Name", party.name)
        with text.put("PostalAddress"):
            text.say("StreetName", party.address.street)
            text.say("CityName", party.address.city)
            text.say("PostalZone", party.address.postal_code)
            text.say_in("Country", "IdentificationCode", party.address.country)
        if party.vat_id:
            with text.put("PartyTaxScheme"):
                text.say("CompanyID", party.vat_id)
                text.say_in("TaxScheme", "ID", "VAT")
        with text.put("PartyLegalEntity"):
            text.say("RegistrationName", party.name)
            text.say("CompanyID", party.registration)
        if party.email or party.phone:
            with text.put("Contact"):
                text.say("Name", party.name if is_contact_named else None)
                text.say("Telephone", party.phone)
                text.say("ElectronicMail", party.email)


def _payment_means(text: UblText, document: Document) -> None:
    bank = document.seller.bank
    if bank is None:
        return
    with text.put("PaymentMeans"):
        text.say("PaymentMeansCode", CREDIT_TRANSFER)
        if document.kind.is_credit:
            text.say("PaymentDueDate", _day(document.due_on))
        text.say("PaymentID", document.payment_reference)
        with text.put("PayeeFinancialAccount"):
            text.say("ID", bank.iban)
            text.say("Name", bank.holder)
            text.say_in("FinancialInstitutionBranch", "ID", bank.bic)


def _tax(text: UblText, document: Document) -> None:
    with text.put("TaxTotal"):
        _amount(text, "TaxAmount", document.totals.tax)
        for subtotal in document.totals.subtotals:
            with text.put("TaxSubtotal"):
                _amount(text, "TaxableAmount", subtotal.taxable)
                _amount(text, "TaxAmount", subtotal.amount)
                _category(text, "TaxCategory", subtotal.tax, is_reasoned=True)
    if document.totals.tax_local is not None:
        # BT-111: the same tax in the currency of the tax office, without a breakdown.
        with text.put("TaxTotal"):
            _amount(text, "TaxAmount", document.totals.tax_local)


def _category(text: UblPart, name: str, tax: Tax, is_reasoned: bool = False) -> None:
    with text.put(name):
        text.say("ID", tax.category)
        # What is outside the scope of VAT has no rate, not a rate of zero (BR-O-05).
        if tax.category != "O":
            text.say("Percent", plain(tax.rate * 100))
        if is_reasoned:
            text.say("TaxExemptionReasonCode", tax.reason_code)
            text.say("TaxExemptionReason", tax.reason)
        text.say_in("TaxScheme", "ID", "VAT")


def _totals(text: UblText, document: Document) -> None:
    totals = document.totals
    with text.put("LegalMonetaryTotal"):
        _amount(text, "LineExtensionAmount", totals.net)
        _amount(text, "TaxExclusiveAmount", totals.net)
        _amount(text, "TaxInclusiveAmount", totals.gross)
        if totals.prepaid.amount:
            _amount(text, "PrepaidAmount", totals.prepaid)
        if totals.rounding.amount:
            _amount(text, "PayableRoundingAmount", totals.rounding)
        _amount(text, "PayableAmount", totals.payable)


def _line(line: Line, is_credit: bool, whole: Period | None) -> str:
    """A line as it stands in the document, in one piece: bills are mostly lines."""
    name, counted = (
        ("CreditNoteLine", "CreditedQuantity") if is_credit else ("InvoiceLine", "InvoicedQuantity")
    )
    quantity, unit_code, price = stated(line)
    currency = quoted(line.net.currency.code)
    days, note = days_of_line(line, whole)
    period = "" if days is None else _period_of_line(days)
    return (
        f"  <cac:{name}>\n"
        f"{_value('    ', 'ID', line.id)}"
        f"{_value('    ', 'Note', note)}"
        f'    <cbc:{counted} unitCode="{quoted(unit_code)}">{plain(quantity)}</cbc:{counted}>\n'
        f'    <cbc:LineExtensionAmount currencyID="{currency}">{amount_text(line.net)}'
        f"</cbc:LineExtensionAmount>\n"
        f"{period}"
        f"    <cac:Item>\n"
        f"{_item(line, quantity)}"
        f"    </cac:Item>\n"
        f"    <cac:Price>\n"
        f'      <cbc:PriceAmount currencyID="{currency}">{plain(price)}</cbc:PriceAmount>\n'
        f"    </cac:Price>\n"
        f"  </cac:{name}>"
    )


def _item(line: Line, stated_quantity: Decimal) -> str:
    group = line.group if line.group != line.description else ""
    named = _value("      ", "Description", group) + _value("      ", "Name", line.description)
    if line.unit_price is not None or line.quantity == stated_quantity:
        return named + _tax_of_line(line.tax)
    return (
        f"{named}{_tax_of_line(line.tax)}"
        "      <cac:AdditionalItemProperty>\n"
        "        <cbc:Name>Quantity</cbc:Name>\n"
        f"        <cbc:Value>{plain(line.quantity)} {escaped(line.unit_code)}</cbc:Value>\n"
        "      </cac:AdditionalItemProperty>\n"
    )


def _value(indent: str, name: str, text: str) -> str:
    return f"{indent}<cbc:{name}>{escaped(text)}</cbc:{name}>\n" if text else ""


@lru_cache(maxsize=256)
def _tax_of_line(tax: Tax) -> str:
    part = UblPart(depth=3)
    _category(part, "ClassifiedTaxCategory", tax)
    return f"{part.lines()}\n"


@lru_cache(maxsize=256)
def _period_of_line(period: Period) -> str:
    part = UblPart(depth=2)
    _period(part, period)
    return f"{part.lines()}\n"


def stated(line: Line) -> tuple[Decimal, str, Decimal]:
    """The quantity, its unit and the price that multiply to the net."""
    if line.unit_price is not None and line.unit_price >= 0:
        return line.quantity, line.unit_code, line.unit_price
    if line.unit_price is not None:
        return -line.quantity, line.unit_code, -line.unit_price
    return Decimal(-1 if line.net.amount < 0 else 1), "C62", abs(line.net.amount)


def days_of_line(line: Line, whole: Period | None) -> tuple[Period | None, str]:
    """The period of a line where that of the document holds it; else none, and a note of it."""
    if line.period is None or whole is None or whole.holds(line.period):
        return line.period, ""
    return None, line.period.days


def _period(text: UblPart, period: Period | None) -> None:
    if period is None:
        return
    with text.put("InvoicePeriod"):
        text.say("StartDate", _day(period.starts_on))
        text.say("EndDate", _day(period.last_day))


def _amount(text: UblText, name: str, amount: Money) -> None:
    text.say(name, amount_text(amount), currencyID=amount.currency.code)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
