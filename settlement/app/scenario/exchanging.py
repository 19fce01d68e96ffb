"""The steps of the two-step exchange: a carrier says its part, and we answer as we do to any; and
the files that charge roaming partners.

The carrier's messages are written here from its own records, a CSV file beside the story that is
told from its side, and go in by the door that carriers use. Where we refuse one, the step is
refused.
"""

from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Final

import polars as pl

from settlement.app.scenario.play import NothingOfTheKind, Play, Told, Verb
from settlement.app.scenario.settling import agreement_code
from settlement.app.scenario.stage import file_of
from settlement.app.scenario.steps import Step
from settlement.disputes.objections import service as objections
from settlement.interconnect.exchange.differing import key_turned, settled_turned
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.keeping.service import Place
from settlement.interconnect.exchange.recording import service as recording
from settlement.interconnect.reconciling import service as reconciling
from settlement.interconnect.roaming import service as roaming
from settlement.parties import service as parties
from settlement.periods import service as periods
from statements.document import Period as DocumentPeriod
from statements.exchange.bucket_hash import bucket_totals, in_order
from statements.exchange.message import (
    RECORDS,
    BucketKey,
    Header,
    Message,
    MessageKind,
    MessageRefused,
    Settled,
)
from statements.exchange.reading import read_message
from statements.exchange.writing import message_xml, write_records
from tenants.directory.service import own_tenant

OFFERS: Final = {
    "proposal": MessageKind.PROPOSAL,
    "counter-proposal": MessageKind.COUNTER_PROPOSAL,
    "acceptance": MessageKind.ACCEPTANCE,
    "objection": MessageKind.OBJECTION,
}
OBJECTED: Final = "This is not what we counted."
# What a line of the carrier's file says; its day is told by the agreement's clocks.
LINE: Final = {
    name: RECORDS[name]
    for name in ("record_id", "calling", "called", "seconds", "amount", "direction", "trunk",
                 "destination")
}  # fmt: skip


def _totals(play: Play, step: Step) -> Told:
    """Its totals go in; told is whose records each side asks the other for."""
    place = _place(play, step)
    totals = tuple(bucket_totals(_records(play, step, place)))
    _say(play, place, Message(MessageKind.BUCKET_TOTALS, _header(play, place), totals=totals))
    asked = _asked(play, place)
    return {"buckets": len(totals), "asked": [_named(key) for key in asked]}


def _send_records(play: Play, step: Step) -> Told:
    """It sends what we asked for and asks for ours of the buckets that differ."""
    place = _place(play, step)
    request = _newest(play, place, MessageKind.RECORD_REQUEST)
    theirs = [key_turned(key) for key in request.requested]
    sent = recording.in_buckets(_records(play, step, place), theirs)
    out = BytesIO()
    write_records(out, _header(play, place, request.header.id), [sent])
    _receive(play, place, out.getvalue())
    differing = keeping.differing_buckets(play.session, place)
    wanted = tuple(key_turned(each.key) for each in differing if each.ours is not None)
    header = _header(play, place)
    _say(play, place, Message(MessageKind.RECORD_REQUEST, header, requested=wanted))
    answer = _newest(play, place, MessageKind.RECORDS)
    received = sum(each.figures.records for each in answer.totals)
    return {"records_sent": sent.height, "records_received": received}


def _they_offer(play: Play, step: Step) -> None:
    place, kind = _place(play, step), OFFERS[step["offer"]]
    standing = keeping.progress_at(play.session, place).standing
    is_answer = kind is not MessageKind.PROPOSAL and standing is not None
    header = _header(play, place, standing.message_id if is_answer and standing else None)
    text = OBJECTED if kind is MessageKind.OBJECTION else ""
    said = Message(kind, header, settled=settled_turned(_amounts(step)), text=text)
    _say(play, place, said)


def _we_offer(play: Play, step: Step) -> None:
    kind = OFFERS[step["offer"]]
    text = OBJECTED if kind is MessageKind.OBJECTION else ""
    code = _place(play, step).agreement.code
    objections.settle(play.session, code, step["month"], kind, _amounts(step), text=text)


def _settle_silence(play: Play, _step: Step) -> Told:
    return {"settled": len(reconciling.book_unsettled(play.session))}


def _write_tap(play: Play, step: Step) -> Told:
    code = _place(play, step).agreement.code
    return {"files": [file.name for file in roaming.write_files(play.session, code, step["month"])]}


def _amounts(step: Step) -> tuple[Settled, Settled]:
    """Told from our side, whoever says them."""
    return Settled("incoming", Decimal(step["incoming"])), Settled(
        "outgoing", Decimal(step["outgoing"])
    )


def _place(play: Play, step: Step) -> Place:
    carrier = parties.party_by_code(play.session, step["code"])
    month = periods.period(play.session, step["month"]).month
    code = agreement_code(play, carrier, month.starts_on, month.ends_on)
    return keeping.place_of(play.session, code, step["month"])


def _records(play: Play, step: Step, place: Place) -> pl.DataFrame:
    """The carrier's file as a frame of RECORDS, told from its side."""
    lines = pl.read_csv(BytesIO(file_of(play.folder, step["file"])), infer_schema=False)
    started_at = pl.col("started_at").str.to_datetime(time_unit="us", time_zone="UTC")
    day = started_at.dt.convert_time_zone(place.agreement.time_zone).dt.date()
    said = [pl.col(name).cast(kind) for name, kind in LINE.items()]
    told = lines.select(*said, started_at=started_at, day=day, corrects=pl.lit(None, pl.String))
    return in_order(told.select(RECORDS.names()))


def _header(play: Play, place: Place, in_reply_to: str | None = None) -> Header:
    month = place.period.month
    sequence = len(keeping.counting(play.session, place, "theirs")) + 1
    return Header(
        id=f"{place.carrier.code}/{place.period.code}/{sequence}",
        in_reply_to=in_reply_to,
        sender=place.carrier.name,
        receiver=own_tenant(play.session).legal_name,
        agreement=place.agreement.code,
        period=DocumentPeriod(month.starts_on, month.ends_on),
        time_zone=place.agreement.time_zone,
        currency=place.agreement.currency,
        created_at=play.session.now(),
        sequence=sequence,
    )


def _say(play: Play, place: Place, message: Message) -> None:
    _receive(play, place, message_xml(message))


def _receive(play: Play, place: Place, xml: bytes) -> None:
    """Raises MessageRefused where our acknowledgement says so."""
    answer = objections.receive(play.session, place.carrier.id, BytesIO(xml))
    acknowledged = read_message(BytesIO(answer))
    if acknowledged.verdict == "refused":
        raise MessageRefused(acknowledged.lines)


def _asked(play: Play, place: Place) -> tuple[BucketKey, ...]:
    """The buckets whose records we want; none where all totals are equal."""
    try:
        return _newest(play, place, MessageKind.RECORD_REQUEST).requested
    except NothingOfTheKind:
        return ()


def _newest(play: Play, place: Place, kind: MessageKind) -> Message:
    """Our last message of a kind as the carrier gets it. Raises NothingOfTheKind."""
    for each in reversed(keeping.counting(play.session, place, "ours")):
        if each.kind is kind:
            return read_message(BytesIO(keeping.bytes_of(play.session, each.id)))
    raise NothingOfTheKind(what=f"{kind.value} to {place.carrier.code}")


def _named(key: BucketKey) -> str:
    return f"{key.day.isoformat()} {key.direction} {key.trunk} {key.destination}"


OF_EXCHANGING: Final[Mapping[str, Verb]] = {
    "exchange totals {file} of {code} {month}": _totals,
    "exchange records {file} of {code} {month}": _send_records,
    "exchange {offer} from {code} of {incoming} and {outgoing} for {month}": _they_offer,
    "exchange {offer} to {code} of {incoming} and {outgoing} for {month}": _we_offer,
    "exchange silence": _settle_silence,
    "write TAP files of {code} {month}": _write_tap,
}
