"""Decode files of a source apart, with what its other files have told of flows."""

from collections.abc import Sequence

from mediation.draft import Decoded
from mediation.exporters import service as exporters
from mediation.flow_knowledge import NOTHING_TOLD, FlowKnowledge
from mediation.reading.gateway import Decoding as Decoding
from mediation.reading.gateway import decode_apart
from mediation.source import Source
from mediation.sources.service import RegisteredSource
from tenants.session import TenantSession


def read_apart(content: bytes, source: Source, knowledge: FlowKnowledge = NOTHING_TOLD) -> Decoded:
    """Decode a file where it can do no harm; what cannot be decoded is a refused file."""
    return decode_apart(content, source, knowledge=knowledge)


def read(
    session: TenantSession,
    registered: RegisteredSource,
    content: bytes,
    *,
    begun: Decoding | None = None,
    unread: Sequence[int] = (),
) -> Decoded:
    """Decode a file of a source by all that is known now.

    Args:
        begun: a decoding of these very bytes, taken if nothing has changed since it began.
        unread: lines of sets of flows that are left as they are.
    """
    known = exporters.knowledge(session, registered)._replace(unread=tuple(unread))
    if begun and (begun.source, begun.knowledge) == (registered.source, known):
        return begun.result()
    return read_apart(content, registered.source, known)


def decode_ahead(session: TenantSession, registered: RegisteredSource, content: bytes) -> Decoding:
    """Begin to decode a file of a source; `abandon` it if it is not wanted."""
    known = exporters.knowledge(session, registered)
    return Decoding(content, registered.source, knowledge=known)
