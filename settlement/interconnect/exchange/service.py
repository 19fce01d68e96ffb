"""Exchange totals, differing records and settlements with carriers, message by message.

What a carrier sends is taken in whole or refused whole, and acknowledged either way; a refusal
gives a reason for each line, and nothing of the message is loaded. Every message of both sides is
kept as it was sent. Answers that need no person are given at once: our totals in answer to theirs,
a request for the records that differ, and our records in answer to theirs.

Where a carrier has a certificate here, its messages must be signed; where we have a key, ours are.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple
from uuid import UUID

import polars as pl

from currencies.money import EXACT, money
from currencies.rounding import to_minor_unit
from i18n.errors import DomainError, Invalid, NotFound
from mediation.landing import service as landing
from settlement.agreements import service as agreements
from settlement.agreements.agreed import Interconnect
from settlement.interconnect.acceptance import ObjectionWindow
from settlement.interconnect.exchange import store
from settlement.interconnect.exchange.differing import (
    Differing,
    differing,
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
from settlement.interconnect.exchange.gateway import on_disk, signing_key
from settlement.interconnect.exchange.messages import (
    Certificate,
    ExchangeMessage,
    ExchangeState,
    Outcome,
)
from settlement.interconnect.exchange.own_records import CALLS, own_records
from settlement.interconnect.exchange.progress import (
    OTHER,
    Progress,
    Step,
    after,
    progress_of,
)
from settlement.interconnect.exchanged import Origin
from settlement.interconnect.receiving import (
    NoSuchAgreementBetweenUs,
    NotACarrier,
    NotYourExchange,
)
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.parties.party import Party
from settlement.periods import service as periods
from settlement.periods.calendar import local_day
from settlement.periods.service import Period
from settlement.rating import service as rating
from statements.document import Period as DocumentPeriod
from statements.exchange.bucket_hash import KEY, bucket_totals
from statements.exchange.message import (
    RECORDS,
    BucketKey,
    BucketTotal,
    Header,
    Message,
    MessageKind,
    MessageRefused,
    RefusedLine,
    Settled,
    Verdict,
    refused,
)
from statements.exchange.reading import kind_and_header, read_message
from statements.exchange.signing import fingerprint, sign, verified
from statements.exchange.writing import message_xml, write_records
from tenants.column_files import FrameWriter, keep_frame, read_frame
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

MOST_BYTES: Final = 256 * 1024 * 1024
RECORDS_OF_A_MESSAGE: Final = 50_000
MOST_LISTED: Final = 200
UNREAD: Final = "-"
SETTLING: Final = (
    MessageKind.PROPOSAL,
    MessageKind.COUNTER_PROPOSAL,
    MessageKind.ACCEPTANCE,
    MessageKind.OBJECTION,
)


class NoSuchExchangeMessage(NotFound):
    """There is no message {message}. Check the identifier."""


class NotForPeople(Invalid):
    """A {kind} is sent without being asked. Send one of {known}."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The agreement and closed period that messages are about."""

    carrier: Party
    agreement: Interconnect
    period: Period

    @property
    def window(self) -> ObjectionWindow:
        """How long either side may object."""
        is_business = self.agreement.policies.get("notice_count") == "business_days"
        return ObjectionWindow(
            self.agreement.objection_days,
            "business_days" if is_business else "calendar_days",
            self.carrier.country,
        )


class _Taken(NamedTuple):
    """What became of a message: whose place it moved, and what was kept of it."""

    place: _Place
    message: Message
    records_sha256: str | None


# What we send.


def send_totals(session: TenantSession, agreement: str, period: str) -> ExchangeMessage:
    """Begin an exchange, or begin it anew: send our control totals of a closed period.

    Raises NoSuchAgreementBetweenUs, NoSuchPeriod, PeriodNotClosed, and MessageRefused where it is
    not our turn.
    """
    place = _place_of(session, agreement, period)
    store.hold_carrier(session, place.carrier.id)
    return _send_totals(session, place)


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
    place = _place_of(session, agreement, period)
    store.hold_carrier(session, place.carrier.id)
    standing = _progress(session, place).standing
    is_answer = kind is not MessageKind.PROPOSAL and standing is not None
    return _send(
        session,
        place,
        kind,
        in_reply_to=standing.message_id if is_answer and standing else None,
        settled=tuple(amounts),
        text=text,
        replaces=replaces,
    )


# What carriers send.


def receive(session: TenantSession, carrier_id: UUID, content: BinaryIO) -> bytes:
    """Take in a message of a carrier and return our acknowledgement in XML.

    An acknowledgement of theirs gets none: the answer is empty. Raises NotYourExchange and
    NotACarrier; whatever is wrong with the message itself is said in the acknowledgement.
    """
    carrier = _may_exchange(session, carrier_id)
    store.hold_carrier(session, carrier_id)
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
    kept = _keep(
        session, place.carrier, place, "theirs", message.kind, header,
        verdict="accepted", sha256=sha256, records_sha256=taken.records_sha256, signed=signed,
        amounts=_amounts_of(message), replaces=message.replaces, totals=message.totals,
    )  # fmt: skip
    if message.kind is MessageKind.ACKNOWLEDGEMENT:
        return b""
    answer = _acknowledge(session, place.carrier, place, header, sha256, ())
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
    kind, header = known or (None, _unread(session))
    place = _place_known(session, carrier, header) if known else None
    _keep(
        session, carrier, place, "theirs", kind, header,
        verdict="refused", sha256=sha256, reasons=lines,
    )  # fmt: skip
    if kind is MessageKind.ACKNOWLEDGEMENT:
        return b""
    return _acknowledge(session, carrier, place, header, sha256, lines)


def _believed(session: TenantSession, carrier: Party, path: Path) -> tuple[BinaryIO, bool]:
    """The message as far as it can be believed: where it must be signed, the signed part."""
    if path.stat().st_size > MOST_BYTES:
        raise refused(
            "too-large", f"the message has more than {MOST_BYTES} bytes; send it in parts"
        )
    certificates = [each.certificate for each in store.certificates(session, carrier.id)]
    if certificates:
        return BytesIO(verified(path.read_bytes(), certificates, session.now())), True
    return path.open("rb"), False


def _taken(
    session: TenantSession, carrier: Party, content: BinaryIO, writer: FrameWriter
) -> _Taken:
    """Read and check a message; its records are kept only where all of it is right."""
    with content:
        message = read_message(content, lambda frame: writer.add(_turned(frame)))
    header = message.header
    place = _their_place(session, carrier, header)
    if store.was_accepted(session, carrier.id, header.id):
        raise refused("message-repeated", f"message {header.id} was accepted before")
    counted = _counted(session, place, "theirs")
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


def _check_turn(session: TenantSession, place: _Place, message: Message) -> None:
    if message.kind is MessageKind.ACKNOWLEDGEMENT:
        _note_verdict(session, place, message)
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
    after(_progress(session, place), step, place.window)
    if message.kind in (MessageKind.RECORD_REQUEST, MessageKind.RECORDS):
        require_differing(message, _differing(session, place))


def _note_verdict(session: TenantSession, place: _Place, message: Message) -> None:
    """Keep what the carrier says of a message of ours that it has not answered yet."""
    for known in store.messages_of(session, place.agreement.agreement_id, place.period.id):
        is_meant = known.message_id == message.header.in_reply_to and known.origin == "ours"
        if is_meant and known.verdict == "sent":
            store.acknowledge(session, known.id, message.verdict, message.lines)
            return
    raise refused("not-waiting", "no message of ours with that id waits to be acknowledged")


def _react(
    session: TenantSession, place: _Place, received: ExchangeMessage, message: Message
) -> None:
    """Give the answers that need no person."""
    if message.kind is MessageKind.BUCKET_TOTALS:
        if "ours" not in _progress(session, place).totals:
            _send_totals(session, place)
        wanted = [each.key for each in _differing(session, place) if each.theirs is not None]
        if wanted:
            _send(session, place, MessageKind.RECORD_REQUEST, requested=tuple(wanted))
    elif message.kind is MessageKind.RECORD_REQUEST:
        _send_records(session, place, received.message_id, message.requested)


# What both see.


def states(
    session: TenantSession, *, carrier_id: UUID | None = None, limit: int = MOST_LISTED
) -> list[ExchangeState]:
    """Exchanges, those that last moved first; a carrier's user sees its own."""
    own = session.principal.party_id or carrier_id
    return [
        _state(session, _place_by_ids(session, agreement_id, period_id))
        for agreement_id, period_id in store.places(session, own, limit)
    ]


def messages(
    session: TenantSession,
    *,
    carrier_id: UUID | None = None,
    after_place: int = 0,
    limit: int = MOST_LISTED,
) -> list[ExchangeMessage]:
    """Messages of both sides behind a place, in their order; a carrier's user sees its own."""
    own = session.principal.party_id or carrier_id
    return store.messages(session, own, after_place, limit)


def bytes_of(session: TenantSession, message_id: UUID) -> bytes:
    """A message as it was sent; a carrier's user has its own. Raises NoSuchExchangeMessage."""
    found = store.by_id(session, message_id)
    party_id = session.principal.party_id
    if found is None or (party_id is not None and found.carrier_id != party_id):
        raise NoSuchExchangeMessage(message=message_id)
    return session.files.get(found.sha256)


class ExchangedRecords(NamedTuple):
    """Frames of RECORDS of the buckets that differ, told from our side."""

    ours: pl.DataFrame
    theirs: pl.DataFrame


def exchanged_records(
    session: TenantSession, agreement_id: UUID, period_id: UUID
) -> ExchangedRecords:
    """The records of both sides in the buckets that differ, as they were exchanged.

    Theirs are those that they have sent so far. Raises NoSuchAgreementBetweenUs and NoSuchPeriod.
    """
    place = _place_by_ids(session, agreement_id, period_id)
    wanted = [each.key for each in _differing(session, place)]
    sent = _counted(session, place, "theirs")
    begun = max((each.place for each in sent if each.kind is MessageKind.BUCKET_TOTALS), default=0)
    files = [each.records_sha256 for each in sent if each.place > begun and each.records_sha256]
    theirs = [read_frame(session.files, sha256) for sha256 in files]
    return ExchangedRecords(
        _in_buckets(_own_sent(session, place), wanted),
        _in_buckets(pl.concat([pl.DataFrame(schema=RECORDS), *theirs]), wanted),
    )


# Certificates.


def register_certificate(session: TenantSession, carrier_id: UUID, certificate: str) -> Certificate:
    """From now on messages of this carrier must be signed by a key registered for it.

    Registering one again gives the one there is. Raises NotACarrier and NotACertificate.
    """
    carrier = _may_exchange(session, carrier_id)
    print_of_it = fingerprint(certificate)
    for known in store.certificates(session, carrier.id):
        if known.fingerprint == print_of_it:
            return known
    new = Certificate(session.ids.new(), carrier.id, certificate, print_of_it, session.now())
    store.add_certificate(session, new)
    return new


def certificates(session: TenantSession, carrier_id: UUID | None = None) -> list[Certificate]:
    """Certificates of carriers; a carrier's user sees its own."""
    return store.certificates(session, session.principal.party_id or carrier_id)


# How messages are sent and kept.


def _send_totals(session: TenantSession, place: _Place) -> ExchangeMessage:
    records = _own(session, place)
    return _send(
        session,
        place,
        MessageKind.BUCKET_TOTALS,
        totals=tuple(bucket_totals(records)),
        records_sha256=keep_frame(session.files, records),
    )


def _send(
    session: TenantSession,
    place: _Place,
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
    return _keep(
        session, place.carrier, place, "ours", kind, header,
        verdict="sent", sha256=session.files.put(content[0]), records_sha256=records_sha256,
        signed=content[1], amounts=_amounts_of(message), replaces=replaces, totals=totals,
    )  # fmt: skip


def _send_records(
    session: TenantSession, place: _Place, in_reply_to: str, wanted: Iterable[BucketKey]
) -> None:
    """Send the records of buckets, in as many messages as it takes; a bucket is never cut."""
    records = _in_buckets(_own_sent(session, place), list(wanted))
    for piece in _pieces(records):
        header = _header(session, place, in_reply_to)
        with on_disk(session.files) as path:
            with path.open("wb") as out:
                write_records(out, header, [piece])
            content = _signed(session, path.read_bytes())
        _keep(
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


def _acknowledge(
    session: TenantSession,
    carrier: Party,
    place: _Place | None,
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
    _keep(
        session, carrier, place, "ours", MessageKind.ACKNOWLEDGEMENT, answer,
        verdict="sent", sha256=session.files.put(content), signed=signed,
    )  # fmt: skip
    return content


def _keep(
    session: TenantSession,
    carrier: Party,
    place: _Place | None,
    origin: Origin,
    kind: MessageKind | None,
    header: Header,
    *,
    verdict: Outcome,
    sha256: str,
    records_sha256: str | None = None,
    signed: bool = False,
    amounts: tuple[Settled, ...] = (),
    replaces: str | None = None,
    reasons: tuple[RefusedLine, ...] = (),
    totals: Sequence[BucketTotal] = (),
) -> ExchangeMessage:
    zone = carrier.time_zone
    message = ExchangeMessage(
        id=session.ids.new(),
        carrier_id=carrier.id,
        agreement_id=place.agreement.agreement_id if place else None,
        period_id=place.period.id if place else None,
        origin=origin,
        kind=kind,
        message_id=header.id,
        in_reply_to=header.in_reply_to,
        sequence=header.sequence,
        verdict=verdict,
        replaces=replaces,
        amounts=amounts,
        reasons=reasons,
        is_signed=signed,
        sha256=sha256,
        records_sha256=records_sha256,
        # The window of who receives it counts from its own day.
        exchanged_on=local_day(session.now(), zone) if origin == "ours" else periods.today(session),
        exchanged_at=session.now(),
        place=store.next_place(session, carrier.id),
    )
    store.add(session, message, totals if kind is MessageKind.BUCKET_TOTALS else ())
    return message


def _signed(session: TenantSession, content: bytes) -> tuple[bytes, bool]:
    key = signing_key(session.database.settings, own_tenant(session).code)
    return (content, False) if key is None else (sign(content, *key), True)


def _header(session: TenantSession, place: _Place, in_reply_to: str | None) -> Header:
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
        sequence=len(_counted(session, place, "ours")) + 1,
    )


def _unread(session: TenantSession) -> Header:
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


# Where an exchange stands.


def _progress(session: TenantSession, place: _Place) -> Progress:
    counted = [each for each in _messages(session, place) if each.counts]
    return progress_of([each.step for each in counted], place.window, periods.today(session))


def _require_turn(session: TenantSession, place: _Place, message: Message) -> None:
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
    after(_progress(session, place), step, place.window)


def _messages(session: TenantSession, place: _Place) -> list[ExchangeMessage]:
    return store.messages_of(session, place.agreement.agreement_id, place.period.id)


def _counted(session: TenantSession, place: _Place, origin: Origin) -> list[ExchangeMessage]:
    return [each for each in _messages(session, place) if each.counts and each.origin == origin]


def _stated(session: TenantSession, place: _Place, origin: Origin) -> ExchangeMessage | None:
    """The last totals of a side."""
    sent = _counted(session, place, origin)
    return next((each for each in reversed(sent) if each.kind is MessageKind.BUCKET_TOTALS), None)


def _differing(session: TenantSession, place: _Place) -> list[Differing]:
    """The buckets that differ, once both sides have stated theirs."""
    ours, theirs = (_stated(session, place, origin) for origin in ("ours", "theirs"))
    if ours is None or theirs is None:
        return []
    return differing(store.totals_of(session, ours.id), store.totals_of(session, theirs.id))


def _state(session: TenantSession, place: _Place) -> ExchangeState:
    progress, ours = _progress(session, place), _stated(session, place, "ours")
    standing = progress.standing
    decided = standing or progress.agreed
    return ExchangeState(
        carrier_id=place.carrier.id,
        agreement_id=place.agreement.agreement_id,
        period_id=place.period.id,
        agreement=place.agreement.code,
        currency=place.agreement.currency,
        state=progress.state,
        waits_for=None if standing is None else OTHER[standing.origin],
        deemed_accepted_on=progress.deemed_accepted_on(place.window),
        amounts=() if decided is None else decided.settled,
        buckets=0 if ours is None else len(store.totals_of(session, ours.id)),
        differing=tuple(_differing(session, place)),
        messages=tuple(_messages(session, place)),
    )


def _amounts_of(message: Message) -> tuple[Settled, ...]:
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


# Records in columns.


def _own(session: TenantSession, place: _Place) -> pl.DataFrame:
    """Our records of the period, in order."""
    wanted = (pl.col("side") == "carrier") & (
        pl.col("agreement") == str(place.agreement.agreement_id)
    )
    charges = rating.some_rated_charges(session, place.period.id, wanted)
    batches = charges["batch_id"].unique().sort().to_list()
    calls = [landing.usage_of_batch(session, UUID(batch)).select(list(CALLS)) for batch in batches]
    month = place.period.month
    known = pl.concat([pl.DataFrame(schema=CALLS), *calls])
    return own_records(charges, known, month.starts_on, month.last_day)


def _own_sent(session: TenantSession, place: _Place) -> pl.DataFrame:
    """Our records behind the totals that we sent last, whatever was rated since."""
    stated = _stated(session, place, "ours")
    if stated is None or stated.records_sha256 is None:
        return pl.DataFrame(schema=RECORDS)
    return read_frame(session.files, stated.records_sha256)


def _in_buckets(records: pl.DataFrame, keys: list[BucketKey]) -> pl.DataFrame:
    wanted = pl.DataFrame(keys, schema={name: RECORDS[name] for name in KEY}, orient="row")
    return records.join(wanted, on=KEY, how="semi", maintain_order="left")


def _turned(records: pl.DataFrame) -> pl.DataFrame:
    other = {"incoming": "outgoing", "outgoing": "incoming"}
    return records.with_columns(pl.col("direction").replace(other))


# Who and what it is about.


def _place_of(session: TenantSession, agreement: str, period: str) -> _Place:
    """What we name ourselves."""
    found = periods.closed_period(session, period)
    return _agreed(session, found, agreement, None)


def _their_place(session: TenantSession, carrier: Party, header: Header) -> _Place:
    """What a carrier names; an agreement of somebody else is not there."""
    found = periods.closed_period(session, f"{header.period.starts_on:%Y-%m}")
    return _agreed(session, found, header.agreement, carrier.id)


def _place_known(session: TenantSession, carrier: Party, header: Header) -> _Place | None:
    """Where a refused message belongs, if anywhere."""
    try:
        return _their_place(session, carrier, header)
    except DomainError:
        return None


def _place_by_ids(session: TenantSession, agreement_id: UUID, period_id: UUID) -> _Place:
    period = periods.period_by_id(session, period_id)
    for each in _in_force(session, period):
        if each.agreement_id == agreement_id:
            return _Place(parties.party(session, each.carrier_id), each, period)
    raise NoSuchAgreementBetweenUs(agreement=agreement_id)


def _agreed(
    session: TenantSession, period: Period, agreement: str, carrier_id: UUID | None
) -> _Place:
    for each in _in_force(session, period):
        if each.code == agreement and carrier_id in (None, each.carrier_id):
            return _Place(parties.party(session, each.carrier_id), each, period)
    raise NoSuchAgreementBetweenUs(agreement=agreement)


def _in_force(session: TenantSession, period: Period) -> list[Interconnect]:
    """Terms in force in the period, the latest version of each agreement first."""
    found = agreements.interconnects(session, period.month.starts_on, period.month.ends_on)
    return sorted(found, key=lambda each: each.valid_from, reverse=True)


def _expected(session: TenantSession, place: _Place, sequence: int) -> Expected:
    month = place.period.month
    return Expected(
        senders=(place.carrier.name, place.carrier.code),
        receiver=own_tenant(session).legal_name,
        period=DocumentPeriod(month.starts_on, month.ends_on),
        time_zone=place.agreement.time_zone,
        currency=place.agreement.currency,
        sequence=sequence,
    )


def _may_exchange(session: TenantSession, carrier_id: UUID) -> Party:
    own = session.principal.party_id
    if own is not None and own != carrier_id:
        raise NotYourExchange
    carrier = parties.party(session, carrier_id)
    if carrier.kind is not PartyKind.CARRIER:
        raise NotACarrier(party=carrier.code, kind=carrier.kind.value)
    return carrier


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
