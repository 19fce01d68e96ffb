"""Files come compressed, damaged and hostile; each costs itself and nothing else."""

import gzip

import pytest

from mediation.decoding import BrokenArchive, FileTooLarge, inflate


def test_several_members_are_one_file() -> None:
    assert inflate(gzip.compress(b"a,b\n") + gzip.compress(b"c,d\n")) == b"a,b\nc,d\n"


def test_a_file_that_is_not_compressed_is_left_alone() -> None:
    assert inflate(b"a,b\n") == b"a,b\n"


def test_an_archive_that_ends_too_early_is_refused() -> None:
    with pytest.raises(BrokenArchive, match="too early"):
        inflate(gzip.compress(b"a,b\n" * 1000)[:-9])


def test_a_changed_byte_in_an_archive_is_refused() -> None:
    archive = bytearray(gzip.compress(b"a,b\n" * 1000))
    archive[-6] ^= 1

    with pytest.raises(BrokenArchive):
        inflate(bytes(archive))


def test_a_gigabyte_out_of_a_megabyte_is_refused() -> None:
    bomb = gzip.compress(bytes(2**20), 9) * 1024

    with pytest.raises(FileTooLarge, match="256 MB"):
        inflate(bomb)
