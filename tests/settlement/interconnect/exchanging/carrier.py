"""A carrier that speaks the exchange: what it sends us about October."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

import polars as pl

from settlement.disputes.objections import service as objections
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.messages import ExchangeMessage
from settlement.interconnect.exchange.recording import service as recording
from settlement.parties import service as parties
from statements.exchange.bucket_hash import bucket_totals, in_order
from statements.exchange.message import (
    RECORDS,
    BucketKey,
    Header,
    Message,
    MessageKind,
    RefusedLine,
    Settled,
)
from statements.exchange.reading import read_message
from statements.exchange.writing import message_xml, write_records
from tenants.directory.service import own_tenant
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import Exchange
from tests.statements.exchange.builders import OCTOBER

Change = Callable[[pl.DataFrame], pl.DataFrame]


class Carrier:
    """The other side: the same records as ours but for a change, its own ids and order."""

    def __init__(self, session: TenantSession, exchange: Exchange, code: str = "IC-atlantic"):
        self.session = session
        self.exchange = exchange
        self.code = code
        self.sequence = 0
        self.records = pl.DataFrame(schema=RECORDS)

    def counts(self, change: Change = lambda records: records) -> None:
        """Count what we count, changed; told from its side."""
        ours = own_records_of(self.session, self.exchange)
        turned = pl.col("direction").replace({"incoming": "outgoing", "outgoing": "incoming"})
        named = pl.format("ATL-{}", pl.int_range(pl.len()))
        self.records = in_order(change(ours.with_columns(turned, record_id=named)))

    def header(self, **facts: object) -> Header:
        """The header of its next message."""
        carrier = parties.party(self.session, self.exchange.carrier_id)
        known: dict[str, object] = {
            "id": f"ATL/{self.sequence + 1}",
            "in_reply_to": None,
            "sender": carrier.name,
            "receiver": own_tenant(self.session).legal_name,
            "agreement": self.code,
            "period": OCTOBER,
            "time_zone": "Europe/Dublin",
            "currency": "XDR",
            "created_at": dt.datetime(2026, 11, 3, 12, 0, tzinfo=dt.UTC),
            "sequence": self.sequence + 1,
        }
        return Header(**known | facts)  # type: ignore[arg-type]

    def totals(self, **facts: object) -> bytes:
        """Its control totals."""
        totals = tuple(bucket_totals(self.records))
        return message_xml(Message(MessageKind.BUCKET_TOTALS, self.header(**facts), totals=totals))

    def request(self, *keys: BucketKey, **facts: object) -> bytes:
        """Its request for our records."""
        header = self.header(**facts)
        return message_xml(Message(MessageKind.RECORD_REQUEST, header, requested=keys))

    def sends_records(self, in_reply_to: str, *keys: BucketKey, **facts: object) -> bytes:
        """Its records of some buckets."""
        out = BytesIO()
        wanted = self.records.filter(
            pl.struct("day", "direction", "trunk", "destination").is_in(
                [dict(key._asdict()) for key in keys]
            )
        )
        write_records(out, self.header(in_reply_to=in_reply_to, **facts), [wanted])
        return out.getvalue()

    def settles(self, kind: MessageKind, incoming: str, outgoing: str, **facts: object) -> bytes:
        """A proposal, an answer to one or an objection, with amounts from its side."""
        settled = (Settled("incoming", Decimal(incoming)), Settled("outgoing", Decimal(outgoing)))
        text = "Trunk 2 is counted twice." if kind is MessageKind.OBJECTION else ""
        return message_xml(Message(kind, self.header(**facts), settled=settled, text=text))

    def says(self, xml: bytes) -> Message:
        """Send a message; the acknowledgement that comes back."""
        answer = read_message(
            BytesIO(objections.receive(self.session, self.exchange.carrier_id, BytesIO(xml)))
        )
        if answer.verdict == "accepted":
            self.sequence += 1
        return answer

    def refuses(self, message: ExchangeMessage) -> str:
        """It acknowledges a message of ours as refused; what became of the acknowledgement."""
        header = self.header(id=f"ATL/R{message.place}", in_reply_to=message.message_id)
        said = Message(
            MessageKind.ACKNOWLEDGEMENT, header, verdict="refused", received=message.sha256,
            lines=(RefusedLine(0, "unreadable", "The message cannot be read."),),
        )  # fmt: skip
        xml = BytesIO(message_xml(said))
        assert objections.receive(self.session, self.exchange.carrier_id, xml) == b""
        return keeping.messages(self.session, carrier_id=self.exchange.carrier_id)[-1].verdict

    def gets(self, kind: MessageKind) -> list[Message]:
        """Our messages of a kind, as they were sent."""
        sent = keeping.messages(self.session, carrier_id=self.exchange.carrier_id)
        return [
            read_message(BytesIO(keeping.bytes_of(self.session, each.id)))
            for each in sent
            if each.origin == "ours" and each.kind is kind
        ]


def own_records_of(session: TenantSession, exchange: Exchange) -> pl.DataFrame:
    """Our records, all of them, told from our side."""
    place = keeping.place_by_ids(session, exchange.agreement_id, exchange.ours.period_id)
    return recording.own(session, place)
