"""A file that crashes its decoder, or never ends, costs itself."""

import os
import stat
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mediation.draft import ControlTotals
from mediation.reading import gateway
from mediation.reading.gateway import (
    CRASHED,
    TOO_SLOW,
    Decoding,
    Limits,
    OwnCopy,
    decode_apart,
)
from tenants.children import Children
from tests.mediation.formats.tap_files import EVENTS, audit, batch
from tests.mediation.sources import a_source, delimited_file

HEADER_LINE = delimited_file()
CONTENT = delimited_file("c1;601234567;+49301234567;2026-10-05 12:00:00;61")


@pytest.fixture
def children() -> Iterator[Children]:
    """One child of the kind that the gateway keeps."""
    own = Children("mediation.reading.gateway", environment=gateway.ENVIRONMENT)
    yield own
    own.close()


def test_a_file_decoded_apart_is_decoded_as_here() -> None:
    decoded = decode_apart(CONTENT + b"too;short\n", a_source())

    assert decoded.drafts["event_id"].to_list() == ["c1"]
    assert decoded.rejected.select("line", "reason").rows() == [(3, "WRONG_COLUMN_COUNT")]


def test_lines_that_stand_in_the_file_are_left_there_where_they_are_not_wanted() -> None:
    written = delimited_file("ż1;601234567;+49301234567;2026-10-05 12:00:00;61")

    plain, other = (
        Decoding(content, a_source(), leaves_lines=True).result().drafts
        for content in (CONTENT, written)
    )

    assert (plain["raw"].to_list(), plain["event_id"].to_list()) == ([None], ["c1"])
    assert other["raw"].to_list() == ["ż1;601234567;+49301234567;2026-10-05 12:00:00;61"]


def test_a_copy_is_ours_alone_and_goes_where_it_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    place = tmp_path / "sent"
    place.write_bytes(CONTENT)
    place.chmod(0o644)
    os.mkfifo(tmp_path / "pipe")

    copy = OwnCopy(place)
    with ThreadPoolExecutor(1) as sender:
        sender.submit((tmp_path / "pipe").write_bytes, CONTENT)
        piped = OwnCopy(tmp_path / "pipe")

    for each in (copy, piped):
        assert (each.place.read_bytes(), each.size_bytes) == (CONTENT, len(CONTENT))
        assert stat.S_IMODE(each.place.stat().st_mode) == 0o600
    kept = tmp_path / "kept"
    kept.hardlink_to(copy.place)
    copy.remove()
    piped.remove()
    assert kept.read_bytes() == CONTENT
    with pytest.raises(FileNotFoundError):
        OwnCopy(tmp_path / "gone")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["kept", "pipe", "sent"]


def test_a_file_that_does_not_tie_is_refused_with_its_records() -> None:
    decoded = decode_apart(batch(audited=audit(1, 4)), a_source("tap"))

    assert str(decoded.refused).startswith("CONTROL_TOTALS: total charge declared 0.001")
    assert (decoded.records, decoded.declared) == (4, ControlTotals(records=4))


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(memory_bytes=200 * 1024**2), "DECODER_CRASHED"),
        (Limits(written_bytes=10), "DECODER_CRASHED"),
        (Limits(wall_seconds=0), "DECODER_TOO_SLOW"),
    ],
)
def test_a_file_beyond_its_limits_costs_itself_and_no_other(
    children: Children, limits: Limits, reason: str
) -> None:
    refused = decode_apart(CONTENT, a_source(), limits, children).refused
    after = decode_apart(CONTENT, a_source(), children=children)

    assert (refused, after.drafts["event_id"].to_list()) == (reason, ["c1"])


def test_a_file_that_never_ends_is_refused_at_its_limit_of_time(children: Children) -> None:
    decode_apart(CONTENT, a_source(), children=children)
    # Some seconds of work, where less than one is left of the second that is allowed.
    endless = batch(*(EVENTS * 20_000))
    source = a_source("tap")

    assert decode_apart(endless, source, Limits(cpu_seconds=0), children).refused == CRASHED
    assert decode_apart(endless, source, Limits(wall_seconds=0.1), children).refused == TOO_SLOW


def test_a_child_decodes_one_file_after_another(children: Children) -> None:
    read = [decode_apart(CONTENT, a_source(), children=children) for _ in range(3)]

    assert [each.drafts["event_id"].to_list() for each in read] == [["c1"]] * 3
    assert [child.answered for child in children._idle.queue] == [3]


def test_a_tight_limit_of_one_file_does_not_bind_the_next(children: Children) -> None:
    tight = Limits(written_bytes=20_000, memory_bytes=3 * 1024**3, cpu_seconds=30)
    longer = HEADER_LINE + b"".join(
        b"c%d;601234567;+49301234567;2026-10-05 12:00:00;61\n" % n for n in range(2_000)
    )

    first = decode_apart(CONTENT, a_source(), tight, children)
    second = decode_apart(longer, a_source(), children=children)

    assert (first.records, second.records) == (1, 2_000)
    assert [child.answered for child in children._idle.queue] == [2]


def test_a_child_that_read_a_large_file_is_replaced(
    children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "LARGE_BYTES", 10)

    assert decode_apart(CONTENT, a_source(), children=children).records == 1
    assert list(children._idle.queue) == [None]


def test_a_decoding_that_nobody_asks_for_leaves_nothing(children: Children) -> None:
    decoding = Decoding(CONTENT, a_source(), children=children)
    folder = Path(decoding._folder.name)

    decoding.abandon()

    assert not folder.exists()
    assert list(children._idle.queue) == [None]


def test_a_child_sees_nothing_of_the_process_that_started_it(children: Children) -> None:
    decode_apart(CONTENT, a_source(), children=children)
    [child] = children._idle.queue

    seen = Path(f"/proc/{child.process.pid}/environ").read_bytes()

    names = {entry.partition(b"=")[0] for entry in seen.split(b"\0") if entry}
    # The C library cuts its own setting in pieces where it stands.
    pieces = {b"glibc.malloc.mmap_threshold", b"glibc.malloc.trim_threshold"}
    assert names - pieces == {
        b"POLARS_MAX_THREADS",
        b"LC_ALL",
        b"GLIBC_TUNABLES",
        b"PYTHONPATH",
        b"PYTHONHASHSEED",
        b"_RJEM_MALLOC_CONF",
        b"ARROW_DEFAULT_MEMORY_POOL",
    }
