"""A folder of an SFTP server, spoken to only when the server has the key that it should have."""

import base64
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from typing import Final
from urllib.parse import unquote, urlsplit

import paramiko

SECONDS: Final = 60


@contextmanager
def sftp_folder(
    address: str, host_key: str, secrets: Mapping[str, str]
) -> Iterator[tuple[paramiko.SFTPClient, str]]:
    """A client and the folder of an address; raises OSError, EOFError or SSHException.

    Args:
        address: sftp://user@host:22/folder
        host_key: the server's own key, `ssh-ed25519 AAAA...`.
        secrets: `password` or `key`, a private key.
    """
    parts = urlsplit(address)
    expected = _host_key(host_key)
    connection = socket.create_connection((str(parts.hostname), parts.port or 22), SECONDS)
    transport = paramiko.Transport(connection)
    try:
        transport.banner_timeout = transport.auth_timeout = SECONDS
        transport.connect(
            hostkey=expected,
            username=unquote(str(parts.username)),
            password=secrets.get("password") or "",
            pkey=_private_key(secrets["key"]) if "key" in secrets else None,
        )
        client = paramiko.SFTPClient.from_transport(transport)
        assert client is not None, "an open transport has a channel"
        channel = client.get_channel()
        assert channel is not None, "a client has a channel"
        channel.settimeout(SECONDS)
        yield client, unquote(parts.path).lstrip("/") or "."
    finally:
        transport.close()


def _host_key(text: str) -> paramiko.PKey:
    algorithm, encoded = text.split()
    try:
        return paramiko.PKey.from_type_string(algorithm, base64.b64decode(encoded))
    except ValueError as fault:
        raise paramiko.SSHException("the host key of the settings cannot be read") from fault


def _private_key(text: str) -> paramiko.PKey:
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(StringIO(text))
        except paramiko.SSHException:
            continue
    raise paramiko.SSHException("the private key cannot be read")
