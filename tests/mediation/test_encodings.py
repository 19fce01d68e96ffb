"""Text is read in the encoding that the source declares, and a wrong one is seen."""

import codecs

import pytest

from mediation.encodings import as_text
from mediation.formats.asterisk import decode as decode_asterisk
from mediation.formats.lines import read_lines
from mediation.source import BadSourceSetting
from tests.mediation.sources import a_source


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-8", "Łódź Минск".encode()),
        ("utf-8", codecs.BOM_UTF8 + "Łódź Минск".encode()),
        ("utf-16", codecs.BOM_UTF16_LE + "Łódź Минск".encode("utf-16-le")),
        ("utf-16", codecs.BOM_UTF16_BE + "Łódź Минск".encode("utf-16-be")),
        ("utf-16-le", "Łódź Минск".encode("utf-16-le")),
        ("utf-16-le", codecs.BOM_UTF16_LE + "Łódź Минск".encode("utf-16-le")),
        ("utf-16-be", "Łódź Минск".encode("utf-16-be")),
    ],
)
def test_unicode_is_read_with_a_mark_and_without(encoding: str, content: bytes) -> None:
    assert as_text(content, encoding) == ("Łódź Минск", [])


@pytest.mark.parametrize(
    ("encoding", "content", "text"),
    [
        # The same letters at their places in the code pages of Windows, and of RFC 1489.
        ("cp1250", b"\xa3\xf3d\x9f", "Łódź"),
        ("iso-8859-2", b"\xa3\xf3d\xbc", "Łódź"),
        ("cp1251", b"\xcc\xe8\xed\xf1\xea", "Минск"),
        ("koi8-r", b"\xed\xc9\xce\xd3\xcb", "Минск"),
    ],
)
def test_code_pages_are_read_as_declared(encoding: str, content: bytes, text: str) -> None:
    assert as_text(content, encoding) == (text, [])


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-8", "1,2,3\n".encode("utf-16")),
        ("cp1251", "1,2,3\n".encode("utf-16")),
        ("utf-16", "1,2,3\n".encode("utf-16-le")),
        ("utf-16", b"1,2,3\n"),
        ("utf-16-le", "1,2,3\n".encode("utf-16-be")),
        ("utf-16-be", "1,2,3\n".encode("utf-16-le")),
        ("utf-16-be", codecs.BOM_UTF16_LE + "1,2,3\n".encode("utf-16-le")),
    ],
)
def test_a_file_whose_bytes_speak_against_its_encoding_is_not_read(
    encoding: str, content: bytes
) -> None:
    assert as_text(content, encoding) is None


@pytest.mark.parametrize(
    ("encoding", "second"),
    [
        ("utf-8", b"a\xc5b"),
        ("cp1250", b"a\x81b"),
        ("cp1251", b"a\x98b"),
        ("utf-16-le", "a".encode("utf-16-le") + b"\x00\xd8" + "b".encode("utf-16-le")),
    ],
)
def test_a_byte_that_the_encoding_does_not_have_costs_its_line(
    encoding: str, second: bytes
) -> None:
    end = "\n".encode(encoding)
    content = "one".encode(encoding) + end + second + end + "three".encode(encoding) + end

    lines = read_lines(content, encoding)

    assert lines is not None
    assert lines.records["raw"].to_list() == ["one", "three"]
    assert lines.rejected.select("line", "reason").rows() == [(2, "WRONG_ENCODING")]


def test_half_a_character_at_the_end_costs_the_last_line() -> None:
    lines = read_lines("one\ntwo\n".encode("utf-16")[:-3], "utf-16")

    assert lines is not None
    assert lines.records["raw"].to_list() == ["one"]
    assert lines.rejected["line"].to_list() == [2]


def test_a_source_says_the_encoding_of_every_text_format() -> None:
    line = (
        '"Łódź","601234567","0049301234567","default","a","SIP/a-00000001","SIP/b-00000002",'
        '"Dial","","2023-07-26 01:51:32","2023-07-26 01:51:50","2023-07-26 01:52:04",31,13,'
        '"ANSWERED","DOCUMENTATION","1690325492.2",""\n'
    )

    [call] = decode_asterisk(line.encode("cp1250"), a_source("asterisk", encoding="cp1250")).drafts[
        "account"
    ]

    assert call == "Łódź"


def test_an_encoding_that_nobody_knows_is_refused() -> None:
    with pytest.raises(BadSourceSetting, match="utf-7"):
        a_source("asterisk", encoding="utf-7")
