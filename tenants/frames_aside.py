"""Rows set aside in numbered parts while something large is put in another order."""

import shutil
import threading
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import polars as pl
import pyarrow as pa

from tenants.files import TenantFiles

_PART: Final = "part of rows set aside"


# Sets a stretch of rows aside, and gives what reads it again.
_Read = Callable[[], pa.RecordBatch]
_Put = Callable[[pa.RecordBatch], _Read]


class FramesAside:
    """Rows in numbered parts on disk; each part is read once, and all is gone at the end.

    Up to `held` bytes of them stay in memory.

    All is added before the first part is read. Several threads may add; the rows of a part then
    come back in any order of what was added.
    """

    def __init__(self, files: TenantFiles, held: int = 0) -> None:
        self._folder = files.working_folder()
        self._may_hold = held
        # A part is stretches of files: large months have so many that each cannot be a file.
        self._parts: defaultdict[int, list[_Read]] = defaultdict(list)
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
        is_by_part = numbers.is_sorted()
        by_part = numbered if is_by_part else numbered.sort(_PART, maintain_order=True)
        rows_of = by_part.group_by(_PART, maintain_order=True).len()
        # Texts as Arrow's oldest kind, of which a stretch is written without those around it.
        columns = by_part.drop(_PART).to_arrow(compat_level=pl.CompatLevel.oldest())
        rows = columns.combine_chunks().to_batches()[0]
        first = 0
        with self._adding:
            put = self._place(rows)
            for number, count in rows_of.iter_rows():
                self._parts[number].append(put(rows.slice(first, count)))
                first += count

    def _place(self, rows: pa.RecordBatch) -> _Put:
        """Where these rows go."""
        if rows.nbytes <= self._may_hold:
            self._may_hold -= rows.nbytes
            return _held
        return self._file(rows.schema).add

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
        stretches = [read() for read in self._parts.pop(number, [])]
        for _, alike in groupby(stretches, attrgetter("schema")):
            frame = pl.from_arrow(pa.Table.from_batches(list(alike)))
            assert isinstance(frame, pl.DataFrame), "a table is a frame"
            parts.append(frame)
        return pl.concat(parts, how="diagonal").select(
            pl.col(name).cat.to(kind) if kind == pl.Categorical else name
            for name, kind in like.schema.items()
        )


def _held(rows: pa.RecordBatch) -> _Read:
    return lambda: rows


class _Stretches:
    """Stretches of rows in one file."""

    def __init__(self, place: Path, schema: pa.Schema) -> None:
        self._place = place
        self._written = 0
        self._writer = pa.ipc.new_file(
            str(place), schema, options=pa.ipc.IpcWriteOptions(compression="lz4")
        )
        self._reading = threading.Lock()
        self._reader: pa.ipc.RecordBatchFileReader | None = None

    def add(self, rows: pa.RecordBatch) -> _Read:
        """Write a stretch; it is read once all are written."""
        self._writer.write_batch(rows)
        self._written += 1
        return partial(self._read, self._written - 1)

    def _read(self, number: int) -> pa.RecordBatch:
        with self._reading:
            if self._reader is None:
                self._writer.close()
                # Not mapped: what was read of the file would stay in memory.
                self._reader = pa.ipc.open_file(pa.OSFile(str(self._place)))
            return self._reader.get_batch(number)
