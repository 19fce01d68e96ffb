"""Send messages of ours: totals, records, proposals and answers, acknowledgements.

Where the tenant has a key among its secrets, every message is signed with it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Final

import polars as pl

from currencies.money import EXACT, money
from currencies.rounding import to_minor_unit
from i18n.errors import Invalid
from settlement.interconnect.exchange.expecting import (
    require_payable,
)
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.messages import (
    ExchangeMessage,
)
from settlement.interconnect.exchange.progress import (
    Step,
    after,
)
from settlement.interconnect.exchange.recording import service as recording
from settlement.interconnect.exchange.sending.gateway import signing_key
from settlement.parties.party import Party
from settlement.periods import service as periods
from settlement.periods.calendar import local_day
from statements.document import Period as DocumentPeriod
from statements.exchange.bucket_hash import KEY, bucket_totals
from statements.exchange.message import (
    BucketKey,
    BucketTotal,
    Header,
    Message,
    MessageKind,
    RefusedLine,
    Settled,
    Verdict,
)
from statements.exchange.signing import sign
from statements.exchange.writing import message_xml, write_records
from tenants.column_files import keep_frame
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

RECORDS_OF_A_MESSAGE: Final = 50_000
UNREAD: Final = "-"
SETTLING: Final = (
    MessageKind.PROPOSAL,
    MessageKind.COUNTER_PROPOSAL,
    MessageKind.ACCEPTANCE,
    MessageKind.OBJECTION,
)


class NotForPeople(Invalid):
    """A {kind} is sent without being asked. Send one of {known}."""


def send_totals(session: TenantSession, agreement: str, period: str) -> ExchangeMessage:
    """Begin an exchange, or begin it anew: send our control totals of a closed period.

    Raises NoSuchAgreementBetweenUs, NoSuchPeriod, PeriodNotClosed, and MessageRefused where it is
    not our turn.
    """
    place = keeping.place_of(session, agreement, period)
    keeping.hold_carrier(session, place.carrier.id)
    return answer_totals(session, place)


def settle(
    session: TenantSession,
    agreement: str,
    period: str,
    kind: MessageKind,
    amounts: Sequence[Settled],
    *,
    text: str = "",
    replaces: str | None = None,
) -> ExchangeMessage:
    """Propose, counter, accept or object, with amounts told from our side.

    Raises what `send_totals` raises, NotForPeople for another kind of message, and MessageRefused
    where the amounts are not payable.
    """
    if kind not in SETTLING:
        raise NotForPeople(kind=kind.value, known=", ".join(SETTLING))
    place = keeping.place_of(session, agreement, period)
    keeping.hold_carrier(session, place.carrier.id)
    standing = keeping.progress_at(session, place).standing
    is_answer = kind is not MessageKind.PROPOSAL and standing is not None
    return send(
        session,
        place,
        kind,
        in_reply_to=standing.message_id if is_answer and standing else None,
        settled=tuple(amounts),
        text=text,
        replaces=replaces,
    )


def answer_totals(session: TenantSession, place: keeping.Place) -> ExchangeMessage:
    records = recording.own(session, place)
    return send(
        session,
        place,
        MessageKind.BUCKET_TOTALS,
        totals=tuple(bucket_totals(records)),
        records_sha256=keep_frame(session.files, records),
    )


def send(
    session: TenantSession,
    place: keeping.Place,
    kind: MessageKind,
    *,
    in_reply_to: str | None = None,
    totals: tuple[BucketTotal, ...] = (),
    requested: tuple[BucketKey, ...] = (),
    settled: tuple[Settled, ...] = (),
    replaces: str | None = None,
    text: str = "",
    records_sha256: str | None = None,
) -> ExchangeMessage:
    header = _header(session, place, in_reply_to)
    message = Message(kind, header, totals, requested, settled, replaces=replaces, text=text)
    require_payable(message)
    content = _signed(session, message_xml(message))
    _require_turn(session, place, message)
    return keeping.keep(
        session, place.carrier, place, "ours", kind, header,
        verdict="sent", sha256=session.files.put(content[0]), records_sha256=records_sha256,
        signed=content[1], amounts=amounts_of(message), replaces=replaces, totals=totals,
    )  # fmt: skip


def send_records(
    session: TenantSession, place: keeping.Place, in_reply_to: str, wanted: Iterable[BucketKey]
) -> None:
    """Send the records of buckets, in as many messages as it takes; a bucket is never cut."""
    records = recording.in_buckets(recording.own_sent(session, place), list(wanted))
    for piece in _pieces(records):
        header = _header(session, place, in_reply_to)
        out = BytesIO()
        write_records(out, header, [piece])
        content = _signed(session, out.getvalue())
        keeping.keep(
            session, place.carrier, place, "ours", MessageKind.RECORDS, header,
            verdict="sent", sha256=session.files.put(content[0]), signed=content[1],
            records_sha256=keep_frame(session.files, piece),
        )  # fmt: skip


def _pieces(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Whole buckets, together about as many records as one message should have."""
    waiting: list[pl.DataFrame] = []
    for bucket in records.partition_by(*KEY, maintain_order=True):
        waiting.append(bucket)
        if sum(each.height for each in waiting) >= RECORDS_OF_A_MESSAGE:
            yield pl.concat(waiting)
            waiting = []
    if waiting:
        yield pl.concat(waiting)


def acknowledge(
    session: TenantSession,
    carrier: Party,
    place: keeping.Place | None,
    header: Header,
    received: str,
    lines: tuple[RefusedLine, ...],
) -> bytes:
    """Our acknowledgement, kept like every message of ours."""
    answer = replace(
        header,
        id=str(session.ids.new()),
        in_reply_to=None if header.id == UNREAD else header.id,
        sender=own_tenant(session).legal_name,
        receiver=carrier.name,
        created_at=session.now(),
    )
    verdict: Verdict = "refused" if lines else "accepted"
    message = Message(
        MessageKind.ACKNOWLEDGEMENT, answer, verdict=verdict, received=received, lines=lines
    )
    content, signed = _signed(session, message_xml(message))
    keeping.keep(
        session, carrier, place, "ours", MessageKind.ACKNOWLEDGEMENT, answer,
        verdict="sent", sha256=session.files.put(content), signed=signed,
    )  # fmt: skip
    return content


def _signed(session: TenantSession, content: bytes) -> tuple[bytes, bool]:
    key = signing_key(session.database.settings, own_tenant(session).code)
    return (content, False) if key is None else (sign(content, *key), True)


def _header(session: TenantSession, place: keeping.Place, in_reply_to: str | None) -> Header:
    month, agreement = place.period.month, place.agreement
    return Header(
        id=str(session.ids.new()),
        in_reply_to=in_reply_to,
        sender=own_tenant(session).legal_name,
        receiver=place.carrier.name,
        agreement=agreement.code,
        period=DocumentPeriod(month.starts_on, month.ends_on),
        time_zone=agreement.time_zone,
        currency=agreement.currency,
        created_at=session.now(),
        sequence=len(keeping.counting(session, place, "ours")) + 1,
    )


def unread(session: TenantSession) -> Header:
    """What is said of a message that could not be read so far."""
    today, tenant = periods.today(session), own_tenant(session)
    return Header(
        id=UNREAD,
        in_reply_to=None,
        sender=UNREAD,
        receiver=UNREAD,
        agreement=UNREAD,
        period=DocumentPeriod(today, today + dt.timedelta(days=1)),
        time_zone=tenant.time_zone,
        currency=tenant.base_currency,
        created_at=session.now(),
        sequence=0,
    )


def _require_turn(session: TenantSession, place: keeping.Place, message: Message) -> None:
    header = message.header
    step = Step(
        "ours",
        message.kind,
        header.id,
        local_day(session.now(), place.carrier.time_zone),
        header.in_reply_to,
        message.settled,
        message.replaces,
    )
    after(keeping.progress_at(session, place), step, place.window)


def amounts_of(message: Message) -> tuple[Settled, ...]:
    """What a message would settle: its amounts, or what its totals come to when paid."""
    if message.kind is not MessageKind.BUCKET_TOTALS:
        return message.settled
    sums: dict[str, Decimal] = {}
    for total in message.totals:
        direction, amount = total.key.direction, total.figures.amount
        sums[direction] = EXACT.add(sums.get(direction, Decimal(0)), amount)
    currency = message.header.currency
    return tuple(
        Settled(direction, to_minor_unit(money(amount, currency)).amount)
        for direction, amount in sorted(sums.items())
    )
