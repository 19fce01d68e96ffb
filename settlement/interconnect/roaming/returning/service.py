"""Return to a visited network what we do not accept of its TAP file.

Of a file that was taken in, the records that wait are returned, and given up once a second person
approves their write-off: what is returned is not paid. A file that was refused is returned whole;
nothing of it was loaded.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from mediation import service as mediation
from mediation.batch import Batch, SuspendedRecord
from mediation.formats.ber import BrokenBer
from mediation.formats.rap import Acknowledgement, ReturnError, read_rap
from mediation.formats.rap_writing import Detail, Fatal, Missing, RapHead, Severe, return_file
from mediation.formats.tap_contents import NotATapFile, TapContents, path_to, tap_contents
from mediation.formats.tap_numbers import NAME
from mediation.formats.tap_writing import SEQUENCE_MAX
from mediation.giving_back import service as giving_back
from mediation.giving_back.service import WHOLE
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from mediation.writing_off import service as writing_off
from settlement.interconnect.roaming import service as roaming
from settlement.interconnect.roaming.returning import store
from settlement.interconnect.roaming.returning.sent_rap import (
    ErrorNotNamed,
    NetworkNotNamed,
    NoSuchSentRapFile,
    NotFromANetwork,
    NothingToReturn,
    NotItsAcknowledgement,
    SentRapFile,
    TooLateToReturn,
    fatal_error,
    severe_error,
)
from settlement.periods import service as periods
from settlement.periods.calendar import local_day
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

MOST_LISTED: Final = 200
RAP_DAYS: Final = "30"
QUARANTINED: Final = "quarantined"


class Named(NamedTuple):
    """The error that whoever returns names, where no code is usual: a code and an item."""

    error_code: int
    item: int


class _Origin(NamedTuple):
    """Which network sent which file to us, and its contents where it can be read."""

    sender: str
    recipient: str
    sequence: int
    contents: TapContents | None


def return_batch(
    session: TenantSession,
    batch_id: UUID,
    *,
    reason: str | None = None,
    error: Named | None = None,
) -> SentRapFile:
    """Return a refused TAP file, or of one that was taken in the records that wait (for a reason).

    Raises NoSuchBatch, NotFromANetwork, TooLateToReturn, NothingToReturn, ErrorNotNamed,
    NetworkNotNamed and NotANetworkCode.
    """
    batch = mediation.the_batch(session, batch_id)
    if sources.source_by_id(session, batch.source_id).source.format != "tap":
        raise NotFromANetwork(file=batch.file_name)
    _require_in_time(session, batch)
    store.hold_numbers(session)
    before = store.returned_lines(session, batch_id)
    if batch.status == QUARANTINED and WHOLE not in before:
        return _whole_file(session, batch, error)
    waiting = [
        each
        for each in suspense.open_of_batch(session, batch_id)
        if each.line not in before and reason in (None, each.reason)
    ]
    if not waiting:
        raise NothingToReturn(file=batch.file_name)
    return _records(session, batch, waiting, error)


def return_missing(
    session: TenantSession, sender: str, recipient: str, missing: Sequence[Missing]
) -> SentRapFile:
    """Tell a network which TAP files never came. Raises NotANetworkCode."""
    store.hold_numbers(session)
    head = _head(session, sender, recipient)
    file = SentRapFile(
        id=session.ids.new(),
        batch_id=None,
        sender=head.sender,
        recipient=head.recipient,
        sequence=head.sequence,
        tap_sequence=None,
        returns=len(missing),
        amount=Decimal(0),
        currency=None,
        sha256=session.files.put(return_file(head, missing)),
        write_off_id=None,
        written_at=session.now(),
        missing=tuple(number for each in missing for number in range(each.first, each.last + 1)),
    )
    store.add(session, file, ())
    return file


def told_missing(session: TenantSession) -> list[SentRapFile]:
    """RAP files that told which TAP files never came, the oldest first."""
    return store.of_missing(session)


def returnable(session: TenantSession) -> list[Batch]:
    """TAP files that were refused or have records that wait, and are not returned as they are.

    The newest first.
    """
    return mediation.some_batches(session, store.returnable(session, MOST_LISTED))


def acknowledge(session: TenantSession, file_id: UUID, content: bytes) -> SentRapFile:
    """Note that the network says our RAP file came.

    Raises NoSuchSentRapFile, NotItsAcknowledgement, NotARapFile and BrokenBer.
    """
    row = store.held_row(session, file_id)
    if row is None:
        raise NoSuchSentRapFile(file=file_id)
    said = read_rap(content)
    ours = (row.recipient, row.sender, row.sequence)
    if not isinstance(said, Acknowledgement) or said != ours:
        raise NotItsAcknowledgement(file=store.as_file(row).name)
    row.acknowledged_at = row.acknowledged_at or session.now()
    session.flush()
    return store.as_file(row)


def files(session: TenantSession) -> list[SentRapFile]:
    """RAP files that we wrote, the newest first."""
    return store.found(session, MOST_LISTED)


def names(session: TenantSession, file_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of some RAP files of ours."""
    return {each.id: each.name for each in store.some(session, file_ids)}


def returned_of(session: TenantSession, file_id: UUID) -> tuple[SentRapFile, list[int]]:
    """A RAP file and the lines that it returns, WHOLE for all. Raises NoSuchSentRapFile."""
    return _file(session, file_id), store.lines_of(session, file_id)


def download(session: TenantSession, file_id: UUID) -> tuple[SentRapFile, bytes]:
    """A RAP file as it was written. Raises NoSuchSentRapFile and NotAllowed."""
    found = _file(session, file_id)
    roaming.show_numbers(session, found.name)
    return found, session.files.get(found.sha256)


def _file(session: TenantSession, file_id: UUID) -> SentRapFile:
    found = store.by_id(session, file_id)
    if found is None:
        raise NoSuchSentRapFile(file=file_id)
    return found


def _require_in_time(session: TenantSession, batch: Batch) -> None:
    tenant = own_tenant(session)
    days = int(tenant.policies.get("rap_days", RAP_DAYS))
    came = local_day(batch.arrived_at, tenant.time_zone)
    if (periods.today(session) - came).days > days:
        raise TooLateToReturn(file=batch.file_name, days=days)


def _whole_file(session: TenantSession, batch: Batch, error: Named | None) -> SentRapFile:
    origin = _origin(session, batch)
    usual = fatal_error(batch.reason)
    if error is not None:
        usual = ReturnError(error.error_code, (error.item,))
    if usual is None:
        raise ErrorNotNamed(reason=batch.reason)
    is_of_totals = usual.path[:2] == (1, 15)
    audit = origin.contents.audit if origin.contents and is_of_totals else b""
    detail = Fatal(origin.sequence, usual, audit)
    return _written(session, batch, origin, [detail], [WHOLE])


def _records(
    session: TenantSession, batch: Batch, waiting: Sequence[SuspendedRecord], error: Named | None
) -> SentRapFile:
    origin = _origin(session, batch)
    assert origin.contents is not None, "what was taken in can be read"
    details = []
    for each in waiting:
        wrong = error or severe_error(each.reason)
        if wrong is None:
            raise ErrorNotNamed(reason=each.reason)
        event = origin.contents.events[each.line - 1]
        code, item = wrong
        details.append(Severe(origin.sequence, event, ReturnError(code, path_to(event, item))))
    return _written(
        session, batch, origin, details, [each.line for each in waiting],
        [each.id for each in waiting],
    )  # fmt: skip


def _written(
    session: TenantSession,
    batch: Batch,
    origin: _Origin,
    details: Sequence[Detail],
    lines: Sequence[int],
    records: Sequence[UUID] = (),
) -> SentRapFile:
    contents = origin.contents
    head = _head(session, origin.sender, origin.recipient)
    if contents is not None:
        head = head._replace(
            tap_release=contents.release[1],
            decimal_places=contents.decimal_places,
            currency=contents.currency,
        )
    charged = [each.event for each in details if isinstance(each, Severe)]
    units = sum(each.charge + each.tax for each in charged)
    content = return_file(head, details)
    name = f"RC{head.sender}{head.recipient}{head.sequence:05}"
    write_off = writing_off.propose(session, name, records=records) if records else None
    file = SentRapFile(
        id=session.ids.new(),
        batch_id=batch.id,
        sender=head.sender,
        recipient=head.recipient,
        sequence=head.sequence,
        tap_sequence=origin.sequence,
        returns=len(details),
        amount=Decimal(units).scaleb(-(head.decimal_places or 0)),
        currency=head.currency,
        sha256=session.files.put(content),
        write_off_id=None if write_off is None else write_off.id,
        written_at=session.now(),
    )
    store.add(session, file, lines)
    giving_back.give_back(session, batch, lines, name)
    return file


def _head(session: TenantSession, network: str, own: str) -> RapHead:
    """The head of the next RAP file to a network, by our own code."""
    number = store.written(session, network) % SEQUENCE_MAX + 1
    return RapHead(own, network, number, session.now())


def _origin(session: TenantSession, batch: Batch) -> _Origin:
    """Raises NetworkNotNamed."""
    try:
        contents = tap_contents(session.files.get(batch.sha256))
    except (NotATapFile, BrokenBer):
        contents = None
    if contents is not None and contents.sequence.isdigit():
        return _Origin(contents.sender, contents.recipient, int(contents.sequence), contents)
    named = NAME.search(batch.file_name)
    if named is None:
        raise NetworkNotNamed(file=batch.file_name)
    return _Origin(named[2], named[3], int(named[4]), None)
