"""Real sample files, where they are present.

They are test input that the repository does not carry. A test that asks for one is skipped, with
a message that names it, on a machine that has none; every rule has tests that need no sample.
"""

import os
from pathlib import Path

import pytest

BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[2] / "shared" / "data"


def sample_folder() -> Path | None:
    """The folder of samples: `SALDO_TEST_DATA`, else `../shared/data` beside the repository."""
    folder = Path(os.environ.get("SALDO_TEST_DATA", BESIDE_THE_REPOSITORY))
    return folder if folder.is_dir() else None


def sample(relative: str) -> Path:
    """The path of one sample file; skips the calling test where it is absent."""
    folder = sample_folder()
    if folder is None or not (folder / relative).exists():
        pytest.skip(f"sample data {relative!r} is not here; set SALDO_TEST_DATA to its folder")
    return folder / relative
