"""The BER reader believes nothing, stops everywhere, and says where it stopped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.formats.ber import (
    BrokenBer,
    Element,
    Leaf,
    application,
    children,
    integer,
    leaves,
)
from mediation.formats.ber_writing import element


def all_leaves(content: bytes) -> list[Leaf]:
    return leaves(content, Element(0, True, 0, 0, len(content), len(content)))


def test_leaves_are_found_however_deep_with_what_holds_them() -> None:
    content = element(1, [element(400, [element(2, b"a")]), element(20_000, b"b")])

    assert all_leaves(content) == [
        Leaf(application(400), application(2), b"a"),
        Leaf(application(1), application(20_000), b"b"),
    ]


def test_an_open_length_reads_like_a_definite_one() -> None:
    held = [element(2, b"a"), element(3, [element(4, b"\0\0")], is_open=True), element(5, b"")]

    closed, opened = element(1, held), element(1, held, is_open=True)

    assert all_leaves(opened) == all_leaves(closed)
    assert [each.after for each in children(opened + b"", 0, len(opened))] == [len(opened)]


def test_children_stand_beside_one_another() -> None:
    first, second = element(9, [element(2, b"a")], is_open=True), element(10, b"bc")

    found = list(children(first + second, 0, len(first + second)))

    assert [(each.tag, each.start, each.after) for each in found] == [
        (application(9), 0, len(first)),
        (application(10), len(first), len(first + second)),
    ]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (b"\x00", 0),
        (b"\xff", -1),
        (b"\x00\xff", 255),
        (b"\x7f" + b"\xff" * 7, 2**63 - 1),
        (b"", None),
        (b"\x01" + bytes(8), None),
    ],
)
def test_integers(value: bytes, number: int | None) -> None:
    assert integer(value) == number


@pytest.mark.parametrize(
    ("content", "offset", "fault"),
    [
        ("41", 0, "an element begins"),
        ("4102aa", 0, "an element of 2 bytes where 1 are left"),
        ("4186010000000000", 0, "an element of 1099511627776 bytes where 0 are left"),
        ("41ff", 1, "a length of 127 bytes"),
        ("4189" + "01" * 9, 1, "a length of 9 bytes"),
        ("41 84 00", 1, "a length of 4 bytes"),
        ("4180", 0, "a plain value of indefinite length"),
        ("5f", 0, "an element begins"),
        ("5fffffffff0100", 0, "a tag that does not end"),
        ("0000", 0, "an end mark where nothing is open"),
        ("6102 0000", 2, "an end mark where nothing is open"),
        ("6180 410100", 5, "an element"),
        ("6104 4105 aabb", 2, "an element of 5 bytes where 2 are left"),
        ("61800000 61", 4, "an element begins"),
    ],
)
def test_a_fault_names_its_byte(content: str, offset: int, fault: str) -> None:
    with pytest.raises(BrokenBer, match=f"at byte {offset}: .*{fault}"):
        all_leaves(bytes.fromhex(content))


@pytest.mark.parametrize("is_open", [False, True])
def test_ten_thousand_elements_inside_one_another_are_refused(is_open: bool) -> None:
    if is_open:
        content = b"\x61\x80" * 10_000 + b"\0\0" * 10_000
    else:
        content = b""
        for _ in range(10_000):
            content = element(1, [content])

    with pytest.raises(BrokenBer, match="deeper than 64"):
        all_leaves(content)
    if is_open:
        with pytest.raises(BrokenBer, match="deeper than 64"):
            list(children(content, 0, len(content)))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for read in (all_leaves, lambda bytes_: list(children(bytes_, 0, len(bytes_)))):
        try:
            read(content)
        except BrokenBer as fault:
            assert 0 <= int(fault.details["offset"]) <= len(content)  # type: ignore[call-overload]


@given(
    st.recursive(
        st.binary(max_size=20),
        lambda inner: st.lists(st.tuples(st.integers(1, 3000), inner, st.booleans()), max_size=4),
        max_leaves=20,
    )
)
def test_what_was_written_is_read(body: object) -> None:
    written = _written(7, body, False)

    found = [(leaf.tag, leaf.value) for leaf in all_leaves(written)]

    assert found == [(application(number), value) for number, value in _values(7, body)]


def _written(number: int, body: object, is_open: bool) -> bytes:
    if isinstance(body, bytes):
        return element(number, body)
    assert isinstance(body, list)
    return element(number, [_written(*each) for each in body], is_open)


def _values(number: int, body: object) -> list[tuple[int, bytes]]:
    if isinstance(body, bytes):
        return [(number, body)]
    assert isinstance(body, list)
    return [value for inner, held, _ in body for value in _values(inner, held)]
