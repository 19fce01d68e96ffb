"""Totals first, then the records that differ, then a settlement; everything is acknowledged."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import polars as pl
import pytest

from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.messages import ExchangeState
from settlement.interconnect.exchange.progress import State
from settlement.interconnect.exchange.recording.service import exchanged_records
from settlement.interconnect.exchange.sending import service as sending
from statements.document import Period
from statements.exchange.message import BucketKey, Message, MessageKind, MessageRefused, Settled
from statements.exchange.reading import read_message
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import Exchange, an_exchange
from tests.settlement.interconnect.exchanging.carrier import Carrier


@pytest.fixture
def exchange(session: TenantSession) -> Exchange:
    return an_exchange(session)


@pytest.fixture
def carrier(session: TenantSession, exchange: Exchange) -> Carrier:
    found = Carrier(session, exchange)
    found.counts()
    return found


def state(session: TenantSession) -> ExchangeState:
    (only,) = keeping.states(session)
    return only


def code(answer: Message) -> str:
    assert answer.verdict == "refused"
    return answer.lines[0].code


def one_second_more_on_the_second(records: pl.DataFrame) -> pl.DataFrame:
    """80 calls to Poland on 2 October; one of them is a second longer."""
    is_second = pl.col("day") == dt.date(2026, 10, 2)
    first = is_second & (pl.col("record_id").cum_count().over("day") == 1)
    return records.with_columns(
        seconds=pl.when(first).then(pl.col("seconds") + 1).otherwise("seconds")
    )


SECOND = BucketKey(dt.date(2026, 10, 2), "outgoing", "TR-atlantic", "Poland")


def test_our_totals_are_those_of_the_traffic(session: TenantSession, exchange: Exchange) -> None:
    """120 and 80 calls of 100 s at 0.03 a minute, 100 of 90 s at 0.01, 20 of 61 s at 0.05."""
    sending.send_totals(session, "IC-atlantic", "2026-10")

    found = state(session)

    xml = keeping.bytes_of(session, found.messages[0].id)
    sent = read_message(BytesIO(xml))
    assert [(each.key.day.day, each.key.destination, *each.figures) for each in sent.totals] == [
        (1, "Poland", 120, 12000, Decimal(6)),
        (1, "Ireland", 100, 9000, Decimal("1.5")),
        (2, "Poland", 80, 8000, Decimal(4)),
        # 61 s / 60 x 0.05 is 0.050833333333 and a third, twenty times.
        (31, "Iceland", 20, 1220, Decimal("1.016666666660")),
    ]
    assert found.amounts == (
        Settled("incoming", Decimal("10.00")),
        Settled("outgoing", Decimal("2.52")),
    )
    assert (found.state, found.waits_for) == (State.OPEN, "theirs")


def test_equal_totals_need_no_records(session: TenantSession, carrier: Carrier) -> None:
    answer = carrier.says(carrier.totals())

    assert (answer.verdict, answer.lines) == ("accepted", ())
    assert answer.header.in_reply_to == "ATL/1"
    assert state(session).differing == ()
    assert carrier.gets(MessageKind.RECORD_REQUEST) == []
    assert state(session).state is State.TOTALS_EXCHANGED


def test_only_the_records_of_buckets_that_differ_are_exchanged(
    session: TenantSession, exchange: Exchange, carrier: Carrier
) -> None:
    carrier.counts(one_second_more_on_the_second)
    assert carrier.says(carrier.totals()).verdict == "accepted"

    (ours,) = carrier.gets(MessageKind.BUCKET_TOTALS)
    (request,) = carrier.gets(MessageKind.RECORD_REQUEST)
    assert len(ours.totals) == 4
    assert request.requested == (SECOND._replace(direction="incoming"),)
    sent = carrier.says(carrier.sends_records(request.header.id, SECOND))
    asked = carrier.says(carrier.request(SECOND))

    assert (sent.verdict, asked.verdict) == ("accepted", "accepted")
    assert state(session).state is State.RECORDS_EXCHANGED
    (records,) = carrier.gets(MessageKind.RECORDS)
    assert [(total.key, total.figures.records) for total in records.totals] == [
        (SECOND._replace(direction="incoming"), 80)
    ]
    both = exchanged_records(session, exchange.agreement_id, exchange.ours.period_id)
    assert (both.ours.height, both.theirs.height) == (80, 80)
    assert both.theirs["direction"].unique().to_list() == ["incoming"]
    assert both.theirs["seconds"].sum() - both.ours["seconds"].sum() == 1


def test_a_proposal_is_countered_and_accepted(session: TenantSession, carrier: Carrier) -> None:
    carrier.says(carrier.totals())
    proposed = carrier.says(carrier.settles(MessageKind.PROPOSAL, "2.50", "10.02"))
    assert proposed.verdict == "accepted"
    assert state(session).amounts[0] == Settled("incoming", Decimal("10.02"))

    amounts = [Settled("incoming", Decimal("10.01")), Settled("outgoing", Decimal("2.50"))]
    ours = sending.settle(session, "IC-atlantic", "2026-10", MessageKind.COUNTER_PROPOSAL, amounts)
    wrong = carrier.says(
        carrier.settles(MessageKind.ACCEPTANCE, "2.50", "10.02", in_reply_to=ours.message_id)
    )
    right = carrier.says(
        carrier.settles(MessageKind.ACCEPTANCE, "2.50", "10.01", in_reply_to=ours.message_id)
    )

    assert code(wrong) == "wrong-amounts"
    assert right.verdict == "accepted"
    assert state(session).state is State.AGREED
    assert state(session).amounts == tuple(amounts)
    with pytest.raises(MessageRefused, match="agreed by"):
        sending.send_totals(session, "IC-atlantic", "2026-10")


def test_a_carrier_objects(session: TenantSession, carrier: Carrier) -> None:
    ours = sending.send_totals(session, "IC-atlantic", "2026-10")

    answer = carrier.says(
        carrier.settles(MessageKind.OBJECTION, "1.00", "0", in_reply_to=ours.message_id)
    )

    assert answer.verdict == "accepted"
    assert state(session).state is State.OBJECTED


@pytest.mark.parametrize(
    ("facts", "code_expected"),
    [
        ({"agreement": "IC-baltic"}, "no-such-agreement-between-us"),
        ({"agreement": "IC-nobody"}, "no-such-agreement-between-us"),
        ({"sender": "Baltic"}, "wrong-sender"),
        ({"receiver": "Beta"}, "wrong-receiver"),
        ({"currency": "EUR"}, "wrong-currency"),
        ({"time_zone": "Europe/Warsaw"}, "wrong-time-zone"),
        ({"sequence": 2}, "out-of-sequence"),
        ({"sequence": 0}, "out-of-sequence"),
    ],
)
def test_what_is_not_as_agreed_is_refused_and_nothing_is_loaded(
    session: TenantSession, carrier: Carrier, facts: dict[str, object], code_expected: str
) -> None:
    answer = carrier.says(carrier.totals(**facts))

    assert code(answer) == code_expected
    assert answer.header.in_reply_to == "ATL/1"
    kept = keeping.messages(session, carrier_id=carrier.exchange.carrier_id)
    assert [(each.origin, each.verdict) for each in kept] == [
        ("theirs", "refused"),
        ("ours", "sent"),
    ]
    assert carrier.says(carrier.totals()).verdict == "accepted"


def test_a_message_accepted_once_is_refused_again(session: TenantSession, carrier: Carrier) -> None:
    first = carrier.totals()
    assert carrier.says(first).verdict == "accepted"

    assert code(carrier.says(first)) == "message-repeated"
    assert code(carrier.says(carrier.totals(id="ATL/1", sequence=2))) == "message-repeated"


def test_records_that_nobody_needs_are_refused(session: TenantSession, carrier: Carrier) -> None:
    carrier.counts(one_second_more_on_the_second)
    carrier.says(carrier.totals())
    (request,) = carrier.gets(MessageKind.RECORD_REQUEST)
    equal = SECOND._replace(day=dt.date(2026, 10, 1))

    asked = carrier.says(carrier.request(SECOND, equal))
    sent = carrier.says(carrier.sends_records(request.header.id, SECOND, equal))
    carrier.counts()
    other = carrier.says(carrier.sends_records(request.header.id, SECOND))
    unasked = carrier.says(carrier.sends_records("nothing", SECOND))

    assert [(line.number, line.code) for line in asked.lines] == [(2, "bucket-agrees")]
    assert code(sent) == "bucket-agrees"
    assert code(other) == "records-do-not-tie"
    assert code(unasked) == "out-of-order"
    both = exchanged_records(
        session, carrier.exchange.agreement_id, carrier.exchange.ours.period_id
    )
    assert both.theirs.height == 0


def test_hostile_xml_is_acknowledged_as_refused(session: TenantSession, carrier: Carrier) -> None:
    for xml in (b"", b"<!DOCTYPE x><x/>", b"<x/>", b"\xff\xfe<\x00"):
        answer = carrier.says(xml)

        assert answer.verdict == "refused"
        assert answer.header.in_reply_to is None
    assert keeping.states(session) == []


def test_an_open_month_is_not_exchanged_yet(session: TenantSession, carrier: Carrier) -> None:
    november = Period(dt.date(2026, 11, 1), dt.date(2026, 12, 1))
    carrier.records = carrier.records.clear()

    assert code(carrier.says(carrier.totals(period=november))) in (
        "period-not-closed",
        "no-such-period",
    )


def test_amounts_are_payable(session: TenantSession, carrier: Carrier) -> None:
    carrier.says(carrier.totals())

    answer = carrier.says(carrier.settles(MessageKind.PROPOSAL, "1", "10.001"))

    assert [(line.number, line.code) for line in answer.lines] == [(1, "not-payable")]
