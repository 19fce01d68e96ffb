"""An objection of either side opens a dispute over what it names, with the buckets that differ."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from currencies.money import shown
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Dispute, Side
from settlement.disputes.objections import service
from settlement.interconnect import service as interconnect
from settlement.interconnect.exchange.messages import ExchangeMessage
from settlement.interconnect.exchange.sending import service as sending
from statements.exchange.message import RECORDS, MessageKind, Settled
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import an_exchange
from tests.settlement.interconnect.exchanging.carrier import Carrier


@pytest.fixture
def carrier(session: TenantSession) -> Carrier:
    """It counts 80 calls of 2 October as longer by ten seconds: 0.40 XDR more for us."""
    found = Carrier(session, an_exchange(session))
    is_second = pl.col("day") == dt.date(2026, 10, 2)
    found.counts(
        lambda records: records.with_columns(
            seconds=pl.when(is_second).then(pl.col("seconds") + 10).otherwise("seconds"),
            amount=pl.when(is_second)
            .then(pl.lit(Decimal("0.055")).cast(RECORDS["amount"]))
            .otherwise("amount"),
        )
    )
    return found


def proposed(session: TenantSession) -> ExchangeMessage:
    """Our proposal of what we count."""
    amounts = [Settled("incoming", Decimal("10.00")), Settled("outgoing", Decimal("2.52"))]
    return sending.settle(session, "IC-atlantic", "2026-10", MessageKind.PROPOSAL, amounts)


def told(session: TenantSession, dispute: Dispute) -> list[str]:
    lines = service.buckets(session, dispute.id)
    return [f"{each.day} {each.direction} {each.destination}" for each in lines]


def test_their_objection_opens_a_dispute_over_its_direction(
    session: TenantSession, carrier: Carrier
) -> None:
    """Incoming traffic is outgoing from their side; they object to 0.40 XDR of it."""
    carrier.says(carrier.totals())
    ours = proposed(session)

    answer = carrier.says(
        carrier.settles(MessageKind.OBJECTION, "0", "0.40", in_reply_to=ours.message_id)
    )

    assert answer.verdict == "accepted"
    (opened,) = disputes.disputes(session)
    assert (shown(opened.disputed), shown(opened.held)) == ("0.40 XDR", "0.40 XDR")
    assert (opened.document_line, opened.raised_by) == ("incoming", Side.THEM)
    assert opened.document_id == carrier.exchange.ours.document_id
    assert opened.narrative == "Trunk 2 is counted twice."
    assert told(session, opened) == ["2026-10-02 incoming Poland"]
    assert opened.variance is not None and shown(opened.variance) == "0.40 XDR"
    assert service.open_objected(session) == []


def test_our_objection_opens_one_of_ours(session: TenantSession, carrier: Carrier) -> None:
    carrier.says(carrier.totals())
    sent = sending.send_totals(session, "IC-atlantic", "2026-10")
    carrier.says(
        carrier.settles(MessageKind.PROPOSAL, "2.52", "10.40", in_reply_to=sent.message_id)
    )

    service.settle(
        session, "IC-atlantic", "2026-10", MessageKind.OBJECTION,
        [Settled("incoming", Decimal("0.40"))], text="Ten seconds too many.",
    )  # fmt: skip

    (opened,) = disputes.disputes(session)
    assert (shown(opened.disputed), opened.raised_by) == ("0.40 XDR", Side.US)


def test_what_is_objected_before_we_declared_is_opened_after(
    session: TenantSession, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.says(carrier.totals())
    ours = proposed(session)
    with monkeypatch.context() as undeclared:
        undeclared.setattr(interconnect, "own_declaration", lambda *_: None)
        carrier.says(
            carrier.settles(MessageKind.OBJECTION, "0", "0.40", in_reply_to=ours.message_id)
        )
        assert disputes.disputes(session) == []

    (opened,) = service.open_objected(session)

    assert [each.id for each in disputes.disputes(session)] == [opened.id]
