"""Find the TAP files that never came, and tell who sent them, by RAP.

A number stays missing, and holds the close of a month, until its file comes or the number is
waived: being told changes nothing about it.
"""

from collections.abc import Mapping
from itertools import groupby

from mediation.file_gaps import service as file_gaps
from mediation.formats.tap_numbers import networks_of
from mediation.sequences import Gap
from mediation.sources import service as sources
from mediation.sources.service import RegisteredSource
from settlement.interconnect.roaming.missing_files.missing import (
    MissingFiles,
    NothingMissing,
    in_rows,
)
from settlement.interconnect.roaming.returning import service as returning
from settlement.interconnect.roaming.returning.sent_rap import SentRapFile
from tenants.session import TenantSession

Told = Mapping[tuple[str, str], list[SentRapFile]]


def missing_files(session: TenantSession) -> list[MissingFiles]:
    """What never came, by source and network."""
    told: dict[tuple[str, str], list[SentRapFile]] = {}
    for each in returning.told_missing(session):
        told.setdefault((each.recipient, each.sender), []).append(each)
    return [
        _missing(registered, stream, list(gaps), told)
        for registered in sources.all_sources(session)
        if registered.source.format == "tap"
        for stream, gaps in groupby(
            file_gaps.gaps_since(session, registered.source.code), lambda gap: gap.stream
        )
        if stream
    ]


def tell(session: TenantSession, source: str, sender: str) -> SentRapFile:
    """Write the RAP file that tells a network which of its files never came by a source.

    What it was told before is left out. Raises NothingMissing and NotANetworkCode.
    """
    for each in missing_files(session):
        if (each.source, each.sender) == (source, sender) and each.untold:
            rows = in_rows(each.untold)
            return returning.return_missing(session, each.sender, each.recipient, rows)
    raise NothingMissing(sender=sender, source=source)


def _missing(
    registered: RegisteredSource, stream: str, gaps: list[Gap], told: Told
) -> MissingFiles:
    sender, recipient = networks_of(stream)
    # Numbers come round again: what was told before a number was missing was told of another.
    known = {
        gap.number
        for file in told.get((sender, recipient), ())
        for gap in gaps
        if gap.number in file.missing and file.written_at >= gap.since
    }
    return MissingFiles(
        source_id=registered.id,
        source=registered.source.code,
        sender=sender,
        recipient=recipient,
        since=min(each.since for each in gaps),
        numbers=tuple(each.number for each in gaps),
        told=frozenset(known),
    )
