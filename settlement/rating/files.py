"""Rated charges on disk, one file for each run, found by the hash of its bytes."""

import polars as pl

from settlement.rating.rated_batch import RATED
from tenants.column_files import read_frame, scan_frames
from tenants.files import TenantFiles


def read_charges(files: TenantFiles, sha256: str | None) -> pl.DataFrame:
    """Read rated charges; none is an empty frame."""
    if sha256 is None:
        return pl.DataFrame(schema=RATED)
    return read_frame(files, sha256).cast(RATED)


def scan_charges(files: TenantFiles, sha256: str | None) -> pl.LazyFrame:
    """Rated charges, to be filtered while they are read; none is an empty frame."""
    if sha256 is None:
        return pl.LazyFrame(schema=RATED)
    return scan_frames(files, [sha256]).cast(RATED)
