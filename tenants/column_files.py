"""Columns on disk: Parquet with page checksums, written whole, found by the hash of their bytes.

Page checksums are written and checked, since Parquet by itself reads a changed byte as other data.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tenants.files import TenantFiles

# Column, operator and value, as pyarrow takes filters.
Condition = tuple[str, str, Any]
ROWS_OF_A_GROUP = 65_536


class FrameWriter:
    """A frame of one schema that is written piece by piece; `keep` it, or leaving discards it."""

    def __init__(self, files: TenantFiles, schema: pl.Schema) -> None:
        self._files = files
        self._schema = schema
        self._folder: Path | None = files.working_folder()
        self.path = self._folder / "columns.parquet"
        self._writer: pq.ParquetWriter | None = pq.ParquetWriter(
            self.path,
            self._table(pl.DataFrame(schema=schema)).schema,
            compression="zstd",
            write_page_checksum=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if self._folder is not None:
            shutil.rmtree(self._folder)

    def add(self, frame: pl.DataFrame) -> None:
        """Write rows after those that are there."""
        assert self._writer is not None, "a closed file takes no more rows"
        assert frame.schema == self._schema, f"not the columns of this file: {frame.schema}"
        if frame.height:
            self._writer.write_table(self._table(frame), row_group_size=ROWS_OF_A_GROUP)

    def close(self) -> None:
        """End the file, so that it can be read at `path`."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def keep(self) -> str:
        """Keep the file and return its SHA-256; `path` is where it is now."""
        assert self._folder is not None, "a file is kept once"
        self.close()
        sha256 = self._files.adopt(self.path)
        self._folder.rmdir()
        self._folder, self.path = None, self._files.path(sha256)
        return sha256

    @staticmethod
    def _table(frame: pl.DataFrame) -> pa.Table:
        return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def keep_frame(files: TenantFiles, frame: pl.DataFrame) -> str:
    """Write a frame and return the SHA-256 of the file."""
    with FrameWriter(files, frame.schema) as writer:
        writer.add(frame)
        return writer.keep()


def read_frame(files: TenantFiles, sha256: str) -> pl.DataFrame:
    """Read a frame, checking every page."""
    table = pq.read_table(files.path(sha256), page_checksum_verification=True)
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame), "a table is a frame"
    return frame


def read_where(files: TenantFiles, sha256: str, wanted: Sequence[Condition]) -> pl.DataFrame:
    """The rows of a frame that fulfil all conditions; groups of rows without any are not read.

    A short file is one group: its other columns are read only where a row of it is wanted.
    """
    place = files.path(sha256)
    with pq.ParquetFile(place, page_checksum_verification=True) as file:
        is_short = file.metadata.num_row_groups <= 1
        table = _rows_of_group(file, wanted) if is_short else None
    if table is None:
        table = pq.read_table(place, filters=list(wanted), page_checksum_verification=True)
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame), "a table is a frame"
    return frame


def _rows_of_group(file: pq.ParquetFile, wanted: Sequence[Condition]) -> pa.Table:
    """The same of a file of one group, without the threads and the plan that a large one takes."""
    condition = pq.filters_to_expression(list(wanted))
    asked = list(dict.fromkeys(name for name, _, _ in wanted))
    if not file.read(asked, use_threads=False).filter(condition).num_rows:
        return file.schema_arrow.empty_table()
    return file.read(use_threads=False).filter(condition)


def scan_frames(files: TenantFiles, sha256s: Sequence[str]) -> pl.LazyFrame:
    """Several frames of the same columns, to be filtered while they are read."""
    return pl.scan_parquet([files.path(sha256) for sha256 in sha256s])
