"""A file that crashes its decoder, or never ends, costs itself."""

import pytest

from mediation.gateway import Limits, decode_apart
from tests.mediation.sources import a_source, delimited_file

CONTENT = delimited_file("c1;601234567;+49301234567;2026-10-05 12:00:00;61")


def test_a_file_decoded_apart_is_decoded_as_here() -> None:
    decoded = decode_apart(CONTENT + b"too;short\n", a_source())

    assert decoded.drafts["event_id"].to_list() == ["c1"]
    assert decoded.rejected.select("line", "reason").rows() == [(3, "WRONG_COLUMN_COUNT")]


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(memory_bytes=200 * 1024**2), "DECODER_CRASHED"),
        (Limits(written_bytes=10), "DECODER_CRASHED"),
        (Limits(wall_seconds=0.05), "DECODER_TOO_SLOW"),
    ],
)
def test_a_child_beyond_its_limits_is_a_refused_file(limits: Limits, reason: str) -> None:
    assert decode_apart(CONTENT, a_source(), limits).refused == reason
