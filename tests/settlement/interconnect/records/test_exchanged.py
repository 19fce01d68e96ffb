"""Records that messages brought are compared as those of a file are."""

import re
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
import sqlalchemy as sa

from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.records import service
from settlement.interconnect.records.classes import RecordClass
from settlement.interconnect.records.service import Asked, NoRecordsReceived
from settlement.interconnect.records.waterfall import Cause
from statements.exchange.message import MessageKind
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import Exchange, an_exchange
from tests.settlement.interconnect.exchanging.carrier import Carrier
from tests.settlement.interconnect.exchanging.test_service import (
    SECOND,
    one_second_more_on_the_second,
)
from tests.settlement.interconnect.records.sent import land_numbers

ASKED = Asked("IC-atlantic", "2026-10")


def test_the_calls_of_the_buckets_that_differ_are_compared(session: TenantSession) -> None:
    """80 calls of 100 s for 4.00; they have one of 101 s for the same money.

    A second more at 0.0005 is 0.0005 of duration; their price is lower by as much.
    """
    exchange = an_exchange(session)
    carrier = Carrier(session, exchange)
    carrier.counts(one_second_more_on_the_second)
    carrier.says(carrier.totals())
    (request,) = carrier.gets(MessageKind.RECORD_REQUEST)
    assert carrier.says(carrier.sends_records(request.header.id, SECOND)).verdict == "accepted"

    found = service.compare_exchanged(session, exchange.carrier_id, ASKED)

    (incoming,) = found.directions
    fall = incoming.waterfall
    assert (incoming.calls_ours, incoming.calls_theirs) == (80, 80)
    assert (fall.ours, fall.theirs) == (Decimal("4.00"), Decimal("4.00"))
    causes = {part.cause: (part.exact, part.records) for part in fall.parts}
    # Half a minor unit is the most that rounding explains, and 0.0005 is less.
    assert causes == {
        Cause.DURATION: (Fraction("0.0005"), 1), Cause.ROUNDING: (Fraction("-0.0005"), 1)
    }  # fmt: skip
    assert service.comparisons(session, carrier_id=exchange.carrier_id)[0].id == found.id


def test_without_records_of_theirs_there_is_nothing_to_compare(session: TenantSession) -> None:
    exchange = an_exchange(session)

    with pytest.raises(NoRecordsReceived):
        service.compare_exchanged(session, exchange.carrier_id, ASKED)


def with_masks(session: TenantSession) -> Exchange:
    """An exchange under an agreement that asks for masked numbers."""
    exchange = an_exchange(session)
    land_numbers(session, exchange.agreement_id)
    session.execute(
        sa.text("UPDATE agreements SET policies = :said WHERE id = :id"),
        {"said": '{"mask_numbers": "last_3"}', "id": exchange.agreement_id},
    )
    session.expire_all()
    return exchange


def test_what_leaves_is_masked_where_the_agreement_says_so(session: TenantSession) -> None:
    exchange = with_masks(session)
    carrier = Carrier(session, exchange)
    carrier.counts(one_second_more_on_the_second)
    carrier.says(carrier.totals())
    (request,) = carrier.gets(MessageKind.RECORD_REQUEST)
    # Both hash what is left of the numbers, so only the bucket that differs is asked for.
    assert [each.day.day for each in request.requested] == [2]
    carrier.says(carrier.sends_records(request.header.id, SECOND))

    carrier.says(carrier.request(SECOND))

    sent = [
        keeping.bytes_of(session, each.id)
        for each in keeping.messages(session, carrier_id=exchange.carrier_id)
        if each.origin == "ours" and each.kind is MessageKind.RECORDS
    ]
    told = re.findall(rb'call(?:ing|ed)="([^"]*)"', b"".join(sent))
    assert len(told) == 160
    assert all(re.fullmatch(rb"\*\*\*[0-9]{0,3}", number) for number in told)
    (incoming,) = service.compare_exchanged(session, exchange.carrier_id, ASKED).directions
    assert (incoming.calls_ours, incoming.calls_theirs) == (80, 80)
    assert {part.cause for part in incoming.waterfall.parts} == {Cause.DURATION, Cause.ROUNDING}


def test_whole_numbers_of_theirs_find_ours_that_are_masked(session: TenantSession) -> None:
    exchange = with_masks(session)
    carrier = Carrier(session, exchange)
    whole = pl.col("calling", "called").str.replace("***", "353800", literal=True)
    carrier.counts(lambda records: records.with_columns(whole))
    assert carrier.says(carrier.totals()).verdict == "accepted"
    (request,) = carrier.gets(MessageKind.RECORD_REQUEST)
    turned = {"incoming": "outgoing", "outgoing": "incoming"}
    keys = [each._replace(direction=turned[each.direction]) for each in request.requested]
    carrier.says(carrier.sends_records(request.header.id, *keys))

    found = service.compare_exchanged(session, exchange.carrier_id, ASKED)

    assert keys
    for each in found.directions:
        assert each.classes[RecordClass.EXACT] == each.calls_ours == each.calls_theirs
