"""Runs of keys on disk: uncompressed Arrow, so that a search reads only the pages it touches."""

import io
from collections.abc import Iterable

import polars as pl
import pyarrow as pa

from mediation.key_runs import MARKED_SCHEMA, marked
from tenants.files import TenantFiles

ARROW_SCHEMA = pl.DataFrame(schema=MARKED_SCHEMA).to_arrow().schema


def keep_run(files: TenantFiles, run: Iterable[pl.DataFrame]) -> str:
    """Write a run and return the SHA-256 of the file."""
    folder = files.working_folder()
    finished = folder / "keys.arrow"
    with pa.OSFile(str(finished), "wb") as sink, pa.ipc.new_file(sink, ARROW_SCHEMA) as writer:
        for frame in run:
            for batch in marked(frame.rechunk()).to_arrow().to_batches():
                writer.write_batch(batch)
    sha256 = files.adopt(finished)
    folder.rmdir()
    return sha256


def read_run(files: TenantFiles, sha256: str) -> list[pl.DataFrame]:
    """The frames of a run; its pages are read when a search touches them."""
    reader = pa.ipc.open_file(pa.memory_map(str(files.path(sha256))))
    return [_frame(reader.get_batch(n)) for n in range(reader.num_record_batches)]


def as_bytes(run: pl.DataFrame) -> bytes:
    """A short run, to be kept in a row of the database."""
    content = io.BytesIO()
    run.write_ipc(content, compression="zstd")
    return content.getvalue()


def from_bytes(content: bytes) -> list[pl.DataFrame]:
    """A run that was kept in a row."""
    return [pl.read_ipc(io.BytesIO(content))]


def _frame(batch: pa.RecordBatch) -> pl.DataFrame:
    frame = pl.from_arrow(batch)
    assert isinstance(frame, pl.DataFrame), "a record batch is a frame"
    return frame
