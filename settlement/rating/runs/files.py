"""Rated charges on disk, one file for each run, found by the hash of its bytes."""

from typing import TypeVar

import polars as pl

from settlement.rating.rated_batch import RATED
from tenants.column_files import read_frame, scan_frames
from tenants.files import TenantFiles

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


def read_charges(files: TenantFiles, sha256: str | None) -> pl.DataFrame:
    """Read rated charges; none is an empty frame."""
    if sha256 is None:
        return pl.DataFrame(schema=RATED)
    return _complete(read_frame(files, sha256))


def scan_charges(files: TenantFiles, sha256: str | None) -> pl.LazyFrame:
    """Rated charges, to be filtered while they are read; none is an empty frame."""
    if sha256 is None:
        return pl.LazyFrame(schema=RATED)
    return _complete(scan_frames(files, [sha256]))


def _complete(charges: Frame) -> Frame:
    """Charges with every column of today; of what an older file does not know it says nothing."""
    known = charges.lazy().collect_schema().names()
    absent = [name for name in RATED.names() if name not in known]
    whole = charges.with_columns(pl.lit(None, RATED[name]).alias(name) for name in absent)
    return whole.select(RATED.names()).cast(RATED)
