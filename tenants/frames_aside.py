"""Rows set aside in numbered parts while something large is put in another order."""

import shutil
import threading
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import polars as pl

from tenants.files import TenantFiles

_PART: Final = "part of rows set aside"


class FramesAside:
    """Rows in numbered parts on disk; each part is read once, and all is gone at the end.

    Several threads may add; the rows of a part then come back in any order of what was added.
    """

    def __init__(self, files: TenantFiles) -> None:
        self._folder = files.working_folder()
        self._parts: defaultdict[int, list[Path]] = defaultdict(list)
        self._naming = threading.Lock()

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
        # Where most columns are empty, as those of usage, what is held says nothing of them.
        held = [name for name in frame.columns if frame[name].null_count() < frame.height]
        # Categories are known in this process only, and their numbers are all there is to keep.
        numbered = frame.select(
            pl.col(name).to_physical() if frame.schema[name] == pl.Categorical else name
            for name in held
        ).with_columns(numbers.alias(_PART))
        for (number,), rows in numbered.partition_by(
            _PART, include_key=False, as_dict=True
        ).items():
            rows.write_ipc(self._place(number), compression="lz4")

    def _place(self, number: int) -> Path:
        """Where some more rows of a part are written, and nobody else writes."""
        with self._naming:
            places = self._parts[number]
            places.append(self._folder / f"rows-{number}-{len(places)}.arrow")
            return places[-1]

    def read(self, number: int, like: pl.DataFrame) -> pl.DataFrame:
        """The rows of a part, with the columns of a frame; they are deleted from disk."""
        kept = {
            name: pl.UInt32() if kind == pl.Categorical else kind
            for name, kind in like.schema.items()
        }
        parts = [pl.DataFrame(schema=kept)]
        for place in self._parts.pop(number, []):
            parts.append(pl.read_ipc(place))
            place.unlink()
        return pl.concat(parts, how="diagonal").select(
            pl.col(name).cat.to(kind) if kind == pl.Categorical else name
            for name, kind in like.schema.items()
        )
