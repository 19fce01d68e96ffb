"""One record is one line; a bad line is rejected alone, with its number and its reason."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mediation.formats.lines import read_lines, split_fields, split_lines


def reasons(content: bytes, encoding: str = "utf-8", columns: int = 3) -> list[tuple[int, str]]:
    lines = read_lines(content, encoding)
    assert lines is not None
    fields = split_fields(lines.records, ",", (columns, columns))
    found = [*lines.rejected.iter_rows(named=True), *fields.rejected.iter_rows(named=True)]
    return sorted((row["line"], row["reason"]) for row in found)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"a,b", "WRONG_COLUMN_COUNT"),
        (b"a,b,c,d", "WRONG_COLUMN_COUNT"),
        (b'a,"b,c', "UNBALANCED_QUOTES"),
        (b'a,"b"x,c', "UNBALANCED_QUOTES"),
        (b"a,b\0,c", "NUL_BYTE"),
        (b"a,\xff,c", "WRONG_ENCODING"),
        (b"a," + b"9" * 70_000 + b",c", "LINE_TOO_LONG"),
        (b"9" * 10_000_000, "LINE_TOO_LONG"),
    ],
)
def test_a_bad_line_costs_no_other(line: bytes, reason: str) -> None:
    content = b"1,2,3\n" + line + b"\n4,5,6\n"

    assert reasons(content) == [(2, reason)]


def test_quotes_commas_and_empty_fields_are_read_as_written() -> None:
    lines = read_lines(b'"a ""b"", c",,"x"\n\n"",y,z\r\n', "utf-8")
    assert lines is not None

    rows = split_fields(lines.records, ",", (3, 3)).rows

    assert rows.select("line", "field_1", "field_3").rows() == [
        (1, 'a "b", c', "x"),
        (3, "", "z"),
    ]


def test_a_line_with_fewer_fields_is_filled_up_where_that_is_allowed() -> None:
    lines = read_lines(b"a,b\nc,d,e\n", "utf-8")
    assert lines is not None

    rows = split_fields(lines.records, ",", (2, 3)).rows

    assert rows.select("field_1", "field_2", "field_3").rows() == [
        ("a", "b", None),
        ("c", "d", "e"),
    ]


def test_a_file_that_ends_within_a_line_says_which() -> None:
    whole, cut = read_lines(b"a,b,c\nd,e,f\n", "utf-8"), read_lines(b"a,b,c\nd,e,f", "utf-8")

    assert whole is not None and whole.cut_off == 0
    assert cut is not None and cut.cut_off == 2


hostile = st.lists(
    st.sampled_from([b"a", b",", b'"', b"\n", b"\r", b"\0", b"\xc5", "Ł".encode(), b"=", b" "]),
    max_size=60,
).map(b"".join)


texts = st.text(st.sampled_from("a,Ł\n\r\0 ") | st.characters(codec="utf-8"), max_size=60)


@settings(max_examples=300)
@given(text=texts)
@example("a\r\r\n\r\nb")
def test_lines_are_what_stands_before_line_feeds(text: str) -> None:
    *ended, last = text.split("\n")
    before = [line.removesuffix("\r") for line in ended]
    rest = [last.removesuffix("\r")] if last else []

    lines = split_lines(text.encode())

    assert lines.rows() == list(enumerate([*before, *rest], start=1))


@settings(max_examples=150)
@given(content=hostile)
def test_every_line_is_a_row_or_rejected(content: bytes) -> None:
    lines = read_lines(content, "utf-8")
    assert lines is not None
    fields = split_fields(lines.records, ",", (2, 4))

    numbers = [
        *lines.rejected["line"],
        *fields.rejected["line"],
        *fields.rows["line"],
    ]

    text = content.decode("utf-8-sig", errors="replace")
    there = [n for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    # Python and the columns agree on blanks except for a few control characters not used here.
    assert sorted(numbers) == there


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\nc\nd,e\nf,g\n",
        b"c\na,b\n",
        b"a,b\nc\n",
        b"a,b\n\nd,e",
        b"a,b\r\nd,e",
        b"a,b\r\nd,e\n",
        b'"a\r",b\n\n\xffd,e\n',
        b"a,b\nc,d,e\n",
        b"a,b\nc,d,e,f\ng,h\n",
        b"c,d,e,f\na,b\n",
        b'a,b\n"c,d\ne,f\n',
        b'a,b\n"c,""d"\ne,f\n',
        b'a,b\n""\ne,f\n',
    ],
)
def test_lines_are_read_where_they_stand_as_one_by_one(content: bytes) -> None:
    lines = read_lines(content, "utf-8")
    assert lines is not None

    where_they_stand = split_fields(lines.records, ",", (2, 3), text=lines.text)

    one_by_one = [split_fields(each, ",", (2, 3)) for each in lines.records.iter_slices(1)]
    assert where_they_stand.rows.rows() == [row for each in one_by_one for row in each.rows.rows()]


@settings(max_examples=100)
@given(content=hostile, wanted=st.sets(st.integers(1, 4)))
def test_a_field_that_is_wanted_is_what_it_is_among_all(content: bytes, wanted: set[int]) -> None:
    lines = read_lines(content, "utf-8")
    assert lines is not None

    some = split_fields(lines.records, ",", (1, 4), wanted=wanted, text=lines.text).rows

    every = split_fields(lines.records, ",", (1, 4)).rows
    for number in range(1, 5):
        field = every[f"field_{number}"] if number in wanted else [None] * every.height
        assert some[f"field_{number}"].to_list() == list(field)
