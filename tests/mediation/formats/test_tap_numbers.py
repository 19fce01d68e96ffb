"""A TAP file counts among those that its sender sends to one recipient (GSMA TD.57)."""

import pytest

from mediation.formats.ber_writing import element
from mediation.formats.tap_numbers import named_number, told_number
from mediation.sequences import FileNumber
from tests.mediation.formats.tap_files import batch


def a_notification(number: str = "00043") -> bytes:
    """The word that there was nothing to charge."""
    return element(2, [element(196, "DEUT1"), element(182, "POLKM"), element(109, number)])


def test_batches_and_notifications_share_the_numbers_of_two_networks() -> None:
    assert told_number(batch()) == FileNumber(42, "CDDEUT1POLKM")
    assert told_number(batch(is_open=True)) == FileNumber(42, "CDDEUT1POLKM")
    assert told_number(a_notification()) == FileNumber(43, "CDDEUT1POLKM")
    assert told_number(batch(sender="FRAF2")) == FileNumber(42, "CDFRAF2POLKM")


def test_what_is_missing_is_named_as_its_file_would_be() -> None:
    assert FileNumber(42, "CDDEUT1POLKM").name == "CDDEUT1POLKM00042"


def test_a_test_file_does_not_count() -> None:
    assert told_number(batch(is_test=True)) is None


@pytest.mark.parametrize("number", ["00000", "43", "000043", "0004x", ""])
def test_a_number_that_is_none_is_not_guessed(number: str) -> None:
    assert told_number(a_notification(number)) is None


@pytest.mark.parametrize(
    "content", [b"", b"\x61", b"TAP", batch()[:-5], element(1, []), element(1, [element(4, "x")])]
)
def test_a_file_that_cannot_be_read_tells_no_number(content: bytes) -> None:
    assert told_number(content) is None


def test_the_name_of_a_file_tells_its_number_to_who_cannot_read_it() -> None:
    assert named_number("inbox/CDDEUT1POLKM00042.dat") == FileNumber(42, "CDDEUT1POLKM")
    assert named_number("TDDEUT1POLKM00042") is None
    assert named_number("unknown.bin") is None
