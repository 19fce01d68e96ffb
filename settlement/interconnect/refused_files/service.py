"""Take a carrier's file in, or keep it as refused; either way nothing that was sent is lost.

    with the file right        what taking it in gives
    with anything wrong        the file kept with the reason, and nothing of it loaded

The refusal is returned and not raised, so that the transaction that keeps the file is committed.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

import structlog

from i18n.errors import DomainError
from settlement.interconnect import service as interconnect
from settlement.interconnect.refused_files import store
from settlement.interconnect.refused_files.refused_file import (
    FileKind,
    NoSuchRefusedFile,
    RefusedFile,
)
from tenants.principal import NUMBERS_READ, NotAllowed
from tenants.session import TenantSession

MOST_LISTED: Final = 200

Taken = TypeVar("Taken")

log = structlog.get_logger()


class Refusal(NamedTuple):
    """Why a file was refused, to be told to its sender, and where it is kept."""

    file: RefusedFile
    error: DomainError


def taken_or_refused(
    session: TenantSession,
    carrier_id: UUID,
    kind: FileKind,
    content: bytes,
    take: Callable[[], Taken],
) -> Taken | Refusal:
    """What `take` makes of the file; where it refuses it, the file is kept and nothing else is.

    Raises NoSuchParty, NotYourExchange and NotACarrier: such a file is kept in nobody's name.
    """
    interconnect.require_exchanging(session, carrier_id)
    try:
        with session.begin_nested():
            return take()
    except DomainError as error:
        return Refusal(_keep(session, carrier_id, kind, content, error), error)


def refused_files(
    session: TenantSession, *, carrier_id: UUID | None = None, limit: int = MOST_LISTED
) -> list[RefusedFile]:
    """Files that were refused, the newest first; a carrier's user sees its own."""
    return store.found(session, session.principal.party_id or carrier_id, limit)


def bytes_of(session: TenantSession, refused_file_id: UUID) -> tuple[RefusedFile, bytes]:
    """A file as it came; a carrier's user has its own, staff calls by its right (R123).

    Raises NoSuchRefusedFile and NotAllowed.
    """
    found = store.by_id(session, refused_file_id)
    principal = session.principal
    if found is None or principal.party_id not in (None, found.carrier_id):
        raise NoSuchRefusedFile(refused_file=refused_file_id)
    if found.kind is not FileKind.DECLARATION:
        if principal.party_id is None and not principal.may(NUMBERS_READ):
            raise NotAllowed(role=principal.role.value, right=NUMBERS_READ)
        log.info("numbers shown", to=principal.name, refused_file=str(found.id))
    return found, session.files.get(found.sha256)


def _keep(
    session: TenantSession, carrier_id: UUID, kind: FileKind, content: bytes, error: DomainError
) -> RefusedFile:
    refused = RefusedFile(
        id=session.ids.new(),
        carrier_id=carrier_id,
        kind=kind,
        sha256=session.files.put(content),
        size=len(content),
        code=error.code,
        reason=str(error),
        refused_by=session.principal.name,
        refused_at=session.now(),
    )
    store.add(session, refused)
    return refused
