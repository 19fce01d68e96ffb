"""Files by their SHA-256: kept whole, once, and many at a time as one by one."""

from pathlib import Path
from uuid import UUID

import pytest

from tenants.digest import sha256_hex
from tenants.files import TenantFiles

CONTENTS = [b"one", b"two", b"", b"one", b"three"]


@pytest.fixture
def files(tmp_path: Path) -> TenantFiles:
    return TenantFiles(tmp_path, UUID(int=1))


def kept(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


def test_many_files_are_kept_under_the_names_they_would_have_singly(
    files: TenantFiles, tmp_path: Path
) -> None:
    singly = TenantFiles(tmp_path, UUID(int=2))

    with files.keeping(CONTENTS) as named:
        pass

    assert named == [singly.put(content) for content in CONTENTS]
    assert [files.get(sha256) for sha256 in named] == CONTENTS
    assert sorted(each.name for each in kept(tmp_path / str(UUID(int=1)))) == sorted(set(named))


def test_a_file_that_is_kept_already_is_not_written_again(files: TenantFiles) -> None:
    before = files.path(files.put(b"one")).stat()

    with files.keeping([b"one"]) as [sha256]:
        pass

    place = files.path(sha256)

    assert (place.stat().st_ino, place.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_where_the_disk_fails_nothing_is_left_half_written(
    files: TenantFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_descriptor: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("os.fsync", failing)

    with pytest.raises(OSError, match="the disk is full"), files.keeping(CONTENTS):
        pass

    assert kept(tmp_path) == []


def test_files_are_kept_to_the_end_where_the_caller_fails(
    files: TenantFiles, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="the caller"), files.keeping(CONTENTS) as named:
        raise ValueError("the caller")

    assert sorted(each.name for each in kept(tmp_path)) == sorted(set(named))


def test_a_file_is_on_disk_when_the_caller_has_done_something_else(
    files: TenantFiles, tmp_path: Path
) -> None:
    written = tmp_path / "written"
    written.write_bytes(b"two")

    with files.putting(b"one", sha256_hex(b"one")), files.putting(written, sha256_hex(b"two")):
        pass

    assert files.get(sha256_hex(b"one")) == b"one"
    assert files.path(sha256_hex(b"two")).samefile(written)


def test_a_file_that_is_written_already_is_kept_as_it_stands(
    files: TenantFiles, tmp_path: Path
) -> None:
    written = tmp_path / "written"
    written.write_bytes(b"one")

    sha256 = files.put_file(written, sha256_hex(b"one"))

    assert files.path(sha256).samefile(written)
    written.unlink()
    assert files.get(sha256) == b"one"


def test_a_written_file_that_cannot_be_linked_is_copied(
    files: TenantFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another_disk(_place: Path, _written: Path) -> None:
        raise OSError("Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", another_disk)
    written = tmp_path / "written"
    written.write_bytes(b"one")

    sha256 = files.put_file(written, sha256_hex(b"one"))
    written.unlink()

    assert files.get(sha256) == b"one"
    assert [each.name for each in kept(tmp_path)] == [sha256]


def test_what_goes_wrong_beside_the_caller_is_raised(
    files: TenantFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_descriptor: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("os.fsync", failing)

    with pytest.raises(OSError, match="the disk is full"), files.putting(b"1", sha256_hex(b"1")):
        pass

    assert kept(tmp_path) == []
