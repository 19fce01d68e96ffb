"""An SFTP server in this process, on a folder, for one user with a password or a key."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import paramiko
from paramiko.sftp_handle import SFTPHandle
from paramiko.sftp_server import SFTPServer
from paramiko.sftp_si import SFTPServerInterface

USER = "switch"
PASSWORD = "a password of the switch"


class Door(paramiko.ServerInterface):
    """Lets the one user in."""

    def __init__(self, public_key: paramiko.PKey) -> None:
        self.public_key = public_key

    def check_auth_password(self, username: str, password: str) -> int:
        is_right = (username, password) == (USER, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if is_right else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        is_right = username == USER and key.asbytes() == self.public_key.asbytes()
        return paramiko.AUTH_SUCCESSFUL if is_right else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"


class Files(SFTPServerInterface):
    """The folder, told as it is: links as links."""

    root: Path

    def _path(self, path: str) -> Path:
        return self.root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes]:
        return [
            paramiko.SFTPAttributes.from_stat(each.lstat(), each.name)
            for each in self._path(path).iterdir()
        ]

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        return self._told(path, follow=True)

    def lstat(self, path: str) -> paramiko.SFTPAttributes | int:
        return self._told(path, follow=False)

    def _told(self, path: str, *, follow: bool) -> paramiko.SFTPAttributes | int:
        try:
            found = self._path(path).stat(follow_symlinks=follow)
            return paramiko.SFTPAttributes.from_stat(found)
        except OSError as fault:
            return SFTPServer.convert_errno(fault.errno or 0)

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> SFTPHandle | int:
        writes = bool(flags & os.O_WRONLY)
        try:
            file = self._path(path).open("wb" if writes else "rb")
        except OSError as fault:
            return SFTPServer.convert_errno(fault.errno or 0)
        handle = SFTPHandle(flags)
        if writes:
            handle.writefile = file
        else:
            handle.readfile = file
        return handle

    def mkdir(self, path: str, attr: paramiko.SFTPAttributes) -> int:
        self._path(path).mkdir()
        return paramiko.SFTP_OK

    def rename(self, oldpath: str, newpath: str) -> int:
        self._path(oldpath).rename(self._path(newpath))
        return paramiko.SFTP_OK


@dataclass(frozen=True)
class Server:
    """Where it listens, its key, and the user's private key."""

    port: int
    host_key: str
    private_key: str


@contextmanager
def serving(root: Path, folder: Path) -> Iterator[Server]:
    """Serve a folder until the block ends; keys are made in the other folder."""
    host_key = paramiko.RSAKey.generate(2048)
    user_key = paramiko.RSAKey.generate(2048)
    user_key.write_private_key_file(str(folder / "user-key"))
    files = type("FilesHere", (Files,), {"root": root})
    listening = socket.create_server(("127.0.0.1", 0))
    transports: list[paramiko.Transport] = []

    def answer() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transports.append(transport)
            transport.add_server_key(host_key)
            transport.set_subsystem_handler("sftp", SFTPServer, files)
            try:
                transport.start_server(server=Door(user_key))
            # A client that turns away while keys are exchanged may end or reset the connection.
            except (paramiko.SSHException, EOFError, ConnectionError):
                transport.close()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield Server(
            listening.getsockname()[1],
            f"{host_key.get_name()} {host_key.get_base64()}",
            (folder / "user-key").read_text(),
        )
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for transport in transports:
            transport.close()
        thread.join(5)
