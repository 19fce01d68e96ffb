"""Write an invoice or credit note as UN/CEFACT Cross Industry Invoice (CII D16B) after EN 16931.

This is the XML inside a Factur-X or ZUGFeRD file, in the profile EN 16931. It states the same
facts as `statements.ubl` from the same document value; where a line is not quantity x price it is
stated the same way (`statements.ubl.stated`). Elements stand in the order of the schemas; business
terms (BT) are named where the mapping is not plain. The same document always gives the same bytes.
"""

from datetime import date
from typing import Final

from lxml import etree
from moneyed import Money

from currencies.money import amount_text, plain
from statements.document import Document, Line, Party, Period, Tax, TaxSubtotal
from statements.plain_text import printable
from statements.ubl import CREDIT_TRANSFER, checked_invoice, days_of_line, stated

GUIDELINE: Final = "urn:cen.eu:en16931:2017"
CII: Final = "urn:un:unece:uncefact:data:standard"
NAMESPACES: Final = {
    "rsm": f"{CII}:CrossIndustryInvoice:100",
    "ram": f"{CII}:ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{CII}:UnqualifiedDataType:100",
    "qdt": f"{CII}:QualifiedDataType:100",
}
DAY_FORMAT: Final = "102"
"""UNTDID 2379: year, month and day, as in 20261110."""


def cross_industry_invoice(document: Document) -> bytes:
    """Return the CII of an issued document. Raises NotAnInvoice or NotNumberedYet."""
    checked_invoice(document)
    root = etree.Element(f"{{{NAMESPACES['rsm']}}}CrossIndustryInvoice", nsmap=NAMESPACES)
    context = _put(root, "rsm:ExchangedDocumentContext")
    _say(_put(context, "ram:GuidelineSpecifiedDocumentContextParameter"), "ram:ID", GUIDELINE)
    _heading(_put(root, "rsm:ExchangedDocument"), document)
    transaction = _put(root, "rsm:SupplyChainTradeTransaction")
    for line in document.lines:
        _line(_put(transaction, "ram:IncludedSupplyChainTradeLineItem"), line, document.period)
    _agreement(_put(transaction, "ram:ApplicableHeaderTradeAgreement"), document)
    _put(transaction, "ram:ApplicableHeaderTradeDelivery")
    _settlement(_put(transaction, "ram:ApplicableHeaderTradeSettlement"), document)
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return xml


def _heading(heading: etree._Element, document: Document) -> None:
    _say(heading, "ram:ID", document.number)
    _say(heading, "ram:TypeCode", document.kind.type_code)
    _day(heading, "ram:IssueDateTime", document.issued_on)
    for note in document.notes:
        _say(_put(heading, "ram:IncludedNote"), "ram:Content", note)


def _line(element: etree._Element, line: Line, whole: Period | None) -> None:
    days, note = days_of_line(line, whole)
    named = _put(element, "ram:AssociatedDocumentLineDocument")
    _say(named, "ram:LineID", line.id)
    if note:
        _say(_put(named, "ram:IncludedNote"), "ram:Content", note)
    quantity, unit_code, price = stated(line)
    product = _put(element, "ram:SpecifiedTradeProduct")
    _say(product, "ram:Name", line.description)
    if line.group and line.group != line.description:
        _say(product, "ram:Description", line.group)
    if line.unit_price is None and line.quantity != quantity:
        true_quantity = _put(product, "ram:ApplicableProductCharacteristic")
        _say(true_quantity, "ram:Description", "Quantity")
        _say(true_quantity, "ram:Value", f"{plain(line.quantity)} {line.unit_code}")
    agreed = _put(element, "ram:SpecifiedLineTradeAgreement")
    _say(_put(agreed, "ram:NetPriceProductTradePrice"), "ram:ChargeAmount", plain(price))
    delivered = _put(element, "ram:SpecifiedLineTradeDelivery")
    _say(delivered, "ram:BilledQuantity", plain(quantity), unitCode=unit_code)
    settled = _put(element, "ram:SpecifiedLineTradeSettlement")
    tax = _put(settled, "ram:ApplicableTradeTax")
    _say(tax, "ram:TypeCode", "VAT")
    _say(tax, "ram:CategoryCode", line.tax.category)
    _rate(tax, line.tax)
    _period(settled, days)
    summation = _put(settled, "ram:SpecifiedTradeSettlementLineMonetarySummation")
    _say(summation, "ram:LineTotalAmount", amount_text(line.net))


def _agreement(agreed: etree._Element, document: Document) -> None:
    references = document.references
    _say(agreed, "ram:BuyerReference", references.buyer or document.buyer.reference)
    _party(_put(agreed, "ram:SellerTradeParty"), document.seller)
    _party(_put(agreed, "ram:BuyerTradeParty"), document.buyer)
    for name, number in (
        ("ram:BuyerOrderReferencedDocument", references.order),
        ("ram:ContractReferencedDocument", references.agreement),
    ):
        if number:
            _say(_put(agreed, name), "ram:IssuerAssignedID", number)


def _party(element: etree._Element, party: Party) -> None:
    _say(element, "ram:Name", party.name)
    if party.registration:
        _say(_put(element, "ram:SpecifiedLegalOrganization"), "ram:ID", party.registration)
    if party.email or party.phone:
        _contact(_put(element, "ram:DefinedTradeContact"), party)
    address = _put(element, "ram:PostalTradeAddress")
    _say(address, "ram:PostcodeCode", party.address.postal_code)
    _say(address, "ram:LineOne", party.address.street)
    _say(address, "ram:CityName", party.address.city)
    _say(address, "ram:CountryID", party.address.country)
    if party.endpoint is not None:
        place = _put(element, "ram:URIUniversalCommunication")
        _say(place, "ram:URIID", party.endpoint.address, schemeID=party.endpoint.scheme)
    if party.vat_id:
        registration = _put(element, "ram:SpecifiedTaxRegistration")
        _say(registration, "ram:ID", party.vat_id, schemeID="VA")


def _contact(contact: etree._Element, party: Party) -> None:
    for name, value, address in (
        ("ram:TelephoneUniversalCommunication", "ram:CompleteNumber", party.phone),
        ("ram:EmailURIUniversalCommunication", "ram:URIID", party.email),
    ):
        if address:
            _say(_put(contact, name), value, address)


def _settlement(settled: etree._Element, document: Document) -> None:
    totals = document.totals
    _say(settled, "ram:PaymentReference", document.payment_reference)
    if document.tax_currency is not None:
        _say(settled, "ram:TaxCurrencyCode", document.tax_currency.code)
    _say(settled, "ram:InvoiceCurrencyCode", document.currency)
    _payment_means(settled, document)
    for subtotal in totals.subtotals:
        _subtotal(_put(settled, "ram:ApplicableTradeTax"), subtotal, document.tax_point_on)
    _period(settled, document.period)
    if document.payment_terms or document.due_on is not None:
        terms = _put(settled, "ram:SpecifiedTradePaymentTerms")
        _say(terms, "ram:Description", document.payment_terms)
        _day(terms, "ram:DueDateDateTime", document.due_on)
    _totals(_put(settled, "ram:SpecifiedTradeSettlementHeaderMonetarySummation"), document)
    references = document.references
    if references.corrects:
        corrected = _put(settled, "ram:InvoiceReferencedDocument")
        _say(corrected, "ram:IssuerAssignedID", references.corrects)
        _day(corrected, "ram:FormattedIssueDateTime", references.corrects_issued_on, "qdt")


def _payment_means(settled: etree._Element, document: Document) -> None:
    bank = document.seller.bank
    if bank is None:
        return
    means = _put(settled, "ram:SpecifiedTradeSettlementPaymentMeans")
    _say(means, "ram:TypeCode", CREDIT_TRANSFER)
    account = _put(means, "ram:PayeePartyCreditorFinancialAccount")
    _say(account, "ram:IBANID", bank.iban)
    _say(account, "ram:AccountName", bank.holder)
    if bank.bic:
        institution = _put(means, "ram:PayeeSpecifiedCreditorFinancialInstitution")
        _say(institution, "ram:BICID", bank.bic)


def _subtotal(tax: etree._Element, subtotal: TaxSubtotal, tax_point_on: date | None) -> None:
    _say(tax, "ram:CalculatedAmount", amount_text(subtotal.amount))
    _say(tax, "ram:TypeCode", "VAT")
    _say(tax, "ram:ExemptionReason", subtotal.tax.reason)
    _say(tax, "ram:BasisAmount", amount_text(subtotal.taxable))
    _say(tax, "ram:CategoryCode", subtotal.tax.category)
    _say(tax, "ram:ExemptionReasonCode", subtotal.tax.reason_code)
    if tax_point_on is not None:
        # BT-7 stands once in EN 16931, and with every rate in CII.
        point = _put(tax, "ram:TaxPointDate")
        _say(point, "udt:DateString", f"{tax_point_on:%Y%m%d}", format=DAY_FORMAT)
    _rate(tax, subtotal.tax)


def _rate(element: etree._Element, tax: Tax) -> None:
    # What is outside the scope of VAT has no rate, not a rate of zero (BR-O-05).
    if tax.category != "O":
        _say(element, "ram:RateApplicablePercent", plain(tax.rate * 100))


def _totals(summation: etree._Element, document: Document) -> None:
    totals = document.totals
    _say(summation, "ram:LineTotalAmount", amount_text(totals.net))
    _say(summation, "ram:TaxBasisTotalAmount", amount_text(totals.net))
    _tax_total(summation, totals.tax)
    if totals.tax_local is not None:
        # BT-111: the same tax in the currency of the tax office.
        _tax_total(summation, totals.tax_local)
    if totals.rounding.amount:
        _say(summation, "ram:RoundingAmount", amount_text(totals.rounding))
    _say(summation, "ram:GrandTotalAmount", amount_text(totals.gross))
    if totals.prepaid.amount:
        _say(summation, "ram:TotalPrepaidAmount", amount_text(totals.prepaid))
    _say(summation, "ram:DuePayableAmount", amount_text(totals.payable))


def _tax_total(summation: etree._Element, tax: Money) -> None:
    _say(summation, "ram:TaxTotalAmount", amount_text(tax), currencyID=tax.currency.code)


def _period(parent: etree._Element, period: Period | None) -> None:
    if period is None:
        return
    element = _put(parent, "ram:BillingSpecifiedPeriod")
    _day(element, "ram:StartDateTime", period.starts_on)
    _day(element, "ram:EndDateTime", period.last_day)


def _put(parent: etree._Element, name: str) -> etree._Element:
    prefix, _, local = name.partition(":")
    return etree.SubElement(parent, f"{{{NAMESPACES[prefix]}}}{local}")


def _say(parent: etree._Element, name: str, text: str | None, **attributes: str) -> None:
    """Add a value; nothing said is nothing written."""
    if not text:
        return
    element = _put(parent, name)
    element.attrib.update(attributes)
    element.text = printable(text)


def _day(parent: etree._Element, name: str, day: date | None, types: str = "udt") -> None:
    if day is not None:
        element = _put(parent, name)
        _say(element, f"{types}:DateTimeString", f"{day:%Y%m%d}", format=DAY_FORMAT)
