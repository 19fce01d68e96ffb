"""The tenant's private key for the exchange, among the secrets on this machine."""

from typing import NamedTuple

from i18n.errors import Conflict
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
