"""Columns on disk: Parquet with page checksums, written whole, found by the hash of their bytes.

Page checksums are written and checked, since Parquet by itself reads a changed byte as other data.
"""

from collections.abc import Sequence
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from tenants.files import TenantFiles

# Column, operator and value, as pyarrow takes filters.
Condition = tuple[str, str, Any]
ROWS_OF_A_GROUP = 65_536


def keep_frame(files: TenantFiles, frame: pl.DataFrame) -> str:
    """Write a frame and return the SHA-256 of the file."""
    folder = files.working_folder()
    finished = folder / "columns.parquet"
    pq.write_table(
        frame.to_arrow(compat_level=pl.CompatLevel.oldest()),
        finished,
        compression="zstd",
        row_group_size=ROWS_OF_A_GROUP,
        write_page_checksum=True,
    )
    sha256 = files.adopt(finished)
    folder.rmdir()
    return sha256


def read_frame(files: TenantFiles, sha256: str) -> pl.DataFrame:
    """Read a frame, checking every page."""
    table = pq.read_table(files.path(sha256), page_checksum_verification=True)
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame), "a table is a frame"
    return frame


def read_where(files: TenantFiles, sha256: str, wanted: Sequence[Condition]) -> pl.DataFrame:
    """The rows of a frame that fulfil all conditions; groups of rows without any are not read."""
    table = pq.read_table(files.path(sha256), filters=list(wanted), page_checksum_verification=True)
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame), "a table is a frame"
    return frame


def scan_frames(files: TenantFiles, sha256s: Sequence[str]) -> pl.LazyFrame:
    """Several frames of the same columns, to be filtered while they are read."""
    return pl.scan_parquet([files.path(sha256) for sha256 in sha256s])
