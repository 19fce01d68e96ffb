"""Read a carrier's invoice written as UBL 2.1.

The destination is the name of the item, the trunk a property `Trunk` of it. A line's service period
is its own InvoicePeriod, else the one of the invoice. Quantities in seconds (SEC) and minutes (MIN)
are durations; pieces (C62, EA) are calls.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from lxml import etree

from currencies.money import parse_amount
from currencies.xml_reading import child_text, leaf_text, only_child, read_xml
from i18n.errors import DomainError, Invalid
from i18n.locale import Clause, Words, _
from settlement.interconnect.supplier_invoices.invoice import (
    Finding,
    Head,
    SupplierInvoice,
    SupplierLine,
    refused,
)
from settlement.interconnect.supplier_invoices.table_reading import (
    checked_line,
    seconds_of_minutes,
)
from statements.ubl_writing import CAC, CBC, UBL

A: Final = f"{{{CAC}}}"
B: Final = f"{{{CBC}}}"
CALLS: Final = ("C62", "EA", "H87")


class NotAUblInvoice(Invalid):
    """The XML is no UBL 2.1 invoice but {root}. Send an Invoice, or a table."""


class NotADay(Invalid):
    """{text} is not a date like 2026-10-01."""


class CurrencyOfLineDiffers(Invalid):
    """The line is in {other}, the invoice in {currency}."""


class TrunksOfLine(Invalid):
    """The line names {count} trunks. Name one, or divide the line."""


class NoServicePeriod(Invalid):
    """Neither the line nor the invoice says its service period."""


def read_ubl_invoice(content: bytes) -> SupplierInvoice:
    """Head and lines. Raises XmlRefused, NotAUblInvoice, NotADay or SupplierInvoiceRefused."""
    root = read_xml(content)
    if root.tag != f"{{{UBL}Invoice-2}}Invoice":
        raise NotAUblInvoice(root=etree.QName(root).localname)
    currency = child_text(root, f"{B}DocumentCurrencyCode")
    lines: list[SupplierLine] = []
    findings: list[Finding] = []
    for number, element in enumerate(root.findall(f"{A}InvoiceLine"), 1):
        try:
            found = _line(number, element, root, currency)
        except DomainError as fault:
            found = Finding(number, Clause(fault))
        (findings if isinstance(found, Finding) else lines).append(found)  # type: ignore[arg-type]
    if findings or not lines:
        raise refused(findings or [Finding(0, Words(_("the invoice has no line")))])
    head = Head(
        number=child_text(root, f"{B}ID"),
        issued_on=_day(child_text(root, f"{B}IssueDate")),
        currency=currency,
        agreement=_agreement(root),
        net=_net(root, currency),
    )
    return SupplierInvoice(head, tuple(lines))


def _line(
    number: int, element: etree._Element, root: etree._Element, currency: str
) -> SupplierLine | Finding:
    item = only_child(element, f"{A}Item")
    amount = only_child(element, f"{B}LineExtensionAmount")
    return checked_line(
        number,
        child_text(item, f"{B}Name"),
        _trunk(item),
        _service_period(element, root),
        _quantities(only_child(element, f"{B}InvoicedQuantity")),
        _amount(amount, currency),
    )


def _service_period(element: etree._Element, root: etree._Element) -> tuple[date, date]:
    for place in (element, root):
        period = _optional(place, f"{A}InvoicePeriod")
        if period is not None:
            first, last = (child_text(period, f"{B}{name}") for name in ("StartDate", "EndDate"))
            return _day(first), _day(last)
    raise NoServicePeriod


def _quantities(element: etree._Element) -> tuple[int | None, int | None]:
    """Calls and seconds, as far as the unit says which of them it counts."""
    unit, quantity = element.get("unitCode"), parse_amount(leaf_text(element))
    if unit == "MIN":
        return None, seconds_of_minutes(quantity)
    is_whole = quantity == int(quantity)
    if unit == "SEC" and is_whole:
        return None, int(quantity)
    return (int(quantity), None) if unit in CALLS and is_whole else (None, None)


def _trunk(item: etree._Element) -> str:
    named = [
        child_text(each, f"{B}Value")
        for each in item.findall(f"{A}AdditionalItemProperty")
        if child_text(each, f"{B}Name") == "Trunk"
    ]
    if len(named) > 1:
        raise TrunksOfLine(count=len(named))
    return named[0] if named else ""


def _net(root: etree._Element, currency: str) -> Decimal | None:
    totals = _optional(root, f"{A}LegalMonetaryTotal")
    net = None if totals is None else _optional(totals, f"{B}LineExtensionAmount")
    return None if net is None else _amount(net, currency)


def _amount(element: etree._Element, currency: str) -> Decimal:
    if element.get("currencyID") != currency:
        raise CurrencyOfLineDiffers(other=element.get("currencyID"), currency=currency)
    return parse_amount(leaf_text(element))


def _agreement(root: etree._Element) -> str:
    contract = _optional(root, f"{A}ContractDocumentReference")
    return "" if contract is None else child_text(contract, f"{B}ID")


def _optional(parent: etree._Element, tag: str) -> etree._Element | None:
    """The child of that name, if there is one. Raises XmlElementRepeated."""
    return None if parent.find(tag) is None else only_child(parent, tag)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotADay(text=text[:20]) from None
