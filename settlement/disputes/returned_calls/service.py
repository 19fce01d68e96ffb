"""Take in a RAP file, find what it returns, dispute the amount, and acknowledge that it came.

A dispute is about our declaration of the month that the TAP file charged. What is returned before
we have declared waits, and is opened by the next RAP file or by the job.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from currencies.money import money
from i18n.errors import Conflict, Invalid
from mediation.formats.rap import Acknowledgement, ReturnBatch, read_rap
from mediation.formats.rap_writing import RapHead, acknowledgement_file
from mediation.formats.tap_contents import tap_contents
from mediation.formats.tap_numbers import COUNTER
from mediation.sequences import Numbered, is_taken
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Dispute, Reason, Side
from settlement.disputes.returned_calls import store
from settlement.disputes.returned_calls.finding import (
    SentFile,
    found_returns,
    numbers_of,
    reason_of,
)
from settlement.disputes.returned_calls.returned import (
    Between,
    NoSuchRapFile,
    RapFile,
    ReturnedCall,
    ReturnedFile,
)
from settlement.disputes.service import Counted, Said
from settlement.interconnect import service as interconnect
from settlement.interconnect.refused_files import service as refused_files
from settlement.interconnect.refused_files.refused_file import FileKind
from settlement.interconnect.refused_files.service import Refusal
from settlement.interconnect.roaming import service as roaming
from settlement.interconnect.roaming.tap_out import TapFile
from tenants.session import TenantSession

MOST_LISTED: Final = 200
MOST_CALLS: Final = 10_000
MOST_BYTES: Final = 20 * 1024 * 1024


class RapTooLarge(Invalid):
    """The RAP file has more than {limit} bytes. Return fewer events at a time."""


class RapRepeated(Conflict):
    """RAP file {file} was taken in before. Give the next one another number."""


class ReturnedToAnother(Invalid):
    """The RAP file goes from {sender} to {recipient}, and no TAP file of ours to {sender} is from
    {recipient}. Send it to the network that charged the calls.
    """


class NothingToAcknowledge(Invalid):
    """The file acknowledges RAP file {number} to {recipient}, which we did not send. Check it."""


def take_in(session: TenantSession, carrier_id: UUID, content: bytes) -> RapFile | Refusal:
    """Take a RAP file of a carrier in and dispute what it returns, or keep it as refused.

    Raises NoSuchParty, NotYourExchange and NotACarrier.
    """
    taken = refused_files.taken_or_refused(
        session, carrier_id, FileKind.RETURNS, content, lambda: _taken(session, carrier_id, content)
    )
    if isinstance(taken, RapFile):
        open_returned(session, carrier_id)
    return taken


def open_returned(session: TenantSession, carrier_id: UUID | None = None) -> list[Dispute]:
    """Dispute what was returned and is not disputed yet, of a carrier or of all.

    What we have not declared waits.
    """
    opened = (_opened(session, each) for each in store.undisputed(session, carrier_id))
    return [each for each in opened if each is not None]


def files(session: TenantSession, *, carrier_id: UUID | None = None) -> list[RapFile]:
    """RAP files taken in, the newest first; a carrier's user sees its own."""
    return store.found(session, session.principal.party_id or carrier_id, MOST_LISTED)


def numbered(
    session: TenantSession, carrier_id: UUID | None = None
) -> dict[Between, list[Numbered]]:
    """The numbers of RAP files taken in, of a carrier or of all, by who sends them to whom, as they
    came.
    """
    found: dict[Between, list[Numbered]] = defaultdict(list)
    for between, number, came_at in store.numbers(session, carrier_id):
        found[between].append(Numbered(number, came_at, is_loaded=True))
    return dict(found)


def file(session: TenantSession, rap_file_id: UUID) -> RapFile:
    """One RAP file; a carrier's user sees its own. Raises NoSuchRapFile."""
    found, own = store.by_id(session, rap_file_id), session.principal.party_id
    if found is None or (own is not None and found.carrier_id != own):
        raise NoSuchRapFile(file=rap_file_id)
    return found


def download(session: TenantSession, rap_file_id: UUID) -> tuple[RapFile, bytes]:
    """A RAP file as it came. Raises NoSuchRapFile and NotAllowed."""
    found = file(session, rap_file_id)
    roaming.show_numbers(session, found.name)
    return found, session.files.get(found.sha256)


def calls_of(session: TenantSession, rap_file_id: UUID) -> list[ReturnedCall]:
    """What a RAP file returns, in its order. Raises NoSuchRapFile."""
    return store.calls_of(session, file(session, rap_file_id).id, MOST_CALLS)


def returned_files(session: TenantSession, rap_file_id: UUID) -> list[ReturnedFile]:
    """What a RAP file returns of each TAP file. Raises NoSuchRapFile."""
    return store.returned_files(session, file(session, rap_file_id).id)


def acknowledgement(session: TenantSession, rap_file_id: UUID) -> tuple[RapFile, bytes]:
    """Our word to the network that its RAP file came. Raises NoSuchRapFile."""
    found = file(session, rap_file_id)
    head = RapHead(found.recipient, found.sender, found.sequence, found.taken_in_at)
    return found, acknowledgement_file(head)


def _taken(session: TenantSession, carrier_id: UUID, content: bytes) -> RapFile:
    if len(content) > MOST_BYTES:
        raise RapTooLarge(limit=MOST_BYTES)
    read = read_rap(content)
    if isinstance(read, Acknowledgement):
        raise NothingToAcknowledge(number=f"{read.sequence:05}", recipient=read.sender)
    store.hold_carrier(session, carrier_id)
    if not roaming.is_between(session, carrier_id, sender=read.recipient, recipient=read.sender):
        raise ReturnedToAnother(sender=read.sender, recipient=read.recipient)
    between = Between(carrier_id, read.sender, read.recipient)
    if is_taken(read.sequence, numbered(session, carrier_id).get(between, []), COUNTER):
        raise RapRepeated(file=f"{read.sequence:05}")
    sent = _sent(session, carrier_id, read)
    calls = found_returns(read, sent)
    kept = RapFile(
        id=session.ids.new(),
        carrier_id=carrier_id,
        sender=read.sender,
        recipient=read.recipient,
        sequence=read.sequence,
        returns=len(calls),
        amount=sum((each.amount for each in calls), Decimal(0)),
        currency=next((each.contents.currency for each in sent.values()), None),
        sha256=session.files.put(content),
        taken_in_at=session.now(),
    )
    store.add(session, kept, _by_file(session, kept, calls), calls)
    return kept


def _sent(session: TenantSession, carrier_id: UUID, read: ReturnBatch) -> dict[int, SentFile]:
    sent = {}
    for number in sorted(set(numbers_of(read))):
        known = roaming.file_numbered(session, carrier_id, read.sender, number)
        if known is None:
            continue
        _, content = roaming.file_with_bytes(session, known.id)
        before, is_returned = store.returned_before(session, known.id)
        sent[number] = SentFile(known.id, known.name, tap_contents(content), before, is_returned)
    return sent


def _by_file(
    session: TenantSession, kept: RapFile, calls: Sequence[ReturnedCall]
) -> list[ReturnedFile]:
    of_file: dict[UUID, list[ReturnedCall]] = defaultdict(list)
    for each in calls:
        if each.tap_file_id is not None:
            of_file[each.tap_file_id].append(each)
    return [
        ReturnedFile(
            id=session.ids.new(),
            rap_file_id=kept.id,
            tap_file_id=tap_file_id,
            reason=reason_of(some).value,
            calls=len(some),
            amount=sum((each.amount for each in some), Decimal(0)),
        )
        for tap_file_id, some in of_file.items()
    ]


def _opened(session: TenantSession, returned: ReturnedFile) -> Dispute | None:
    rap_file = file(session, returned.rap_file_id)
    tap_file, _ = roaming.file_with_bytes(session, returned.tap_file_id)
    ours = interconnect.own_declaration(
        session, tap_file.carrier_id, tap_file.agreement_id, tap_file.period_id
    )
    if ours is None:
        return None
    return disputes.dispute_counted(
        session,
        Counted(
            party_id=rap_file.carrier_id,
            document_id=ours.document_id,
            direction="incoming",
            variance=money(-returned.amount, tap_file.currency),
        ),
        Said(Reason(returned.reason), _words(rap_file, tap_file), Side.THEM),
        returned_file_id=returned.id,
    )


def _words(rap_file: RapFile, tap_file: TapFile) -> str:
    return f"{rap_file.name}: {tap_file.name}"
