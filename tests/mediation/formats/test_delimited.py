"""A delimited file is read by its mapping, and by nothing else."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.control_totals import differences, totals_of
from mediation.draft import ControlTotals
from mediation.formats.delimited import decode
from mediation.formats.mapping import BadMapping
from tests.mediation.sources import MAPPING, a_source, delimited_file

ROW = "c1;601234567;+49301234567;2026-10-05 12:00:00;61"


def test_columns_constants_words_comma_and_time_format() -> None:
    mapping: dict[str, Any] = {
        "encoding": "cp1250",
        "delimiter": "|",
        "count": [4, 4],
        "columns": {"product": 1, "amount": 2, "occurred_at": 3, "kind": 4},
        "constants": {"currency": "PLN"},
        "values": {"kind": {"T": "content"}},
        "decimal": ",",
        "time_format": "%d.%m.%Y %H:%M:%S",
    }
    content = "Źródło|1,23|05.10.2026 12:00:00|T\n".encode("cp1250")

    [draft] = decode(content, a_source(mapping=mapping)).drafts.rows(named=True)

    assert (draft["product"], draft["amount"], draft["currency"]) == ("Źródło", "1.23", "PLN")
    assert (draft["kind"], draft["occurred_at"]) == ("content", "2026-10-05 12:00:00")


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\n"])
def test_a_file_without_even_a_header_is_refused_as_empty(content: bytes) -> None:
    decoded = decode(content, a_source())

    assert (decoded.refused, decoded.records) == ("EMPTY_FILE", 0)


def test_a_file_of_a_trailer_alone_has_no_header() -> None:
    assert decode(b"TRL;0;0\n", a_source(mapping=TRAILED)).refused == "MISSING_HEADER"


def test_a_file_without_a_named_column_is_refused_whole() -> None:
    decoded = decode(delimited_file(ROW, header="id;from;to;at;length"), a_source())

    assert decoded.refused == "MISSING_COLUMN"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"colour": 1}, "colour"),
        ({"columns": {}}, "no columns"),
        ({"columns": {"price": "id"}}, "price"),
        ({"header": False}, "no header"),
        ({"encoding": "utf-7"}, "utf-7"),
        ({"delimiter": "ab"}, "delimiter"),
        ({"constants": {"a_number": "1"}}, "twice"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_is_wrong(
    changes: dict[str, Any], fault: str
) -> None:
    with pytest.raises(BadMapping, match=fault):
        decode(b"", a_source(mapping=MAPPING | changes))


TRAILED = MAPPING | {"trailer": {"marker": "TRL", "records": 2, "seconds": 3}}
SENT = delimited_file(ROW, "c2;601234567;+49301234568;2026-10-05 12:01:00;39", ROW, "TRL;3;161")


def test_a_trailer_describes_the_file_as_sent_repeated_lines_included() -> None:
    decoded = decode(SENT, a_source(mapping=TRAILED))

    assert decoded.declared == ControlTotals(records=3, seconds=161)
    assert totals_of(decoded) == ControlTotals(records=3, seconds=161, amount=Decimal(0))


@pytest.mark.parametrize(
    ("last", "reason"),
    [("c9;1;2;3;4", "MISSING_TRAILER"), ("TRL;x;9", "BAD_TRAILER"), ("TRL;3", "BAD_TRAILER")],
)
def test_a_file_without_a_readable_trailer_is_refused_whole(last: str, reason: str) -> None:
    assert decode(delimited_file(ROW, last), a_source(mapping=TRAILED)).refused == reason


@settings(max_examples=60)
@given(at=st.integers(0, len(SENT) - 1))
def test_a_file_with_a_trailer_cut_anywhere_is_never_believed(at: int) -> None:
    decoded = decode(SENT[:at], a_source(mapping=TRAILED))

    quarantined = decoded.refused is not None or (
        decoded.declared is not None and bool(differences(decoded.declared, totals_of(decoded)))
    )
    # The last line break may be missing: then every byte of data and trailer is there.
    assert quarantined or at == len(SENT) - 1
