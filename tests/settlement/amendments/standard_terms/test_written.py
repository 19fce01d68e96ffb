"""Terms written into a form are read as one object, digit by digit."""

import pytest

from i18n.errors import DomainError
from settlement.amendments.standard_terms.written import written, written_out


def test_what_is_shown_is_read_back() -> None:
    terms = {"rate": "0.70", "days": 30, "products": ["{product}"], "title": "Żółw"}

    assert written(written_out(terms), "terms", "Terms") == terms


def test_a_number_with_a_point_stays_as_it_was_written() -> None:
    assert written('{"rate": 0.70}', "terms", "Terms") == {"rate": "0.70"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"rate":\n "0.7', "terms-unreadable"),
        ("", "terms-unreadable"),
        ("[]", "terms-not-an-object"),
        ('{"rate": "0.7", "rate": "0.8"}', "terms-not-an-object"),
        ('{"rate": NaN}', "terms-not-an-object"),
        ('{"a": ' + "[" * 100_000, "terms-not-an-object"),
    ],
)
def test_what_is_no_object_is_refused_with_its_place(text: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        written(text, "terms", "Terms")

    assert (refused.value.code, refused.value.details["at"]) == (code, "terms")
