"""NRTRDE files become drafts, and their number of events ties."""

import datetime as dt

import polars as pl
import pytest
from lxml import etree

from mediation.control_totals import differences, totals_of
from mediation.draft import ControlTotals, Decoded
from mediation.formats.ber_writing import element
from mediation.formats.nrtrde import decode
from mediation.normalising import normalise
from tests.mediation.formats.nrtrde_files import IMSI, event, listed
from tests.mediation.sources import a_source
from tests.sample_data import sample

SAMPLES = "telecom/tap3-rap-nrtrde"


def decoded(content: bytes) -> Decoded:
    return decode(content, a_source("nrtrde"))


def usage(content: bytes) -> pl.DataFrame:
    read = decoded(content)
    assert read.refused is None
    return normalise(read.drafts, a_source("nrtrde"), "b", dt.datetime(2026, 10, 6, tzinfo=dt.UTC))


@pytest.mark.parametrize("is_open", [False, True])
def test_events_become_usage(is_open: bool) -> None:
    records = usage(listed(is_open=is_open))

    assert records["fault"].to_list() == [None] * 4
    assert records.select(
        "kind", "direction", "a_number", "b_number", "product", "duration_seconds", "quantity"
    ).rows() == [
        ("voice", "outgoing", None, "49301234567", None, 61, 1),
        ("sms", "incoming", "48225556677", None, None, None, 1),
        ("data", "outgoing", None, None, "internet.example", 61, 1_250_000),
        ("content", "outgoing", None, None, "SS-2B", None, 1),
    ]
    assert records["account"].to_list() == [IMSI] * 4
    assert records["occurred_at"][1] == dt.datetime(2026, 10, 5, 10, 1, tzinfo=dt.UTC)


def test_dialled_digits_stand_in_for_a_connected_number() -> None:
    content = listed(event(3, element(46, [element(43, "11")]), element(30, "0048601234567")))

    assert usage(content)["b_number"].to_list() == ["48601234567"]


def test_an_event_without_its_offset_waits() -> None:
    assert usage(listed(event(5, element(28, 1), offset=None)))["fault"].to_list() == [
        "UNKNOWN_UTC_OFFSET"
    ]


def test_an_unknown_event_is_rejected_and_counted() -> None:
    read = decoded(listed(event(3, element(27, "49301234567")), element(9, [b""]), element(3, b"")))

    assert read.declared == ControlTotals(records=3)
    assert read.rejected.select("line", "reason").rows() == [
        (2, "EVENT_NOT_SUPPORTED"),
        (3, "EVENT_NOT_SUPPORTED"),
    ]
    assert read.records == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "NOT_NRTRDE"),
        (listed() + b"x", "NOT_NRTRDE: other bytes follow"),
        (listed(release=2), "UNSUPPORTED_VERSION: NRTRDE 2.2"),
        (element(1, [element(41, 2), element(37, 1), element(20, 0)]), "INCOMPLETE_FILE"),
        (element(1, [element(41, 2), element(37, 1), element(2, [])]), "INCOMPLETE_FILE"),
        (listed()[:-2], "BROKEN_BER"),
    ],
)
def test_other_files_are_refused_in_words(content: bytes, reason: str) -> None:
    assert str(decoded(content).refused).startswith(reason)


def test_r04_the_sample_declares_ten_events_and_holds_seven() -> None:
    """The sample itself is wrong: it is quarantined as a whole, though each event can be read."""
    read = decoded(sample(f"{SAMPLES}/nrt_2_1.ber").read_bytes())
    xml = etree.fromstring(sample(f"{SAMPLES}/nrt_2_1.xml").read_bytes())
    names = {"Moc": "outgoing", "Mtc": "incoming", "Gprs": "outgoing"}
    expected = [
        (
            names[each.tag],
            each.findtext("Imsi"),
            each.findtext("CallEventStartTimeStamp"),
            sum(int(each.findtext(f"DataVolume{way}") or 0) for way in ("Incoming", "Outgoing")),
        )
        for each in xml.find("CallEventList")
    ]

    assert read.declared is not None
    assert differences(read.declared, totals_of(read)) == [("records", "10", "7")]
    assert [
        (direction, account, at[:19].translate({45: None, 32: None, 58: None}), int(volume or 0))
        for direction, account, at, volume in read.drafts.select(
            "direction", "account", "occurred_at", "quantity"
        ).rows()
    ] == expected
    assert usage(sample(f"{SAMPLES}/nrt_2_1.ber").read_bytes())["fault"].null_count() == 7
