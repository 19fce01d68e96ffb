"""Itemised usage: each event of an invoice with what it cost, in rows that add up to its charges.

    charge    the charge line that the row belongs to, numbered within the document
    row       usage: an event, all its parts together; rounding: what rounding the charge added;
              charge: a fee or a rebate, behind which there is no usage
    used      seconds of a call, bytes of data, pieces of everything else
    billed    what is charged of it: without what was free, and rounded up as agreed
    amount    exact, to twelve decimals, before tax; a charge taken back is below zero

The rows of a charge add up to its rounded amount, to the minor unit, and all rows to those of the
document. Numbers of other people are shortened by their last three digits, as the law on itemised
bills has it (directive 2002/58/EC, article 7), unless the customer may and does ask for them whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from currencies.money import EXACT, plain
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from i18n.errors import Conflict, Invalid
from settlement.rating.charge_line import ChargeLine
from statements.filing import CSV, PARQUET, PDF, XLSX

# The forms of a list, by the word for each in an address.
FORMS: Final = {"pdf": PDF, "csv": CSV, "xlsx": XLSX, "parquet": PARQUET}
PLACES: Final = 12
HIDDEN: Final = 3
STARS: Final = "***"
# Of a tenant: whether customers that ask for it see numbers of other people whole.
NUMBERS_POLICY: Final = "itemised_numbers"
NUMBERS: Final = ("last_3_hidden", "as_customer_asks")
EVENT: Final = ("source", "record_key")


class NumbersPolicyUnreadable(Invalid):
    """The policy itemised_numbers is {text}. Write one of {known}."""


class NumbersHidden(Conflict):
    """Numbers of other people are not shown whole here. Ask for the list without them."""


class Item(NamedTuple):
    """One row of the list; figures and instants are texts."""

    document: str
    charge: int
    service: str
    product: str
    row: str
    occurred_at: str
    calling: str
    called: str
    destination: str
    used: str
    billed: str
    amount: str
    currency: str


COLUMNS: Final = Item._fields
FIGURES: Final = ("used", "billed", "amount")


class Borne(NamedTuple):
    """A charge line of a document with the charges behind it, and whether it takes them back."""

    line: ChargeLine
    charges: pl.DataFrame
    takes_back: bool


def may_be_whole(policy: str) -> bool:
    """Whether a customer may ask for whole numbers. Raises NumbersPolicyUnreadable."""
    if policy not in NUMBERS:
        raise NumbersPolicyUnreadable(text=policy, known=", ".join(NUMBERS))
    return policy == "as_customer_asks"


def hidden(number: str) -> str:
    """A number without its last three digits; of a short one nothing is left."""
    return f"{number[:-HIDDEN]}{STARS}" if number else ""


def items_of(
    document: str,
    borne: Sequence[Borne],
    numbers: Mapping[tuple[str, int], tuple[str, str]],
    zone: ZoneInfo,
    *,
    whole: bool = False,
) -> Iterator[Item]:
    """The rows of a document, charge by charge, events in the order in which they happened.

    Args:
        numbers: who called whom, by batch and line of the record.
        zone: on whose clock events are told.
        whole: show numbers of other people whole.
    """
    for place, each in enumerate(borne, 1):
        line = each.line
        heading = (document, place, line.service, line.product)
        if each.charges.is_empty():
            where = (line.destination, "", "", *_sum(line.amount, line))
            yield Item(*heading, "charge", "", "", "", *where)
            continue
        told = Decimal(0)
        for event in _events(each.charges):
            amount = _amount(event, line, -1 if each.takes_back else 1)
            told = EXACT.add(told, amount)
            calling, called = numbers.get((event["batch_id"], event["line"]), ("", ""))
            if not whole and event["direction"] == "incoming":
                calling = hidden(calling)
            elif not whole:
                called = hidden(called)
            at = event["occurred_at"].astimezone(zone).isoformat(timespec="seconds")
            measured = str(event["used"]), str(event["billed_units"])
            where = (line.destination, *measured, *_sum(amount, line))
            yield Item(*heading, "usage", at, calling, called, *where)
        rest = EXACT.subtract(line.amount, told)
        if rest:
            yield Item(*heading, "rounding", "", "", "", "", "", "", *_sum(rest, line))


def _events(charges: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """One row for each event: its parts added up."""
    first = ("batch_id", "line", "direction", "occurred_at")
    summed = charges.group_by(EVENT, maintain_order=True).agg(
        *(pl.col(name).first() for name in first),
        pl.when(pl.col("kind") == "voice")
        .then("connected_seconds")
        .otherwise("quantity")
        .sum()
        .alias("used"),
        pl.col("billed_units").sum(),
        pl.col("amount_3600"),
        pl.col("rounded_units"),
    )
    return summed.sort("occurred_at", *EVENT).iter_rows(named=True)


def _amount(event: Mapping[str, Any], line: ChargeLine, sign: int) -> Decimal:
    """What an event cost: its rounded parts where events are rounded, else exact."""
    rounded = event["rounded_units"]
    if None not in rounded:
        return Decimal(sign * sum(rounded)).scaleb(-minor_unit(line.currency))
    exact = sum((Fraction(part) for part in event["amount_3600"]), Fraction(0)) / 3600
    return round_fraction(sign * exact, PLACES)


def _sum(amount: Decimal, line: ChargeLine) -> tuple[str, str]:
    return plain(amount), line.currency
