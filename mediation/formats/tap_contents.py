"""A TAP file event by event as it stands: what may be returned of it, and what that costs.

`tap` makes usage of a file; here each event keeps its bytes, so that a copy of it in another file
is found again however its lengths are written. Amounts are whole numbers in the decimal places of
the file: charges and tax, each less what is refunded.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from i18n.errors import Invalid
from i18n.locale import Words, _
from mediation.formats import rap_tags
from mediation.formats import tap_tags as tags
from mediation.formats.ber import CLASS_SHIFT, Element, Leaf, children, integer, leaves
from mediation.formats.roaming import as_text
from mediation.formats.tap_charges import charges_of
from mediation.formats.tap_events import start_of

SDR = "XDR"


class NotATapFile(Invalid):
    """The file is no TAP transfer batch: {fault}. Choose a file that charges calls."""


class TapEvent(NamedTuple):
    """One event: its place from 1, its elements, its bytes, when it began and what it costs."""

    place: int
    tag: int
    leaves: tuple[Leaf, ...]
    content: bytes
    began: str | None
    charge: int
    tax: int


class TapContents(NamedTuple):
    """Who charges whom in which file, its versions and money, its events, and its audit part."""

    sender: str
    recipient: str
    sequence: str
    release: tuple[int, int]
    decimal_places: int
    currency: str
    events: tuple[TapEvent, ...]
    audit: bytes


def tap_contents(content: bytes) -> TapContents:
    """Read a transfer batch.

    Raises: NotATapFile, BrokenBer.
    """
    batch = next(children(content, 0, len(content)), None)
    if batch is None or batch.tag != tags.TRANSFER_BATCH or not batch.is_constructed:
        raise NotATapFile(fault=Words(_("it does not begin with one")))
    parts = {part.tag: part for part in children(content, batch.begin, batch.end)}
    head, money = (
        _values(content, parts.get(tag)) for tag in (tags.BATCH_CONTROL_INFO, tags.ACCOUNTING_INFO)
    )
    details, audit = parts.get(tags.CALL_EVENT_DETAILS), parts.get(tags.AUDIT_CONTROL_INFO)
    if details is None or audit is None or not head:
        raise NotATapFile(fault=Words(_("its head, its events or its audit part is missing")))
    currency = as_text(money.get(tags.TAP_CURRENCY))
    return TapContents(
        sender=as_text(head.get(tags.SENDER)) or "",
        recipient=as_text(head.get(rap_tags.RECIPIENT)) or "",
        sequence=as_text(head.get(tags.FILE_SEQUENCE_NUMBER)) or "",
        release=(
            integer(head.get(tags.SPECIFICATION_VERSION, b"")) or 0,
            integer(head.get(tags.RELEASE_VERSION, b"")) or 0,
        ),
        decimal_places=integer(money.get(tags.TAP_DECIMAL_PLACES, b"\0")) or 0,
        currency=SDR if currency in (None, "SDR") else currency,
        events=tuple(_events(content, details, _offsets(content, parts.get(tags.NETWORK_INFO)))),
        audit=content[audit.start : audit.after],
    )


def amounts_of(found: Sequence[Leaf]) -> tuple[int, int]:
    """What the elements of an event charge, and the tax on it, each less what is refunded."""
    sums = {"charge": 0, "charge refund": 0, "tax": 0, "tax refund": 0}
    for each in charges_of(list(found)):
        if each.total in sums:
            sums[each.total] += each.units
    return sums["charge"] - sums["charge refund"], sums["tax"] - sums["tax refund"]


def path_to(event: TapEvent, item: int) -> tuple[int, ...]:
    """The tag numbers from an event down to the first item of this number in it.

    Where it is not there, the item stands below the event itself.
    """
    [whole] = children(event.content, 0, len(event.content))
    found = _path(event.content, whole, item) if whole.is_constructed else None
    return found or (number(event.tag), item)


def number(tag: int) -> int:
    """The number of a tag without its class."""
    return tag & (1 << CLASS_SHIFT) - 1


def _path(content: bytes, element: Element, item: int) -> tuple[int, ...] | None:
    if number(element.tag) == item:
        return (item,)
    if element.is_constructed:
        for inner in children(content, element.begin, element.end):
            path = _path(content, inner, item)
            if path is not None:
                return (number(element.tag), *path)
    return None


def _events(
    content: bytes, details: Element, offsets: Mapping[int, str | None]
) -> Iterator[TapEvent]:
    for place, event in enumerate(children(content, details.begin, details.end), start=1):
        found = leaves(content, event) if event.is_constructed else []
        charge, tax = amounts_of(found)
        yield TapEvent(
            place=place,
            tag=event.tag,
            leaves=tuple(found),
            content=content[event.start : event.after],
            began=start_of(event.tag, found, offsets)[0],
            charge=charge,
            tax=tax,
        )


def _offsets(content: bytes, network: Element | None) -> dict[int, str | None]:
    offsets: dict[int, str | None] = {}
    code = None
    for leaf in leaves(content, network) if network and network.is_constructed else ():
        if leaf.tag == tags.UTC_TIME_OFFSET_CODE:
            code = integer(leaf.value)
        elif leaf.tag == tags.UTC_TIME_OFFSET and code is not None:
            offsets.setdefault(code, as_text(leaf.value))
    return offsets


def _values(content: bytes, part: Element | None) -> dict[int, bytes]:
    if part is None or not part.is_constructed:
        return {}
    return {leaf.tag: leaf.value for leaf in reversed(leaves(content, part))}
