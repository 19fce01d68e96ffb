"""Figures of forms are read as the reader writes them, and nothing else is guessed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from tenants.web.forms import FieldMissing, figure_sent, optional_figure_sent

APP = Flask(__name__)


@contextmanager
def sent(text: str, language: str) -> Iterator[None]:
    """A form with one field, sent by somebody who reads that language."""
    headers = {"Accept-Language": language}
    with APP.test_request_context(method="POST", data={"rate": text}, headers=headers):
        yield


@pytest.mark.parametrize("language", ["pl", "ru"])
@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("8,00", "8.00"),
        ("-0,5", "-0.5"),
        (" 1500,25 PLN ", "1500.25 PLN"),
        ("8.00", "8.00"),
        ("1500 PLN", "1500 PLN"),
    ],
)
def test_a_comma_is_the_decimal_mark_where_the_language_has_it(
    language: str, text: str, figure: str
):
    with sent(text, language):
        assert figure_sent("rate") == figure
        assert optional_figure_sent("rate") == figure


# 1,234 is a thousand and more in English, and 1.234 in Polish; nobody guesses.
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("1,234", "en"),
        ("1,234.50", "pl"),
        ("1.234,50", "pl"),
        ("1 234,50", "pl"),
        (",50", "pl"),
        ("8,", "pl"),
        ("8,0,0", "pl"),
        ("8,00 złotych", "pl"),
    ],
)
def test_what_could_be_read_otherwise_stays_as_it_was_written(text: str, language: str):
    with sent(text, language):
        assert figure_sent("rate") == text


def test_nothing_written_is_refused_or_nothing():
    with sent(" ", "pl"):
        assert optional_figure_sent("rate") == ""
        with pytest.raises(FieldMissing):
            figure_sent("rate")
