"""Exchange totals, differing records and settlements with carriers, message by message.

What a carrier sends is taken in whole or refused whole, and acknowledged either way; a refusal
gives a reason for each line, and nothing of the message is loaded. Every message of both sides is
kept as it was sent. Answers that need no person are given at once: our totals in answer to theirs,
a request for the records that differ, and our records in answer to theirs.

Where a carrier has a certificate here, its messages must be signed; where we have a key, ours are.
"""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple
from uuid import UUID

import polars as pl

from i18n.errors import DomainError
from settlement.interconnect.exchange.differing import (
    key_turned,
    settled_turned,
    totals_turned,
)
from settlement.interconnect.exchange.expecting import (
    Expected,
    require_differing,
    require_expected,
    require_payable,
)
from settlement.interconnect.exchange.gateway import on_disk
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.messages import (
    ExchangeMessage,
)
from settlement.interconnect.exchange.progress import (
    Step,
    after,
)
from settlement.interconnect.exchange.sending import service as sending
from settlement.parties.party import Party
from settlement.periods import service as periods
from statements.document import Period as DocumentPeriod
from statements.exchange.message import (
    RECORDS,
    Header,
    Message,
    MessageKind,
    MessageRefused,
    RefusedLine,
    refused,
)
from statements.exchange.reading import kind_and_header, read_message
from statements.exchange.signing import verified
from tenants.column_files import FrameWriter
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

MOST_BYTES: Final = 256 * 1024 * 1024


class _Taken(NamedTuple):
    """What became of a message: whose place it moved, and what was kept of it."""

    place: keeping.Place
    message: Message
    records_sha256: str | None


def receive(session: TenantSession, carrier_id: UUID, content: BinaryIO) -> bytes:
    """Take in a message of a carrier and return our acknowledgement in XML.

    An acknowledgement of theirs gets none: the answer is empty. Raises NotYourExchange and
    NotACarrier; whatever is wrong with the message itself is said in the acknowledgement.
    """
    carrier = keeping.carrier_of(session, carrier_id)
    keeping.hold_carrier(session, carrier_id)
    with on_disk(session.files, content) as path:
        signed = False
        try:
            believed, signed = _believed(session, carrier, path)
            with FrameWriter(session.files, RECORDS) as writer:
                taken = _taken(session, carrier, believed, writer)
        except DomainError as error:
            lines = _lines_of(error)
            known = None if _is_unsigned(lines) else _known(path)
            sha256 = session.files.adopt(path)
            return _refuse(session, carrier, known, lines, sha256)
        sha256 = session.files.adopt(path)
    return _accept(session, taken, sha256, signed)


def _accept(session: TenantSession, taken: _Taken, sha256: str, signed: bool) -> bytes:
    place, message, header = taken.place, taken.message, taken.message.header
    kept = keeping.keep(
        session, place.carrier, place, "theirs", message.kind, header,
        verdict="accepted", sha256=sha256, records_sha256=taken.records_sha256, signed=signed,
        amounts=sending.amounts_of(message), replaces=message.replaces, totals=message.totals,
    )  # fmt: skip
    if message.kind is MessageKind.ACKNOWLEDGEMENT:
        return b""
    answer = sending.acknowledge(session, place.carrier, place, header, sha256, ())
    _react(session, place, kept, message)
    return answer


def _refuse(
    session: TenantSession,
    carrier: Party,
    known: tuple[MessageKind, Header] | None,
    lines: tuple[RefusedLine, ...],
    sha256: str,
) -> bytes:
    """Keep a message as refused, and say so. A refused acknowledgement is kept in silence."""
    kind, header = known or (None, sending.unread(session))
    place = keeping.place_known(session, carrier, header) if known else None
    keeping.keep(
        session, carrier, place, "theirs", kind, header,
        verdict="refused", sha256=sha256, reasons=lines,
    )  # fmt: skip
    if kind is MessageKind.ACKNOWLEDGEMENT:
        return b""
    return sending.acknowledge(session, carrier, place, header, sha256, lines)


def _believed(session: TenantSession, carrier: Party, path: Path) -> tuple[BinaryIO, bool]:
    """The message as far as it can be believed: where it must be signed, the signed part."""
    if path.stat().st_size > MOST_BYTES:
        raise refused(
            "too-large", f"the message has more than {MOST_BYTES} bytes; send it in parts"
        )
    registered = keeping.certificates(session, carrier.id)
    if registered:
        certificates = [each.certificate for each in registered]
        return BytesIO(verified(path.read_bytes(), certificates, session.now())), True
    return path.open("rb"), False


def _taken(
    session: TenantSession, carrier: Party, content: BinaryIO, writer: FrameWriter
) -> _Taken:
    """Read and check a message; its records are kept only where all of it is right."""
    with content:
        message = read_message(content, lambda frame: writer.add(_turned(frame)))
    header = message.header
    place = keeping.their_place(session, carrier, header)
    if keeping.was_accepted(session, carrier.id, header.id):
        raise refused("message-repeated", f"message {header.id} was accepted before")
    counted = keeping.counting(session, place, "theirs")
    require_expected(message, _expected(session, place, len(counted) + 1))
    message = replace(
        message,
        totals=totals_turned(message.totals),
        requested=tuple(key_turned(key) for key in message.requested),
        settled=settled_turned(message.settled),
    )
    _check_turn(session, place, message)
    is_long = message.kind is MessageKind.RECORDS
    return _Taken(place, message, writer.keep() if is_long else None)


def _check_turn(session: TenantSession, place: keeping.Place, message: Message) -> None:
    if message.kind is MessageKind.ACKNOWLEDGEMENT:
        keeping.note_verdict(session, place, message)
        return
    require_payable(message)
    step = Step(
        "theirs",
        message.kind,
        message.header.id,
        periods.today(session),
        message.header.in_reply_to,
        message.settled,
        message.replaces,
    )
    after(keeping.progress_at(session, place), step, place.window)
    if message.kind in (MessageKind.RECORD_REQUEST, MessageKind.RECORDS):
        require_differing(message, keeping.differing_buckets(session, place))


def _react(
    session: TenantSession, place: keeping.Place, received: ExchangeMessage, message: Message
) -> None:
    """Give the answers that need no person."""
    if message.kind is MessageKind.BUCKET_TOTALS:
        if "ours" not in keeping.progress_at(session, place).totals:
            sending.answer_totals(session, place)
        found = keeping.differing_buckets(session, place)
        wanted = [each.key for each in found if each.theirs is not None]
        if wanted:
            sending.send(session, place, MessageKind.RECORD_REQUEST, requested=tuple(wanted))
    elif message.kind is MessageKind.RECORD_REQUEST:
        sending.send_records(session, place, received.message_id, message.requested)


def _expected(session: TenantSession, place: keeping.Place, sequence: int) -> Expected:
    month = place.period.month
    return Expected(
        senders=(place.carrier.name, place.carrier.code),
        receiver=own_tenant(session).legal_name,
        period=DocumentPeriod(month.starts_on, month.ends_on),
        time_zone=place.agreement.time_zone,
        currency=place.agreement.currency,
        sequence=sequence,
    )


def _turned(records: pl.DataFrame) -> pl.DataFrame:
    other = {"incoming": "outgoing", "outgoing": "incoming"}
    return records.with_columns(pl.col("direction").replace(other))


def _lines_of(error: DomainError) -> tuple[RefusedLine, ...]:
    if isinstance(error, MessageRefused):
        return error.lines
    return (RefusedLine(0, error.code, str(error)),)


def _is_unsigned(lines: tuple[RefusedLine, ...]) -> bool:
    """Whether a message was refused before it was read: nothing that it says is believed."""
    return lines[0].code in ("signature-missing", "signature-wrong")


def _known(path: Path) -> tuple[MessageKind, Header] | None:
    with path.open("rb") as content:
        return kind_and_header(content)
