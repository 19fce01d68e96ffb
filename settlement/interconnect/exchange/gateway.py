"""Disk for a long message while it is read."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tenants.files import TenantFiles


@contextmanager
def on_disk(files: TenantFiles, content: BinaryIO) -> Iterator[Path]:
    """A working file, with this content; gone at the end unless it was adopted."""
    folder = files.working_folder()
    place = folder / "message.xml"
    try:
        with place.open("wb") as out:
            shutil.copyfileobj(content, out, 1024 * 1024)
        yield place
    finally:
        shutil.rmtree(folder)
