"""Numbers of documents are written from the template of their series (R85)."""

from datetime import date

import pytest

from statements.numbering import (
    NumbersWouldRepeat,
    NumberTemplateUnknown,
    Series,
    SeriesWordMissing,
    SeriesWordUnknown,
    check_series,
    cycle_of,
    number_text,
)

TENTH_OF_NOVEMBER = date(2026, 11, 10)


@pytest.mark.parametrize(
    ("series", "text"),
    [
        (Series("FV/{year}/{month:02}/{number:06}"), "FV/2026/11/000123"),
        (Series("RE-{number}"), "RE-123"),
        (Series("{number:02}"), "123"),
        (Series("{prefix}{series}/{number}/{year:02}", "yearly", "B", "WT-"), "WT-B/123/26"),
    ],
)
def test_a_template_is_filled(series, text):
    assert number_text(series, 123, TENTH_OF_NOVEMBER) == text


@pytest.mark.parametrize(
    "template",
    ["FV/{year}", "", "{number!r}", "{number.real}", "{number:>9}", "{0}", "{number}{", "{day}"],
)  # fmt: skip
def test_a_template_with_other_places_is_refused(template):
    with pytest.raises(NumberTemplateUnknown, match="not understood"):
        check_series(Series(template))


@pytest.mark.parametrize(
    ("template", "resets", "missing"),
    [
        ("FV/{number}", "yearly", "{year}"),
        ("FV/{month}/{number}", "monthly", "{year}"),
        ("FV/{year}/{number}", "monthly", "{month}"),
    ],
)
def test_a_count_that_begins_anew_names_its_cycle(template, resets, missing):
    with pytest.raises(NumbersWouldRepeat, match=missing):
        check_series(Series(template, resets))


def test_own_words_are_given_where_named_and_cannot_be_anything():
    with pytest.raises(SeriesWordMissing, match="prefix"):
        check_series(Series("{prefix}{number}"))
    for word in ("a b", "{number}", "ż", "<", "x" * 13):
        with pytest.raises(SeriesWordUnknown):
            check_series(Series("{prefix}{number}", prefix=word))


@pytest.mark.parametrize(
    ("resets", "cycle"), [("never", ""), ("yearly", "2026"), ("monthly", "2026-11")]
)
def test_a_day_belongs_to_a_count(resets, cycle):
    assert cycle_of(Series("{number}", resets), TENTH_OF_NOVEMBER) == cycle
