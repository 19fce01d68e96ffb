"""One number, however it was dialled, is the same digits."""

import gc
import weakref

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.numbers import read_number, read_numbers


class _Columns:
    """Stands for the columns that a caller of `read_numbers` holds."""


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("+48601234567", "PL", "48601234567"),
        ("0048601234567", "PL", "48601234567"),
        ("48601234567", "PL", "48601234567"),
        ("601 234 567", "PL", "48601234567"),
        ("(030) 1234-567", "DE", "49301234567"),
        ("00493012345678", "DE", "493012345678"),
        ("8 (495) 123-45-67", "RU", "74951234567"),
        ("+390612345678", "PL", "390612345678"),
        ("112", "PL", "112"),
        ("1002", "CN", "1002"),
    ],
)
def test_a_number_is_read_by_the_rules_of_its_country(text: str, country: str, number: str) -> None:
    assert read_number(text, country) == (number, True)


@pytest.mark.parametrize(
    "text",
    ["&", "client1", "INFO-SMS", "+", "", "12345678901234567890", "６０１２３４５６７", "+1"],
)
def test_what_cannot_be_dialled_stays_as_it_is(text: str) -> None:
    assert read_number(text, "PL") == (text, False)


CODES = (
    *("48", "49", "7", "1", "380", "39", "44", "54", "52", "86", "99"),
    *("375", "36", "370", "33", "43", "81", "55", "61", "82", "352", "423"),
)
RESTS = (
    *("601234567", "0601234567", "3012345678", "80012345", "12345", "9123456789012"),
    *("291234567", "80291234567", "1800201234", "7700900123", "06301234567", "8612345678"),
    *("15012345678", "1112345678", "91112345678", "21987654321", "1481960194", "18002079460"),
)


def test_the_table_and_the_library_agree() -> None:
    numbers = [f"{mark}{code}{rest}" for mark in ("+", "00") for code in CODES for rest in RESTS]

    read = read_numbers(pl.Series(numbers), "PL")

    by_one = {text: read_number(text, "PL") for text in numbers}
    assert {given: (number, is_number) for given, number, is_number in read.rows()} == by_one


MARKS = ("+", "00", "", "0", "++", "+0", "000", "0+", "+00", " +")
STRANGE = "0123456789+- _.eEx/１٣"


@given(
    st.lists(
        st.builds(
            "{}{}{}{}{}".format,
            st.sampled_from(MARKS),
            st.sampled_from([*CODES, ""]),
            st.text("0123456789", max_size=7),
            st.text(STRANGE, max_size=2),
            st.text("0123456789", max_size=7),
        ),
        min_size=1,
    ),
    st.sampled_from(["PL", "US", "RU", "AR"]),
)
def test_a_column_of_any_texts_is_read_as_the_library_reads_each(
    texts: list[str], country: str
) -> None:
    read = read_numbers(pl.Series(texts), country).rows()

    assert read == [(text, *read_number(text, country)) for text in texts]


def test_where_no_number_is_given_nothing_is_said_of_it() -> None:
    read = read_numbers(pl.Series(["+48601234567", None, "601 234 567"]), "PL")

    assert read.select("number", "is_number").rows() == [
        ("48601234567", True),
        (None, None),
        ("48601234567", True),
    ]


@pytest.mark.parametrize("text", ["0000000", "0018. 1/20"])
def test_a_number_that_the_library_refuses_keeps_no_columns_of_the_file_in_memory(
    text: str,
) -> None:
    def taken_in() -> weakref.ref[_Columns]:
        columns = _Columns()
        read_numbers(pl.Series([text]), "PL")
        return weakref.ref(columns)

    read_number.cache_clear()
    gc.disable()
    try:
        assert taken_in()() is None
    finally:
        gc.enable()
