"""Usage set aside by slice while a month is cut."""

import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
import pyarrow as pa

from tenants.files import TenantFiles

# Written and read once, and mostly empty columns.
LZ4 = pa.ipc.IpcWriteOptions(compression="lz4")


class UsageBySlice:
    """Usage cut into slices on disk; each is read once, and all is gone at the end."""

    def __init__(self, files: TenantFiles) -> None:
        self._folder = files.working_folder()
        self._writers: dict[int, pa.ipc.RecordBatchFileWriter] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, usage: pl.DataFrame, slices: pl.Series) -> None:
        """Set records aside, each in its slice, in their order."""
        numbered = usage.with_columns(slices.alias("slice"))
        parts = numbered.partition_by("slice", include_key=False, as_dict=True)
        for (number,), part in parts.items():
            table = part.to_arrow(compat_level=pl.CompatLevel.oldest())
            if number not in self._writers:
                place = str(self._place(number))
                self._writers[number] = pa.ipc.new_file(place, table.schema, options=LZ4)
            self._writers[number].write_table(table)

    def read(self, number: int, like: pl.DataFrame) -> pl.DataFrame:
        """The usage of a slice, with the columns of a frame; it is deleted from disk."""
        assert not self._writers, "all usage is set aside before a slice is read"
        place = self._place(number)
        if not place.exists():
            return like.clear()
        with pa.OSFile(str(place)) as content:
            usage = pl.DataFrame(pa.ipc.open_file(content).read_all())
        place.unlink()
        return usage.cast(like.schema)

    def _place(self, number: int) -> Path:
        return self._folder / f"usage-{number}.arrow"

    def close(self) -> None:
        """End the slices; no more usage is added."""
        while self._writers:
            self._writers.popitem()[1].close()
