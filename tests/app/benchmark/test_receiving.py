"""The measurement of packets over UDP counts what is on disk, and nothing else."""

import pytest

from settlement.app.benchmark.receiving import measured


def test_every_request_of_radius_that_was_answered_is_on_disk_once() -> None:
    found = measured("radius", senders=2, seconds=0.3, rate=0, batch=64)

    assert found["sent"] == found["taken"] > 0
    assert found["kept_bytes"] > 0


@pytest.mark.parametrize("rate", [0, 200])
def test_export_packets_that_were_taken_are_on_disk_whole(rate: int) -> None:
    found = measured("netflow", senders=2, seconds=0.3, rate=rate, batch=256)

    # Version 5: a header of 24 bytes, and 30 flows of 48.
    assert found["kept_bytes"] == found["taken"] * (24 + 30 * 48) > 0
    assert found["sent"] >= found["taken"]
    assert not rate or found["sent"] <= 2 * (rate * 0.3 / 2 + 1)
