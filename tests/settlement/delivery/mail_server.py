"""A mail server in this process that keeps what it takes, and refuses whom it is told to."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Box:
    """What was taken, by envelope; `refusing` maps a recipient to the answer it gets."""

    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    refusing: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 - the server asks for this name.
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusing:
            return self.refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the server asks for this name.
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.envelopes.append(envelope)
        return "250 taken"

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages, read back."""
        found = []
        for envelope in self.envelopes:
            assert isinstance(envelope.content, bytes)
            found.append(message_from_bytes(envelope.content, policy=policy.default))
        return found  # type: ignore[return-value]

    @property
    def url(self) -> str:
        """Where it listens, in the clear."""
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def listening(tls: ssl.SSLContext | None = None) -> Iterator[Box]:
    """A server on a free port until the block ends; with `tls` it takes nothing in the clear."""
    box = Box()
    controller = Controller(
        box, hostname="127.0.0.1", port=0, tls_context=tls, require_starttls=tls is not None
    )
    controller.port = _free_port()
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


def _free_port() -> int:

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
