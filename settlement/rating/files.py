"""Rated charges on disk, one file for each run, found by the hash of its bytes."""

import polars as pl

from settlement.rating.rated_batch import CHARGES
from tenants.column_files import keep_frame, read_frame
from tenants.files import TenantFiles

# What rating adds to the kernel's charges: the carrier's trunk and the revenue share terms.
RATED = pl.Schema(dict(CHARGES) | {"trunk": pl.String(), "terms": pl.String()})


def keep_charges(files: TenantFiles, charges: pl.DataFrame) -> str:
    """Keep rated charges and return the SHA-256 of the file."""
    return keep_frame(files, charges.select(RATED.names()))


def read_charges(files: TenantFiles, sha256: str | None) -> pl.DataFrame:
    """Read rated charges; none is an empty frame."""
    if sha256 is None:
        return pl.DataFrame(schema=RATED)
    return read_frame(files, sha256).cast(RATED)
