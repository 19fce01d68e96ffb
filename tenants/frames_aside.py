"""Rows set aside in numbered parts while something large is put in another order."""

import shutil
import threading
from collections import defaultdict
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import polars as pl
import pyarrow as pa

from tenants.files import TenantFiles

_PART: Final = "part of rows set aside"


class FramesAside:
    """Rows in numbered parts on disk; each part is read once, and all is gone at the end.

    All is added before the first part is read. Several threads may add; the rows of a part then
    come back in any order of what was added.
    """

    def __init__(self, files: TenantFiles) -> None:
        self._folder = files.working_folder()
        # A part is stretches of files: large months have so many that each cannot be a file.
        self._parts: defaultdict[int, list[tuple[_Stretches, int]]] = defaultdict(list)
        self._files: dict[pa.Schema, _Stretches] = {}
        self._adding = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, frame: pl.DataFrame, numbers: pl.Series) -> None:
        """Set rows aside, each in the part of its number, in their order."""
        if frame.is_empty():
            return
        # Where most columns are empty, as those of usage, what is held says nothing of them.
        held = [name for name in frame.columns if frame[name].null_count() < frame.height]
        # Categories are known in this process only, and their numbers are all there is to keep.
        numbered = frame.select(
            pl.col(name).to_physical() if frame.schema[name] == pl.Categorical else name
            for name in held
        ).with_columns(numbers.alias(_PART))
        by_part = numbered.sort(_PART, maintain_order=True)
        rows_of = by_part.group_by(_PART, maintain_order=True).len()
        # Texts as Arrow's oldest kind, of which a stretch is written without those around it.
        columns = by_part.drop(_PART).to_arrow(compat_level=pl.CompatLevel.oldest())
        rows = columns.combine_chunks().to_batches()[0]
        first = 0
        with self._adding:
            file = self._file(rows.schema)
            for number, count in rows_of.iter_rows():
                self._parts[number].append((file, file.add(rows.slice(first, count))))
                first += count

    def _file(self, schema: pa.Schema) -> "_Stretches":
        """The file of rows with these columns."""
        if schema not in self._files:
            place = self._folder / f"rows-{len(self._files)}.arrow"
            self._files[schema] = _Stretches(place, schema)
        return self._files[schema]

    def read(self, number: int, like: pl.DataFrame) -> pl.DataFrame:
        """The rows of a part, with the columns of a frame."""
        kept = {
            name: pl.UInt32() if kind == pl.Categorical else kind
            for name, kind in like.schema.items()
        }
        parts = [pl.DataFrame(schema=kept)]
        for file, of_file in groupby(self._parts.pop(number, []), itemgetter(0)):
            parts.append(file.read([place for _, place in of_file]))
        return pl.concat(parts, how="diagonal").select(
            pl.col(name).cat.to(kind) if kind == pl.Categorical else name
            for name, kind in like.schema.items()
        )


class _Stretches:
    """Stretches of rows in one file, each found by its place in the order of writing."""

    def __init__(self, place: Path, schema: pa.Schema) -> None:
        self._place = place
        self._written = 0
        self._writer = pa.ipc.new_file(
            str(place), schema, options=pa.ipc.IpcWriteOptions(compression="lz4")
        )
        self._reading = threading.Lock()
        self._reader: pa.ipc.RecordBatchFileReader | None = None

    def add(self, rows: pa.RecordBatch) -> int:
        """Write a stretch; returns its place."""
        self._writer.write_batch(rows)
        self._written += 1
        return self._written - 1

    def read(self, places: list[int]) -> pl.DataFrame:
        """Some stretches, one after the other; nothing is written from then on."""
        with self._reading:
            if self._reader is None:
                self._writer.close()
                # Not mapped: what was read of the file would stay in memory.
                self._reader = pa.ipc.open_file(pa.OSFile(str(self._place)))
            rows = pa.Table.from_batches([self._reader.get_batch(place) for place in places])
        frame = pl.from_arrow(rows)
        assert isinstance(frame, pl.DataFrame), "a table is a frame"
        return frame
