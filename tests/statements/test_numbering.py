"""Numbers of documents are written from the template of their series."""

from datetime import date

import pytest

from statements.numbering import (
    NumberTemplateUnknown,
    check_template,
    number_text,
)

TENTH_OF_NOVEMBER = date(2026, 11, 10)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("FV/{year}/{month:02}/{number:06}", "FV/2026/11/000123"),
        ("RE-{number}", "RE-123"),
        ("{number:02}", "123"),
    ],
)
def test_a_template_is_filled(template, text):
    assert number_text(template, 123, TENTH_OF_NOVEMBER) == text


@pytest.mark.parametrize(
    "template",
    ["FV/{year}", "", "{number!r}", "{number.real}", "{number:>9}", "{0}", "{number}{", "{day}"],
)  # fmt: skip
def test_a_template_with_other_places_is_refused(template):
    with pytest.raises(NumberTemplateUnknown, match="not understood"):
        check_template(template)
