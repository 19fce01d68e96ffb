"""Records that messages brought are compared as those of a file are."""

from decimal import Decimal
from fractions import Fraction

import pytest

from settlement.interconnect.records import service
from settlement.interconnect.records.service import Asked, NoRecordsReceived
from settlement.interconnect.records.waterfall import Cause
from statements.exchange.message import MessageKind
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import an_exchange
from tests.settlement.interconnect.exchanging.carrier import Carrier
from tests.settlement.interconnect.exchanging.test_service import (
    SECOND,
    one_second_more_on_the_second,
)

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
