"""Folders, SFTP servers and object stores as one thing: list, read, move aside.

Nothing here trusts what is on the other side. Only regular files directly in the folder are seen,
links are neither listed nor followed, no more is read than was announced, and a server is spoken
to only when it has the key that it should have.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import fsspec
import paramiko

from i18n.errors import Conflict
from i18n.locale import outside
from mediation.collecting.place import Place, Seen
from tenants.secrets import secret
from tenants.settings import Settings
from tenants.sftp import sftp_folder


class PlaceUnreachable(Conflict):
    """The place of source {source} could not be reached: {fault}. It is tried again at the next
    look.
    """


class FileChangedMeanwhile(Conflict):
    """The file {file} is no longer what the look found. It is looked at again."""


class Remote(Protocol):
    """The files of a place."""

    def files(self) -> list[Seen]:
        """The regular files of the folder, in no order."""
        ...

    def read(self, seen: Seen) -> bytes:
        """The bytes of a file that was seen. Raises FileChangedMeanwhile."""
        ...

    def move_aside(self, name: str, folder: str) -> None:
        """Move a file into a folder beside it; one that is gone already is passed over."""
        ...


@contextmanager
def reached(source: str, tenant: str, place: Place, settings: Settings) -> Iterator[Remote]:
    """Reach a place. Raises PlaceUnreachable, SecretMissing."""
    # Those of a folder are shared with who sends packets into it, and open nothing here.
    needed = {} if place.kind == "folder" else place.credentials
    secrets = {name: secret(tenant, reference, settings) for name, reference in needed.items()}
    try:
        match place.kind:
            case "folder":
                yield _Folder(settings.inbox_folder / tenant / place.address)
            case "sftp":
                with sftp_folder(place.address, place.host_key, secrets) as (client, folder):
                    yield _Sftp(client, folder)
            case _:
                yield _ObjectStore(place, secrets)
    # A protocol may need a library that is not installed here.
    except (OSError, EOFError, ImportError, paramiko.SSHException) as fault:
        told = f"{type(fault).__name__}: {fault}".strip(": ")
        raise PlaceUnreachable(source=source, fault=outside(place.kind, told)) from fault


class _Folder:
    """A folder of this machine, in the tenant's own inbox."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def files(self) -> list[Seen]:
        found = []
        for entry in os.scandir(self._folder):
            told = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(told.st_mode):
                found.append(Seen(entry.name, told.st_size, str(told.st_mtime_ns)))
        return found

    def read(self, seen: Seen) -> bytes:
        # Opened by its name in this very folder, and not if it has become a link or a pipe.
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            descriptor = os.open(seen.name, flags, dir_fd=folder)
        finally:
            os.close(folder)
        with os.fdopen(descriptor, "rb") as file:
            told = os.fstat(file.fileno())
            content = file.read(seen.size_bytes + 1) if stat.S_ISREG(told.st_mode) else b""
        return _as_seen(seen, content, str(told.st_mtime_ns))

    def move_aside(self, name: str, folder: str) -> None:
        target = self._folder / folder
        target.mkdir(exist_ok=True)
        if os.path.lexists(self._folder / name):
            (self._folder / name).rename(_free(target, name))


def _free(folder: Path, name: str) -> Path:
    """A place in the folder that holds nothing yet."""
    place, number = folder / name, 1
    while os.path.lexists(place):
        place, number = folder / f"{name}.{number}", number + 1
    return place


def _as_seen(seen: Seen, content: bytes, version: str) -> bytes:
    if len(content) != seen.size_bytes or version != seen.version:
        raise FileChangedMeanwhile(file=seen.name)
    return content


class _Sftp:
    """A folder of an SFTP server."""

    def __init__(self, client: paramiko.SFTPClient, folder: str) -> None:
        self._client = client
        self._folder = folder

    def files(self) -> list[Seen]:
        return [
            Seen(each.filename, each.st_size or 0, str(each.st_mtime))
            for each in self._client.listdir_attr(self._folder)
            if each.st_mode is not None and stat.S_ISREG(each.st_mode)
        ]

    def read(self, seen: Seen) -> bytes:
        path = f"{self._folder}/{seen.name}"
        told = self._client.lstat(path)
        if told.st_mode is None or not stat.S_ISREG(told.st_mode):
            raise FileChangedMeanwhile(file=seen.name)
        with self._client.open(path, "rb") as file:
            file.prefetch(seen.size_bytes)
            content = file.read(seen.size_bytes + 1)
        return _as_seen(seen, content, str(told.st_mtime))

    def move_aside(self, name: str, folder: str) -> None:
        target = f"{self._folder}/{folder}"
        if folder not in self._client.listdir(self._folder):
            self._client.mkdir(target)
        if name not in self._client.listdir(self._folder):
            return
        taken = set(self._client.listdir(target))
        free, number = name, 1
        while free in taken:
            free, number = f"{name}.{number}", number + 1
        self._client.rename(f"{self._folder}/{name}", f"{target}/{free}")


class _ObjectStore:
    """A folder of an object store, through fsspec."""

    def __init__(self, place: Place, secrets: Mapping[str, str]) -> None:
        self._store, self._folder = fsspec.core.url_to_fs(place.address, **secrets)
        self._store.invalidate_cache()

    def files(self) -> list[Seen]:
        return [
            Seen(str(each["name"]).rpartition("/")[2], int(each["size"]), _version(each))
            for each in self._store.ls(self._folder, detail=True)
            if each["type"] == "file" and not each.get("islink")
        ]

    def read(self, seen: Seen) -> bytes:
        path = f"{self._folder}/{seen.name}"
        with self._store.open(path, "rb") as file:
            content = file.read(seen.size_bytes + 1)
        self._store.invalidate_cache()
        # Listed again, for what a store says of one file may be written differently.
        versions = [each.version for each in self.files() if each.name == seen.name]
        return _as_seen(seen, content, "".join(versions))

    def move_aside(self, name: str, folder: str) -> None:
        path = f"{self._folder}/{name}"
        if not self._store.exists(path):
            return
        free, number = name, 1
        while self._store.exists(f"{self._folder}/{folder}/{free}"):
            free, number = f"{name}.{number}", number + 1
        self._store.makedirs(f"{self._folder}/{folder}", exist_ok=True)
        self._store.mv(path, f"{self._folder}/{folder}/{free}")


def _version(told: Mapping[str, Any]) -> str:
    """What an object store says that changes with the content."""
    for name in ("ETag", "etag", "md5Hash", "LastModified", "updated", "last_modified", "created"):
        if told.get(name) is not None:
            return str(told[name])
    return ""
