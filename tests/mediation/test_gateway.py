"""A file that crashes its decoder, or never ends, costs itself."""

from pathlib import Path

import pytest

from mediation.draft import ControlTotals
from mediation.gateway import Decoding, Limits, decode_apart
from tests.mediation.formats.tap_files import audit, batch
from tests.mediation.sources import a_source, delimited_file

CONTENT = delimited_file("c1;601234567;+49301234567;2026-10-05 12:00:00;61")


def test_a_file_decoded_apart_is_decoded_as_here() -> None:
    decoded = decode_apart(CONTENT + b"too;short\n", a_source())

    assert decoded.drafts["event_id"].to_list() == ["c1"]
    assert decoded.rejected.select("line", "reason").rows() == [(3, "WRONG_COLUMN_COUNT")]


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
def test_a_child_beyond_its_limits_is_a_refused_file(limits: Limits, reason: str) -> None:
    assert decode_apart(CONTENT, a_source(), limits).refused == reason


def test_one_child_after_another_decodes_and_none_remains() -> None:
    decoded = [decode_apart(CONTENT, a_source()) for _ in range(3)]

    assert [each.drafts["event_id"].to_list() for each in decoded] == [["c1"]] * 3


def test_a_decoding_that_nobody_asks_for_leaves_nothing() -> None:
    decoding = Decoding(CONTENT, a_source())
    folder = Path(decoding._folder.name)

    decoding.abandon()

    assert not folder.exists()
    assert decoding._child.returncode is not None
