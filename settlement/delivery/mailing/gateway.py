"""The mail server: SMTP under the protection that the installation names, or none at all.

    SALDO_SMTP_URL = smtps://mailer@mail.example:465        TLS from the first byte
                     smtp+starttls://mailer@mail.example    TLS before anything is said; port 587
                     smtp://localhost:25                    in the clear, for a server of our own

With a user in the address the password is the tenant's secret `env:SMTP_PASSWORD`.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import unquote, urlsplit

from settlement.delivery.delivery import Answer, State
from settlement.delivery.mailing.message import AddressUnusable, message_of
from settlement.delivery.parcel import Parcel
from tenants.secrets import SecretMissing, secret
from tenants.settings import Settings

SECONDS: Final = 60
PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
PASSWORD: Final = "env:SMTP_PASSWORD"  # noqa: S105 - a reference, not the password.


class Mail:
    """A mail server that takes our messages."""

    def __init__(self, settings: Settings, trusted: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._parts = urlsplit(settings.smtp_url or "")
        self._trusted = trusted or ssl.create_default_context()

    def obstacle(self, tenant: str) -> str:
        """No server, an address of another kind, or no password."""
        if not self._parts.hostname:
            return "not configured: SALDO_SMTP_URL names no mail server"
        if self._parts.scheme not in PORTS:
            return f"SALDO_SMTP_URL: use one of {', '.join(PORTS)}"
        try:
            self._password(tenant)
        except SecretMissing as missing:
            return str(missing)
        return ""

    def send(self, parcel: Parcel) -> Answer:
        """Hand the message over; what the server refuses for good (5xx) is not tried again."""
        try:
            message = message_of(parcel)
        except AddressUnusable as unusable:
            return Answer(State.FAILED, str(unusable), is_final=True)
        reference = str(message["Message-ID"])
        try:
            with self._connected(parcel.tenant) as server:
                server.send_message(message, parcel.sender, [parcel.address])
        except smtplib.SMTPRecipientsRefused as refused:
            code, told = refused.recipients[parcel.address]
            return _refused(code, told, reference)
        except smtplib.SMTPResponseException as refused:
            return _refused(refused.smtp_code, refused.smtp_error, reference)
        except (OSError, smtplib.SMTPException) as fault:
            return Answer(State.FAILED, f"{type(fault).__name__}: {fault}", reference)
        return Answer(State.SENT, f"taken by {self._parts.hostname}", reference)

    def found(self, parcel: Parcel) -> Answer | None:
        """Nobody can tell whether a message left a worker that died."""
        return None

    def asked(self, tenant: str, reference: str) -> Answer | None:
        """A server does not say what became of a message; what comes back does."""
        return None

    @contextmanager
    def _connected(self, tenant: str) -> Iterator[smtplib.SMTP]:
        host, kind = str(self._parts.hostname), self._parts.scheme
        port = self._parts.port or PORTS[kind]
        server = (
            smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=self._trusted)
            if kind == "smtps"
            else smtplib.SMTP(host, port, timeout=SECONDS)
        )
        with server:
            if kind == "smtp+starttls":
                server.starttls(context=self._trusted)
            if self._parts.username:
                server.login(unquote(self._parts.username), self._password(tenant))
            yield server

    def _password(self, tenant: str) -> str:
        return secret(tenant, PASSWORD, self._settings) if self._parts.username else ""


def _refused(code: int, told: bytes | str, reference: str) -> Answer:
    text = told.decode(errors="replace") if isinstance(told, bytes) else told
    # Being let in or not is ours to put right; it says nothing of the message.
    is_final = code >= 500 and code not in (530, 534, 535, 538)
    return Answer(State.FAILED, f"{code} {text}", reference, is_final)
