"""TAP files become drafts, and only when their audit ties."""

import datetime as dt
import importlib
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from lxml import etree

from mediation.draft import Decoded
from mediation.formats.ber import Leaf, application, children, leaves
from mediation.formats.ber_writing import element
from mediation.formats.mapping import BadMapping
from mediation.formats.tap import decode
from mediation.normalising import normalise
from mediation.usage import USAGE_SCHEMA, assert_usage
from tests.mediation.formats import tap_files
from tests.mediation.formats.tap_files import IMSI, MSISDN, audit, batch, originated
from tests.mediation.sources import a_source
from tests.sample_data import sample

SAMPLES = "telecom/tap3-rap-nrtrde"
ARRIVED = dt.datetime(2026, 10, 6, tzinfo=dt.UTC)


def a_tap_source(**mapping: Any) -> Any:
    return a_source("tap", mapping=mapping)


def decoded(content: bytes, **mapping: Any) -> Decoded:
    return decode(content, a_tap_source(**mapping))


def usage(content: bytes, **mapping: Any) -> pl.DataFrame:
    read = decoded(content, **mapping)
    assert read.refused is None
    return normalise(read.drafts, a_tap_source(**mapping), "b", ARRIVED)


def one(event: bytes, charge: int, local: str = "20261005120000", **mapping: Any) -> dict[str, Any]:
    """The only record of a file with one event."""
    content = batch(event, audited=audit(charge, 1, earliest=local, latest=local))
    return usage(content, **mapping).row(0, named=True)


def test_calls_sessions_and_services_become_usage() -> None:
    records = usage(batch())

    assert records["fault"].to_list() == [None] * 4
    assert records.select(
        "line", "kind", "direction", "a_number", "b_number", "product", "duration_seconds",
        "quantity", "unit",
    ).rows() == [
        (1, "voice", "outgoing", MSISDN, "49301234567", None, 61, 1, "piece"),
        (2, "voice", "incoming", "48225556677", None, None, 30, 1, "piece"),
        (3, "data", "outgoing", MSISDN, None, "internet.example", 600, 1_250_000, "byte"),
        (4, "content", "outgoing", MSISDN, None, "SS-2B", None, 1, "piece"),
    ]  # fmt: skip
    assert records["account"].to_list() == [IMSI] * 4
    # 12:00 two hours east of Greenwich.
    assert records["occurred_at"][0] == dt.datetime(2026, 10, 5, 10, tzinfo=dt.UTC)
    assert records["amount"].to_list() == [Decimal("2.3"), None, Decimal("1.5"), Decimal("0.4")]
    assert records["currency"].to_list() == ["XDR", None, "XDR", "XDR"]
    assert_usage(records.select(USAGE_SCHEMA.keys()))


def test_a_batch_of_open_lengths_reads_the_same() -> None:
    closed, opened = decoded(batch()), decoded(batch(is_open=True))

    assert opened.drafts.drop("raw").equals(closed.drafts.drop("raw"))


def test_a_file_filled_up_with_zeros_reads_the_same() -> None:
    assert decoded(batch() + bytes(512)).drafts.equals(decoded(batch()).drafts)


def test_only_totals_count_as_the_charge() -> None:
    event = originated(charge=2300, more=(("01", 2000), ("03", 300)))

    assert one(event, 2300)["amount"] == Decimal("2.3")


def test_amounts_in_the_local_currency_use_the_rate_of_their_charge() -> None:
    # 2.300 SDR at 1.25 EUR = 2.875 EUR.
    record = one(originated(charge=2300), 2300, amounts="local")

    assert (record["amount"], record["currency"]) == (Decimal("2.875"), "EUR")


@pytest.mark.parametrize("rate", [None, 9])
def test_a_charge_without_its_exchange_rate_waits(rate: int | None) -> None:
    record = one(originated(rate=rate), 2300, amounts="local")

    assert record["fault"] == "UNKNOWN_EXCHANGE_RATE"
    assert record["detail"].startswith("the file has no exchange rate")


def test_an_unknown_offset_is_not_guessed() -> None:
    event = originated(code=7)
    said = element(15, [element(415, 2300), element(226, 0), element(43, 1)])

    record = usage(batch(event, audited=said)).row(0, named=True)

    assert (record["fault"], record["occurred_at"]) == ("UNKNOWN_UTC_OFFSET", None)


@pytest.mark.parametrize("local", ["00000101000000", "99991231235959", "20261332256199", "x" * 14])
def test_a_time_that_is_none_waits_in_suspense(local: str) -> None:
    said = element(15, [element(415, 2300), element(226, 0), element(43, 1)])

    record = usage(batch(originated(local=local), audited=said)).row(0, named=True)

    assert record["fault"] == "BAD_TIME"


def test_a_negative_duration_waits_in_suspense() -> None:
    assert one(originated(seconds=-61), 2300)["fault"] == "BAD_DURATION"


def test_negative_volumes_do_not_hide_in_a_sum() -> None:
    content = batch(
        tap_files.session(volumes=(-5, 10)),
        audited=audit(1500, 1, earliest="20261005140000", latest="20261005140000"),
    )

    assert usage(content)["fault"].to_list() == ["BAD_QUANTITY"]


def test_messages_go_the_way_of_the_event_that_tells_of_them_as_pycrate_writes_them() -> None:
    at = "20261005130000"
    events = [
        originated(local=at, service="22"),
        tap_files.terminated(local=at, service="21", msisdn=MSISDN),
        tap_files.message(service=2, local=at),
        tap_files.message(service=1, local=at),
    ]
    content = batch(*events, audited=audit(2500, 4, earliest=at, latest=at))

    for written in (content, _written_by_pycrate(content)):
        read = usage(written, messages_received=[1])

        assert decoded(written).refused is None
        assert read.select("kind", "direction", "a_number", "b_number", "product").rows() == [
            ("sms", "outgoing", MSISDN, "49301234567", None),
            ("sms", "incoming", "48225556677", MSISDN, None),
            ("sms", "outgoing", MSISDN, "49301234567", "MSG-2"),
            ("sms", "incoming", "49301234567", MSISDN, "MSG-1"),
        ]


def _written_by_pycrate(content: bytes) -> bytes:
    tap = importlib.import_module("pycrate_asn1dir.TAP3").TAP_0312.DataInterChange
    tap.from_ber(content)
    tap.set_val(tap.get_val())
    return bytes(tap.to_ber())


@pytest.mark.parametrize("service", ["20", "21", "22"])
def test_messages_are_sms(service: str) -> None:
    record = one(originated(service=service), 2300)

    assert (record["kind"], record["duration_seconds"]) == ("sms", None)


def test_the_account_is_the_number_where_the_source_says_so() -> None:
    assert one(originated(), 2300, account="msisdn")["account"] == MSISDN


def test_the_visited_network_is_a_trunk_where_the_source_lists_it() -> None:
    source = a_source("tap", carrier_trunks=["DEUT1"])

    records = normalise(decode(batch(), source).drafts, source, "b", ARRIVED)

    assert records["trunk_out"].to_list() == ["DEUT1", None, "DEUT1", "DEUT1"]
    assert decoded(batch()).drafts["trunk_out"].to_list() == [None] * 4


def test_equal_events_of_one_file_are_two_and_of_two_files_one() -> None:
    twice = batch(originated(), originated(), audited=audit(4600, 2, latest="20261005120000"))
    once = batch(originated(), audited=audit(2300, 1, latest="20261005120000"))

    first, second = decoded(twice).drafts["event_id"]

    assert (second, decoded(once).drafts["event_id"][0]) == (f"{first}#2", first)


def test_parts_of_a_session_belong_together() -> None:
    parts = [tap_files.session(part=part, local=f"2026100514000{n}") for n, part in enumerate("FL")]
    content = batch(
        *parts, audited=audit(3000, 2, earliest="20261005140000", latest="20261005140001")
    )

    assert usage(content)["session_id"].to_list() == [f"{IMSI}-77"] * 2


def test_events_of_later_releases_are_rejected_and_audited() -> None:
    later = element(498, [tap_files.stamp(44, "20261005123000"), element(62, 100)])
    content = batch(originated(), later, audited=audit(2400, 2, latest="20261005120000"))

    read = decoded(content)

    assert (read.refused, read.records) == (None, 2)
    assert read.rejected.select("line", "reason").rows() == [(2, "EVENT_NOT_SUPPORTED")]


def test_a_content_transaction_is_content_and_tells_who_is_charged() -> None:
    event = tap_files.bought((12, 0, 700), (3, 0, 50), charged=(MSISDN, IMSI))
    content = batch(event, audited=audit(750, 1, latest="20261005120000"))

    assert decoded(content).refused is None
    assert usage(content).select(
        "fault", "kind", "direction", "account", "product", "duration_seconds", "quantity",
        "unit", "amount", "currency", "occurred_at",
    ).row(0) == (
        None, "content", "outgoing", MSISDN, "CT-12", 90, 1, "piece", Decimal("0.75"), "XDR",
        dt.datetime(2026, 10, 5, 10, tzinfo=dt.UTC),
    )  # fmt: skip


def test_orders_of_two_parties_are_two() -> None:
    events = [tap_files.bought((12, 0, 700), charged=(who,)) for who in (IMSI, "another")]
    content = batch(*events, audited=audit(1400, 2, latest="20261005120000"))

    assert usage(content)["event_id"].n_unique() == 2
    assert "#2" not in "".join(usage(content)["event_id"])


@pytest.mark.parametrize(
    ("called", "fault", "b_number"),
    [("49301234567", None, "49301234567"), (None, "BAD_NUMBER", None)],
)
def test_a_messaging_event_is_a_message_to_whom_it_names(
    called: str | None, fault: str | None, b_number: str | None
) -> None:
    event = tap_files.message(called)
    at = "20261005123000"
    content = batch(event, audited=audit(100, 1, earliest=at, latest=at))

    assert decoded(content).refused is None
    assert usage(content).select(
        "fault", "kind", "direction", "account", "a_number", "b_number", "product", "amount"
    ).row(0) == (fault, "sms", "outgoing", IMSI, MSISDN, b_number, "MSG-2", Decimal("0.1"))


AT = "20261005123000"


@pytest.mark.parametrize(
    ("mapping", "direction", "numbers"),
    [
        ({}, "outgoing", (MSISDN, "49301234567")),
        ({"sessions_received": [1]}, "outgoing", (MSISDN, "49301234567")),
        ({"sessions_received": [7]}, "incoming", ("49301234567", MSISDN)),
        ({"messages_received": [7]}, "outgoing", (MSISDN, "49301234567")),
    ],
)
def test_a_mobile_session_is_a_call(
    mapping: dict[str, Any], direction: str, numbers: tuple[str, str]
) -> None:
    read = one(tap_files.mobile_session(), 900, AT, **mapping)

    assert [read[name] for name in ("fault", "kind", "direction", "account", "product")] == [
        None, "voice", direction, IMSI, "MS-7",
    ]  # fmt: skip
    assert (read["a_number"], read["b_number"]) == numbers
    assert (read["duration_seconds"], read["amount"]) == (75, Decimal("0.9"))


@pytest.mark.parametrize(
    ("other", "b_number", "fault"),
    [
        ([element(451, tap_files.packed("48225556677"))], "48225556677", None),
        ([element(452, "sip:bob@example.net")], None, "BAD_NUMBER"),
    ],
)
def test_the_other_party_of_a_session_may_be_the_one_asked_for(
    other: list[bytes], b_number: str | None, fault: str | None
) -> None:
    asked = tap_files.mobile_session(element(450, other))

    read = one(asked, 900, AT)

    assert (read["b_number"], read["fault"]) == (b_number, fault)


def test_who_has_no_number_is_charged_under_a_name() -> None:
    charged = [element(446, "sip:anna@example.net")]

    assert one(tap_files.mobile_session(charged=charged), 900, AT)["account"] == (
        "sip:anna@example.net"
    )


def test_service_centre_usage_is_a_message() -> None:
    read = one(tap_files.service_centre(), 150, AT)

    assert [
        read[name] for name in ("fault", "kind", "account", "b_number", "product", "amount")
    ] == [None, "sms", IMSI, "49301234567", "SC-3", Decimal("0.15")]


def test_a_location_service_is_content_of_the_customer_who_tracks() -> None:
    read = one(tap_files.location(), 200, AT)

    assert [read[name] for name in ("fault", "kind", "account", "product", "amount")] == [
        None, "content", MSISDN, "LCS", Decimal("0.2"),
    ]  # fmt: skip


def test_a_refund_is_audited_apart_and_lowers_the_amount() -> None:
    event = tap_files.bought((1, 0, 700), (1, 1, 200))
    totals = audit(700, 1, latest="20261005120000")
    with_refund = element(15, [totals[3:], element(355, 200)])

    assert decoded(batch(event, audited=with_refund)).refused is None
    assert usage(batch(event, audited=with_refund))["amount"].to_list() == [Decimal("0.5")]
    assert "total charge refund declared 0.300" in str(
        decoded(batch(event, audited=element(15, [totals[3:], element(355, 300)]))).refused
    )


@pytest.mark.parametrize(
    ("audited", "told"),
    [
        (audit(4199, 4), "total charge declared 4.199, found 4.200"),
        (audit(4200, 5), "records declared 5, found 4"),
        (audit(4200, 4, tax=1), "total tax declared 0.001, found 0.000"),
        (
            audit(4200, 4, earliest="20261005115959"),
            "earliest start declared 2026-10-05 11:59:59+0200, found 2026-10-05 10:00:00+00:00",
        ),
        (audit(4200, 4, latest="20261005150001"), "latest start declared 2026-10-05 15:00:01"),
        (audit(4200, 4, latest="never"), "latest start declared never"),
    ],
)
def test_r04_a_file_whose_audit_does_not_tie_is_refused(audited: bytes, told: str) -> None:
    read = decoded(batch(audited=audited))

    assert str(read.refused).startswith("CONTROL_TOTALS: ")
    assert told in str(read.refused)
    assert read.records == 4


def test_tax_ties() -> None:
    content = batch(originated(tax=23), audited=audit(2300, 1, tax=23, latest="20261005120000"))

    assert decoded(content).refused is None


def test_the_same_instant_in_another_zone_ties() -> None:
    said = element(
        15,
        [
            tap_files.stamp(101, "20261005100000", offset="+0000"),
            tap_files.stamp(133, "20261005090000", offset="-0400"),
            element(415, 4200),
            element(43, 4),
        ],
    )

    assert decoded(batch(audited=said)).refused is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "NOT_TAP"),
        (b"id;from;to\n", "NOT_TAP"),
        (element(534, [b""]), "NOT_TAP"),
        (batch() + b"more", "NOT_TAP: other bytes follow"),
        (batch(release=9), "UNSUPPORTED_VERSION: TAP 3.9"),
        (batch(is_test=True), "TEST_FILE"),
        (batch(accounting=element(5, [element(244, 7)])), "BAD_DECIMAL_PLACES"),
        (batch(audited=b""), "INCOMPLETE_FILE: no audit"),
        (element(1, [b""]), "INCOMPLETE_FILE: no batch control, no network"),
        (batch(audited=element(15, [element(415, 4200)])), "INCOMPLETE_FILE"),
        (batch()[:-1], "BROKEN_BER: The file is no sound BER at byte 0"),
    ],
)
def test_other_files_are_refused_in_words(content: bytes, reason: str) -> None:
    read = decoded(content)

    assert str(read.refused).startswith(reason)


def test_a_notification_holds_nothing_to_charge() -> None:
    read = decoded(element(2, [element(196, "DEUT1"), element(109, "00043")]))

    assert (read.refused, read.records) == (None, 0)


@pytest.mark.parametrize(
    "mapping",
    [{"account": "imei"}, {"amount": "tap"}, {"messages_received": "1"}]
    + [{"messages_received": ["1"]}, {"messages_received": [-1]}],
)
def test_a_setting_that_is_none_is_refused(mapping: dict[str, Any]) -> None:
    with pytest.raises(BadMapping, match="account: imsi / msisdn; amounts: tap / local"):
        decoded(batch(), **mapping)


def test_the_sample_batch_is_read_and_does_not_tie() -> None:
    """Its name says valid; its audit declares 2300 units of charge, its events hold 71,200."""
    read = decoded(sample(f"{SAMPLES}/tap_3_12_valid.ber").read_bytes())
    names = {
        "MobileTerminatedCall": ("voice", "incoming"),
        "MobileOriginatedCall": ("voice", "outgoing"),
        "GprsCall": ("data", "outgoing"),
        "SupplServiceEvent": ("content", "outgoing"),
    }
    xml = etree.fromstring(sample(f"{SAMPLES}/tap_3_12_valid.pretty.xml").read_bytes())
    expected = [
        (
            *names[event.tag],
            event.findtext(".//Imsi"),
            event.findtext(".//LocalTimeStamp"),
            event.findtext(".//TotalCallEventDuration"),
            _kilo(event.findtext(".//Charge")),
        )
        for event in xml.find("CallEventDetailList")
    ]

    assert "total charge declared 2.300, found 71.200" in str(read.refused)
    assert [
        (*row[:3], re.sub(r"[-: ]|\+0200", "", row[3]), *row[4:])
        for row in read.drafts.select(
            "kind", "direction", "account", "occurred_at", "duration_seconds", "amount"
        ).rows()
    ] == expected
    assert read.drafts["quantity"].to_list() == [
        None,
        None,
        str(1_200_000_000 + 2_200_000_000),
        None,
    ]


def _kilo(units: str | None) -> str | None:
    return None if units is None else format(Decimal(units) / 1000, ".3f")


@pytest.mark.parametrize(
    "name", ["tap_3_12_valid.ber", "tap_3_12_timestamps.ber", "tap_notification.ber"]
)
def test_the_reader_finds_what_pycrate_finds_in_samples(name: str) -> None:
    content = sample(f"{SAMPLES}/{name}").read_bytes()

    assert _found(content) == _found_by_pycrate(content)


def test_the_reader_finds_what_pycrate_finds() -> None:
    others = batch(tap_files.bought((12, 0, 700), (1, 1, 20)), tap_files.message())
    for content in (batch(), batch(is_open=True), others):
        assert _found(content) == _found_by_pycrate(content)


def _found(content: bytes) -> list[Leaf]:
    return leaves(content, next(children(content, 0, len(content))))


def _found_by_pycrate(content: bytes) -> list[Leaf]:
    tap = importlib.import_module("pycrate_asn1dir.TAP3").TAP_0312.DataInterChange
    tap.from_ber(content)
    return list(_flat(tap, tap.get_val(), 0))


def _flat(described: Any, value: Any, within: int) -> Iterator[Leaf]:
    """A value of pycrate as the primitive elements it was read from."""
    tag = application(described._tagc[0][1]) if described._tagc else within
    if described.TYPE == "CHOICE":
        yield from _flat(described._cont[value[0]], value[1], tag)
    elif described.TYPE == "SEQUENCE":
        for name, inner in value.items():
            yield from _flat(described._cont[name], inner, tag)
    elif described.TYPE == "SEQUENCE OF":
        for inner in value:
            yield from _flat(described._cont, inner, tag)
    else:
        is_number = described.TYPE == "INTEGER"
        body = (
            value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True) if is_number else value
        )
        yield Leaf(within, tag, body)
