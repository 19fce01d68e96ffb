"""Fixed-width files: characters counted, totals at both ends, amounts without a point."""

from decimal import Decimal
from typing import Any

import pytest

from mediation.control_totals import differences, totals_of
from mediation.draft import ControlTotals
from mediation.formats.fixed_width import decode
from mediation.formats.mapping import BadMapping
from tests.mediation.sources import a_source
from tests.sample_data import sample

MAPPING: dict[str, Any] = {
    "record": {"marker": "CDR"},
    "header": {"marker": "HDR", "records": "4-9"},
    "trailer": {"marker": "TRL", "records": "4-9", "seconds": "10-17", "amount": "18-27"},
    "columns": {
        "sequence": "4-9",
        "occurred_at": "10-23",
        "a_number": "24-35",
        "b_number": "36-51",
        "duration_seconds": "52-57",
        "amount": "58-67",
        "product": "68-77",
    },
    "length": 77,
    "constants": {"currency": "EUR"},
    "values": {"product": {"NLB": "ABROAD"}},
    "implied_decimals": 4,
    "time_format": "%Y%m%d%H%M%S",
}


def a_record(
    number: int = 1, seconds: str = "000018", amount: str = "0000000919", product: str = "NLB"
) -> str:
    return (
        f"CDR{number:06d}20260708181506{'601234567':<12}{'0049301234567':<16}"
        f"{seconds}{amount}{product:<10}"
    )


def a_file(*records: str, header: str | None = None, trailer: str | None = None) -> bytes:
    count = f"{len(records):06d}"
    ends = header or f"HDR{count}", trailer or f"TRL{count}{18 * len(records):08d}{'919':>10}"
    return "".join(f"{line}\n" for line in (ends[0], *records, ends[1])).encode()


def test_the_characters_of_a_line_are_its_fields() -> None:
    [draft] = decode(a_file(a_record()), a_source("fixed_width", mapping=MAPPING)).drafts.rows(
        named=True
    )

    told = {name: text for name, text in draft.items() if text is not None and name != "raw"}
    assert told == {
        "line": 2,
        "sequence": "000001",
        "occurred_at": "2026-07-08 18:15:06",
        "a_number": "601234567",
        "b_number": "0049301234567",
        "duration_seconds": "000018",
        "amount": "000000.0919",
        "product": "ABROAD",
        "currency": "EUR",
    }


@pytest.mark.parametrize(
    ("written", "mapping", "amount"),
    [
        ("0000000919", {"implied_decimals": 4}, "000000.0919"),
        ("         7", {"implied_decimals": 4}, "0.0007"),
        ("-000000919", {"implied_decimals": 2}, "-0000009.19"),
        ("      1,25", {"decimal": ","}, "1.25"),
        ("      1.25", {"implied_decimals": 0}, "1.25"),
        ("      1,25", {"decimal": ",", "implied_decimals": 4}, "1.25"),
        ("      x919", {"implied_decimals": 4}, "x919"),
    ],
)
def test_an_amount_gets_its_point(written: str, mapping: dict[str, Any], amount: str) -> None:
    known = {key: value for key, value in MAPPING.items() if key != "implied_decimals"}
    source = a_source("fixed_width", mapping=known | {"trailer": {"marker": "TRL"}} | mapping)

    assert decode(a_file(a_record(amount=written)), source).drafts["amount"].to_list() == [amount]


def test_both_ends_declare_what_the_file_holds() -> None:
    decoded = decode(a_file(a_record()), a_source("fixed_width", mapping=MAPPING))

    said = ControlTotals(records=1, seconds=18, amount=Decimal("0.0919"))
    assert decoded.declared == said == totals_of(decoded)


def test_a_record_that_is_missing_shows_in_the_totals() -> None:
    content = a_file(a_record(1), a_record(2))
    shorter = content.replace(f"{a_record(2)}\n".encode(), b"")

    decoded = decode(shorter, a_source("fixed_width", mapping=MAPPING))

    assert decoded.declared is not None
    assert [wrong.total for wrong in differences(decoded.declared, totals_of(decoded))] == [
        "records",
        "seconds",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "MISSING_HEADER"),
        (a_file(a_record())[4:], "MISSING_HEADER"),
        (a_file(a_record(), trailer="CDR"), "MISSING_TRAILER"),
        (a_file(a_record(), header="HDR00000x"), "BAD_HEADER"),
        (a_file(a_record(), trailer="TRL0000010000001"), "BAD_TRAILER"),
        (a_file(a_record(), header="HDR000002"), "HEADER_AND_TRAILER_DIFFER"),
        ("HDR".encode("utf-16"), "WRONG_ENCODING"),
    ],
)
def test_a_file_without_readable_ends_is_refused_whole(content: bytes, reason: str) -> None:
    assert decode(content, a_source("fixed_width", mapping=MAPPING)).refused == reason


def test_a_line_of_another_kind_or_length_is_rejected_alone() -> None:
    content = a_file(a_record(1), "XXX" + a_record(2)[3:], a_record(3)[:-1], a_record(4))

    decoded = decode(content, a_source("fixed_width", mapping=MAPPING))

    assert decoded.drafts["sequence"].to_list() == ["000001", "000004"]
    assert decoded.rejected.select("line", "reason").rows() == [
        (3, "UNKNOWN_RECORD_TYPE"),
        (4, "WRONG_LENGTH"),
    ]


@pytest.mark.parametrize(
    ("length", "read"),
    [
        (None, ["000001", "000002"]),
        ([67, 77], ["000001", "000002", "000003"]),
        (77, ["000001", "000002"]),
    ],
)
def test_records_are_as_long_as_declared_or_as_most_of_them(length: Any, read: list[str]) -> None:
    columns = {name: place for name, place in MAPPING["columns"].items() if name != "product"}
    mapping = MAPPING | {"columns": columns, "length": length}
    if length is None:
        del mapping["length"]
    # The third lost the blanks at its end, and two stand in one line.
    third, merged = a_record(3, product="").rstrip(), a_record(4) + a_record(5)
    content = a_file(a_record(1), a_record(2), third, merged)

    drafts = decode(content, a_source("fixed_width", mapping=mapping)).drafts

    assert drafts["sequence"].to_list() == read


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r", "utf-16"])
def test_characters_are_counted_and_not_bytes(encoding: str) -> None:
    source = a_source("fixed_width", mapping=MAPPING, encoding=encoding)
    content = a_file(a_record(product="Минск")).decode().encode(encoding)

    [draft] = decode(content, source).drafts.rows(named=True)

    assert (draft["product"], draft["amount"]) == ("Минск", "000000.0919")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"colour": 1}, "colour"),
        ({"columns": {}}, "no columns"),
        ({"columns": {"price": "1-2"}}, "price"),
        ({"columns": {"a_number": "0-2"}}, "'0-2'"),
        ({"columns": {"a_number": "3-2"}}, "'3-2'"),
        ({"columns": {"a_number": 3}}, "3"),
        ({"columns": {"a_number": "1-99999"}}, "'1-99999'"),
        ({"trailer": {"marker": "T", "records": "x"}}, "'x'"),
        ({"trailer": {"records": "1-2"}}, "marker"),
        ({"trailer": {"marker": "T", "count": "1-2"}}, "count"),
        ({"trailer": "T"}, "trailer"),
        ({"record": {"marker": "T", "at": 0}}, "marker"),
        ({"length": "77"}, "length"),
        ({"length": [78, 77]}, "length"),
        ({"constants": {"a_number": "1"}}, "twice"),
        ({"implied_decimals": 99}, "decimals"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_is_wrong(
    changes: dict[str, Any], fault: str
) -> None:
    with pytest.raises(BadMapping, match=fault):
        decode(b"", a_source("fixed_width", mapping=MAPPING | changes))


def test_the_file_found_in_the_samples_is_a_fragment_without_records_and_is_refused() -> None:
    path = sample("telecom/cdr/fixed-width/DDB-Some-10022-20120711-309.CDR")

    refused = decode(path.read_bytes(), a_source("fixed_width", mapping=MAPPING)).refused

    assert refused == "MISSING_HEADER"
