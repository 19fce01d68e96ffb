"""A traffic declaration as UBL 2.1 UtilityStatement, telecommunications branch: the public form.

The same facts as `declaration`, for carriers that read UBL and not our schema. UBL has no traffic
bucket, so it is told in the words that there are:

    ParentDocumentReference    the agreement            Note TimeZone=...    where days begin
    SupplierConsumption        one for each direction, which its Description names
    ConsumptionLine            its total: billed seconds (SEC), exact amount; calls (PackQuantity)
    TelecommunicationsSupplyLine    one bucket with its amount; PhoneNumber is the trunk
    TelecommunicationsService       its day (CallDate, from midnight), destination (the number
                                    called), billed seconds (Quantity SEC), price of a minute

Calls and connected seconds of a bucket, and the connected seconds of a total, have no element of
their own and stand as `calls=120` and `seconds=12000` in descriptions. What is written is read back
to equal values; what others write is read as strictly as a declaration.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from lxml import etree

from currencies.money import amount_text, money, parse_amount, plain
from currencies.xml_reading import (
    child_text,
    day_of,
    leaf_text,
    only_child,
    read_xml,
    whole_number_of,
)
from i18n.locale import Words, _
from statements.declaration import (
    DIRECTIONS,
    Bucket,
    DeclarationMisread,
    DirectionTotal,
    Received,
    check_declaration,
)
from statements.declared_lines import read_lines, require_inside
from statements.document import Period
from statements.ubl_writing import CAC, CBC, UBL, UblText

NAMESPACE: Final = f"{UBL}UtilityStatement-2"
TRAFFIC: Final = "Traffic"
A: Final = f"{{{CAC}}}"
B: Final = f"{{{CBC}}}"
ONE_DAY: Final = timedelta(days=1)
LOOKED_AT: Final = 4000


def is_utility_statement(content: bytes) -> bool:
    """Whether a file begins like a UtilityStatement."""
    return NAMESPACE.encode() in content[:LOOKED_AT]


def utility_statement_xml(said: Received) -> bytes:
    """Write what a declaration says; equal declarations give equal bytes."""
    text = UblText("UtilityStatement")
    text.state("UBLVersionID", "2.1")
    text.state("ID", said.number)
    text.state("IssueDate", said.issued_on.isoformat())
    text.state("UtilityStatementTypeCode", TRAFFIC)
    text.state("Note", f"TimeZone={said.time_zone}")
    text.state("DocumentCurrencyCode", said.currency)
    with text.put("ParentDocumentReference"):
        text.state("ID", said.agreement)
    for role, name in (("SenderParty", said.declarant), ("ReceiverParty", said.recipient)):
        with text.put(role), text.put("PartyName"):
            text.state("Name", name)
    with text.put("SubscriberConsumption"):
        with text.put("UtilityConsumptionPoint"):
            text.state("ID", said.agreement)
        for total in said.totals:
            _direction(text, said, total)
    return text.xml()


def read_utility_statement(content: bytes) -> Received:
    """Read a declaration in this form.

    Raises XmlRefused, DeclarationMisread, DeclaredLinesRefused with what is wrong in each line,
    NotAnAmount or DeclarationDoesNotTie.
    """
    root = read_xml(content)
    if root.tag != f"{{{NAMESPACE}}}UtilityStatement":
        raise DeclarationMisread(
            reason=Words(_("it is not a {namespace} document"), namespace=NAMESPACE)
        )
    if child_text(root, f"{B}UtilityStatementTypeCode") != TRAFFIC:
        raise DeclarationMisread(reason=Words(_("its type is not {wanted}"), wanted=TRAFFIC))
    currency = child_text(root, f"{B}DocumentCurrencyCode")
    parts = only_child(root, f"{A}SubscriberConsumption").findall(f"{A}SupplierConsumption")
    if not parts:
        raise DeclarationMisread(reason=Words(_("it tells of no direction")))
    period = _one_period(parts)
    direction_of = {line: _direction_of(part) for part in parts for line in _lines(part)}
    buckets = read_lines(
        "line", direction_of, lambda line: _bucket(line, direction_of[line], period, currency)
    )
    received = Received(
        number=child_text(root, f"{B}ID"),
        issued_on=day_of(child_text(root, f"{B}IssueDate")),
        declarant=_party(root, "SenderParty"),
        recipient=_party(root, "ReceiverParty"),
        agreement=child_text(only_child(root, f"{A}ParentDocumentReference"), f"{B}ID"),
        period=period,
        time_zone=_named([child_text(root, f"{B}Note")], "TimeZone"),
        currency=currency,
        buckets=buckets,
        totals=tuple(_total(part, currency) for part in parts),
    )
    check_declaration(received.number, buckets, received.totals, currency)
    return received


def _direction(text: UblText, said: Received, total: DirectionTotal) -> None:
    with text.put("SupplierConsumption"):
        text.state("Description", total.direction)
        with text.put("Consumption"):
            with text.put("MainPeriod"):
                text.state("StartDate", said.period.starts_on.isoformat())
                text.state("EndDate", said.period.last_day.isoformat())
            with text.put("TelecommunicationsSupply"):
                text.state("PrivacyCode", "None")
                own = [each for each in said.buckets if each.direction == total.direction]
                for number, bucket in enumerate(own, 1):
                    _supply_line(text, number, bucket, said.currency)
            with text.put("LegalMonetaryTotal"):
                _amount(text, "PayableAmount", amount_text(total.payable), said.currency)
        with text.put("ConsumptionLine"):
            text.state("ID", "1")
            text.state("InvoicedQuantity", str(total.billed_seconds), unitCode="SEC")
            _amount(text, "LineExtensionAmount", plain(total.amount), said.currency)
            with text.put("UtilityItem"):
                text.state("ID", total.direction)
                text.state("Description", f"seconds={total.seconds}")
                text.state("PackQuantity", str(total.calls), unitCode="C62")


def _supply_line(text: UblText, number: int, bucket: Bucket, currency: str) -> None:
    with text.put("TelecommunicationsSupplyLine"):
        text.state("ID", str(number))
        text.state("PhoneNumber", bucket.trunk)
        text.state("Description", f"calls={bucket.calls}")
        text.state("Description", f"seconds={bucket.seconds}")
        _amount(text, "LineExtensionAmount", plain(bucket.amount), currency)
        with text.put("TelecommunicationsService"):
            text.state("CallDate", bucket.day.isoformat())
            text.state("CallTime", "00:00:00")
            text.state("ServiceNumberCalled", bucket.destination)
            text.state("Quantity", str(bucket.billed_seconds), unitCode="SEC")
            if bucket.rate is not None:
                with text.put("Price"):
                    _amount(text, "PriceAmount", plain(bucket.rate), currency)
                    text.state("BaseQuantity", "1", unitCode="MIN")


def _lines(part: etree._Element) -> list[etree._Element]:
    supply = only_child(only_child(part, f"{A}Consumption"), f"{A}TelecommunicationsSupply")
    return list(supply.findall(f"{A}TelecommunicationsSupplyLine"))


def _bucket(line: etree._Element, direction: str, period: Period, currency: str) -> Bucket:
    service = only_child(line, f"{A}TelecommunicationsService")
    said = [leaf_text(each) for each in line.findall(f"{B}Description")]
    day = day_of(child_text(service, f"{B}CallDate"))
    require_inside(period, day)
    return Bucket(
        day=day,
        direction=direction,
        trunk=child_text(line, f"{B}PhoneNumber"),
        destination=child_text(service, f"{B}ServiceNumberCalled"),
        calls=whole_number_of(_named(said, "calls")),
        seconds=whole_number_of(_named(said, "seconds")),
        billed_seconds=_seconds(service, "Quantity"),
        rate=_rate(service, currency),
        amount=_money(line, "LineExtensionAmount", currency),
    )


def _total(part: etree._Element, currency: str) -> DirectionTotal:
    line = only_child(part, f"{A}ConsumptionLine")
    item = only_child(line, f"{A}UtilityItem")
    payable = only_child(only_child(part, f"{A}Consumption"), f"{A}LegalMonetaryTotal")
    return DirectionTotal(
        direction=_direction_of(part),
        calls=whole_number_of(child_text(item, f"{B}PackQuantity")),
        seconds=whole_number_of(_named([child_text(item, f"{B}Description")], "seconds")),
        billed_seconds=_seconds(line, "InvoicedQuantity"),
        amount=_money(line, "LineExtensionAmount", currency),
        payable=money(_money(payable, "PayableAmount", currency), currency),
    )


def _one_period(parts: Iterable[etree._Element]) -> Period:
    found = set()
    for part in parts:
        period = only_child(only_child(part, f"{A}Consumption"), f"{A}MainPeriod")
        last = day_of(child_text(period, f"{B}EndDate"))
        found.add((day_of(child_text(period, f"{B}StartDate")), last))
    if len(found) != 1:
        raise DeclarationMisread(reason=Words(_("its directions are of different periods")))
    first, last = found.pop()
    if not first <= last < date.max:
        raise DeclarationMisread(
            reason=Words(_("the period {first} to {last} is none"), first=first, last=last)
        )
    return Period(first, last + ONE_DAY)


def _party(root: etree._Element, role: str) -> str:
    return child_text(only_child(only_child(root, f"{A}{role}"), f"{A}PartyName"), f"{B}Name")


def _direction_of(part: etree._Element) -> str:
    direction = child_text(part, f"{B}Description")
    if direction not in DIRECTIONS:
        raise DeclarationMisread(
            reason=Words(_("{text} is not a direction"), text=repr(direction[:20]))
        )
    return direction


def _named(texts: Iterable[str], name: str) -> str:
    """The value of the one text `name=value`."""
    found = [text.partition("=")[2] for text in texts if text.startswith(f"{name}=")]
    if len(found) != 1:
        raise DeclarationMisread(
            reason=Words(
                _("{name}= is said {found} times instead of once"), name=name, found=len(found)
            )
        )
    return found[0]


def _rate(service: etree._Element, currency: str) -> Decimal | None:
    if service.find(f"{A}Price") is None:
        return None
    price = only_child(service, f"{A}Price")
    base = only_child(price, f"{B}BaseQuantity")
    if base.get("unitCode") != "MIN" or leaf_text(base) != "1":
        raise DeclarationMisread(reason=Words(_("a price is not for one minute")))
    return _money(price, "PriceAmount", currency)


def _seconds(parent: etree._Element, name: str) -> int:
    quantity = only_child(parent, f"{B}{name}")
    if quantity.get("unitCode") != "SEC":
        raise DeclarationMisread(reason=Words(_("a {name} is not in seconds (SEC)"), name=name))
    return whole_number_of(leaf_text(quantity))


def _money(parent: etree._Element, name: str, currency: str) -> Decimal:
    amount = only_child(parent, f"{B}{name}")
    if amount.get("currencyID") != currency:
        raise DeclarationMisread(
            reason=Words(_("a {name} is not in {currency}"), name=name, currency=currency)
        )
    return parse_amount(leaf_text(amount))


def _amount(text: UblText, name: str, amount: str, currency: str) -> None:
    text.state(name, amount, currencyID=currency)
