"""A declaration in CSV says the same as one in XML, and is refused row by row otherwise."""

import datetime as dt
from decimal import Decimal

import pytest

from currencies.money import money
from statements.declaration import Bucket, DeclarationDoesNotTie, DirectionTotal
from statements.declaration_csv import (
    COLUMNS,
    DeclarationCsvRefused,
    is_csv,
    read_declaration_csv,
)

FACTS = {
    "number": "ATL-7", "issued_on": "2026-11-05", "declarant": "Atlantic, Ltd",
    "recipient": "Alpha", "agreement": "IC-atlantic", "period_from": "2026-10-01",
    "period_until": "2026-11-01", "time_zone": "Europe/Dublin", "currency": "XDR",
}  # fmt: skip
FIRST = {
    "day": "2026-10-01", "direction": "outgoing", "trunk": "TR-1", "destination": "Poland",
    "calls": "120", "seconds": "12000", "billed_seconds": "12000", "rate_per_minute": "0.03",
    "amount": "6",
}  # fmt: skip
SECOND = FIRST | {"day": "2026-10-31", "calls": "1", "rate_per_minute": "", "amount": "0.333333"}
TOTAL = {
    "direction": "outgoing", "calls": "121", "seconds": "24000", "billed_seconds": "24000",
    "amount": "6.333333", "payable": "6.33",
}  # fmt: skip


def file(*rows: tuple[str, dict[str, str]], mark: str = ",") -> bytes:
    lines = [COLUMNS]
    for record, facts in rows:
        cells = {"record": record, **facts}
        lines.append(tuple(f'"{cells[name]}"' if name in cells else "" for name in COLUMNS))
    return "\n".join(mark.join(line) for line in lines).encode()


WHOLE = [("header", FACTS), ("bucket", FIRST), ("bucket", SECOND), ("total", TOTAL)]


def changed(row: int, **facts: str) -> bytes:
    rows = list(WHOLE)
    rows[row] = (rows[row][0], rows[row][1] | facts)
    return file(*rows)


@pytest.mark.parametrize("mark", [",", ";"])
def test_every_fact_is_read(mark: str) -> None:
    got = read_declaration_csv(b"\xef\xbb\xbf" + file(*WHOLE, mark=mark))

    assert (got.number, got.declarant, got.currency) == ("ATL-7", "Atlantic, Ltd", "XDR")
    assert (got.period.starts_on, got.period.until) == (dt.date(2026, 10, 1), dt.date(2026, 11, 1))
    assert got.buckets == (
        Bucket(
            dt.date(2026, 10, 1), "outgoing", "TR-1", "Poland", 120, 12000, 12000,
            Decimal("0.03"), Decimal(6),
        ),
        Bucket(
            dt.date(2026, 10, 31), "outgoing", "TR-1", "Poland", 1, 12000, 12000, None,
            Decimal("0.333333"),
        ),
    )  # fmt: skip
    assert got.totals == (
        DirectionTotal("outgoing", 121, 24000, 24000, Decimal("6.333333"), money("6.33 XDR")),
    )


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (changed(0, currency="xdr"), "row 2: currency 'xdr' is not three capitals"),
        (changed(0, number=""), "row 2: number is not 1 to 200"),
        (changed(0, period_from="1.10.2026"), "row 2: period_from '1.10.2026' is not a date"),
        (changed(0, day="2026-10-01"), "row 2: day is filled, which a header does not have"),
        (changed(1, day="2026-11-01"), "row 3: 2026-11-01 lies outside the period declared"),
        (changed(1, day="20261001"), "row 3: day '20261001' is not a date"),
        (changed(1, direction="in"), "row 3: direction 'in' is not incoming or outgoing"),
        (changed(1, amount="6e0"), "row 3: "),
        (changed(1, amount="6,0"), "row 3: "),
        (changed(1, amount="NaN"), "row 3: "),
        (changed(1, calls="120.0"), "row 3: calls '120.0' is not a whole number"),
        (changed(1, calls="１２０"), "row 3: calls"),
        (changed(1, trunk="a\tb"), "row 3: trunk is not 1 to 200 printable"),
        (changed(3, payable=""), "row 5: "),
        (changed(2, day="2026-10-01", rate_per_minute="0.03"), "row 4: there is such a bucket"),
        (file(*WHOLE, ("total", TOTAL)), "row 6: there is such a total already"),
        (file(*WHOLE, ("header", FACTS)), "there are 2 header rows"),
        (file(*WHOLE[1:]), "there are 0 header rows"),
        (file(*WHOLE, ("sum", TOTAL)), "row 6: 'sum' is no record"),
        (file(*WHOLE) + b"\nbucket,1", "row 6 has 2 cells"),
        (file(*WHOLE).replace(b"payable", b"paid", 1), "row 1: these columns"),
        (file(*WHOLE) + b'\n"', "row"),
        (file(*WHOLE).replace(b"Poland", b"\xff"), "the file is not in UTF-8"),
        (b"", "row 1: these columns"),
    ],
)
def test_what_is_wrong_is_said_by_its_row(content: bytes, finding: str) -> None:
    with pytest.raises(DeclarationCsvRefused) as caught:
        read_declaration_csv(content)

    assert finding in str(caught.value)


def test_all_faults_are_said_at_once() -> None:
    bad = file(WHOLE[0], ("bucket", FIRST | {"calls": "x"}), ("bucket", SECOND | {"amount": ""}))

    with pytest.raises(DeclarationCsvRefused, match="2 rows .*row 3: .*; row 4: "):
        read_declaration_csv(bad)


def test_totals_are_the_sums_of_the_buckets() -> None:
    for wrong in ({"calls": "120"}, {"amount": "6.333334"}, {"payable": "6.34"}):
        with pytest.raises(DeclarationDoesNotTie):
            read_declaration_csv(changed(3, **wrong))


def test_csv_is_told_from_xml_by_its_beginning() -> None:
    assert is_csv(file(*WHOLE)) and is_csv(b"\xef\xbb\xbf" + file(*WHOLE))
    assert not is_csv(b"<Declaration/>")
