"""The traffic declaration that carriers exchange: what each counted, in one XML.

One bucket is a day, a direction, a trunk, a destination and a price. Amounts of buckets are exact
(the contract prices seconds, not cents); the sum of a direction is exact too, and is rounded once,
to what is payable. Directions are named from the side that declares: `outgoing` is traffic it
sent, `incoming` traffic it received. The schema is `schemas/saldo-declaration-1.2.xsd`.

What is written is read back to equal values. What others write is read strictly, and a declaration
whose totals are not the sums of its buckets is refused, not corrected.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from lxml import etree
from moneyed import Money

from currencies.money import EXACT, amount_text, money, plain, shown
from currencies.rounding import to_minor_unit
from currencies.xml_reading import (
    child_amount,
    child_text,
    day_of,
    only_child,
    read_xml,
    whole_number_of,
)
from i18n.errors import Invalid
from i18n.locale import Words, _
from statements.declared_lines import read_lines, require_inside
from statements.document import Kind, Party, Period
from statements.plain_text import printable

NAMESPACE = "urn:saldo:declaration:1.0"
# 1.1 may have a Merkle root in its header, 1.2 also a day on which it is due; 1.0 has neither.
VERSIONS = ("1.0", "1.1", "1.2")
DIRECTIONS = ("incoming", "outgoing")
Q = f"{{{NAMESPACE}}}"
RATE = f"{Q}RatePerMinute"


class DeclarationDoesNotTie(Invalid):
    """Declaration {number}: {figure} says {stated}, its buckets give {found}. Send it again."""


class DeclarationMisread(Invalid):
    """The declaration cannot be read: {reason}. Check it against its schema."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Traffic of one day, direction, trunk, destination and price.

    `rate` is the price of a minute in the declaration's currency, None where several applied (a
    connection fee, two tariff versions in a day); `amount` is exact.
    """

    day: date
    direction: str
    trunk: str
    destination: str
    calls: int
    seconds: int
    billed_seconds: int
    rate: Decimal | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DirectionTotal:
    """The sums of one direction; `payable` is the exact amount rounded once."""

    direction: str
    calls: int
    seconds: int
    billed_seconds: int
    amount: Decimal
    payable: Money


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration, numbered when it is issued. `time_zone` is where its days begin.

    `corrects` is the number of the declaration of the same period whose figures it changes.
    `due_on` is when what it states is to be paid; `merkle_root` is the root over the records that
    its buckets sum, where they are sealed.
    """

    currency: str
    locale: str
    declarant: Party
    recipient: Party
    agreement: str
    period: Period
    time_zone: str
    buckets: tuple[Bucket, ...]
    totals: tuple[DirectionTotal, ...]
    policies: tuple[tuple[str, str], ...] = ()
    number: str = ""
    issued_on: date | None = None
    corrects: str | None = None
    due_on: date | None = None
    merkle_root: str | None = None

    @property
    def kind(self) -> Kind:
        """A declaration is one kind of document."""
        return Kind.DECLARATION

    def numbered(self, number: str, issued_on: date) -> "Declaration":
        """Return the declaration as issued. Only a draft can be numbered."""
        assert not self.number, f"A declaration is numbered once; this one is {self.number}."
        return replace(self, number=number, issued_on=issued_on)


@dataclass(frozen=True, slots=True)
class Received:
    """A declaration that another side sent: what the comparison needs of it."""

    number: str
    issued_on: date
    declarant: str
    recipient: str
    agreement: str
    period: Period
    time_zone: str
    currency: str
    buckets: tuple[Bucket, ...]
    totals: tuple[DirectionTotal, ...]
    corrects: str | None = None


def totals_of(buckets: Iterable[Bucket], currency: str) -> tuple[DirectionTotal, ...]:
    """Add up each direction that has traffic, incoming first."""
    found = list(buckets)
    present = [d for d in DIRECTIONS if any(bucket.direction == d for bucket in found)]
    return tuple(_total(d, [b for b in found if b.direction == d], currency) for d in present)


def in_order(buckets: Iterable[Bucket]) -> tuple[Bucket, ...]:
    """The one order in which buckets are written, whatever order they came in."""
    return tuple(sorted(buckets, key=_sorting))


def _sorting(bucket: Bucket) -> tuple[object, ...]:
    place = (bucket.day, bucket.direction, bucket.trunk, bucket.destination)
    return (*place, bucket.rate is not None, bucket.rate or Decimal(0))


def check_declaration(
    number: str, buckets: Sequence[Bucket], stated: Sequence[DirectionTotal], currency: str
) -> None:
    """Raise DeclarationDoesNotTie where a stated total is not the sum of its buckets."""
    found = {total.direction: total for total in totals_of(buckets, currency)}
    for total in stated:
        computed = found.pop(total.direction, _total(total.direction, [], currency))
        for figure in ("calls", "seconds", "billed_seconds", "amount", "payable"):
            said, sums = getattr(total, figure), getattr(computed, figure)
            if said != sums:
                raise DeclarationDoesNotTie(
                    number=number,
                    figure=f"{total.direction} {figure}",
                    stated=_said(said),
                    found=_said(sums),
                )
    for direction in found:
        raise DeclarationDoesNotTie(
            number=number,
            figure=Words(_("{direction} total"), direction=direction),
            stated=Words(_("nothing")),
            found=Words(_("traffic")),
        )


def declaration_xml(declaration: Declaration) -> bytes:
    """Write an issued declaration; equal declarations give equal bytes."""
    assert declaration.issued_on is not None, "a declaration is issued before it is written"
    root = etree.Element(
        f"{Q}Declaration", {"version": _version(declaration)}, nsmap={None: NAMESPACE}
    )
    header = etree.SubElement(root, f"{Q}Header")
    for name, value in (
        ("Number", declaration.number),
        ("IssuedOn", declaration.issued_on.isoformat()),
        ("Declarant", declaration.declarant.name),
        ("Recipient", declaration.recipient.name),
        ("Agreement", declaration.agreement),
        ("PeriodFrom", declaration.period.starts_on.isoformat()),
        ("PeriodUntil", declaration.period.until.isoformat()),
        ("TimeZone", declaration.time_zone),
        ("Currency", declaration.currency),
    ):
        _say(header, name, value)
    if declaration.corrects is not None:
        _say(header, "Corrects", declaration.corrects)
    if declaration.merkle_root is not None:
        _say(header, "MerkleRoot", declaration.merkle_root)
    if declaration.due_on is not None:
        _say(header, "DueOn", declaration.due_on.isoformat())
    buckets = etree.SubElement(root, f"{Q}Buckets")
    for bucket in in_order(declaration.buckets):
        _write_bucket(buckets, bucket)
    for total in declaration.totals:
        _write_total(root, total)
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return xml


def _version(declaration: Declaration) -> str:
    """The earliest version that has all that it says."""
    if declaration.due_on is not None:
        return VERSIONS[2]
    return VERSIONS[declaration.merkle_root is not None]


def read_declaration(xml: bytes) -> Received:
    """Read a declaration that another side wrote.

    Raises XmlRefused, DeclarationMisread, DeclaredLinesRefused with what is wrong in each bucket,
    or DeclarationDoesNotTie. What is read is checked against the schema afterwards.
    """
    root = read_xml(xml)
    if root.tag != f"{Q}Declaration" or root.get("version") not in VERSIONS:
        raise DeclarationMisread(
            reason=Words(_("it is not a {namespace} document"), namespace=NAMESPACE)
        )
    header = only_child(root, f"{Q}Header")
    currency = child_text(header, f"{Q}Currency")
    period = Period(
        day_of(child_text(header, f"{Q}PeriodFrom")), day_of(child_text(header, f"{Q}PeriodUntil"))
    )
    listed = only_child(root, f"{Q}Buckets").findall(f"{Q}Bucket")
    received = Received(
        number=child_text(header, f"{Q}Number"),
        issued_on=day_of(child_text(header, f"{Q}IssuedOn")),
        declarant=child_text(header, f"{Q}Declarant"),
        recipient=child_text(header, f"{Q}Recipient"),
        agreement=child_text(header, f"{Q}Agreement"),
        period=period,
        time_zone=child_text(header, f"{Q}TimeZone"),
        currency=currency,
        buckets=read_lines("bucket", listed, lambda each: _read_bucket(each, period)),
        totals=read_lines(
            "total", root.findall(f"{Q}Total"), lambda each: _read_total(each, currency)
        ),
        corrects=_corrects(header),
    )
    check_declaration(received.number, received.buckets, received.totals, currency)
    return received


def _corrects(header: etree._Element) -> str | None:
    named = f"{Q}Corrects"
    return None if header.find(named) is None else child_text(header, named)


def _total(direction: str, buckets: Sequence[Bucket], currency: str) -> DirectionTotal:
    amount = Decimal(0)
    for bucket in buckets:
        amount = EXACT.add(amount, bucket.amount)
    return DirectionTotal(
        direction=direction,
        calls=sum(bucket.calls for bucket in buckets),
        seconds=sum(bucket.seconds for bucket in buckets),
        billed_seconds=sum(bucket.billed_seconds for bucket in buckets),
        amount=amount,
        payable=to_minor_unit(money(amount, currency)),
    )


def _write_bucket(parent: etree._Element, bucket: Bucket) -> None:
    element = etree.SubElement(parent, f"{Q}Bucket")
    _say(element, "Day", bucket.day.isoformat())
    _say(element, "Direction", bucket.direction)
    _say(element, "Trunk", bucket.trunk)
    _say(element, "Destination", bucket.destination)
    _say(element, "Calls", str(bucket.calls))
    _say(element, "Seconds", str(bucket.seconds))
    _say(element, "BilledSeconds", str(bucket.billed_seconds))
    if bucket.rate is not None:
        _say(element, "RatePerMinute", plain(bucket.rate))
    _say(element, "Amount", plain(bucket.amount))


def _write_total(root: etree._Element, total: DirectionTotal) -> None:
    element = etree.SubElement(root, f"{Q}Total")
    _say(element, "Direction", total.direction)
    _say(element, "Calls", str(total.calls))
    _say(element, "Seconds", str(total.seconds))
    _say(element, "BilledSeconds", str(total.billed_seconds))
    _say(element, "Amount", plain(total.amount))
    _say(element, "Payable", amount_text(total.payable))


def _say(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{Q}{name}").text = printable(text)


def _read_bucket(element: etree._Element, period: Period) -> Bucket:
    day = day_of(child_text(element, f"{Q}Day"))
    require_inside(period, day)
    return Bucket(
        day=day,
        direction=_direction(child_text(element, f"{Q}Direction")),
        trunk=child_text(element, f"{Q}Trunk"),
        destination=child_text(element, f"{Q}Destination"),
        calls=whole_number_of(child_text(element, f"{Q}Calls")),
        seconds=whole_number_of(child_text(element, f"{Q}Seconds")),
        billed_seconds=whole_number_of(child_text(element, f"{Q}BilledSeconds")),
        rate=None if element.find(RATE) is None else child_amount(element, RATE),
        amount=child_amount(element, f"{Q}Amount"),
    )


def _read_total(element: etree._Element, currency: str) -> DirectionTotal:
    return DirectionTotal(
        direction=_direction(child_text(element, f"{Q}Direction")),
        calls=whole_number_of(child_text(element, f"{Q}Calls")),
        seconds=whole_number_of(child_text(element, f"{Q}Seconds")),
        billed_seconds=whole_number_of(child_text(element, f"{Q}BilledSeconds")),
        amount=child_amount(element, f"{Q}Amount"),
        payable=money(child_text(element, f"{Q}Payable"), currency),
    )


def _direction(text: str) -> str:
    if text not in DIRECTIONS:
        raise DeclarationMisread(reason=Words(_("{text} is not a direction"), text=repr(text[:20])))
    return text


def _said(figure: object) -> object:
    if isinstance(figure, Money):
        return shown(figure)
    return plain(figure) if isinstance(figure, Decimal) else figure
