"""The detail of a document in its four forms: nothing lost, nothing computed, the same bytes."""

import csv
import json
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile

import openpyxl
import pytest
from pyarrow import parquet

from currencies.money import money
from statements.csv_writing import csv_text
from statements.detail import BALANCE, COLUMNS, detail_csv, detail_parquet, detail_rows
from statements.document import BalanceForward, Detail
from statements.document_json import document_json
from statements.workbook import detail_workbook
from tests.statements.builders import a_buyer, a_line, an_invoice

DETAILS = (
    Detail("=HYPERLINK(\"http://evil.example\")", Decimal("12.5"), "MIN", money("1.25 PLN")),
    Detail("Łódź", Decimal("3"), "MIN", money("-0.25 PLN")),
)  # fmt: skip
DOCUMENT = an_invoice(
    [
        a_line("1.00", "1", details=DETAILS, quantity=Decimal("15.5")),
        a_line("-5.00", "2", description="-Promotion", group="+48 600"),
        a_line("123456789012345.67", "3", description="https://saldo.example/a"),
    ]
)
NETS = ["1.00", "1.25", "-0.25", "-5.00", "123456789012345.67"]


def sheet_of(content):
    return openpyxl.load_workbook(BytesIO(content)).active


def test_each_line_is_followed_by_the_rows_under_it():
    rows = list(detail_rows(DOCUMENT))

    assert [(row.line, row.row) for row in rows] == [
        ("1", 0), ("1", 1), ("1", 2), ("2", 0), ("3", 0),
    ]  # fmt: skip
    assert [row.net for row in rows] == NETS


def test_in_csv_no_text_is_a_formula_and_every_figure_a_number():
    header, *rows = csv.reader(StringIO(detail_csv(DOCUMENT).decode(), newline=""))

    by_name = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["net"] for row in by_name] == NETS
    assert by_name[1]["description"] == '\'=HYPERLINK("http://evil.example")'
    assert (by_name[3]["description"], by_name[3]["group"]) == ("'-Promotion", "'+48 600")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("-5.00", "-5.00"), ("-5.00x", "'-5.00x"), ("-", "'-"), ("+5", "'+5"), ("-5e3", "'-5e3"),
        ("@SUM(1)", "'@SUM(1)"), ("＝1", "'＝1"), (-5, "-5"), (None, ""), ("٣", "٣"),
    ],
)  # fmt: skip
def test_every_csv_guards_its_texts_and_leaves_its_numbers(value, written):
    assert csv_text(["a", "b"], [[value, 1]]) == f"a,b\r\n{written},1\r\n"


def test_in_the_workbook_texts_stay_texts_and_figures_are_numbers():
    sheet = sheet_of(detail_workbook(DOCUMENT))

    header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert tuple(header) == COLUMNS
    assert kinds == {"n", "s"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    nets = [row[COLUMNS.index("net")] for row in rows]
    assert nets == [1, 1.25, -0.25, -5, "123456789012345.67"]
    assert rows[1][COLUMNS.index("description")].startswith("=HYPERLINK")


def test_a_workbook_without_room_says_how_much_is_left_out():
    sheet = sheet_of(detail_workbook(DOCUMENT, rows_max=5))

    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 5
    assert rows[-1][0].startswith("2 more rows have no room here")


def test_parquet_has_exact_decimals_and_texts_as_they_are():
    table = parquet.read_table(BytesIO(detail_parquet(DOCUMENT)))

    assert table["net"].to_pylist() == [Decimal(net) for net in NETS]
    assert table["tax_rate"].to_pylist() == [Decimal("0.23")] * 5
    assert table["description"].to_pylist()[1] == DETAILS[0].description


def test_json_states_every_amount_as_a_text():
    said = json.loads(document_json(DOCUMENT), parse_float=pytest.fail)

    document = said["document"]
    assert (said["format"], said["version"]) == ("saldo-document", "1.0")
    assert document["kind"] == "invoice"
    assert document["lines"][0]["net"] == {"amount": "1.00", "currency": "PLN"}
    assert document["lines"][0]["details"][0]["quantity"] == "12.5"
    # 123456789012345.67 + 1.00 - 5.00, and 23 % of it
    assert document["totals"]["net"]["amount"] == "123456789012341.67"
    assert document["totals"]["tax"]["amount"] == "28395061472838.58"
    assert document["issued_on"] == "2026-11-10"
    assert document["seller"]["address"]["city"] == "Warszawa"
    assert "Żółw" in document_json(DOCUMENT).decode()


def test_a_balance_stands_beside_the_lines_and_in_none_of_their_amounts():
    amounts = {"brought": "-23", "stated": "123", "payable": "100", "carried": "0"}
    forward = BalanceForward(**{name: money(f"{each} PLN") for name, each in amounts.items()})
    statement = an_invoice(forward=forward)

    [row] = csv.DictReader(StringIO(detail_csv(statement).decode(), newline=""))
    said = json.loads(document_json(statement))["document"]
    table = parquet.read_table(BytesIO(detail_parquet(statement)))

    assert [row[name] for name in BALANCE] == ["-23.00", "123.00", "100.00", "0.00"]
    assert row["net"] == "100.00"
    assert said["forward"]["brought"] == {"amount": "-23.00", "currency": "PLN"}
    assert table["carried_forward"].to_pylist() == [Decimal(0)]


def test_a_document_of_before_says_nothing_of_a_balance():
    assert "forward" not in json.loads(document_json(DOCUMENT))["document"]
    assert detail_csv(DOCUMENT).decode().startswith(",".join(COLUMNS) + "\r\n")


def test_text_that_cannot_be_written_never_fails():
    broken = a_line(description="\ud800\x00 x" * 40_000)
    document = an_invoice([broken], buyer=a_buyer(name="\x01"))

    assert json.loads(document_json(document))
    assert sheet_of(detail_workbook(document))["E2"].value.startswith("\ufffd\ufffd x")
    assert detail_csv(document)
    assert detail_parquet(document)


def test_a_workbook_is_dated_by_its_document():
    with ZipFile(BytesIO(detail_workbook(DOCUMENT))) as archive:
        dates = {entry.date_time for entry in archive.infolist()}
        about = archive.read("docProps/core.xml").decode()

    assert {date[0] for date in dates} == {1980}
    assert about.count("2026-11-10T00:00:00Z") == 2


@pytest.mark.parametrize("write", [detail_csv, detail_workbook, detail_parquet, document_json])
def test_equal_documents_give_equal_bytes(write):
    assert write(DOCUMENT) == write(DOCUMENT)
