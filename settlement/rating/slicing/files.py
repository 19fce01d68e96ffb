"""Usage set aside by slice while a month is cut."""

import shutil
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from tenants.files import TenantFiles


class UsageBySlice:
    """Usage cut into slices on disk; each is read once, and all is gone at the end."""

    def __init__(self, files: TenantFiles) -> None:
        self._folder = files.working_folder()
        self._parts: defaultdict[int, list[Path]] = defaultdict(list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, usage: pl.DataFrame, slices: pl.Series) -> None:
        """Set records aside, each in its slice, in their order."""
        # Most columns of most usage are empty; a part says nothing of those.
        held = [name for name in usage.columns if usage[name].null_count() < usage.height]
        numbered = usage.select(held).with_columns(slices.alias("slice"))
        parts = numbered.partition_by("slice", include_key=False, as_dict=True)
        for (number,), part in parts.items():
            place = self._folder / f"usage-{number}-{len(self._parts[number])}.arrow"
            part.write_ipc(place, compression="lz4")
            self._parts[number].append(place)

    def read(self, number: int, like: pl.DataFrame) -> pl.DataFrame:
        """The usage of a slice, with the columns of a frame; it is deleted from disk."""
        parts = [like.clear()]
        for place in self._parts.pop(number, []):
            parts.append(pl.read_ipc(place))
            place.unlink()
        return pl.concat(parts, how="diagonal").select(like.columns)
