"""Write TAP files for the home networks of our visitors, number them, and give them out."""

from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
import structlog

from i18n.errors import Conflict, NotFound
from mediation import service as mediation
from mediation.formats.tap_writing import (
    DECIMAL_PLACES,
    SEQUENCE_MAX,
    FileHead,
    VisitedEvent,
    tap_file,
    units,
)
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.keeping.service import Place
from settlement.interconnect.roaming import store
from settlement.interconnect.roaming.tap_out import TapFile
from settlement.interconnect.roaming.visits import visits
from settlement.rating.runs import service as rating_runs
from tenants.directory.service import own_tenant
from tenants.principal import NUMBERS_READ
from tenants.session import TenantSession

MOST_LISTED: Final = 200
SENDER: Final = "tap_sender"

log = structlog.get_logger()


class SenderUnknown(Conflict):
    """Our own TADIG code is not known. Name it in the tenant's policy tap_sender."""


class NoVisits(Conflict):
    """Nobody of {agreement} used our network in {period}, so there is nothing to charge."""


class NoSuchTapFile(NotFound):
    """There is no TAP file {file}. Choose one that is listed."""


def write_files(session: TenantSession, agreement: str, period: str) -> list[TapFile]:
    """The TAP files of a closed month under an agreement, one for each home network.

    Written once: asking again gives those there are. Raises SenderUnknown, NoVisits, NotWritable,
    NotANetworkCode, NoSuchAgreementBetweenUs, NoSuchPeriod and PeriodNotClosed.
    """
    sender = own_tenant(session).policies.get(SENDER)
    if not sender:
        raise SenderUnknown
    place = keeping.place_of(session, agreement, period)
    store.hold_numbers(session, place.carrier.id)
    known = store.of_month(session, place.agreement.agreement_id, place.period.id)
    if known:
        return known
    found = _visits(session, place)
    if not found:
        raise NoVisits(agreement=agreement, period=period)
    return [
        _written(session, place, sender, recipient, events) for recipient, events in found.items()
    ]


def files(session: TenantSession, *, carrier_id: UUID | None = None) -> list[TapFile]:
    """Files written, the newest first; a carrier's user sees its own."""
    return store.found(session, session.principal.party_id or carrier_id, MOST_LISTED)


def file_with_bytes(session: TenantSession, file_id: UUID) -> tuple[TapFile, bytes]:
    """A file as it was written; a carrier's user has its own. Raises NoSuchTapFile."""
    found, own = store.by_id(session, file_id), session.principal.party_id
    if found is None or (own is not None and found.carrier_id != own):
        raise NoSuchTapFile(file=file_id)
    return found, session.files.get(found.sha256)


def download(session: TenantSession, file_id: UUID) -> tuple[TapFile, bytes]:
    """The same for somebody who takes it away. Raises NoSuchTapFile and NotAllowed."""
    found, content = file_with_bytes(session, file_id)
    show_numbers(session, found.name)
    return found, content


def show_numbers(session: TenantSession, file: str) -> None:
    """Whole numbers of subscribers: a carrier has its own, staff by its right; it is logged (R123).

    Raises NotAllowed.
    """
    principal = session.principal
    if principal.party_id is None:
        principal.require(NUMBERS_READ)
    log.info("numbers shown", to=principal.name, file=file)


def is_between(session: TenantSession, carrier_id: UUID, *, sender: str, recipient: str) -> bool:
    """Whether files from one network to another were written for this carrier."""
    return store.is_between(session, carrier_id, sender, recipient)


def file_numbered(
    session: TenantSession, carrier_id: UUID, recipient: str, sequence: int
) -> TapFile | None:
    """The last file of this number for a network; numbers come round again."""
    return store.numbered(session, carrier_id, recipient, sequence)


def _visits(session: TenantSession, place: Place) -> dict[str, list[VisitedEvent]]:
    owed = (
        (pl.col("side") == "carrier")
        & (pl.col("balance") == "receivable")
        & (pl.col("agreement") == str(place.agreement.agreement_id))
    )
    charges = rating_runs.some_rated_charges(session, place.period.id, owed)
    if charges.is_empty():
        return {}
    # What came late may have happened before the month.
    first = charges.select(pl.col("occurred_at").min()).item()
    usage = mediation.landed_usage(
        session, min(first, place.period.span.starts_at), place.period.span.ends_at
    )
    return visits(charges, usage, place.agreement.time_zone)


def _written(
    session: TenantSession, place: Place, sender: str, recipient: str, events: list[VisitedEvent]
) -> TapFile:
    zone, currency = ZoneInfo(place.agreement.time_zone), place.agreement.currency
    sequence = store.written(session, recipient) % SEQUENCE_MAX + 1
    head = FileHead(
        sender, recipient, sequence, currency,
        session.now().astimezone(zone), place.period.span.ends_at.astimezone(zone),
    )  # fmt: skip
    total = sum(units(each.charge) for each in events)
    file = TapFile(
        id=session.ids.new(),
        carrier_id=place.carrier.id,
        agreement_id=place.agreement.agreement_id,
        period_id=place.period.id,
        sender=sender,
        recipient=recipient,
        sequence=sequence,
        events=len(events),
        amount=Decimal(total).scaleb(-DECIMAL_PLACES),
        currency=currency,
        sha256=session.files.put(tap_file(head, events)),
        written_at=session.now(),
    )
    store.add(session, file)
    return file
