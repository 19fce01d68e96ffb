"""What a carrier's message must be before it moves an exchange, beside its schema and its turn.

A foreign agreement and an unknown one get the same answer, so that nobody learns from it with whom
else we exchange traffic.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from currencies.money import money
from currencies.rounding import is_payable
from settlement.interconnect.exchange.differing import Differing
from statements.document import Period
from statements.exchange.contradictions import said
from statements.exchange.message import (
    BucketKey,
    BucketTotal,
    Message,
    MessageKind,
    MessageRefused,
    RefusedLine,
    refused,
)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a message of an agreement and period must say of itself."""

    senders: tuple[str, ...]
    receiver: str
    period: Period
    time_zone: str
    currency: str
    sequence: int


def require_expected(message: Message, expected: Expected) -> None:
    """Refuse a message from or to somebody else, in another currency, or not the next one."""
    header = message.header
    if header.sender not in expected.senders:
        raise refused("wrong-sender", f"you are known to us as {expected.senders[0]}")
    if header.receiver != expected.receiver:
        raise refused("wrong-receiver", f"our name is {expected.receiver}")
    for code, stated, agreed in (
        ("wrong-period", header.period, expected.period),
        ("wrong-time-zone", header.time_zone, expected.time_zone),
        ("wrong-currency", header.currency, expected.currency),
    ):
        if stated != agreed:
            raise refused(code, f"the message says {_plain(stated)}, agreed is {_plain(agreed)}")
    is_counted = message.kind is not MessageKind.ACKNOWLEDGEMENT
    if is_counted and header.sequence != expected.sequence:
        reason = f"the next message of yours is {expected.sequence}, this one is {header.sequence}"
        raise refused("out-of-sequence", reason)


def require_payable(message: Message) -> None:
    """Refuse amounts that nobody could pay: finer than the minor unit, or a direction twice."""
    lines = []
    for number, settled in enumerate(message.settled, 1):
        if not is_payable(money(settled.amount, message.header.currency)):
            reason = f"{settled.amount:f} is finer than the minor unit"
            lines.append(RefusedLine(number, "not-payable", reason))
    if len({settled.direction for settled in message.settled}) < len(message.settled):
        lines.append(RefusedLine(2, "direction-repeated", "each direction stands once"))
    if lines:
        raise MessageRefused(tuple(lines))


def require_differing(message: Message, found: Iterable[Differing]) -> None:
    """Refuse to ask for or to take records of a bucket that does not differ, or other records.

    Everything here is told from our side. Raises MessageRefused.
    """
    by_key = {each.key: each for each in found}
    if message.kind is MessageKind.RECORD_REQUEST:
        lines = list(_not_ours(message.requested, by_key))
    else:
        lines = list(_not_as_stated(message.totals, by_key))
    if lines:
        raise MessageRefused(tuple(lines))


def _not_ours(
    requested: Iterable[BucketKey], found: dict[BucketKey, Differing]
) -> Iterator[RefusedLine]:
    for number, key in enumerate(requested, 1):
        if key not in found or found[key].ours is None:
            reason = "the bucket does not differ, or we do not have it"
            yield RefusedLine(number, "bucket-agrees", reason)


def _not_as_stated(
    totals: Iterable[BucketTotal], found: dict[BucketKey, Differing]
) -> Iterator[RefusedLine]:
    """Lines of a Records message are its records, so that a bucket is named in words."""
    for total in totals:
        if total.key not in found:
            yield RefusedLine(0, "bucket-agrees", f"bucket {said(total.key)} does not differ")
        elif total != found[total.key].theirs:
            reason = f"the records of bucket {said(total.key)} are not those of your totals"
            yield RefusedLine(0, "records-do-not-tie", reason)


def _plain(value: object) -> object:
    if isinstance(value, Period):
        return f"{value.starts_on} until {value.until}"
    return value
