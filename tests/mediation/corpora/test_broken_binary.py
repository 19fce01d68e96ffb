"""Broken TAP, NRTRDE and flow files: refused in words, or each record has one outcome."""

from decimal import Decimal

import pytest

from mediation.draft import Decoded
from mediation.formats.ber_writing import element
from mediation.source import Source
from tests.mediation.corpora.binary import (
    Broken,
    cut_short,
    flipped,
    misbuilt,
    mislengthened,
    overwritten,
    some,
)
from tests.mediation.corpora.outcomes import read, read_all
from tests.mediation.formats import flow_files, nrtrde_files, tap_files
from tests.mediation.sources import a_source

TAP = a_source("tap")
NRTRDE = a_source("nrtrde")
FLOWS = a_source("netflow", mapping={"customers": ["10.20.0.0/16"]})
CHARGED = Decimal("4.2")

# A packet of each version, with templates, options and a flow.
FLOW_FILE = (
    flow_files.packet_v5()
    + flow_files.packet_v9(
        flow_files.template(),
        flow_files.options_template(257, ((1, 4),), ((34, 4),)),
        flow_files.numbered_set(257, bytes(8)),
        flow_files.numbered_set(256, flow_files.flow()),
        declared=4,
    )
    + flow_files.message(
        flow_files.ipfix_template(256, (*flow_files.IPFIX_FIELDS, (96, 65535), (7, 2, 9999))),
        flow_files.numbered_set(256, flow_files.ipfix_flow() + b"\x02ab\0\0"),
    )
)
# Where its first and its second packet end.
PACKETS = [72, 72 + 20 + 32 + 18 + 12 + 28]

BER_FILES = [(TAP, tap_files.batch()), (NRTRDE, nrtrde_files.listed())]
BER_NAMES = ["tap", "nrtrde"]


def charged(decoded: Decoded) -> Decimal:
    return sum(map(Decimal, decoded.drafts["amount"].drop_nulls()), Decimal(0))


@pytest.mark.parametrize(("source", "content"), BER_FILES, ids=BER_NAMES)
def test_a_file_that_is_cut_anywhere_is_refused_whole(source: Source, content: bytes) -> None:
    for broken in cut_short(content):
        assert read(broken, source).refused, broken.how


def test_no_changed_byte_changes_what_a_tap_file_charges() -> None:
    for broken, decoded in read_all(flipped(tap_files.batch()), TAP):
        # Where the decimal places change, what is declared and what is found change alike.
        is_scaled_alike = decoded.drafts["amount"].head(1).to_list() == ["2.300"]
        if decoded.refused is None and decoded.rejected.is_empty() and is_scaled_alike:
            assert charged(decoded) == CHARGED, broken.how


def test_a_changed_byte_costs_no_more_than_its_event_list() -> None:
    read_all(flipped(nrtrde_files.listed()), NRTRDE)


@pytest.mark.parametrize(("source", "content"), BER_FILES, ids=BER_NAMES)
def test_absurd_lengths_cost_no_more_than_their_file(source: Source, content: bytes) -> None:
    read_all(mislengthened(content), source)


@pytest.mark.parametrize(("source", "content"), BER_FILES, ids=BER_NAMES)
def test_elements_that_are_gone_doubled_or_senseless(source: Source, content: bytes) -> None:
    read_all(some(misbuilt(content)), source)


@pytest.mark.parametrize("is_open", [False, True])
def test_events_ten_thousand_deep(is_open: bool) -> None:
    deep = b""
    if is_open:
        deep = b"\x63\x80" * 10_000 + bytes(20_000)
    else:
        for _ in range(10_000):
            deep = element(3, [deep])

    for content, source in ((tap_files.batch(deep), TAP), (nrtrde_files.listed(deep), NRTRDE)):
        assert "deeper than 64" in str(read(Broken("deep", content), source).refused)


@pytest.mark.parametrize("count", [-1, 0, 3, 5, 2**31, 2**62])
def test_wrong_counts_are_said(count: int) -> None:
    audited = tap_files.audit(4200, count)

    decoded = read(Broken("count", tap_files.batch(audited=audited)), TAP)

    assert f"records declared {count}, found 4" in str(decoded.refused)


def test_a_flow_file_cut_anywhere_loads_whole_packets_only() -> None:
    results = read_all(cut_short(FLOW_FILE), FLOWS)

    read_whole = [len(broken.content) for broken, decoded in results if not decoded.refused]
    assert read_whole == PACKETS


def test_a_changed_byte_costs_no_more_than_its_flow_file() -> None:
    read_all(flipped(FLOW_FILE), FLOWS)


def test_absurd_numbers_anywhere_in_a_flow_file() -> None:
    read_all(some(overwritten(FLOW_FILE, [b"\0\0", b"\0\3", b"\xff\xff"])), FLOWS)


def test_a_template_of_sixteen_thousand_fields_and_ten_thousand_templates() -> None:
    wide = flow_files.template(256, ((1, 1),) * 16_000)
    many = b"".join(
        flow_files.packet_v9(flow_files.template(300 + n, ((1, 4),)), declared=1, sequence=n)
        for n in range(10_001)
    )

    narrow = read(Broken("wide", flow_files.packet_v9(wide, declared=1)), FLOWS)
    crowded = read(Broken("many", many), FLOWS)

    assert (narrow.refused, narrow.records) == (None, 0)
    assert "more than 10000 different templates" in str(crowded.refused)
