"""Keep the messages of an exchange, and tell from them where it stands.

A carrier's user sees the messages and exchanges of its own company only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from i18n.errors import DomainError, NotFound
from settlement.agreements import service as agreements
from settlement.agreements.agreed import Interconnect
from settlement.interconnect.acceptance import ObjectionWindow
from settlement.interconnect.exchange.differing import (
    Differing,
    differing,
)
from settlement.interconnect.exchange.keeping import store
from settlement.interconnect.exchange.messages import (
    Certificate,
    ExchangeMessage,
    ExchangeState,
    Outcome,
)
from settlement.interconnect.exchange.progress import (
    OTHER,
    Progress,
    agreements_of,
    progress_of,
)
from settlement.interconnect.exchanged import Origin
from settlement.interconnect.receiving import (
    NoSuchAgreementBetweenUs,
    NotACarrier,
    NotYourExchange,
)
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.parties.party import Party
from settlement.periods import service as periods
from settlement.periods.calendar import local_day
from settlement.periods.service import Period
from statements.exchange.message import (
    BucketTotal,
    Header,
    Message,
    MessageKind,
    MessageRefused,
    RefusedLine,
    Settled,
    refused,
)
from statements.exchange.signing import fingerprint
from tenants.session import TenantSession

MOST_LISTED: Final = 200


class NoSuchExchangeMessage(NotFound):
    """There is no message {message}. Check the identifier."""


@dataclass(frozen=True, slots=True)
class Place:
    """The agreement and closed period that messages are about."""

    carrier: Party
    agreement: Interconnect
    period: Period

    @property
    def window(self) -> ObjectionWindow:
        """How long either side may object."""
        is_business = self.agreement.policies.get("notice_count") == "business_days"
        return ObjectionWindow(
            self.agreement.objection_days,
            "business_days" if is_business else "calendar_days",
            self.carrier.country,
        )


def states(
    session: TenantSession, *, carrier_id: UUID | None = None, limit: int = MOST_LISTED
) -> list[ExchangeState]:
    """Exchanges, those that last moved first; a carrier's user sees its own."""
    own = session.principal.party_id or carrier_id
    return [
        _state(session, place_by_ids(session, agreement_id, period_id))
        for agreement_id, period_id in store.places(session, own, limit)
    ]


def messages(
    session: TenantSession,
    *,
    carrier_id: UUID | None = None,
    after_place: int = 0,
    limit: int = MOST_LISTED,
) -> list[ExchangeMessage]:
    """Messages of both sides behind a place, in their order; a carrier's user sees its own."""
    own = session.principal.party_id or carrier_id
    return store.messages(session, own, after_place, limit)


def objections(session: TenantSession, carrier_id: UUID | None = None) -> list[ExchangeMessage]:
    """Objections of both sides that were not refused; a carrier's user sees its own."""
    own = session.principal.party_id or carrier_id
    return [each for each in store.of_kind(session, own, MessageKind.OBJECTION) if each.counts]


def bytes_of(session: TenantSession, message_id: UUID) -> bytes:
    """A message as it was sent; a carrier's user has its own. Raises NoSuchExchangeMessage."""
    found = store.by_id(session, message_id)
    party_id = session.principal.party_id
    if found is None or (party_id is not None and found.carrier_id != party_id):
        raise NoSuchExchangeMessage(message=message_id)
    return session.files.get(found.sha256)


def register_certificate(session: TenantSession, carrier_id: UUID, certificate: str) -> Certificate:
    """From now on messages of this carrier must be signed by a key registered for it.

    Registering one again gives the one there is. Raises NotACarrier and NotACertificate.
    """
    carrier = carrier_of(session, carrier_id)
    print_of_it = fingerprint(certificate)
    for known in store.certificates(session, carrier.id):
        if known.fingerprint == print_of_it:
            return known
    new = Certificate(session.ids.new(), carrier.id, certificate, print_of_it, session.now())
    store.add_certificate(session, new)
    return new


def certificates(session: TenantSession, carrier_id: UUID | None = None) -> list[Certificate]:
    """Certificates of carriers; a carrier's user sees its own."""
    return store.certificates(session, session.principal.party_id or carrier_id)


def hold_carrier(session: TenantSession, carrier_id: UUID) -> None:
    """Let one transaction at a time exchange messages with this carrier."""
    store.hold_carrier(session, carrier_id)


def last_place(session: TenantSession, carrier_id: UUID) -> tuple[UUID, UUID] | None:
    """The agreement and period of the last message with a carrier; None where it names none."""
    return store.last_place(session, carrier_id)


def was_accepted(session: TenantSession, carrier_id: UUID, message_id: str) -> bool:
    """Whether a message of theirs with this id was accepted before."""
    return store.was_accepted(session, carrier_id, message_id)


def keep(
    session: TenantSession,
    carrier: Party,
    place: Place | None,
    origin: Origin,
    kind: MessageKind | None,
    header: Header,
    *,
    verdict: Outcome,
    sha256: str,
    records_sha256: str | None = None,
    signed: bool = False,
    amounts: tuple[Settled, ...] = (),
    replaces: str | None = None,
    reasons: tuple[RefusedLine, ...] = (),
    totals: Sequence[BucketTotal] = (),
) -> ExchangeMessage:
    zone = carrier.time_zone
    message = ExchangeMessage(
        id=session.ids.new(),
        carrier_id=carrier.id,
        agreement_id=place.agreement.agreement_id if place else None,
        period_id=place.period.id if place else None,
        origin=origin,
        kind=kind,
        message_id=header.id,
        in_reply_to=header.in_reply_to,
        sequence=header.sequence,
        verdict=verdict,
        replaces=replaces,
        amounts=amounts,
        reasons=reasons,
        is_signed=signed,
        sha256=sha256,
        records_sha256=records_sha256,
        # The window of who receives it counts from its own day.
        exchanged_on=local_day(session.now(), zone) if origin == "ours" else periods.today(session),
        exchanged_at=session.now(),
        place=store.next_place(session, carrier.id),
    )
    store.add(session, message, totals if kind is MessageKind.BUCKET_TOTALS else ())
    return message


def progress_at(session: TenantSession, place: Place) -> Progress:
    counted = [each for each in messages_at(session, place) if each.counts]
    return progress_of([each.step for each in counted], place.window, periods.today(session))


def agreed_messages(session: TenantSession, place: Place) -> list[ExchangeMessage]:
    """The messages of either side that were agreed to by today, the earliest first."""
    counted = {(each.origin, each.message_id): each for each in messages_at(session, place)
               if each.counts}  # fmt: skip
    steps = [each.step for each in counted.values()]
    found = agreements_of(steps, place.window, periods.today(session))
    return [counted[each.origin, each.message_id] for each in found]


def messages_at(session: TenantSession, place: Place) -> list[ExchangeMessage]:
    """All messages of both sides about an agreement and period, refused too, in their order."""
    return store.messages_of(session, place.agreement.agreement_id, place.period.id)


def counting(session: TenantSession, place: Place, origin: Origin) -> list[ExchangeMessage]:
    return [each for each in messages_at(session, place) if each.counts and each.origin == origin]


def last_totals(session: TenantSession, place: Place, origin: Origin) -> ExchangeMessage | None:
    """The last totals of a side."""
    sent = counting(session, place, origin)
    return next((each for each in reversed(sent) if each.kind is MessageKind.BUCKET_TOTALS), None)


def differing_buckets(session: TenantSession, place: Place) -> list[Differing]:
    """The buckets that differ, once both sides have stated theirs."""
    ours, theirs = (last_totals(session, place, origin) for origin in ("ours", "theirs"))
    if ours is None or theirs is None:
        return []
    return differing(store.totals_of(session, ours.id), store.totals_of(session, theirs.id))


def _state(session: TenantSession, place: Place) -> ExchangeState:
    progress, ours = progress_at(session, place), last_totals(session, place, "ours")
    standing = progress.standing
    decided = standing or progress.agreed
    return ExchangeState(
        carrier_id=place.carrier.id,
        agreement_id=place.agreement.agreement_id,
        period_id=place.period.id,
        agreement=place.agreement.code,
        currency=place.agreement.currency,
        state=progress.state,
        waits_for=None if standing is None else OTHER[standing.origin],
        deemed_accepted_on=progress.deemed_accepted_on(place.window),
        amounts=() if decided is None else decided.settled,
        buckets=0 if ours is None else len(store.totals_of(session, ours.id)),
        differing=tuple(differing_buckets(session, place)),
        messages=tuple(messages_at(session, place)),
    )


def note_verdict(session: TenantSession, place: Place, message: Message) -> None:
    """Keep what the carrier says of a message of ours that it has not answered yet.

    Raises MessageRefused where none waits, and where later messages or its own silence have built
    on the one that it refuses.
    """
    for known in messages_at(session, place):
        is_meant = known.message_id == message.header.in_reply_to and known.origin == "ours"
        if is_meant and known.verdict == "sent":
            if message.verdict == "refused":
                _require_nothing_built_on(session, place, known)
            store.acknowledge(session, known.id, message.verdict, message.lines)
            return
    raise refused("not-waiting", "no message of ours with that id waits to be acknowledged")


def _require_nothing_built_on(session: TenantSession, place: Place, known: ExchangeMessage) -> None:
    counted = [each for each in messages_at(session, place) if each.counts]
    today = periods.today(session)
    with_it = progress_of([each.step for each in counted], place.window, today)
    is_agreed = with_it.is_silent and with_it.agreed == known.step
    try:
        without = [each.step for each in counted if each.id != known.id]
        progress_of(without, place.window, today)
    except MessageRefused:
        is_agreed = True
    if is_agreed:
        reason = f"{known.message_id} was built on since and is refused no more; object instead"
        raise refused("too-late", reason)


def place_of(session: TenantSession, agreement: str, period: str) -> Place:
    """What we name ourselves."""
    found = periods.closed_period(session, period)
    return _agreed(session, found, agreement, None)


def their_place(session: TenantSession, carrier: Party, header: Header) -> Place:
    """What a carrier names; an agreement of somebody else is not there."""
    found = periods.closed_period(session, f"{header.period.starts_on:%Y-%m}")
    return _agreed(session, found, header.agreement, carrier.id)


def place_known(session: TenantSession, carrier: Party, header: Header) -> Place | None:
    """Where a refused message belongs, if anywhere."""
    try:
        return their_place(session, carrier, header)
    except DomainError:
        return None


def place_by_ids(session: TenantSession, agreement_id: UUID, period_id: UUID) -> Place:
    period = periods.period_by_id(session, period_id)
    for each in _in_force(session, period):
        if each.agreement_id == agreement_id:
            return Place(parties.party(session, each.carrier_id), each, period)
    raise NoSuchAgreementBetweenUs(agreement=agreement_id)


def _agreed(
    session: TenantSession, period: Period, agreement: str, carrier_id: UUID | None
) -> Place:
    for each in _in_force(session, period):
        if each.code == agreement and carrier_id in (None, each.carrier_id):
            return Place(parties.party(session, each.carrier_id), each, period)
    raise NoSuchAgreementBetweenUs(agreement=agreement)


def _in_force(session: TenantSession, period: Period) -> list[Interconnect]:
    """Terms in force in the period, the latest version of each agreement first."""
    found = agreements.interconnects(session, period.month.starts_on, period.month.ends_on)
    return sorted(found, key=lambda each: each.valid_from, reverse=True)


def carrier_of(session: TenantSession, carrier_id: UUID) -> Party:
    own = session.principal.party_id
    if own is not None and own != carrier_id:
        raise NotYourExchange
    carrier = parties.party(session, carrier_id)
    if carrier.kind is not PartyKind.CARRIER:
        raise NotACarrier(party=carrier.code, kind=carrier.kind.value)
    return carrier
