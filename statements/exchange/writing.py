"""Write the messages of the exchange as XML; equal messages give equal bytes.

Records are written piece by piece, so that a million of them need no more memory than a thousand.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO, Final
from xml.sax.saxutils import escape

import polars as pl
from lxml import etree

from currencies.money import EXACT, plain
from statements.exchange.bucket_hash import KEY, amount_text
from statements.exchange.message import (
    NAMESPACE,
    VERSION,
    BucketKey,
    BucketTotal,
    Figures,
    Header,
    Message,
    MessageKind,
    Q,
    Settled,
)
from statements.plain_text import printable

LONGEST_TEXT: Final = 1000
# White space in an attribute would be read as spaces, so it is written by its number.
ATTRIBUTE: Final = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def message_xml(message: Message) -> bytes:
    """Write any message but Records, which `write_records` writes."""
    assert message.kind is not MessageKind.RECORDS, "records are written as columns"
    root = etree.Element(f"{Q}{message.kind.value}", {"version": VERSION}, nsmap={None: NAMESPACE})
    root.append(_header(message.header))
    for name, attributes, text in _body(message):
        element = etree.SubElement(root, f"{Q}{name}", attributes)
        element.text = text
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return xml


def write_records(out: BinaryIO, header: Header, records: Iterable[pl.DataFrame]) -> None:
    """Write a Records message; the frames, of RECORDS, go on where the one before ended."""
    out.write(b"<?xml version='1.0' encoding='UTF-8'?>\n")
    out.write(f'<Records xmlns="{NAMESPACE}" version="{VERSION}">\n'.encode())
    out.write(etree.tostring(_header(header), encoding="UTF-8", xml_declaration=False))
    bucket: tuple[object, ...] | None = None
    for frame in records:
        for key, rows in frame.partition_by(
            *KEY, "corrects", maintain_order=True, as_dict=True
        ).items():
            if key != bucket:
                out.write(b"" if bucket is None else b"</Bucket>\n")
                out.write(_opened(key).encode())
                bucket = key
            out.write(_record_lines(rows).encode())
    out.write(b"</Records>\n" if bucket is None else b"</Bucket>\n</Records>\n")


def instant_text(instant: datetime) -> str:
    """An instant in UTC, with a fraction of a second only where it has one."""
    return instant.replace(tzinfo=None).isoformat() + "Z"


def _header(header: Header) -> etree._Element:
    element = etree.Element(f"{Q}Header", nsmap={None: NAMESPACE})
    for name, value in (
        ("Id", header.id),
        ("InReplyTo", header.in_reply_to),
        ("Sender", header.sender),
        ("Receiver", header.receiver),
        ("Agreement", header.agreement),
        ("PeriodFrom", header.period.starts_on.isoformat()),
        ("PeriodUntil", header.period.until.isoformat()),
        ("TimeZone", header.time_zone),
        ("Currency", header.currency),
        ("CreatedAt", instant_text(header.created_at)),
        ("Sequence", str(header.sequence)),
    ):
        if value is not None:
            etree.SubElement(element, f"{Q}{name}").text = printable(value)
    return element


Line = tuple[str, dict[str, str], str | None]


def _body(message: Message) -> Iterator[Line]:
    yield from (("Bucket", _bucket(total), None) for total in message.totals)
    if message.kind is MessageKind.BUCKET_TOTALS:
        yield "Total", _figures(sum_of(message.totals)), None
    yield from (("Bucket", _key(key), None) for key in message.requested)
    if message.kind is MessageKind.ACKNOWLEDGEMENT:
        yield "Verdict", {}, message.verdict
        yield "Received", {}, message.received
    for line in message.lines:
        reason = printable(line.reason)[:LONGEST_TEXT]
        yield "Line", {"number": str(line.number), "code": line.code, "reason": reason}, None
    if message.replaces is not None:
        yield "Replaces", {}, message.replaces
    is_objection = message.kind is MessageKind.OBJECTION
    for settled in message.settled:
        yield "Disputed" if is_objection else "Settle", _settled(settled), None
    if message.text:
        yield "Reason" if is_objection else "Note", {}, printable(message.text)[:LONGEST_TEXT]


def sum_of(buckets: Iterable[BucketTotal]) -> Figures:
    """The figures of all buckets together, exactly."""
    records, seconds, amount = 0, 0, Decimal(0)
    for bucket in buckets:
        records += bucket.figures.records
        seconds += bucket.figures.seconds
        amount = EXACT.add(amount, bucket.figures.amount)
    return Figures(records, seconds, amount)


def _key(key: BucketKey) -> dict[str, str]:
    return {
        "day": key.day.isoformat(),
        "direction": key.direction,
        "trunk": printable(key.trunk),
        "destination": printable(key.destination),
    }


def _figures(figures: Figures) -> dict[str, str]:
    return {
        "count": str(figures.records),
        "seconds": str(figures.seconds),
        "amount": plain(figures.amount),
    }


def _bucket(total: BucketTotal) -> dict[str, str]:
    corrects = {} if total.corrects is None else {"corrects": total.corrects}
    return {**_key(total.key), **_figures(total.figures), "hash": total.hash, **corrects}


def _settled(settled: Settled) -> dict[str, str]:
    before = {} if settled.before is None else {"before": plain(settled.before)}
    return {"direction": settled.direction, "amount": plain(settled.amount), **before}


def _opened(key: tuple[object, ...]) -> str:
    names = ("day", "direction", "trunk", "destination", "corrects")
    said = ((name, value) for name, value in zip(names, key, strict=True) if value is not None)
    attributes = " ".join(f'{name}="{_attribute(str(value))}"' for name, value in said)
    return f"<Bucket {attributes}>\n"


def _attribute(text: str) -> str:
    return escape(printable(text), ATTRIBUTE)


def _record_lines(rows: pl.DataFrame) -> str:
    """The records of one bucket, one in a line."""
    started = pl.col("started_at").dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")
    written = pl.format(
        '<Record id="{}" calling="{}" called="{}" startedAt="{}Z" seconds="{}" amount="{}"/>\n',
        "record_id",
        _escaped("calling"),
        _escaped("called"),
        started.str.strip_chars_end("0").str.strip_chars_end("."),
        "seconds",
        amount_text(pl.col("amount")),
    )
    return str(rows.select(written.str.join("")).item())


def _escaped(name: str) -> pl.Expr:
    written = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
    text = pl.col(name)
    for special, reference in written.items():
        text = text.str.replace_all(special, reference, literal=True)
    return text
