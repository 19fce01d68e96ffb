"""Declare traffic to carriers, take in theirs, compare the two and book what is accepted.

A declaration is issued for a closed period, once for each agreement. What a carrier sends is taken
in whole or not at all: it must be the carrier's own, well formed, of an agreement between us, for a
period that we have declared, in the agreement's currency and by the agreement's clocks, and not
sent before. Its bytes are kept as they came.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

import polars as pl

from currencies.money import Money, money
from i18n.errors import NotFound
from i18n.locale import Several, outside
from settlement.agreements import service as agreements
from settlement.agreements.agreed import Interconnect
from settlement.agreements.policies import in_force
from settlement.interconnect import store
from settlement.interconnect.acceptance import ObjectionWindow
from settlement.interconnect.consents import service as consents
from settlement.interconnect.correcting import (
    NotCorrectedYet,
    NothingToCorrect,
    require_period_named,
)
from settlement.interconnect.declaring import (
    as_traffic,
    worth,
)
from settlement.interconnect.drafting import service as drafting
from settlement.interconnect.exchanged import Exchanged
from settlement.interconnect.posting import Booking, declared
from settlement.interconnect.receiving import (
    MOST_BYTES,
    BreaksItsSchema,
    DeclarationTooLarge,
    Expected,
    MessageRepeated,
    NoSuchAgreementBetweenUs,
    NotACarrier,
    NotDeclaredYet,
    NotYourExchange,
    require_expected,
)
from settlement.interconnect.traffic import (
    DIRECTIONS,
    Direction,
    TrafficLine,
    seen_from_the_other_side,
    total_amount,
)
from settlement.ledger import service as ledger
from settlement.parties import service as parties
from settlement.parties.party import Kind, Party
from settlement.periods import service as periods
from settlement.periods.calendar import local_day
from settlement.periods.service import Period
from settlement.rating.runs import service as rating_runs
from statements import service as statements
from statements.declaration import Declaration, Received, read_declaration
from statements.declaration_csv import is_csv, read_declaration_csv
from statements.filing import XML, Filed, Filing
from statements.utility_statement import (
    is_utility_statement,
    read_utility_statement,
    utility_statement_xml,
)
from statements.validation.rule_pack import SALDO_DECLARATION
from statements.validation.service import validate
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

ACCRUED = {"incoming": "receivable", "outgoing": "payable"}
MOST_LISTED = 1000


class NoSuchDeclaration(NotFound):
    """There is no declaration {declaration}. Check the identifier."""


class Drafted(NamedTuple):
    """A draft, and what it is of: the period that bears it, and the one whose traffic it tells.

    `original` is our declaration that it corrects; without one, the two periods are the same.
    """

    agreement: Interconnect
    booked_in: Period
    period: Period
    original: Exchanged | None
    draft: Declaration


class Objecting(NamedTuple):
    """The last day on which an objection counts, and the day on which silence accepts."""

    last_day: dt.date
    deemed_accepted_on: dt.date


class Declared(NamedTuple):
    """What was declared under one agreement, as it was issued or held."""

    agreement: str
    document: Filed
    exchanged: Exchanged | None


def declare(session: TenantSession, period_code: str) -> list[Declared]:
    """Declare a closed period to every carrier with traffic in it; again, what was declared.

    Each declaration is issued as a document with its XML, its charge lines are put on it, and what
    was accrued becomes receivable and payable. What the period books of months declared before is
    declared as corrections of those, one for each month (R58); those of months that the carrier has
    accepted are booked once it accepts them too (R60, `consents`).

    Raises NoSuchPeriod, PeriodNotClosed, NoSeries, NoFxRate where an agreement names a fixing that
    has no rate, and what issuing raises.
    """
    period = periods.closed_period(session, period_code)
    charges = rating_runs.some_rated_charges(session, period.id, pl.col("side") == "carrier")
    drafts = [
        Drafted(agreement, period, period, None, draft)
        for agreement in drafting.agreements_of(session, period)
        if (draft := drafting.first(session, charges, agreement, period)) is not None
    ]
    for corrected_id in store.corrected_periods(session, period.id):
        drafts += _corrections(session, period, periods.period_by_id(session, corrected_id))
    filings = [(each.draft, _filing(each)) for each in drafts]
    filed = statements.issue_all(session, filings, periods.today(session))
    return [
        _declared(session, each, document) for each, document in zip(drafts, filed, strict=True)
    ]


def _corrections(session: TenantSession, booked_in: Period, corrected: Period) -> list[Drafted]:
    """Drafts of what changed in a month since it was declared; one that was not, is not yet."""
    is_carriers = pl.col("side") == "carrier"
    charges = rating_runs.corrected_charges(session, booked_in.id, corrected.id, is_carriers)
    found = []
    for agreement in drafting.agreements_of(session, corrected):
        original = store.ours_of(session, agreement.agreement_id, corrected.month.starts_on)
        if original is None:
            continue
        before = [original, *store.corrections_to(session, original.id)]
        declared_lines = [line for each in before for line in store.lines_of(session, each.id)]
        draft = drafting.correction(
            session, charges, agreement, corrected, declared_lines, original.message_id
        )
        if draft is not None:
            found.append(Drafted(agreement, booked_in, corrected, original, draft))
    return found


def receive(session: TenantSession, carrier_id: UUID, content: bytes) -> Exchanged:
    """Take in a carrier's own declaration, XML, UBL or CSV, whole or not at all.

    Raises NotYourExchange, NotACarrier, DeclarationTooLarge, XmlRefused, BreaksItsSchema,
    DeclarationCsvRefused, DeclaredLinesRefused, DeclarationMisread, DeclarationDoesNotTie,
    NoSuchAgreementBetweenUs, NotDeclaredYet, MessageRepeated, NegativeWithoutPeriod,
    NothingToCorrect, NotCorrectedYet and what `require_expected` raises.
    """
    require_exchanging(session, carrier_id)
    if len(content) > MOST_BYTES:
        raise DeclarationTooLarge(limit=MOST_BYTES)
    received = _read(content)
    store.hold_carrier(session, carrier_id)
    ours = _answered(session, carrier_id, received)
    if store.by_message(session, carrier_id, "theirs", received.number) is not None:
        raise MessageRepeated(number=received.number)
    corrects = _theirs_corrected(session, ours, received)
    # They tell it from their side: what they sent, we received.
    lines = seen_from_the_other_side(as_traffic(received.buckets))
    exchanged = Exchanged(
        id=session.ids.new(),
        origin="theirs",
        carrier_id=carrier_id,
        agreement_id=ours.agreement_id,
        period_id=ours.period_id,
        message_id=received.number,
        currency=received.currency,
        calls=sum(line.calls for line in lines),
        seconds=sum(line.seconds for line in lines),
        amount=total_amount(lines),
        sha256=session.files.put(content),
        document_id=None,
        declared_at=session.now(),
        corrects_id=corrects,
    )
    store.add(session, exchanged, lines)
    return exchanged


def declarations(
    session: TenantSession,
    *,
    carrier_id: UUID | None = None,
    period_id: UUID | None = None,
    limit: int = 200,
) -> list[Exchanged]:
    """Declarations of both sides, the newest first; a carrier's user sees its own."""
    own = session.principal.party_id or carrier_id
    return store.found(session, own, period_id, limit)


def exchanged(session: TenantSession, declaration_id: UUID) -> Exchanged:
    """One declaration; for a carrier's user, only its own. Raises NoSuchDeclaration."""
    return _exchanged(session, declaration_id)


def ours_beside(session: TenantSession, theirs: Exchanged) -> Exchanged:
    """Our declaration of the traffic that theirs is about; beside a correction our last one."""
    found = store.found(session, theirs.carrier_id, theirs.period_id, limit=MOST_LISTED)
    return next(
        each
        for each in found
        if each.origin == "ours"
        and each.agreement_id == theirs.agreement_id
        and (each.corrects_id is None) == (theirs.corrects_id is None)
    )


def own_declaration(
    session: TenantSession, carrier_id: UUID, agreement_id: UUID, period_id: UUID
) -> Exchanged | None:
    """Our declaration of a month under an agreement, before any correction."""
    for each in store.found(session, carrier_id, period_id, limit=MOST_LISTED):
        is_first = each.origin == "ours" and each.corrects_id is None
        if is_first and each.agreement_id == agreement_id:
            return each
    return None


def declared_in(session: TenantSession, document_id: UUID) -> Exchanged | None:
    """The declaration of ours that a document is; None for a document of another kind."""
    return store.of_document(session, document_id)


def corrections_of(session: TenantSession, declared: Exchanged) -> list[Exchanged]:
    """All corrections of what this one corrects, the earliest first; a first one stands alone."""
    if declared.corrects_id is None:
        return [declared]
    return store.corrections_to(session, declared.corrects_id)


def corrections_to(session: TenantSession, original: Exchanged) -> list[Exchanged]:
    """Our corrections of a declaration of ours, the earliest first."""
    return store.corrections_to(session, original.id)


def payable(session: TenantSession, ours: Exchanged) -> dict[Direction, Money]:
    """What a declaration of ours is payable with, by direction."""
    draft = statements.content(session, _issued(session, ours).id)
    assert isinstance(draft, Declaration), "a declaration of ours is a document of that kind"
    return {direction: worth(draft, direction) for direction in DIRECTIONS}


def bytes_of(session: TenantSession, declaration_id: UUID) -> bytes:
    """The XML of a declaration as it was issued, or as it came. Raises NoSuchDeclaration."""
    return session.files.get(_exchanged(session, declaration_id).sha256)


def utility_statement(session: TenantSession, declaration_id: UUID) -> bytes:
    """A declaration in the public form, whatever form it came in. Raises NoSuchDeclaration."""
    return utility_statement_xml(_read(bytes_of(session, declaration_id)))


def objection_windows(session: TenantSession, found: Iterable[Exchanged]) -> dict[UUID, Objecting]:
    """Until when each declaration of ours may be objected to, by its id (R56); theirs have none."""
    ours = [each for each in found if each.origin == "ours"]
    terms = {
        (period_id, each.agreement_id): each
        for period_id in {each.period_id for each in ours}
        for each in drafting.agreements_of(session, periods.period_by_id(session, period_id))
    }
    carriers = {each: parties.party(session, each) for each in {one.carrier_id for one in ours}}
    return {
        each.id: _objecting(each, terms[each.period_id, each.agreement_id], carriers)
        for each in ours
    }


def _objecting(
    ours: Exchanged, agreement: Interconnect, carriers: Mapping[UUID, Party]
) -> Objecting:
    carrier = carriers[ours.carrier_id]
    count = in_force(agreement.policies, "interconnect")["notice_count"]
    window = ObjectionWindow(
        agreement.objection_days,
        "business_days" if count == "business_days" else "calendar_days",
        carrier.country,
    )
    received_on = local_day(ours.declared_at, carrier.time_zone)
    return Objecting(window.last_day(received_on), window.deemed_accepted_on(received_on))


def declared_records(session: TenantSession, ours: Exchanged) -> pl.DataFrame:
    """The rated records behind a declaration of ours; of a correction, all of the month by then."""
    period = periods.period_by_id(session, ours.period_id)
    is_its = pl.col("agreement") == str(ours.agreement_id)
    if ours.corrects_id is None:
        charges = rating_runs.some_rated_charges(session, period.id, is_its)
    else:
        booked_in = _issued(session, ours).filing.period_id
        assert booked_in is not None, "a declaration is of a period"
        charges = rating_runs.corrected_charges(session, booked_in, period.id, is_its)
    return drafting.records_of_month(charges, ours.agreement_id, period)


def declared_before(session: TenantSession, ours: Exchanged) -> list[Exchanged]:
    """What we had declared of a month before a correction of it; nothing before a first one."""
    if ours.corrects_id is None:
        return []
    corrections = store.corrections_to(session, ours.corrects_id)
    place = [each.id for each in corrections].index(ours.id)
    return [_exchanged(session, ours.corrects_id), *corrections[:place]]


def lines_of(session: TenantSession, declaration_id: UUID) -> list[TrafficLine]:
    """The lines of a declaration, told from our side. Raises NoSuchDeclaration."""
    return store.lines_of(session, _exchanged(session, declaration_id).id)


def agreement_of(session: TenantSession, ours: Exchanged) -> Interconnect:
    """The terms under which a declaration was made."""
    period = periods.period_by_id(session, ours.period_id)
    found = {each.agreement_id: each for each in drafting.agreements_of(session, period)}
    return found[ours.agreement_id]


def booking(
    session: TenantSession, source_type: str, source_id: UUID, carrier_id: UUID, reference: str
) -> Booking:
    """What an entry of today concerns: the open period and day that bear it."""
    today = periods.today(session)
    bearing = periods.booking_period(session, today)
    booked_on = max(today, bearing.month.starts_on)
    return Booking(source_type, source_id, carrier_id, bearing.id, booked_on, reference)


def book_declared(session: TenantSession, ours: Exchanged) -> None:
    """Let what a declaration of ours states become receivable and payable; once."""
    document, stated = _issued(session, ours), payable(session, ours)
    assert document.filing.period_id is not None, "a declaration is of a period"
    corrected = None if ours.corrects_id is None else ours.period_id
    accrued = store.charged(
        session, document.filing.period_id, ours.agreement_id, ours.currency, corrected
    )
    nothing = money(0, ours.currency)
    cause = booking(session, "document", document.id, ours.carrier_id, document.number)
    entries = [
        declared(direction, stated[direction], accrued.get(ACCRUED[direction], nothing), cause)
        for direction in DIRECTIONS
    ]
    ledger.post(session, [entry for entry in entries if entry is not None])


def _issued(session: TenantSession, ours: Exchanged) -> Filed:
    assert ours.document_id is not None, "ours is issued as a document"
    return statements.document(session, ours.document_id)


def _filing(drafted: Drafted) -> Filing:
    agreement, original = drafted.agreement, drafted.original
    of = f"declaration:{drafted.booked_in.code}:{agreement.code}"
    return Filing(
        party_id=agreement.carrier_id,
        purpose=of if original is None else f"{of}:{drafted.period.code}",
        period_id=drafted.booked_in.id,
        agreement_id=agreement.agreement_id,
        corrects_id=None if original is None else original.document_id,
    )


def _declared(session: TenantSession, drafted: Drafted, document: Filed) -> Declared:
    """Keep and book an issued declaration, once; one that is held waits as it is."""
    agreement, draft = drafted.agreement, drafted.draft
    if not document.is_issued:
        return Declared(agreement.code, document, None)
    known = store.by_message(session, agreement.carrier_id, "ours", document.number)
    if known is not None:
        return Declared(agreement.code, document, known)
    lines = as_traffic(draft.buckets)
    is_asked = _needs_consent(session, drafted)
    exchanged = Exchanged(
        id=session.ids.new(),
        origin="ours",
        carrier_id=agreement.carrier_id,
        agreement_id=agreement.agreement_id,
        period_id=drafted.period.id,
        message_id=document.number,
        currency=draft.currency,
        calls=sum(line.calls for line in lines),
        seconds=sum(line.seconds for line in lines),
        amount=total_amount(lines),
        sha256=next(file.sha256 for file in document.files if file.media_type == XML),
        document_id=document.id,
        declared_at=session.now(),
        corrects_id=None if drafted.original is None else drafted.original.id,
    )
    store.add(session, exchanged, lines)
    store.put_on_document(
        session, drafted.booked_in.id, agreement.agreement_id, document.id, _corrected(drafted)
    )
    if is_asked:
        consents.ask(session, exchanged.id)
    else:
        book_declared(session, exchanged)
    return Declared(agreement.code, document, exchanged)


def _needs_consent(session: TenantSession, drafted: Drafted) -> bool:
    original = drafted.original
    if original is None:
        return False
    deemed_on = objection_windows(session, [original])[original.id].deemed_accepted_on
    earlier = [each.id for each in store.corrections_to(session, original.id)]
    return consents.is_needed(session, original, drafted.agreement, deemed_on, earlier)


def _corrected(drafted: Drafted) -> UUID | None:
    """The period whose charges were corrected."""
    return None if drafted.original is None else drafted.period.id


def require_exchanging(session: TenantSession, carrier_id: UUID) -> None:
    """Refuse who may not send for this carrier. Raises NotYourExchange and NotACarrier."""
    own = session.principal.party_id
    if own is not None and own != carrier_id:
        raise NotYourExchange
    carrier = parties.party(session, carrier_id)
    if carrier.kind is not Kind.CARRIER:
        raise NotACarrier(party=carrier.code, kind=carrier.kind.value)


def _read(content: bytes) -> Received:
    if is_csv(content):
        return read_declaration_csv(content)
    if is_utility_statement(content):
        return read_utility_statement(content)
    received = read_declaration(content)
    verdict = validate(content, SALDO_DECLARATION)
    if not verdict.is_valid:
        raise BreaksItsSchema(
            findings=Several(outside("libxml2", found.text) for found in verdict.findings[:3])
        )
    return received


def _answered(session: TenantSession, carrier_id: UUID, received: Received) -> Exchanged:
    """Our declaration that theirs answers."""
    starts_on, until = received.period.starts_on, received.period.until
    own = [
        each
        for each in agreements.interconnects(session, starts_on, until)
        if each.carrier_id == carrier_id and each.code == received.agreement
    ]
    if not own:
        raise NoSuchAgreementBetweenUs(agreement=received.agreement)
    agreement = max(own, key=lambda each: each.valid_from)
    tenant = own_tenant(session)
    expected = Expected(
        agreement.code, agreement.currency, agreement.time_zone, (tenant.legal_name, tenant.name)
    )
    require_expected(received, expected)
    require_period_named(received)
    named = {"period": f"{starts_on:%Y-%m}", "agreement": agreement.code}
    ours = store.ours_of(session, agreement.agreement_id, starts_on)
    if ours is None:
        raise NotDeclaredYet(**named)
    if received.corrects is not None and not store.corrections_to(session, ours.id):
        raise NotCorrectedYet(**named)
    return ours


def _theirs_corrected(session: TenantSession, ours: Exchanged, received: Received) -> UUID | None:
    """Their own declaration of the same traffic that they correct."""
    if received.corrects is None:
        return None
    found = store.by_message(session, ours.carrier_id, "theirs", received.corrects)
    if found is None or _of(found) != _of(ours) or found.corrects_id is not None:
        raise NothingToCorrect(number=received.number, corrects=received.corrects)
    return found.id


def _of(exchanged: Exchanged) -> tuple[UUID, UUID]:
    return exchanged.agreement_id, exchanged.period_id


def _exchanged(session: TenantSession, declaration_id: UUID) -> Exchanged:
    found = store.by_id(session, declaration_id)
    party_id = session.principal.party_id
    if found is None or (party_id is not None and found.carrier_id != party_id):
        raise NoSuchDeclaration(declaration=declaration_id)
    return found
