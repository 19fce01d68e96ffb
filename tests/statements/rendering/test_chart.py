"""Days as columns: the busiest as high as the place, and none where calls are taken back."""

from dataclasses import replace

from statements.rendering.chart import days_chart
from tests.statements.builders import a_bucket, a_declaration


def test_the_busiest_day_is_as_high_as_the_place() -> None:
    chart = days_chart(a_declaration([a_bucket()]), str)

    assert chart is not None
    assert sorted({part for day in chart["days"] for part in day["parts"]}) == [0, 1000]
    assert len(chart["days"]) == 31


def test_a_correction_that_takes_calls_back_has_no_columns() -> None:
    taken_back = replace(a_bucket(), calls=-1)

    assert days_chart(a_declaration([taken_back]), str) is None
