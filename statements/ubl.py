"""Write an invoice or credit note as UBL 2.1 after EN 16931 (Peppol BIS Billing 3.0).

Four kinds have this form: invoice 380 and credit note 381, and their self-billed twins 389 and
261, in which the partner is the supplier although the operator writes the document. The element
order is that of the UBL 2.1 schemas, the meaning that of EN 16931-1; the business terms (BT) are
named where the mapping is not plain. The same document always gives the same bytes.

A line whose net is not quantity x price (calls at several rates) is stated as one unit at its net
amount, with the true quantity as a property of the item; a negative line is a negative quantity,
because EN 16931 knows no negative price (BR-27).
"""

from datetime import date
from decimal import Decimal

from lxml import etree
from moneyed import Money

from currencies.money import amount_text, plain
from i18n.errors import Invalid
from statements.document import (
    Bank,
    Document,
    Line,
    Party,
    Period,
    Tax,
    TaxSubtotal,
)
from statements.plain_text import printable

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

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC = f"{UBL}CommonAggregateComponents-2"
CBC = f"{UBL}CommonBasicComponents-2"

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
    name = "CreditNote" if is_credit else "Invoice"
    root = etree.Element(
        f"{{{UBL}{name}-2}}{name}", nsmap={None: f"{UBL}{name}-2", "cac": CAC, "cbc": CBC}
    )
    _header(root, document, claims)
    _references(root, document)
    _supplier(root, document.seller, is_contact_named=claims is XRECHNUNG)
    _customer(root, document.buyer)
    _payment_means(root, document)
    if document.payment_terms:
        _say(_put(root, "PaymentTerms"), "Note", document.payment_terms)
    _tax(root, document)
    _totals(root, document)
    for line in document.lines:
        _line(root, line, is_credit)
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return xml


def checked_invoice(document: Document) -> None:
    """Refuse what has no form as an invoice. Raises NotAnInvoice or NotNumberedYet."""
    if document.kind.type_code is None:
        raise NotAnInvoice(kind=document.kind.value)
    if not document.number or document.issued_on is None:
        raise NotNumberedYet


def _header(root: etree._Element, document: Document, claims: tuple[str, str]) -> None:
    is_credit = document.kind.is_credit
    customization, profile = claims
    _say(root, "CustomizationID", customization)
    _say(root, "ProfileID", profile)
    _say(root, "ID", document.number)
    _say(root, "IssueDate", _day(document.issued_on))
    if not is_credit:
        _say(root, "DueDate", _day(document.due_on))
        _say(root, "InvoiceTypeCode", document.kind.type_code)
        _notes(root, document)
        _say(root, "TaxPointDate", _day(document.tax_point_on))
    else:
        _say(root, "TaxPointDate", _day(document.tax_point_on))
        _say(root, "CreditNoteTypeCode", document.kind.type_code)
        _notes(root, document)
    _say(root, "DocumentCurrencyCode", document.currency)
    if document.tax_currency is not None:
        _say(root, "TaxCurrencyCode", document.tax_currency.code)
    _say(root, "BuyerReference", document.references.buyer or document.buyer.reference)


def _notes(root: etree._Element, document: Document) -> None:
    # EN 16931 has one note (BT-22) in the Peppol form of UBL, so all are said in one.
    _say(root, "Note", "\n".join(document.notes))


def _references(root: etree._Element, document: Document) -> None:
    _period(root, document.period)
    references = document.references
    if references.order:
        _say(_put(root, "OrderReference"), "ID", references.order)
    if references.corrects:
        corrected = _put(_put(root, "BillingReference"), "InvoiceDocumentReference")
        _say(corrected, "ID", references.corrects)
        _say(corrected, "IssueDate", _day(references.corrects_issued_on))
    if references.agreement:
        _say(_put(root, "ContractDocumentReference"), "ID", references.agreement)


def _supplier(root: etree._Element, seller: Party, is_contact_named: bool) -> None:
    _party(_put(_put(root, "AccountingSupplierParty"), "Party"), seller, is_contact_named)


def _customer(root: etree._Element, buyer: Party) -> None:
    _party(_put(_put(root, "AccountingCustomerParty"), "Party"), buyer)


def _party(element: etree._Element, party: Party, is_contact_named: bool = False) -> None:
    if party.endpoint is not None:
        _say(element, "EndpointID", party.endpoint.address, schemeID=party.endpoint.scheme)
    _say(_put(element, "PartyName"), "Name", party.name)
    address = _put(element, "PostalAddress")
    _say(address, "StreetName", party.address.street)
    _say(address, "CityName", party.address.city)
    _say(address, "PostalZone", party.address.postal_code)
    _say(_put(address, "Country"), "IdentificationCode", party.address.country)
    if party.vat_id:
        scheme = _put(element, "PartyTaxScheme")
        _say(scheme, "CompanyID", party.vat_id)
        _say(_put(scheme, "TaxScheme"), "ID", "VAT")
    entity = _put(element, "PartyLegalEntity")
    _say(entity, "RegistrationName", party.name)
    _say(entity, "CompanyID", party.registration)
    if party.email or party.phone:
        contact = _put(element, "Contact")
        _say(contact, "Name", party.name if is_contact_named else None)
        _say(contact, "Telephone", party.phone)
        _say(contact, "ElectronicMail", party.email)


def _payment_means(root: etree._Element, document: Document) -> None:
    bank = document.seller.bank
    if bank is None:
        return
    means = _put(root, "PaymentMeans")
    _say(means, "PaymentMeansCode", CREDIT_TRANSFER)
    if document.kind.is_credit:
        _say(means, "PaymentDueDate", _day(document.due_on))
    _say(means, "PaymentID", document.payment_reference)
    _account(means, bank)


def _account(means: etree._Element, bank: Bank) -> None:
    account = _put(means, "PayeeFinancialAccount")
    _say(account, "ID", bank.iban)
    _say(account, "Name", bank.holder)
    if bank.bic:
        _say(_put(account, "FinancialInstitutionBranch"), "ID", bank.bic)


def _tax(root: etree._Element, document: Document) -> None:
    total = _put(root, "TaxTotal")
    _amount(total, "TaxAmount", document.totals.tax)
    for subtotal in document.totals.subtotals:
        _subtotal(total, subtotal)
    if document.totals.tax_local is not None:
        # BT-111: the same tax in the currency of the tax office, without a breakdown.
        _amount(_put(root, "TaxTotal"), "TaxAmount", document.totals.tax_local)


def _subtotal(total: etree._Element, subtotal: TaxSubtotal) -> None:
    element = _put(total, "TaxSubtotal")
    _amount(element, "TaxableAmount", subtotal.taxable)
    _amount(element, "TaxAmount", subtotal.amount)
    category = _category(element, "TaxCategory", subtotal.tax)
    reason_at = 2 if subtotal.tax.category != "O" else 1
    for tag, text in (
        ("TaxExemptionReasonCode", subtotal.tax.reason_code),
        ("TaxExemptionReason", subtotal.tax.reason),
    ):
        if text:
            said = etree.Element(f"{{{CBC}}}{tag}")
            said.text = printable(text)
            category.insert(reason_at, said)
            reason_at += 1


def _category(parent: etree._Element, name: str, tax: Tax) -> etree._Element:
    category = _put(parent, name)
    _say(category, "ID", tax.category)
    # What is outside the scope of VAT has no rate, not a rate of zero (BR-O-05).
    if tax.category != "O":
        _say(category, "Percent", plain(tax.rate * 100))
    _say(_put(category, "TaxScheme"), "ID", "VAT")
    return category


def _totals(root: etree._Element, document: Document) -> None:
    totals = document.totals
    element = _put(root, "LegalMonetaryTotal")
    _amount(element, "LineExtensionAmount", totals.net)
    _amount(element, "TaxExclusiveAmount", totals.net)
    _amount(element, "TaxInclusiveAmount", totals.gross)
    if totals.prepaid.amount:
        _amount(element, "PrepaidAmount", totals.prepaid)
    if totals.rounding.amount:
        _amount(element, "PayableRoundingAmount", totals.rounding)
    _amount(element, "PayableAmount", totals.payable)


def _line(root: etree._Element, line: Line, is_credit: bool) -> None:
    name, quantity_name = (
        ("CreditNoteLine", "CreditedQuantity") if is_credit else ("InvoiceLine", "InvoicedQuantity")
    )
    element = _put(root, name)
    _say(element, "ID", line.id)
    quantity, unit_code, price = stated(line)
    _say(element, quantity_name, plain(quantity), unitCode=unit_code)
    _amount(element, "LineExtensionAmount", line.net)
    _period(element, line.period)
    item = _put(element, "Item")
    if line.group and line.group != line.description:
        _say(item, "Description", line.group)
    _say(item, "Name", line.description)
    _category(item, "ClassifiedTaxCategory", line.tax)
    if line.unit_price is None and line.quantity != quantity:
        true_quantity = _put(item, "AdditionalItemProperty")
        _say(true_quantity, "Name", "Quantity")
        _say(true_quantity, "Value", f"{plain(line.quantity)} {line.unit_code}")
    _say(
        _put(element, "Price"),
        "PriceAmount",
        plain(price),
        currencyID=line.net.currency.code,
    )


def stated(line: Line) -> tuple[Decimal, str, Decimal]:
    """The quantity, its unit and the price that multiply to the net."""
    if line.unit_price is not None and line.unit_price >= 0:
        return line.quantity, line.unit_code, line.unit_price
    if line.unit_price is not None:
        return -line.quantity, line.unit_code, -line.unit_price
    return Decimal(-1 if line.net.amount < 0 else 1), "C62", abs(line.net.amount)


def _period(parent: etree._Element, period: Period | None) -> None:
    if period is None:
        return
    element = _put(parent, "InvoicePeriod")
    _say(element, "StartDate", _day(period.starts_on))
    _say(element, "EndDate", _day(period.last_day))


def _put(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def _say(parent: etree._Element, name: str, text: str | None, **attributes: str) -> None:
    """Add a value; UBL has no empty elements, so nothing said is nothing written."""
    if not text:
        return
    etree.SubElement(parent, f"{{{CBC}}}{name}", attributes).text = printable(text)


def _amount(parent: etree._Element, name: str, amount: Money) -> None:
    _say(parent, name, amount_text(amount), currencyID=amount.currency.code)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
