"""What the exchange needs of this machine: the tenant's private key, and disk for long messages."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from i18n.errors import Conflict
from tenants.files import TenantFiles
from tenants.settings import Settings

KEY = "exchange-key.pem"
CERTIFICATE = "exchange-certificate.pem"


class CertificateMissing(Conflict):
    """There is a key {key} without its certificate {certificate}. Put the certificate beside it."""


class SigningKey(NamedTuple):
    """A private key and its certificate, in PEM."""

    private_key: str
    certificate: str


def signing_key(settings: Settings, tenant: str) -> SigningKey | None:
    """The key with which a tenant signs, from the folder of its secrets; None where it has none.

    Raises CertificateMissing.
    """
    folder = settings.secrets_folder / tenant
    if not (folder / KEY).is_file():
        return None
    if not (folder / CERTIFICATE).is_file():
        raise CertificateMissing(key=KEY, certificate=CERTIFICATE)
    return SigningKey((folder / KEY).read_text("utf-8"), (folder / CERTIFICATE).read_text("utf-8"))


@contextmanager
def on_disk(files: TenantFiles, content: BinaryIO | None = None) -> Iterator[Path]:
    """A working file, with this content; gone at the end unless it was adopted."""
    folder = files.working_folder()
    place = folder / "message.xml"
    try:
        with place.open("wb") as out:
            if content is not None:
                shutil.copyfileobj(content, out, 1024 * 1024)
        yield place
    finally:
        shutil.rmtree(folder)
