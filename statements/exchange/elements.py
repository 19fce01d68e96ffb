"""What single elements of a message of the exchange say.

They keep the schema; what it lets through and is still no value raises ValueError or
ArithmeticError.
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from lxml import etree

from statements.document import Period
from statements.exchange.message import BucketKey, Figures, Header, Settled


def header_of(element: etree._Element) -> Header:
    """What the message says of itself."""
    said = {etree.QName(child).localname: child.text or "" for child in element}
    return Header(
        id=said["Id"],
        in_reply_to=said.get("InReplyTo"),
        sender=said["Sender"],
        receiver=said["Receiver"],
        agreement=said["Agreement"],
        period=Period(
            date.fromisoformat(said["PeriodFrom"]), date.fromisoformat(said["PeriodUntil"])
        ),
        time_zone=_time_zone(said["TimeZone"]),
        currency=said["Currency"],
        created_at=datetime.fromisoformat(said["CreatedAt"]),
        sequence=int(said["Sequence"]),
    )


def key_of(element: etree._Element) -> BucketKey:
    """Which bucket it is."""
    said = element.attrib
    return BucketKey(
        date.fromisoformat(said["day"]), said["direction"], said["trunk"], said["destination"]
    )


def figures_of(element: etree._Element) -> Figures:
    """Its count, seconds and amount."""
    said = element.attrib
    return Figures(int(said["count"]), int(said["seconds"]), Decimal(said["amount"]))


def settled_of(element: etree._Element) -> Settled:
    """What is to be settled in a direction."""
    said = element.attrib
    before = Decimal(said["before"]) if "before" in said else None
    return Settled(said["direction"], Decimal(said["amount"]), before)


def _time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except OSError:
        # Europe is no zone but a folder of them.
        raise ValueError(f"{name[:60]!r} is not a time zone") from None
