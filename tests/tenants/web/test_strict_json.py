"""JSON has one reading or none."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.web.strict_json import DEEPEST, BadJson, loads


def test_a_number_with_a_point_keeps_every_digit() -> None:
    assert loads('{"a": 100000000000000000.01}') == {"a": Decimal("100000000000000000.01")}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": NaN}', "NaN is not a number"),
        ('{"a": -Infinity}', "-Infinity is not a number"),
        ('{"a": 1, "a": 2}', "the key a stands twice"),
        ('{"a": 1e400}', "not written plainly"),
        ('{"a": ' + "9" * 50 + "}", "too long"),
        ('{"a": "x\\u0000y"}', "NUL"),
        ('{"\\u0000": 1}', "NUL"),
        ('{"a": "\\ud800"}', "half a surrogate pair"),
        ("[" * 100_000, "nested deeper"),
        ('{"a": ' * (DEEPEST + 1), "nested deeper"),
        ("{'a': 1}", "at line 1, column 2"),
        ("", "at line 1, column 1"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_what_has_two_readings_is_refused_with_the_reason(text: str | bytes, reason: str) -> None:
    with pytest.raises(BadJson, match=reason):
        loads(text)


def test_brackets_inside_texts_are_not_depth() -> None:
    assert loads(json.dumps(["[{" * 100 + '"\\'])) == ["[{" * 100 + '"\\']


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(
        st.characters(exclude_characters="\0", exclude_categories=["Cs"])
    ),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), inner
    ),
    max_leaves=20,
)  # fmt: skip


@given(plain)
def test_ordinary_values_read_as_they_were_written(value: object) -> None:
    assert loads(json.dumps(value)) == value
