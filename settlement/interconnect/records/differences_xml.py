"""The explanation of differences as XML, piece by piece: totals, causes, and each cause's calls.

The schema is `statements/schemas/saldo-differences-1.1.xsd`. Directions are told from the side that
writes. Amounts of causes add up to the difference of the totals; amounts of single calls have six
decimals.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple
from xml.sax.saxutils import quoteattr

import polars as pl

from currencies.money import plain
from settlement.interconnect.records.explained import Explained
from settlement.interconnect.records.waterfall import Part
from statements.plain_text import printable

NAMESPACE: Final = "urn:saldo:differences:1.0"
Q: Final = f"{{{NAMESPACE}}}"
ROWS_AT_ONCE: Final = 50_000
NOT_IN_XML: Final = r"[\x00-\x1F\x7F\x{FFFE}\x{FFFF}]"
ATTRIBUTES: Final = {
    "class": "class",
    "ours": "record_ours",
    "theirs": "record_theirs",
    "calling": "calling",
    "called": "called",
    "destination": "destination",
    "startedOurs": "started_ours",
    "startedTheirs": "started_theirs",
    "offsetMinutes": "offset_minutes",
    "secondsOurs": "seconds_ours",
    "secondsTheirs": "seconds_theirs",
    "amountOurs": "amount_ours",
    "amountTheirs": "amount_theirs",
    "difference": "difference",
}


class RatesCompared(NamedTuple):
    """What one unit of the currency of their prices is worth in that of the agreement."""

    priced_in: str
    ours: Decimal
    theirs: Decimal


@dataclass(frozen=True, slots=True)
class Heading:
    """Between whom, under what, and how the records were compared; `rates` where they differ."""

    writer: str
    other: str
    agreement: str
    period: str
    currency: str
    tolerance_seconds: int
    class_by: str
    rates: RatesCompared | None = None


def differences_xml(
    heading: Heading, explained: Sequence[Explained], listed: pl.DataFrame
) -> Iterator[bytes]:
    """The document in pieces; equal comparisons give equal bytes. `listed` is DIFFERENCES."""
    facts = {
        "version": "1.0" if heading.rates is None else "1.1",
        "writer": heading.writer,
        "other": heading.other,
        "agreement": heading.agreement,
        "period": heading.period,
        "currency": heading.currency,
        "toleranceSeconds": str(heading.tolerance_seconds),
        "classBy": heading.class_by,
    }
    if heading.rates is not None:
        facts["pricedIn"] = heading.rates.priced_in
        facts["ourRate"] = plain(heading.rates.ours)
        facts["theirRate"] = plain(heading.rates.theirs)
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<Differences xmlns="{NAMESPACE}"{_said(facts)}>\n'.encode()
    for each in explained:
        yield from _direction(each, listed.filter(pl.col("direction") == each.direction))
    yield b"</Differences>\n"


def _direction(found: Explained, listed: pl.DataFrame) -> Iterator[bytes]:
    fall = found.waterfall
    facts = {"name": found.direction, "ours": plain(fall.ours), "theirs": plain(fall.theirs)}
    facts |= {"callsOurs": str(found.ours.calls), "callsTheirs": str(found.theirs.calls)}
    yield f" <Direction{_said(facts)}>\n".encode()
    for name, calls in sorted(found.classes.items()):
        yield f"  <Class{_said({'name': name.value, 'calls': str(calls)})}/>\n".encode()
    for part in fall.parts:
        yield from _cause(part, listed.filter(pl.col("cause") == part.cause.value))
    yield b" </Direction>\n"


def _cause(part: Part, listed: pl.DataFrame) -> Iterator[bytes]:
    facts = {
        "name": part.cause.value,
        "amount": plain(part.amount),
        "exact": f"{part.exact.numerator}/{part.exact.denominator}",
        "calls": str(part.records),
    }
    yield f"  <Cause{_said(facts)}>\n".encode()
    for rows in listed.iter_slices(ROWS_AT_ONCE):
        yield ("\n".join(rows.select(_record())["record"]) + "\n").encode()
    yield b"  </Cause>\n"


def _record() -> pl.Expr:
    attributes = [
        pl.concat_str(pl.lit(f' {name}="'), _text(column), pl.lit('"')).fill_null("")
        for name, column in ATTRIBUTES.items()
    ]
    return pl.concat_str(pl.lit("   <Record"), *attributes, pl.lit("/>")).alias("record")


def _text(column: str) -> pl.Expr:
    if column.startswith("started"):
        return pl.col(column).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
    if column.startswith(("amount", "difference")):
        # Twelve digits are kept and six are told.
        return pl.col(column).cast(pl.String).str.head(-6)
    text = pl.col(column).cast(pl.String)
    if not column.startswith(("record", "destination", "call")):
        return text
    plain_text = text.str.replace_all(NOT_IN_XML, " ").str.replace_all("&", "&amp;", literal=True)
    for sign, name in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        plain_text = plain_text.str.replace_all(sign, name, literal=True)
    return plain_text


def _said(facts: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(printable(value))}" for name, value in facts.items())
