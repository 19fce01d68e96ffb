"""What is written as TAP is read back to the same values, by our reader and by another one."""

import datetime as dt
import importlib
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from i18n.errors import DomainError
from mediation.formats.tap import decode
from mediation.formats.tap_writing import FileHead, VisitedEvent, tap_file, units
from mediation.normalising import normalise
from tests.mediation.sources import a_source

WARSAW = ZoneInfo("Europe/Warsaw")
ARRIVED = dt.datetime(2026, 11, 6, tzinfo=dt.UTC)
HEAD = FileHead(
    "POLKM", "DEUD1", 42, "XDR",
    dt.datetime(2026, 11, 2, 9, 30, tzinfo=WARSAW), dt.datetime(2026, 11, 1, tzinfo=WARSAW),
)  # fmt: skip
IMSI = "262011234567890"


def an_event(**facts: Any) -> VisitedEvent:
    """A call of 61 s from Warsaw, charged for 120 s at 0.30 a minute."""
    known: dict[str, Any] = {
        "key": "1",
        "kind": "voice",
        "imsi": IMSI,
        "msisdn": "491701234567",
        "other": "48601234567",
        "product": "",
        "began_at": dt.datetime(2026, 10, 5, 12, tzinfo=WARSAW),
        "seconds": 61,
        "used": 61,
        "billed": 120,
        "charge": Fraction("0.60"),
    }
    return VisitedEvent(**known | facts)


EVENTS = (
    an_event(),
    # After the clocks went back: one hour east of Greenwich. 1/3 is rounded to six places.
    an_event(
        kind="data", product="internet", other="", used=1_250_000, billed=1_250_000, seconds=600,
        charge=Fraction(1, 3), began_at=dt.datetime(2026, 10, 26, 8, tzinfo=WARSAW),
    ),
    an_event(kind="sms", used=1, billed=1, seconds=0, charge=Fraction("0.05")),
    an_event(other="112", msisdn="", charge=Fraction(0)),
)  # fmt: skip


def test_our_reader_finds_what_was_written() -> None:
    source = a_source("tap", mapping={})

    read = decode(tap_file(HEAD, EVENTS), source)

    assert (read.refused, read.rejected.height) == (None, 0)
    records = normalise(read.drafts, source, "b", ARRIVED)
    assert records["fault"].to_list() == [None] * 4
    assert records["account"].to_list() == [IMSI] * 4
    columns = "kind", "a_number", "b_number", "product", "duration_seconds", "quantity", "amount"
    assert records.select(*columns).rows() == [
        ("voice", "491701234567", "48601234567", None, 61, 1, Decimal("0.6")),
        ("data", "491701234567", None, "internet", 600, 1_250_000, Decimal("0.333333")),
        ("sms", "491701234567", "48601234567", None, None, 1, Decimal("0.05")),
        ("voice", None, "112", None, 61, 1, Decimal(0)),
    ]
    # Noon of summer time is 10:00 in Greenwich, eight of winter time is 7:00.
    assert records["occurred_at"].to_list()[:2] == [
        dt.datetime(2026, 10, 5, 10, tzinfo=dt.UTC), dt.datetime(2026, 10, 26, 7, tzinfo=dt.UTC),
    ]  # fmt: skip
    assert records["currency"].to_list() == ["XDR"] * 4


def test_another_reader_finds_what_was_written() -> None:
    tap = importlib.import_module("pycrate_asn1dir.TAP3").TAP_0312.DataInterChange

    tap.from_ber(tap_file(HEAD, EVENTS))

    kind, batch = tap.get_val()
    assert kind == "transferBatch"
    control, audit = batch["batchControlInfo"], batch["auditControlInfo"]
    assert (control["sender"], control["recipient"]) == (b"POLKM", b"DEUD1")
    assert control["fileSequenceNumber"] == b"00042"
    assert (control["specificationVersionNumber"], control["releaseVersionNumber"]) == (3, 12)
    assert control["transferCutOffTimeStamp"] == {
        "localTimeStamp": b"20261101000000", "utcTimeOffset": b"+0100",
    }  # fmt: skip
    # 0.60 + 0.333333 + 0.05 + 0.
    assert (audit["totalCharge"], audit["callEventDetailsCount"]) == (983_333, 4)
    assert audit["earliestCallTimeStamp"]["localTimeStamp"] == b"20261005120000"
    assert audit["latestCallTimeStamp"]["utcTimeOffset"] == b"+0100"
    events = batch["callEventDetails"]
    assert [name for name, _ in events] == [
        "mobileOriginatedCall", "gprsCall", "mobileOriginatedCall", "mobileOriginatedCall",
    ]  # fmt: skip
    call = events[0][1]
    (used,) = call["basicServiceUsedList"]
    (charged,) = used["chargeInformationList"]
    assert charged["chargedItem"] == b"D"
    assert charged["chargeDetailList"] == [
        {"chargeType": b"00", "charge": 600_000, "chargeableUnits": 61, "chargedUnits": 120}
    ]
    assert call["basicCallInformation"]["totalCallEventDuration"] == 61
    assert events[1][1]["gprsServiceUsed"]["dataVolumeIncoming"] == 1_250_000


def test_each_charge_is_rounded_by_itself_half_up() -> None:
    assert [units(Fraction(text)) for text in ("0.0000005", "0.00000049", "2.3")] == [
        1, 0, 2_300_000,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"imsi": "2620112345678901"}, "no IMSI"),
        ({"imsi": "sip:anna"}, "no IMSI"),
        ({"kind": "content"}, "the kind"),
        ({"other": "+48601234567"}, "other signs"),
        ({"charge": Fraction(-1)}, "negative"),
        ({"product": "ż"}, "access point"),
    ],
)
def test_what_cannot_be_told_is_refused(facts: dict[str, Any], fault: str) -> None:
    with pytest.raises(DomainError, match=fault):
        tap_file(HEAD, [an_event(**facts)])


@pytest.mark.parametrize("code", ["polkm", "POLK", "POLKMX", ""])
def test_a_network_has_a_code_of_five_signs(code: str) -> None:
    with pytest.raises(DomainError, match="no TADIG code"):
        tap_file(HEAD._replace(recipient=code), EVENTS)
