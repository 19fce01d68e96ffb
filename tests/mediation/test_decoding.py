"""Files come compressed, damaged and hostile; each costs itself and nothing else."""

import gzip
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediation import decoding
from mediation.decoding import (
    BrokenArchive,
    FileTooLarge,
    decode,
    decode_pieces,
    inflate,
    is_by_line,
)
from mediation.reading.gateway import OwnCopy
from mediation.source import Source
from tests.mediation.sources import a_source, delimited_file


def test_several_members_are_one_file() -> None:
    assert inflate(gzip.compress(b"a,b\n") + gzip.compress(b"c,d\n")) == b"a,b\nc,d\n"


def test_a_file_that_is_not_compressed_is_left_alone() -> None:
    assert inflate(b"a,b\n") == b"a,b\n"


def test_an_archive_that_ends_too_early_is_refused() -> None:
    with pytest.raises(BrokenArchive, match="too early"):
        inflate(gzip.compress(b"a,b\n" * 1000)[:-9])


def test_a_changed_byte_in_an_archive_is_refused() -> None:
    archive = bytearray(gzip.compress(b"a,b\n" * 1000))
    archive[-6] ^= 1

    with pytest.raises(BrokenArchive):
        inflate(bytes(archive))


def test_a_gigabyte_out_of_a_megabyte_is_refused() -> None:
    bomb = gzip.compress(bytes(2**20), 9) * 1024

    with pytest.raises(FileTooLarge, match="256 MB"):
        inflate(bomb)


CALLS = [f"c{n};601234567;+49301234567;2026-10-05 12:00:{n:02};61" for n in range(30)]
LINES = delimited_file(*CALLS[:11], "too;short", "", *CALLS[11:])


@pytest.mark.parametrize("piece", [1, 50, 200, 700, 10_000])
@pytest.mark.parametrize("content", [LINES, LINES[:-1], LINES.replace(b"\n", b"\r\n")])
def test_a_file_in_pieces_is_the_file(
    monkeypatch: pytest.MonkeyPatch, content: bytes, piece: int
) -> None:
    source = a_source()
    whole = decode(content, source)

    monkeypatch.setattr(decoding, "PIECE", piece)
    pieces = list(decode_pieces(content, source))

    assert len(pieces) > 1 or piece == 10_000
    assert pl.concat(each.drafts for each in pieces).equals(whole.drafts)
    assert pl.concat(each.rejected for each in pieces).equals(whole.rejected)


SWITCH_CALL = (
    '"","+48601234567","0049301234567","out","""Anna"" <601>","PJSIP/anna-0000000a",'
    '"PJSIP/c-0000000b","Dial","PJSIP/c,60","2026-10-05 12:00:00","2026-10-05 12:00:01",'
    '"2026-10-05 12:01:01",61,60,"ANSWERED","DOCUMENTATION","1790000000.1",""'
)
BY_LINE = {
    "asterisk": SWITCH_CALL,
    "freeswitch": ",".join(f"f{n}" for n in range(1, 16)),
    "delimited": CALLS[0],
}


@given(
    format=st.sampled_from(sorted(BY_LINE)),
    ends=st.lists(st.sampled_from(["\n", "\r\n", " \n", "\n\n", "\n \n", "\0\n", '"\n', "\r"])),
    piece=st.integers(100, 2000),
    last=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_raw_text_of_a_draft_is_its_line_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    format: str,
    ends: list[str],
    piece: int,
    last: bool,
) -> None:
    header = "id;from;to;at;seconds\n" if format == "delimited" else ""
    text = header + "".join(BY_LINE[format] + end for end in [*ends, "\n"])
    content = (text if last else text.rstrip("\n")).encode()
    source = a_source(format)

    monkeypatch.setattr(decoding, "PIECE", piece)
    drafts = pl.concat(each.drafts for each in decode_pieces(content, source))

    assert is_by_line(content, source)
    place = tmp_path / "content"
    place.write_bytes(content)
    copy = OwnCopy(place)
    assert copy.lines(drafts["line"]).rows() == drafts.select("line", "raw").rows()
    some = drafts["line"].gather_every(3, 1)
    assert copy.lines(some)["line"].to_list() == some.to_list()
    copy.remove()


@pytest.mark.parametrize(
    ("source", "content"),
    [
        (a_source(), gzip.compress(LINES)),
        (a_source(), LINES.replace(b"c1;", "ż;".encode())),
        (a_source(mapping=a_source().mapping | {"encoding": "utf-16"}), LINES),
        (a_source(mapping=a_source().mapping | {"trailer": {"marker": "T"}}), LINES),
        (a_source("tap"), LINES),
    ],
)
def test_what_is_no_plain_text_of_lines_is_not_read_by_line(source: Source, content: bytes) -> None:
    assert not is_by_line(content, source)


def test_a_file_with_totals_in_its_last_line_is_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    trailer = {"marker": "T", "records": 2}
    source = a_source(mapping=a_source().mapping | {"trailer": trailer})
    content = delimited_file(CALLS[0], CALLS[1], "T;2;;;")

    monkeypatch.setattr(decoding, "PIECE", 10)
    [whole] = decode_pieces(content, source)

    assert whole.declared is not None and whole.declared.records == 2
    assert whole.drafts.height == 2


def test_a_switch_that_writes_no_header_is_cut_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    row = ",".join(f"f{n}" for n in range(1, 16))
    content = "".join(f"{row}\n" for _ in range(9)).encode()

    monkeypatch.setattr(decoding, "PIECE", 3 * len(row))
    pieces = list(decode_pieces(content, Source("switch", "freeswitch")))

    assert [line for each in pieces for line in each.drafts["line"]] == list(range(1, 10))
    assert len(pieces) > 2
