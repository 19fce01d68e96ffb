"""Read a message of the exchange that somebody else wrote, element by element.

Nothing of it is believed: the text must be UTF-8 without document type, instructions and comments,
must keep the schema, add up to its own totals, and lie within its own period. What is broken is
said line by line (`MessageRefused.lines`). A million records pass through without ever being in
memory together: they are handed on in frames, and the caller throws the frames away where the
message turns out to be refused at its end.
"""

import hashlib
import re
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import BinaryIO, Final

import polars as pl
from lxml import etree

from currencies.amounts import AMOUNT
from currencies.money import EXACT
from statements.exchange.breaking import MOST_FINDINGS, broken, schema
from statements.exchange.contradictions import NEGATIVE, contradictions
from statements.exchange.elements import figures_of, header_of, key_of, settled_of
from statements.exchange.message import (
    RECORDS,
    BucketKey,
    BucketTotal,
    Figures,
    Header,
    Message,
    MessageKind,
    MessageRefused,
    Q,
    RefusedLine,
    Settled,
    refused,
)

RECORDS_AT_ONCE: Final = 50_000
ENCODINGS: Final = ("UTF-8", "US-ASCII", "ASCII")
ENCODING: Final = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
LONGEST_PROLOG: Final = 200

RECORD: Final = f"{Q}Record"

Keep = Callable[[pl.DataFrame], None]


def read_message(content: BinaryIO, keep: Keep = lambda _: None) -> Message:
    """Read one message; records are handed to `keep` in frames of RECORDS.

    Raises MessageRefused. What was kept until then is to be forgotten.
    """
    _check_encoding(content)
    reading = _Reading(keep)
    events = etree.iterparse(
        content,
        events=("start", "end", "comment", "pi"),
        schema=schema(),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        for event, element in events:
            # Nearly all of a long message is records, so they take the short way.
            if element.tag == RECORD:
                if event == "end":
                    reading.record(element)
            else:
                reading.take(event, element)
        return reading.finished()
    except etree.XMLSyntaxError as error:
        raise broken(content, [entry.message for entry in events.error_log], error) from None
    except (ValueError, LookupError, ArithmeticError, pl.exceptions.PolarsError) as error:
        # What the schema refuses may be met here before the schema says so.
        raise broken(content, [], error) from None


def kind_and_header(content: BinaryIO) -> tuple[MessageKind, Header] | None:
    """What a message says it is, as far as it can be read; None where it cannot.

    For acknowledging a message that is refused. Nothing but its first element is read.
    """
    events = etree.iterparse(
        content, events=("end",), resolve_entities=False, load_dtd=False, no_network=True
    )
    try:
        for _, element in events:
            if element.tag == f"{Q}Header":
                root = etree.QName(element.getparent()).localname
                return MessageKind(root), header_of(element)
            if element.getparent() is None or element.getparent().tag != f"{Q}Header":
                return None
    except (etree.XMLSyntaxError, ValueError, LookupError, AttributeError):
        return None
    return None


@dataclass(slots=True)
class _Bucket:
    """A bucket of records while it is read."""

    number: int
    key: BucketKey
    corrects: str | None
    figures: Figures = Figures(0, 0, Decimal(0))
    hashed: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    last: str = ""


@dataclass(slots=True)
class _Reading:
    """What was read so far."""

    keep: Keep
    kind: MessageKind | None = None
    header: Header | None = None
    totals: list[BucketTotal] = field(default_factory=list)
    requested: list[BucketKey] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    lines: list[RefusedLine] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    stated: Figures | None = None
    bucket: _Bucket | None = None
    buckets: dict[int, _Bucket] = field(default_factory=dict)
    waiting: list[tuple[int, int, str, str, str, str, str, str]] = field(default_factory=list)
    records: int = 0
    is_whole: bool = False
    found: list[RefusedLine] = field(default_factory=list)

    def take(self, event: str, element: etree._Element) -> None:
        """Take the next part of the document."""
        if event in ("comment", "pi"):
            what = "a comment" if event == "comment" else "a processing instruction"
            raise refused("xml-refused", f"the message has {what}; send it without")
        name = etree.QName(element).localname
        if event == "start":
            self._opened(name, element)
        elif element.getparent() is not None:
            self._closed(name, element)
        else:
            self.is_whole = True

    def _opened(self, name: str, element: etree._Element) -> None:
        if not element.tag.startswith(Q):
            reason = f"{name[:60]} is no part of a message; a signature is taken off before"
            raise refused("not-a-message", reason)
        if self.kind is None:
            _check_prolog(element)
            self.kind = MessageKind(name)
        elif name == "Bucket" and self.kind is MessageKind.RECORDS:
            self.bucket = self._new_bucket(element)

    def _closed(self, name: str, element: etree._Element) -> None:
        parent = element.getparent()
        if name == "Header":
            self.header = header_of(element)
        elif parent.tag == f"{Q}Header":
            return
        elif name == "Bucket":
            self._bucket(element)
        elif name == "Total":
            self.stated = figures_of(element)
        elif name in ("Settle", "Disputed"):
            self.settled.append(settled_of(element))
        elif name == "Line":
            said = element.attrib
            self.lines.append(RefusedLine(int(said["number"]), said["code"], said["reason"]))
        else:
            self.said[name] = element.text or ""
        # Forgotten at once, so that a long message is never in memory as a whole.
        parent.remove(element)

    def _new_bucket(self, element: etree._Element) -> _Bucket:
        bucket = _Bucket(len(self.buckets) + 1, key_of(element), element.get("corrects"))
        self.buckets[bucket.number] = bucket
        return bucket

    def _bucket(self, element: etree._Element) -> None:
        if self.kind is MessageKind.BUCKET_TOTALS:
            total = BucketTotal(
                key_of(element),
                figures_of(element),
                element.attrib["hash"],
                element.get("corrects"),
            )
            self.totals.append(total)
        elif self.kind is MessageKind.RECORD_REQUEST:
            self.requested.append(key_of(element))

    def record(self, element: etree._Element) -> None:
        """Take a record, and forget its element."""
        if self.bucket is None:
            raise refused("schema", "a Record stands outside a Bucket")
        said = dict(element.items())
        self.records += 1
        self.waiting.append(
            (
                self.records, self.bucket.number, said["id"], said["calling"], said["called"],
                said["startedAt"], said["seconds"], said["amount"],
            )
        )  # fmt: skip
        element.getparent().remove(element)
        if len(self.waiting) >= RECORDS_AT_ONCE:
            self._hand_on()

    def _hand_on(self) -> None:
        if not self.waiting:
            return
        numbers, inside, *facts = (list(column) for column in zip(*self.waiting, strict=True))
        self.waiting.clear()
        ids, calling, called, started, seconds, amounts = facts
        self._count(numbers, inside, calling, called, started, seconds, amounts)
        frame = self._frame(inside, ids, calling, called, started, seconds, amounts)
        self._check_days(numbers, frame)
        if not self.found:
            self.keep(frame)

    def _count(self, numbers: list, inside: list, *facts: list) -> None:  # type: ignore[type-arg]
        """Add records to the figures and hashes of their buckets."""
        for number, place, calling, called, started, seconds, amount in zip(
            numbers, inside, *facts, strict=True
        ):
            bucket = self.buckets[place]
            line = f"{calling}|{called}|{started[:19]}Z|{seconds}|{amount}"
            if line < bucket.last:
                self._find(number, "out-of-order", "the records of the bucket are not in order")
            bucket.last = line
            bucket.hashed.update(f"{line}\n".encode())
            count, length, worth = bucket.figures
            bucket.figures = Figures(
                count + 1, length + int(seconds), EXACT.add(worth, Decimal(amount))
            )
            if bucket.corrects is None and "-" in (seconds[0], amount[0]):
                self._find(number, "negative-without-period", NEGATIVE)

    def _frame(self, inside: list[int], *facts: list[str]) -> pl.DataFrame:
        ids, calling, called, started, seconds, amounts = facts
        keys = [self.buckets[place].key for place in inside]
        return pl.DataFrame(
            {
                "record_id": ids,
                "calling": calling,
                "called": called,
                "started_at": pl.Series(started, dtype=pl.String).str.to_datetime(
                    "%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC"
                ),
                "seconds": pl.Series(seconds, dtype=pl.String).cast(pl.Int64),
                "amount": pl.Series(amounts, dtype=pl.String).cast(AMOUNT),
                "direction": [key.direction for key in keys],
                "trunk": [key.trunk for key in keys],
                "destination": [key.destination for key in keys],
                "day": [key.day for key in keys],
                "corrects": [self.buckets[place].corrects for place in inside],
            },
            schema=RECORDS,
        )

    def _check_days(self, numbers: list[int], frame: pl.DataFrame) -> None:
        """A record lies on the day of its bucket; one hour beside a month may stand at its edge."""
        header = self._header()
        first, last = header.period.starts_on, header.period.until - timedelta(days=1)
        local = pl.col("started_at").dt.convert_time_zone(header.time_zone).dt.date()
        day = pl.col("day")
        is_near = (local - day).dt.total_days().abs() <= 1
        wrong = frame.with_columns(number=pl.Series(numbers)).filter(
            ~((local.clip(first, last) == day) & is_near)
        )
        for number in wrong["number"].head(MOST_FINDINGS):
            self._find(
                number, "outside-its-day", "the record does not lie on the day of its bucket"
            )

    def _header(self) -> Header:
        assert self.header is not None, "the schema puts the header first"
        return self.header

    def _find(self, number: int, code: str, reason: str) -> None:
        if len(self.found) < MOST_FINDINGS:
            self.found.append(RefusedLine(number, code, reason))

    def finished(self) -> Message:
        """The message, if nothing in it contradicts itself. Raises MessageRefused."""
        # A parser that also checks a schema says nothing of a document that breaks off.
        if self.kind is None or not self.is_whole:
            raise refused("not-well-formed", "the message breaks off before its end; send it whole")
        self._hand_on()
        header = self._header()
        totals = [
            BucketTotal(each.key, each.figures, each.hashed.hexdigest(), each.corrects)
            for each in self.buckets.values()
        ] or self.totals
        for number, code, reason in contradictions(header, totals, self.requested, self.stated):
            # Lines of a Records message are its records; a bucket of it is said by its key.
            self._find(0 if self.kind is MessageKind.RECORDS else number, code, reason)
        if self.found:
            raise MessageRefused(tuple(self.found))
        return Message(
            kind=self.kind,
            header=header,
            totals=tuple(totals),
            requested=tuple(self.requested),
            settled=tuple(self.settled),
            replaces=self.said.get("Replaces"),
            text=self.said.get("Note") or self.said.get("Reason") or "",
            verdict="refused" if self.said.get("Verdict") == "refused" else "accepted",
            received=self.said.get("Received", ""),
            lines=tuple(self.lines),
        )


def _check_prolog(root: etree._Element) -> None:
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.doctype:
        raise refused("xml-refused", "the message has a document type; send it without")
    if info.xml_version != "1.0":
        raise refused("xml-refused", f"the message is XML {info.xml_version}; send it in XML 1.0")


def _check_encoding(content: BinaryIO) -> None:
    """The parser would read other encodings too, and one text in two of them says two things."""
    start = content.read(LONGEST_PROLOG).removeprefix(BOM_UTF8)
    content.seek(0)
    declared = ENCODING.search(start.partition(b"?>")[0])
    named = declared[1].decode("latin-1").upper() if declared else "UTF-8"
    if not start.startswith(b"<") or b"\x00" in start or named not in ENCODINGS:
        raise refused("xml-refused", f"the message is not XML in UTF-8 but {named[:40]}")
