"""What a user declares of a file's words, times and numbers holds for every mapped format."""

from typing import Any

import pytest

from mediation.formats.delimited import decode
from mediation.formats.mapping import BadMapping
from tests.mediation.sources import a_source


def read(cells: str, columns: dict[str, Any], **words: Any) -> dict[str, Any]:
    """The draft of one line of cells, by a mapping with these columns and words."""
    count = cells.count(";") + 1
    mapping = {"columns": columns, "count": [count, count], **words}
    [draft] = decode(f"{cells}\n".encode(), a_source(mapping=mapping)).drafts.rows(named=True)
    return draft


@pytest.mark.parametrize(
    ("cells", "place", "expected"),
    [
        ("a;b", 2, "b"),
        ("a;b", [1, 2], "a"),
        (";b", [1, 2], "b"),
        (" ;b", [1, 2], "b"),
        ("a;b", {"join": [1, 2]}, "a b"),
        ("a;b", {"join": [2, 1], "with": "/"}, "b/a"),
        ("a;", {"join": [1, 2], "with": "/"}, "a"),
        (";", {"join": [1, 2]}, None),
    ],
)
def test_a_field_is_a_place_or_the_first_of_them_or_all_joined(
    cells: str, place: Any, expected: str | None
) -> None:
    assert read(cells, {"product": place})["product"] == expected


@pytest.mark.parametrize(
    ("cells", "words", "expected"),
    [
        ("1200;300", {}, "1500"),
        ("1,5;2,5", {"decimal": ","}, "4"),
        ("1.200,5;0,25", {"decimal": ",", "grouping": "."}, "1200.75"),
        ("1200;", {}, "1200"),
        ("0;0", {}, "0"),
        (";", {}, None),
        # Nothing is guessed: what cannot be added waits, and shows why.
        ("1200;many", {}, "1200 + many"),
        ("1200;-3", {}, "1200 + -3"),
    ],
)
def test_two_places_are_added_where_that_is_said(
    cells: str, words: dict[str, Any], expected: str | None
) -> None:
    assert read(cells, {"quantity": {"add": [1, 2]}}, **words)["quantity"] == expected


@pytest.mark.parametrize(
    ("time_format", "text", "expected"),
    [
        ("iso", "2026-10-05 12:00:00", "2026-10-05 12:00:00"),
        ("epoch", "1791201600", "2026-10-05 12:00:00Z"),
        ("epoch_ms", "1791201600500", "2026-10-05 12:00:00.500Z"),
        ("%d.%m.%Y %H:%M", "05.10.2026 12:00", "2026-10-05 12:00:00"),
        ("%d.%m.%Y %H:%M:%S %z", "05.10.2026 12:00:00 +0200", "2026-10-05 10:00:00Z"),
        ("%d.%m.%Y %H:%M:%S", "31.02.2026 12:00:00", "31.02.2026 12:00:00"),
    ],
)
def test_times_are_read_by_their_pattern_and_offset(
    time_format: str, text: str, expected: str
) -> None:
    draft = read(f"{text};", {"occurred_at": 1}, time_format=time_format)

    assert draft["occurred_at"] == expected


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ({"durations": "minutes"}, "1.5", "90"),
        ({"durations": "minutes", "decimal": ","}, "1,5", "90"),
        ({"durations": "hours"}, "2", "7200"),
        ({"durations": "clock"}, "1:02:03", "3723"),
        ({"durations": "clock"}, "62:03", "3723"),
        ({"durations": "clock"}, "0:75", "0:75"),
        ({"durations": "milliseconds"}, "61000", "61"),
        # A second and a half is no whole second, and nobody has said what becomes of it.
        ({"durations": "milliseconds"}, "1500", "1500 (1/1000)"),
        ({"durations": "milliseconds", "fraction": "up"}, "1001", "2"),
        ({"durations": "milliseconds", "fraction": "down"}, "1999", "1"),
        ({"durations": "milliseconds", "fraction": "nearest"}, "1499", "1"),
        ({"durations": "milliseconds", "fraction": "nearest"}, "1500", "2"),
        ({"durations": "minutes"}, "-1", "-1 (60/1)"),
        ({"durations": "minutes"}, "", None),
    ],
)
def test_durations_become_seconds_as_declared(
    words: dict[str, Any], text: str, expected: str | None
) -> None:
    assert read(f"{text};", {"duration_seconds": 1}, **words)["duration_seconds"] == expected


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ({"decimal": ","}, "1,50", "1.50"),
        ({"decimal": ",", "grouping": "."}, "1.234,50", "1234.50"),
        ({"decimal": ",", "grouping": " "}, "1\u00a0234,50", "1234.50"),
        ({}, "1,50", "1,50"),
    ],
)
def test_numbers_are_written_as_declared(words: dict[str, Any], text: str, expected: str) -> None:
    draft = read(f"{text};{text}", {"amount": 1, "quantity": 2}, **words)

    assert (draft["amount"], draft["quantity"]) == (expected, expected)


def test_a_default_stands_where_the_record_says_nothing() -> None:
    words: dict[str, Any] = {"defaults": {"product": "news"}, "values": {"product": {"N": "news"}}}

    assert read(";", {"product": 1}, **words)["product"] == "news"
    assert read("N;", {"product": 1}, **words)["product"] == "news"
    assert read("film;", {"product": 1}, **words)["product"] == "film"


@pytest.mark.parametrize(
    "encoding", ["cp1250", "cp1251", "koi8-r", "utf-16", "iso-8859-2", "iso-8859-5"]
)
def test_every_declared_encoding_is_read(encoding: str) -> None:
    word = "Новости" if encoding in ("cp1251", "koi8-r", "iso-8859-5") else "Źródło"
    mapping = {"columns": {"product": 1}, "count": [2, 2], "encoding": encoding}

    decoded = decode(f"{word};x\n".encode(encoding), a_source(mapping=mapping))

    assert decoded.drafts["product"].to_list() == [word]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"columns": []}, "no table in columns"),
        ({"columns": {"product": 0}}, "no place for product"),
        ({"columns": {"product": []}}, "no place for product"),
        ({"columns": {"product": {"join": "a"}}}, "no place for product"),
        ({"columns": {"product": {"sum": [1]}}}, "no place for product"),
        ({"columns": {"product": {"add": 1}}}, "no place for product"),
        ({"columns": {"product": {"add": [1], "with": "+"}}}, "no place for product"),
        ({"values": {"product": "x"}}, "no words for product"),
        ({"durations": "weeks"}, "durations weeks"),
        ({"fraction": "half"}, "fraction half"),
        ({"decimal": ";"}, "decimal ;"),
        ({"grouping": "."}, "grouping '.'"),
        ({"grouping": "ab"}, "grouping 'ab'"),
        ({"time_format": "%H:%M"}, "time_format %H:%M"),
        ({"time_format": "yesterday"}, "time_format yesterday"),
        ({"time_format": "%d.%m.%Y"}, "time_format %d.%m.%Y"),
        ({"time_format": "%Q %!"}, "time_format %Q"),
        ({"defaults": {"price": 1}}, "price"),
    ],
)
def test_a_mapping_says_what_is_wrong_before_a_file_comes(
    words: dict[str, Any], fault: str
) -> None:
    mapping = {"columns": {"product": 1}, "count": [2, 2]} | words

    with pytest.raises(BadMapping) as refusal:
        decode(b"", a_source(mapping=mapping))

    assert fault in str(refusal.value)


def test_a_position_that_no_line_has_refuses_the_file() -> None:
    mapping = {"columns": {"product": 9}, "count": [2, 2]}

    assert decode(b"a;b\n", a_source(mapping=mapping)).refused == "MISSING_COLUMN"
