"""The files of one tenant: content-addressed, written whole or not at all, never named by others.

A file is kept under the SHA-256 of its bytes, in the tenant's own folder. It is written beside its
place, flushed to disk and renamed into it, so a reader sees a complete file or none, at every point
where the process may die.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from i18n.errors import Conflict, NotFound
from tenants.digest import sha256_hex

FLUSHED_AT_ONCE = 16


class NoSuchFile(NotFound):
    """The file {sha256} is not in the store. Restore it from the backup of the file folder."""


class FileChanged(Conflict):
    """The file {sha256} no longer has the bytes that were stored. Restore it from a backup."""


class TenantFiles:
    """Bytes by their SHA-256, and working files by name, in one tenant's folder."""

    def __init__(self, folder: Path, tenant_id: UUID) -> None:
        self._folder = folder / str(tenant_id)

    def put(self, content: bytes, sha256: str | None = None) -> str:
        """Keep these bytes and return their SHA-256, which a caller may know already; keeping them
        again changes nothing.
        """
        sha256 = sha256_hex(content) if sha256 is None else sha256
        place = self._place(sha256)
        if not place.exists():
            write_whole(place, content)
        return sha256

    def put_file(self, written: Path, sha256: str) -> str:
        """As `put`, of a file that nobody else may read and that has its bytes for good: where it
        is on the same disk, it is given its place here beside the one it has, and not copied.
        """
        place = self._place(sha256)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            if not _is_linked(place, written):
                _write_whole(place, written.read_bytes())
        return sha256

    @contextmanager
    def putting(self, content: bytes | Path, sha256: str) -> Iterator[None]:
        """As `put`, or `put_file` of a place, while the caller does something else: on disk at the
        end of the `with`, which raises what went wrong.
        """
        with ThreadPoolExecutor(1) as thread:
            if isinstance(content, Path):
                kept = thread.submit(self.put_file, content, sha256)
            else:
                kept = thread.submit(self.put, content, sha256)
            yield
            kept.result()

    @contextmanager
    def keeping(self, contents: Sequence[bytes]) -> Iterator[list[str]]:
        """Keep many files, as `put` keeps one, while the caller does something else.

        Gives their SHA-256 in their order; all are on disk at the end of the `with`, which raises
        what went wrong. They are flushed together, so the disk is waited for a few times for all.
        """
        named = [sha256_hex(content) for content in contents]
        places = {self._place(sha256): each for sha256, each in zip(named, contents, strict=True)}
        fresh = {place: each for place, each in places.items() if not place.exists()}
        with ThreadPoolExecutor(1) as thread:
            written = thread.submit(_write_all_whole, fresh)
            yield named
            written.result()

    def get(self, sha256: str) -> bytes:
        """The bytes with this SHA-256, checked again while they are read."""
        place = self._place(sha256)
        if not place.exists():
            raise NoSuchFile(sha256=sha256)
        content = place.read_bytes()
        if sha256_hex(content) != sha256:
            raise FileChanged(sha256=sha256)
        return content

    def flushed(self, finished: Path) -> str:
        """Flush a file of `working_folder` that is to be adopted; returns its SHA-256."""
        sha256 = sha256_of_file(finished)
        _flush(finished)
        return sha256

    def adopt(self, finished: Path, sha256: str | None = None) -> str:
        """Take over a large file written elsewhere in `working_folder`; returns its SHA-256, which
        is known where it is `flushed`.
        """
        sha256 = self.flushed(finished) if sha256 is None else sha256
        place = self._place(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        finished.replace(place)
        _flush(place.parent)
        return sha256

    def discard(self, sha256: str) -> None:
        """Delete a derived file that no row names any more; one that is gone already is fine."""
        self._place(sha256).unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """The place of a stored file, for readers that scan it in columns."""
        place = self._place(sha256)
        if not place.exists():
            raise NoSuchFile(sha256=sha256)
        return place

    def working_folder(self) -> Path:
        """A new empty folder on the same disk, for writing large files before `adopt`."""
        parent = self._folder / "working"
        parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=parent))

    def _place(self, sha256: str) -> Path:
        assert len(sha256) == 64 and set(sha256) <= set("0123456789abcdef"), "a SHA-256 in hex"
        return self._folder / "content" / sha256[:2] / sha256


def sha256_of_file(place: Path) -> str:
    """SHA-256 of the bytes of a file, in hexadecimal; little of it is held at a time."""
    with place.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def write_whole(place: Path, content: bytes) -> None:
    """Write a file so that it appears complete or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    _write_whole(place, content)


def _write_whole(place: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=".unfinished-")
    try:
        with os.fdopen(descriptor, "wb") as unfinished:
            unfinished.write(content)
            unfinished.flush()
            os.fsync(unfinished.fileno())
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _flush(place.parent)


def _is_linked(place: Path, written: Path) -> bool:
    """Let a written file appear at a place too, whole and flushed; False where that cannot be."""
    try:
        _flush(written)
        place.hardlink_to(written)
    except OSError:
        return False
    _flush(place.parent)
    return True


def _write_all_whole(contents: Mapping[Path, bytes]) -> None:
    """Write files beside their places, flush all of them, and only then move them there."""
    folders = sorted({place.parent for place in contents})
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    unfinished: dict[Path, Path] = {}
    try:
        for place, content in contents.items():
            descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=".unfinished-")
            unfinished[place] = Path(name)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
        _flush_all(unfinished.values())
        for place, written in unfinished.items():
            written.replace(place)
    except BaseException:
        for written in unfinished.values():
            written.unlink(missing_ok=True)
        raise
    _flush_all(folders)


def _flush_all(paths: Iterable[Path]) -> None:
    """Flush files or folders at the same time: a file system commits those that wait as one."""
    with ThreadPoolExecutor(max_workers=FLUSHED_AT_ONCE) as flushing:
        list(flushing.map(_flush, paths))


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
