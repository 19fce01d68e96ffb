"""Flows become data usage of the customer at one end of them; nothing is lost or guessed."""

import datetime as dt
import struct
from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest

from mediation.draft import Decoded
from mediation.formats.mapping import BadMapping
from mediation.formats.netflow import decode
from mediation.normalising import normalise
from mediation.usage import USAGE_SCHEMA, assert_usage
from tests.mediation.formats.flow_files import (
    CUSTOMER,
    EXPORTED,
    FIELDS,
    IPFIX_FIELDS,
    OTHER_CUSTOMER,
    SERVER,
    address,
    flow,
    flow_v5,
    ipfix_flow,
    ipfix_template,
    message,
    numbered_set,
    options_template,
    packet_v5,
    packet_v9,
    template,
)
from tests.mediation.sources import a_source
from tests.sample_data import sample

CUSTOMERS = ["10.20.0.0/16", "2001:db8::/32"]
BEGAN = dt.datetime(2026, 10, 5, 9, 59, tzinfo=dt.UTC)
USUAL = (CUSTOMER, 1500, 30, BEGAN)


def a_flow_source(**mapping: Any) -> Any:
    return a_source("netflow", mapping={"customers": CUSTOMERS} | mapping)


def decoded(content: bytes, **mapping: Any) -> Decoded:
    return decode(content, a_flow_source(**mapping))


def by_template(fields: Sequence[tuple[int, ...]], *records: bytes) -> bytes:
    """An IPFIX message with a template of these fields and records of it."""
    return message(ipfix_template(256, fields), numbered_set(256, *records))


def usage(content: bytes, **mapping: Any) -> pl.DataFrame:
    read = decoded(content, **mapping)
    assert read.refused is None
    arrived = dt.datetime(2026, 10, 6, tzinfo=dt.UTC)
    return normalise(read.drafts, a_flow_source(**mapping), "b", arrived)


def seen(records: pl.DataFrame) -> list[tuple[Any, ...]]:
    return records.select("account", "quantity", "duration_seconds", "occurred_at").rows()


def reasons(content: bytes, **mapping: Any) -> list[str | None]:
    return usage(content, **mapping)["fault"].to_list()


UNREAD = message(numbered_set(999, b"?"), sequence=1)
FLOW_FILES = {
    "v5": packet_v5(),
    "v9": packet_v9(template(), numbered_set(256, flow()), declared=2),
    "ipfix": message(ipfix_template(), numbered_set(256, ipfix_flow())),
}


@pytest.mark.parametrize("content", FLOW_FILES.values(), ids=FLOW_FILES)
def test_a_flow_is_data_usage_of_its_customer(content: bytes) -> None:
    records = usage(content)

    assert seen(records) == [USUAL]
    assert records.select("kind", "direction", "unit", "fault").row(0) == (
        "data", "outgoing", "byte", None,
    )  # fmt: skip
    assert_usage(records.select(USAGE_SCHEMA.keys()))


@pytest.mark.parametrize(
    ("ends", "mapping", "account", "reason"),
    [
        ((SERVER, CUSTOMER), {}, CUSTOMER, None),
        ((CUSTOMER, OTHER_CUSTOMER), {}, None, "TWO_CUSTOMERS"),
        ((CUSTOMER, OTHER_CUSTOMER), {"between": "source"}, CUSTOMER, None),
        ((CUSTOMER, OTHER_CUSTOMER), {"between": "destination"}, OTHER_CUSTOMER, None),
        ((SERVER, "192.0.2.81"), {}, None, "NO_CUSTOMER"),
        (("10.21.0.1", SERVER), {}, None, "NO_CUSTOMER"),
        ((SERVER, "10.20.255.255"), {}, "10.20.255.255", None),
    ],
)
def test_which_end_is_the_customer(
    ends: tuple[str, str], mapping: dict[str, str], account: str | None, reason: str | None
) -> None:
    record = usage(packet_v5(flow_v5(*ends)), **mapping).row(0, named=True)

    assert (record["account"], record["fault"]) == (account, reason)


def test_flows_of_nobody_are_rejected_where_the_source_says_so() -> None:
    read = decoded(packet_v5(flow_v5(SERVER, SERVER), flow_v5()), outside="reject")

    assert read.rejected.select("line", "reason").rows() == [(24, "NO_CUSTOMER")]
    assert read.drafts["line"].to_list() == [72]


def test_addresses_of_the_sixth_version() -> None:
    fields = ((27, 16), (28, 16), (1, 4), (22, 4), (21, 4))
    body = address("2001:db8::1") + address("2001:4860::1") + struct.pack(">III", 9, 40_000, 70_000)

    records = usage(packet_v9(template(256, fields), numbered_set(256, body), declared=2))

    assert seen(records) == [("2001:db8::1", 9, 30, BEGAN)]


@pytest.mark.parametrize(
    "content",
    [
        packet_v9(numbered_set(256, flow()), template(), declared=2),
        packet_v9(numbered_set(256, flow()), declared=1)
        + packet_v9(template(), declared=1, sequence=1),
    ],
    ids=["same packet", "later packet"],
)
def test_records_wait_for_a_template_that_comes_later(content: bytes) -> None:
    assert seen(usage(content)) == [USUAL]


def waiting(read: Decoded) -> list[int]:
    """Lines of sets that wait for their template."""
    assert read.rejected.is_empty()
    return read.drafts.filter(pl.col("doubt") == "UNKNOWN_TEMPLATE")["line"].to_list()


def test_a_set_whose_template_is_not_known_is_one_record_that_waits() -> None:
    # A head of 20 bytes, the template of 32, a set of 28, the unknown one of 6, another of 28.
    content = packet_v9(
        template(), numbered_set(256, flow()), numbered_set(300, b"??"), numbered_set(256, flow()),
        declared=4,
    )  # fmt: skip

    read = decoded(content)

    assert waiting(read) == [80]
    assert read.drafts.filter(pl.col("line") == 80)["raw"].item() == b"??".hex()
    assert read.drafts["line"].to_list() == [56, 80, 90]


def test_a_template_belongs_to_its_domain() -> None:
    content = packet_v9(template(), declared=1, domain=1)
    content += packet_v9(numbered_set(256, flow()), declared=1, domain=2)

    assert len(waiting(decoded(content))) == 1


def test_a_template_given_anew_holds_for_what_follows() -> None:
    swapped = (FIELDS[1], FIELDS[0], *FIELDS[2:])
    content = packet_v9(
        template(), numbered_set(256, flow()), template(256, swapped),
        numbered_set(256, flow(SERVER, CUSTOMER)), declared=4,
    )  # fmt: skip

    assert [row[0] for row in seen(usage(content, between="source"))] == [CUSTOMER, CUSTOMER]


def test_a_template_taken_back_holds_no_more() -> None:
    withdrawn = numbered_set(2, struct.pack(">HH", 256, 0))
    content = message(ipfix_template(), numbered_set(256, ipfix_flow()))
    content += message(withdrawn, numbered_set(256, ipfix_flow()), sequence=1)

    read = decoded(content)

    assert (read.drafts.height, len(waiting(read))) == (2, 1)


def test_all_templates_can_be_taken_back_at_once() -> None:
    content = message(ipfix_template(256), ipfix_template(257), numbered_set(257, ipfix_flow()))
    content += message(numbered_set(2, struct.pack(">HH", 2, 0)), sequence=1)
    content += message(numbered_set(256, ipfix_flow()), numbered_set(257, ipfix_flow()), sequence=1)

    read = decoded(content)

    assert (read.drafts.height, len(waiting(read))) == (3, 2)


def test_fields_of_variable_length_and_of_an_enterprise_are_skipped() -> None:
    fields = ((8, 4), (96, 65535), (12, 4), (7, 3, 9999), (1, 3), (152, 8), (153, 8))
    body = b"".join(
        address(CUSTOMER) + name + address(SERVER) + b"xyz" + b"\0\x05\xdc"
        + struct.pack(">QQ", (EXPORTED - 60) * 1000, (EXPORTED - 30) * 1000)
        for name in (b"\x03web", b"\xff\x01\x00" + bytes(256), b"\0")
    )  # fmt: skip

    assert seen(usage(message(ipfix_template(256, fields), numbered_set(256, body)))) == [USUAL] * 3


def test_padding_is_no_record() -> None:
    content = message(ipfix_template(), numbered_set(256, ipfix_flow(), padding=3))

    assert seen(usage(content)) == [USUAL]


def test_bytes_of_both_ways_are_summed() -> None:
    back = ((8, 4), (12, 4), (1, 8), (1, 8, 29305), (152, 8), (153, 8))
    body = ipfix_flow()[:16] + struct.pack(">Q", 500) + ipfix_flow()[16:]
    asked = ((8, 4), (12, 4), (231, 4), (232, 4), (152, 8), (153, 8))
    other = address(CUSTOMER) + address(SERVER) + struct.pack(">II", 600, 1400) + ipfix_flow()[16:]

    content = message(
        ipfix_template(256, back), ipfix_template(257, asked),
        numbered_set(256, body), numbered_set(257, other),
    )  # fmt: skip

    assert usage(content)["quantity"].to_list() == [2000, 2000]


# 31 December 9999, one second before the year ends.
LAST_MS = 253_402_300_799_000
NTP = (EXPORTED - 60 + 2_208_988_800) << 32


@pytest.mark.parametrize(
    ("fields", "times"),
    [
        (((150, 4), (151, 4)), struct.pack(">II", EXPORTED - 60, EXPORTED - 30)),
        (((154, 8), (155, 8)), struct.pack(">QQ", NTP, NTP + (30 << 32))),
        (((156, 8), (157, 8)), struct.pack(">QQ", NTP, NTP + (30 << 32))),
        (((158, 4), (159, 4)), struct.pack(">II", 60_000_000, 30_000_000)),
        (((152, 8), (161, 4)), struct.pack(">QI", (EXPORTED - 60) * 1000, 30_999)),
        (((153, 8), (162, 4)), struct.pack(">QI", (EXPORTED - 30) * 1000, 30_000_000)),
        (
            ((22, 4), (21, 4), (160, 8)),
            struct.pack(">IIQ", 40_000, 70_000, (EXPORTED - 100) * 1000),
        ),
    ],
)
def test_times_in_all_their_ways(fields: Sequence[tuple[int, int]], times: bytes) -> None:
    named = ((8, 4), (12, 4), (1, 4), *fields)
    body = address(CUSTOMER) + address(SERVER) + struct.pack(">I", 1500) + times

    assert seen(usage(message(ipfix_template(256, named), numbered_set(256, body)))) == [USUAL]


def test_an_uptime_that_ran_over_is_still_before_the_packet() -> None:
    """The exporter shows 10 s since it ran over; the flow began 20 s before that."""
    content = packet_v5(flow_v5(first=2**32 - 20_000, last=2**32 - 5_000), uptime=10_000)

    [(_, _, lasted, began)] = seen(usage(content))

    assert lasted == 15
    assert began == dt.datetime(2026, 10, 5, 9, 59, 30, tzinfo=dt.UTC)


def test_the_time_of_the_start_may_come_in_options() -> None:
    fields = ((8, 4), (12, 4), (1, 4), (22, 4), (21, 4))
    body = address(CUSTOMER) + address(SERVER) + struct.pack(">III", 1500, 40_000, 70_000)
    content = message(
        ipfix_template(256, fields),
        ipfix_template(257, ((149, 4), (160, 8)), scope=1),
        numbered_set(257, struct.pack(">IQ", 1, (EXPORTED - 100) * 1000)),
        numbered_set(256, body),
    )

    assert seen(usage(content)) == [USUAL]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (packet_v5(flow_v5(first=70_000, last=40_000)), "BAD_DURATION"),
        (packet_v5(sampling=0x4000 | 100), "SAMPLED_FLOW"),
        (packet_v5(sampling=0x4000 | 1), None),
        (
            by_template(IPFIX_FIELDS, ipfix_flow(octets=2**64 - 1)),
            "BAD_QUANTITY",
        ),
        (by_template(IPFIX_FIELDS, ipfix_flow(octets=0)), None),
        (by_template(IPFIX_FIELDS, ipfix_flow(start=0, end=0)), "BAD_TIME"),
        (
            by_template(IPFIX_FIELDS, ipfix_flow(start=2**63, end=2**63)),
            "MISSING_TIME",
        ),
        (
            message(
                ipfix_template(),
                numbered_set(256, ipfix_flow(start=LAST_MS, end=LAST_MS)),
            ),
            "BAD_TIME",
        ),
        (
            by_template(IPFIX_FIELDS, ipfix_flow(start=2**62, end=2**62)),
            "BAD_TIME",
        ),
        (
            message(
                ipfix_template(256, ((8, 4), (12, 4), (152, 8), (153, 8))),
                numbered_set(256, ipfix_flow()[:8] + ipfix_flow()[16:]),
            ),
            "NO_VOLUME",
        ),
        (
            message(
                ipfix_template(256, ((8, 4), (1, 4))),
                numbered_set(256, address(CUSTOMER) + b"\0\0\1\0"),
            ),
            "MISSING_TIME",
        ),
    ],
)
def test_a_flow_with_a_fault_waits_alone(content: bytes, reason: str | None) -> None:
    assert reasons(content) == [reason]


# Fields of options and what they say; sampled are flows of which some packets were not looked at.
SAMPLINGS = (
    ({34: 1000}, True),
    ({34: 1}, False),
    ({50: 64}, True),
    ({305: 1, 306: 999}, True),
    ({305: 10, 306: 0}, False),
    ({309: 1, 310: 100}, True),
    ({309: 100, 310: 100}, False),
    ({310: 100}, False),
)


@pytest.mark.parametrize(("said", "is_sampled"), SAMPLINGS)
def test_options_say_whether_flows_are_sampled(said: dict[int, int], is_sampled: bool) -> None:
    fields = [(number, 4) for number in said]
    content = packet_v9(
        template(),
        options_template(257, ((1, 4),), fields),
        numbered_set(
            257, struct.pack(">I", 0), *(struct.pack(">I", rate) for rate in said.values())
        ),
        numbered_set(256, flow()),
        declared=4,
    )

    assert reasons(content) == (["SAMPLED_FLOW"] if is_sampled else [None])


@pytest.mark.parametrize(("said", "is_sampled"), SAMPLINGS)
def test_a_flow_says_whether_it_is_sampled(said: dict[int, int], is_sampled: bool) -> None:
    fields = [*FIELDS, *((number, 4) for number in said)]
    rates = (struct.pack(">I", rate) for rate in said.values())
    content = packet_v9(template(256, fields), numbered_set(256, flow(), *rates), declared=2)

    assert reasons(content) == (["SAMPLED_FLOW"] if is_sampled else [None])


def test_interfaces_are_trunks_where_the_source_lists_them() -> None:
    source = a_source("netflow", mapping={"customers": CUSTOMERS}, carrier_trunks=["4"])
    arrived = dt.datetime(2026, 10, 6, tzinfo=dt.UTC)

    records = normalise(decode(packet_v5(), source).drafts, source, "b", arrived)

    assert records.select("trunk_in", "trunk_out", "direction").row(0) == (None, "4", "outgoing")
    assert decoded(packet_v5()).drafts.select("trunk_in", "trunk_out").row(0) == (None, None)


def test_a_packet_that_comes_twice_has_the_same_identifiers() -> None:
    once, again = decoded(packet_v5()).drafts, decoded(packet_v5() + packet_v5()).drafts

    assert again["event_id"].to_list() == once["event_id"].to_list() * 2


@pytest.mark.parametrize(
    ("content", "lost"),
    [
        (packet_v5(sequence=7) + packet_v5(sequence=8), None),
        (packet_v5(sequence=7) + packet_v5(sequence=10), "2 flows before the packet at byte 72"),
        (packet_v5(sequence=7) + packet_v5(sequence=9) + packet_v5(sequence=8), None),
        (packet_v5(sequence=7) + packet_v5(sequence=7) + packet_v5(sequence=8), None),
        (b"".join(packet_v5(sequence=number) for number in (7, 8, 7, 9)), None),
        (packet_v5(sequence=2**32 - 1) + packet_v5(sequence=0), None),
        (packet_v5(sequence=500) + packet_v5(sequence=0) + packet_v5(sequence=1), None),
        (
            FLOW_FILES["v9"] + packet_v9(numbered_set(256, flow()), declared=1, sequence=2),
            "1 packet before",
        ),
        (FLOW_FILES["ipfix"] + message(sequence=1), None),
        (FLOW_FILES["ipfix"] + message(sequence=4), "3 records before"),
        (
            FLOW_FILES["ipfix"]
            + message(numbered_set(999, b"?"), sequence=1)
            + message(sequence=9),
            None,
        ),
        (FLOW_FILES["ipfix"] + message(sequence=5, domain=2), None),
    ],
)
def test_flows_that_are_missing_refuse_the_file_unless_accepted(
    content: bytes, lost: str | None
) -> None:
    read = decoded(content)

    assert (read.refused is None) == (lost is None)
    assert lost is None or lost in str(read.refused)
    assert decoded(content, lost="accept").refused is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "NO_PACKETS"),
        (b"\0", "at byte 0: a single byte"),
        (b"id;from\n", "at byte 0: no packet of version 26980"),
        (packet_v5()[:-1], "at byte 0: a packet of 1 records where 47 bytes are left"),
        (packet_v5(declared=2), "a packet of 2 records where 48"),
        (packet_v5(declared=0), "a packet of 0 records"),
        (packet_v5(declared=65535), "a packet of 65535 records"),
        (packet_v5()[:10], "a packet begins, and the file ends"),
        (packet_v9(template(), numbered_set(256, flow()), declared=3), "of 3 records that holds 2"),
        (packet_v9(template(), declared=1)[:-1], "a set of 32 bytes where 31 are left"),
        (packet_v9(template(256, ()), declared=1), "a template of number 256 with 0 fields"),
        (packet_v9(template(7), declared=1), "a template of number 7"),
        (packet_v9(template(256, ((8, 0), (12, 0))), declared=1), "records of no bytes"),
        (packet_v9(b"\x01\0\0\x03", declared=1), "a set of 3 bytes"),
        (packet_v9(numbered_set(8, b"ab"), declared=1), "a set of number 8"),
        (packet_v9(numbered_set(0, b"\1\0\0\x09\0\1\0\1"), declared=1), "template that does not"),
        (message(ipfix_template())[:-1], "a message of"),
        (message(ipfix_template(), b"\0"), "a set begins"),
        (b"\0\x0a\0\x0f" + bytes(12), "a message of 15 bytes"),
        (
            by_template(((96, 65535), (1, 4)), b"\xff\xff\xff" + bytes(9)),
            "a record that does not end",
        ),
        (
            message(ipfix_template(256, ((96, 65535), (96, 65535))), numbered_set(256, b"\0\xff")),
            "a length that does not end",
        ),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_byte(content: bytes, told: str) -> None:
    assert told in str(decoded(content).refused)


def test_a_packet_may_count_otherwise_where_the_source_says_so() -> None:
    content = packet_v9(template(), numbered_set(256, flow(), flow()), declared=2)

    assert "of 2 records that holds 3" in str(decoded(content).refused)
    assert seen(usage(content, count="any")) == [USUAL] * 2


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"customers": []}, "no customers"),
        ({"customers": ["10.20.0.1/16"]}, "10.20.0.1/16"),
        ({"customers": ["here"]}, "here"),
        ({"customers": [10]}, "10"),
        ({"between": "both"}, "between = both"),
        ({"lost": "maybe"}, "Use refuse / accept"),
        ({"inside": []}, "inside"),
    ],
)
def test_a_mapping_that_is_none_is_refused(mapping: dict[str, Any], told: str) -> None:
    with pytest.raises(BadMapping, match=told):
        decoded(packet_v5(), **mapping)


def test_samples_of_an_exporter() -> None:
    folder = sample("telecom/netflow")
    given = (folder / "packet_v9_template.bin").read_bytes()
    data = b"".join((folder / f"packets_v9_{n}.bin").read_bytes() for n in range(3))
    here = {"customers": ["127.0.0.0/8", "172.17.0.1/32"], "between": "source"}

    fifth = usage((folder / "packet_v5.bin").read_bytes(), **here)
    alone, before, after = (
        decoded(content, **here) for content in (data, given + data, data + given)
    )

    # The packet was sent at 15:57:58.581, 227,747 ms after the start; its flows began at 12,108 ms.
    assert fifth.select("account", "quantity", "duration_seconds").rows() == [
        ("172.17.0.1", 840, 9), ("172.17.0.1", 840, 9), ("172.17.0.1", 169, 0),
    ]  # fmt: skip
    assert fifth["occurred_at"][0] == dt.datetime(2020, 3, 29, 15, 54, 22, 942_000, tzinfo=dt.UTC)
    # Three packets of 12 flows each; the packet with the template holds 8 flows of its own.
    assert (alone.drafts.height, len(waiting(alone))) == (3, 3)
    assert (before.drafts.height, after.drafts.height) == (44, 44)
    assert sorted(before.drafts["event_id"]) == sorted(after.drafts["event_id"])
