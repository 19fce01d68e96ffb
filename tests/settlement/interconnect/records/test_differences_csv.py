"""Calls as CSV: nothing that a carrier writes becomes a formula."""

import polars as pl
import pytest

from settlement.interconnect.records.differences_csv import differences_csv
from settlement.interconnect.records.explained import DIFFERENCES


@pytest.mark.parametrize(
    ("told", "written"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("-5+1", "'-5+1"), ("48100", "48100"), ("a=b", "a=b")],
)
def test_a_number_that_looks_like_a_formula_is_text(told: str, written: str) -> None:
    listed = pl.DataFrame([{"direction": "incoming", "calling": told}], schema=DIFFERENCES)

    header, line = differences_csv(listed).splitlines()

    assert header.split(",") == DIFFERENCES.names()
    assert line.split(",")[DIFFERENCES.names().index("calling")] == written
