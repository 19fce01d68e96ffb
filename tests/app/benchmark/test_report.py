"""Figures are told with their bars, and drawn so that a browser can read them."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from settlement.app.benchmark.bench import write_report
from settlement.app.benchmark.measures import Measure, measures


def a_run(records: int = 1_000, seconds: float = 50.0, **changes: Any) -> dict[str, Any]:
    steps = {"take in": 20.0, "rate and share": 20.0, "close and post": 10.0, "rate again": 30.0}
    return {
        "records": records,
        "rewriting_seconds": 10.0,
        "month": {"seconds": seconds, "peak_memory_mb": 2_000, "steps": steps} | changes,
        "naive": {"seconds": 2.0, "lines": 100},
    }


def told(*runs: dict[str, Any]) -> dict[str, Measure]:
    return {measure.what: measure for measure in measures(runs)}


@pytest.mark.parametrize(("seconds", "is_met"), [(60.0, True), (60.1, False)])
def test_the_bar_is_six_times_rewriting(seconds: float, is_met: bool) -> None:
    ratio = told(a_run(seconds=seconds))[
        "1,000 records: files to postings, times rewriting the files"
    ]

    assert ratio.is_met is is_met
    assert ratio.bar == "at most 6.00"


def test_of_several_runs_the_middle_one_is_told_with_the_spread() -> None:
    ratio = measures([a_run(seconds=seconds) for seconds in (70.0, 50.0, 40.0)])[0]

    assert (ratio.measured, ratio.spread) == ("5.00", "4.00 to 7.00")


def test_rating_again_and_memory_have_bars_and_the_naive_way_has_none() -> None:
    again, memory, _, naive = measures([a_run(peak_memory_mb=3_072)])[1:]

    assert (again.measured, again.is_met) == ("1.50", True)
    assert (memory.measured, memory.is_met) == ("3,072 MB", False)
    assert (naive.measured, naive.is_met) == ("20 s", None)


def test_two_sizes_are_compared_by_time_a_record() -> None:
    growth = measures([a_run(), a_run(10_000, seconds=601.0)])[-1]

    assert (growth.measured, growth.is_met) == ("1.20", False)


def test_a_report_is_a_page_and_a_picture_without_places(tmp_path: Path) -> None:
    write_report([a_run(), a_run(10_000, seconds=700.0)], tmp_path)

    page = (tmp_path / "bench.md").read_text()
    drawn = ElementTree.parse(tmp_path / "bench.svg").getroot()
    texts = " ".join(each.text or "" for each in drawn.iter("{http://www.w3.org/2000/svg}text"))
    assert "| **no** |" in page and "Polars" in texts and "5.0 times" in texts
    assert str(tmp_path) not in page + texts
    room = float(drawn.attrib["width"])
    for bar in drawn.iter("{http://www.w3.org/2000/svg}rect"):
        right = float(bar.attrib.get("x", 0)) + float(bar.attrib["width"])
        assert right <= room
