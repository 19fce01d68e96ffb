"""Columns on disk: Parquet with page checksums, written whole, found by the hash of their bytes.

Page checksums are written and checked, since Parquet by itself reads a changed byte as other data.

Rows are written in groups of one size, whatever pieces they come in, so the bytes of a file follow
from its rows alone. Categories are written as the texts that they are, and come back as texts.

A dictionary of values that hardly repeat, and bounds of texts in no order, cost most of the time of
writing and help nobody; which columns have them is decided by the first rows of a file. Nor is it
written, row by row, that there is a value, where a column has one in every row.
"""

import shutil
from base64 import b64encode
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tenants.files import TenantFiles

# Column, operator and value.
Condition = tuple[str, str, Any]
OPERATORS: Final[dict[str, Callable[[pl.Expr, Any], pl.Expr]]] = {
    "=": lambda column, value: column == value,
    "<": lambda column, value: column < value,
    ">=": lambda column, value: column >= value,
    "in": lambda column, values: column.is_in(values),
}
# Whether a value between two bounds can fulfil a condition.
WITHIN: Final[dict[str, Callable[[Any, Any, Any], bool]]] = {
    "=": lambda least, most, value: least <= value <= most,
    "<": lambda least, most, value: least < value,
    ">=": lambda least, most, value: most >= value,
    "in": lambda least, most, values: any(least <= value <= most for value in values),
}
# Where Arrow keeps the kinds of columns in a file.
ARROW_SCHEMA: Final = b"ARROW:schema"
ROWS_OF_A_GROUP = 65_536
WRITTEN_AT_A_TIME: Final = 8_192
_DICTIONARY: Final = pa.dictionary(pa.int32(), pa.large_string())
# So many first rows show what a column is like.
ROWS_LOOKED_AT = 4_096


class FrameWriter:
    """A frame of one schema that is written piece by piece; `keep` it, or leaving discards it.

    Where `bounded` names columns, those alone tell groups of rows apart, and no others have bounds.
    Those that are `filled` have a value in every row.
    """

    def __init__(
        self,
        files: TenantFiles,
        schema: pl.Schema,
        bounded: Sequence[str] | None = None,
        filled: Collection[str] = (),
    ) -> None:
        self._files = files
        self._schema = schema
        self._bounded = bounded
        self._filled = frozenset(filled)
        self._folder: Path | None = files.working_folder()
        self._is_closed = False
        self.path = self._folder / "columns.parquet"
        self._writer: pq.ParquetWriter | None = None
        self._flushed: Future[str] | None = None
        # Rows that are not a whole group yet.
        self._left = pl.DataFrame(schema=schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if self._flushed is not None:
            wait([self._flushed])
        if self._folder is not None:
            shutil.rmtree(self._folder)

    def add(self, frame: pl.DataFrame) -> None:
        """Write rows after those that are there."""
        assert not self._is_closed, "a closed file takes no more rows"
        assert frame.schema == self._schema, f"not the columns of this file: {frame.schema}"
        empty = [name for name in self._filled if frame[name].null_count()]
        assert not empty, f"a value is missing in {empty}"
        if self._left.height:
            missing = ROWS_OF_A_GROUP - self._left.height
            self._left = pl.concat([self._left, frame.head(missing)])
            frame = frame.slice(missing)
            if self._left.height < ROWS_OF_A_GROUP:
                return
            self._write(self._left)
        whole = frame.height // ROWS_OF_A_GROUP * ROWS_OF_A_GROUP
        self._write(frame.head(whole))
        self._left = frame.slice(whole)

    def close(self) -> None:
        """End the file, so that it can be read at `path`."""
        if not self._is_closed:
            self._write(self._left)
            self._begun(_table(self._left, self._filled), self._left).close()
            self._is_closed = True

    def _write(self, rows: pl.DataFrame) -> None:
        """Write whole groups, or the last one; pages end where pieces of columns do, so in one."""
        for group in rows.rechunk().iter_slices(ROWS_OF_A_GROUP):
            table = _table(group, self._filled)
            self._begun(table, group).write_table(table, row_group_size=ROWS_OF_A_GROUP)

    def _begun(self, table: pa.Table, frame: pl.DataFrame) -> pq.ParquetWriter:
        if self._writer is None:
            self._writer = _writer(self.path, table.schema, frame, self._bounded)
        return self._writer

    def begin_keeping(self) -> None:
        """End the file, and let its bytes be hashed and flushed beside what is done until `keep`.

        It stays at `path` until then.
        """
        self.close()
        beside = ThreadPoolExecutor(1)
        self._flushed = beside.submit(self._files.flushed, self.path)
        beside.shutdown(wait=False)

    def keep(self) -> str:
        """Keep the file and return its SHA-256; `path` is where it is now."""
        assert self._folder is not None, "a file is kept once"
        self.close()
        known = None if self._flushed is None else self._flushed.result()
        sha256 = self._files.adopt(self.path, known)
        self._folder.rmdir()
        self._folder, self.path = None, self._files.path(sha256)
        return sha256


def _table(frame: pl.DataFrame, filled: Collection[str]) -> pa.Table:
    """The columns of a frame for Arrow, without texts being copied one by one."""
    oldest, newest = pl.CompatLevel.oldest(), pl.CompatLevel.newest()
    # Arrow writes texts as Polars holds them, but not those of categories.
    columns = [
        _categories(column)
        if column.dtype == pl.Categorical
        else column.to_arrow(compat_level=newest if column.dtype == pl.String else oldest)
        for column in frame
    ]
    fields = [
        # Of no kind are the columns of a frame that never had a row.
        pa.field(name, column.type, nullable=name not in filled or pa.types.is_null(column.type))
        for name, column in zip(frame.columns, columns, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _categories(column: pl.Series) -> pa.DictionaryArray:
    """Categories with those that are there, by their first rows, as the dictionary of a file."""
    numbers, rows = column.to_physical(), len(column)
    if numbers.null_count() == rows:
        return pa.nulls(rows, _DICTIONARY)
    if numbers.null_count() == 0 and numbers.min() == numbers.max():
        places = pa.Array.from_buffers(pa.int32(), rows, [None, pa.py_buffer(bytes(4 * rows))])
        texts = pa.array([column[0]], pa.large_string())
    else:
        encoded = numbers.to_arrow().dictionary_encode()
        found = pl.Series(pl.from_arrow(encoded.dictionary)).cat.to(column.dtype).cast(pl.String)
        places, texts = encoded.indices, found.to_arrow(compat_level=pl.CompatLevel.oldest())
    return pa.DictionaryArray.from_arrays(places, texts, safe=False)


def _writer(
    place: Path | BytesIO, schema: pa.Schema, frame: pl.DataFrame, bounded: Sequence[str] | None
) -> pq.ParquetWriter:
    """A writer of a file that begins with this frame."""
    repeating, apart = _described(frame.head(min(ROWS_LOOKED_AT, ROWS_OF_A_GROUP)))
    # A file says of what kinds its columns are, and there texts are what all readers know.
    texts = frame.clear().cast({pl.Categorical: pl.String})
    known = texts.to_arrow(compat_level=pl.CompatLevel.oldest()).schema
    writer = pq.ParquetWriter(
        place,
        schema,
        store_schema=False,
        compression="zstd",
        use_dictionary=repeating,
        write_statistics=apart if bounded is None else list(bounded),
        write_page_checksum=True,
        # A page costs as much as some thousand rows, and nobody reads less than a group.
        max_rows_per_page=ROWS_OF_A_GROUP,
        write_batch_size=WRITTEN_AT_A_TIME,
    )
    writer.add_key_value_metadata({ARROW_SCHEMA: b64encode(known.serialize())})
    return writer


def _described(first: pl.DataFrame) -> tuple[list[str], list[str]]:
    """The columns in which values repeat, and those of which the bounds tell groups apart."""
    repeating, bounded = [], []
    for column in first:
        is_repeating = column.n_unique() <= first.height // 2
        if is_repeating:
            repeating.append(column.name)
        is_text = column.dtype in (pl.String, pl.Categorical)
        if is_repeating or not is_text or column.is_sorted():
            bounded.append(column.name)
    return repeating, bounded


def keep_frame(
    files: TenantFiles, frame: pl.DataFrame, bounded: Sequence[str] | None = None
) -> str:
    """Write a frame (`bounded` as of `FrameWriter`) and return the SHA-256 of the file.

    A short one needs no working folder.
    """
    if frame.height <= ROWS_OF_A_GROUP:
        return files.put(_as_bytes(frame, bounded))
    with FrameWriter(files, frame.schema, bounded, _filled(frame)) as writer:
        writer.add(frame)
        return writer.keep()


def _filled(frame: pl.DataFrame) -> frozenset[str]:
    return frozenset(each.name for each in frame if not each.null_count())


def _as_bytes(frame: pl.DataFrame, bounded: Sequence[str] | None) -> bytes:
    """A frame of one group as a file; the bytes are those that `FrameWriter` writes."""
    written = BytesIO()
    table = _table(frame.rechunk(), _filled(frame))
    with _writer(written, table.schema, frame, bounded) as writer:
        if frame.height:
            writer.write_table(table, row_group_size=ROWS_OF_A_GROUP)
    return written.getvalue()


def read_frame(files: TenantFiles, sha256: str) -> pl.DataFrame:
    """Read a frame, checking every page."""
    table = pq.read_table(files.path(sha256), page_checksum_verification=True)
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame), "a table is a frame"
    return frame


def read_where(
    files: TenantFiles, sha256: str, wanted: Sequence[Condition], categories: Sequence[str] = ()
) -> pl.DataFrame:
    """The rows of a frame that fulfil all conditions; groups of rows without any are not read.

    Texts of the columns named as `categories` are read as such. A short file is one group: its
    other columns are read only where a row of it is wanted, and without the threads that a large
    one takes.
    """
    asked = list(dict.fromkeys(name for name, _, _ in wanted))
    path = files.path(sha256)
    with pq.ParquetFile(
        path, read_dictionary=list(categories), page_checksum_verification=True
    ) as file:
        groups = [
            number
            for number in range(file.metadata.num_row_groups)
            if _may_hold(file.metadata.row_group(number), wanted)
        ]
        is_short = file.metadata.num_row_groups <= 1
        if is_short and not _fulfilled(file.read(asked, use_threads=False), wanted).any():
            groups = []
        table = file.read_row_groups(groups, use_threads=not is_short)
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame), "a table is a frame"
    is_wanted = _fulfilled(table.select(asked), wanted)
    return frame if is_wanted.all() else frame.filter(is_wanted)


def _fulfilled(table: pa.Table, wanted: Sequence[Condition]) -> pl.Series:
    """Which rows fulfil all conditions; nothing fulfils none."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame), "a table is a frame"
    conditions = [OPERATORS[operator](pl.col(name), value) for name, operator, value in wanted]
    return frame.select(pl.all_horizontal(conditions).fill_null(False)).to_series()


def _may_hold(group: pq.RowGroupMetaData, wanted: Sequence[Condition]) -> bool:
    """Whether the bounds of a group leave room for a row that fulfils all conditions."""
    columns = {
        column.path_in_schema: column for column in map(group.column, range(group.num_columns))
    }
    for name, operator, value in wanted:
        bounds = columns[name].statistics
        if bounds is None or not bounds.has_min_max:
            continue
        if not WITHIN[operator](bounds.min, bounds.max, value):
            return False
    return True


def scan_frames(files: TenantFiles, sha256s: Sequence[str]) -> pl.LazyFrame:
    """Several frames of the same columns, to be filtered while they are read."""
    return pl.scan_parquet([files.path(sha256) for sha256 in sha256s])
