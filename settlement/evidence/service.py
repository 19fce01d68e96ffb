"""Gather what stands behind a partner's statement, as a bundle or as the proof of one event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from currencies.units import minor_unit
from i18n.errors import Conflict, Invalid
from settlement.agreements import service as agreements
from settlement.agreements.agreed import AgreedTerms
from settlement.evidence import gateway
from settlement.evidence.bundle import RevenueRow, Settled, ShareRow, bundle, in_schemas
from settlement.evidence.listed.service import charges_of, events_of
from settlement.evidence.listed.told import Told
from settlement.evidence.so_far import SoFar, first_month
from settlement.evidence.table_rows import amounts_of_revenue, charge_rows, share_row
from settlement.parties import service as parties
from settlement.periods import service as periods
from settlement.self_billing import service as self_billing
from settlement.self_billing.behind import Behind, by_revenue
from settlement.self_billing.partner_statement import PartnerShare, in_order
from settlement.sharing.sealing import merkle
from settlement.sharing.sealing import service as sealing
from statements import service as statements
from statements.document import Document
from statements.downloading import FORMS, STATEMENTS
from statements.filing import Filed
from statements.schemas import service as schemas
from tenants.session import TenantSession


class NoEvidence(Conflict):
    """Document {number} is no issued statement to a partner. Name one that is."""


class NoSuchEvent(Invalid):
    """Statement {number} bears no event {event}. Name it after events.csv: R1-17."""


@dataclass(frozen=True, slots=True)
class Proof:
    """That an event is in a statement: the leaf with its rows, and the way from it to the root.

    `revenue` is the leaf of the statement's tree that the first path leads to: a row of
    revenues.csv, whose root the path gives. The second leads from it to the root of the statement.
    """

    document: UUID
    number: str
    event: str
    leaf: str
    path: tuple[merkle.Sibling, ...]
    revenue: str
    path_of_revenue: tuple[merkle.Sibling, ...]
    merkle_root: str


def bundle_of(session: TenantSession, document_id: UUID) -> tuple[str, bytes]:
    """The file name and the bytes of a statement's bundle; a partner's user gets its own only.

    Raises NoSuchDocument or NoEvidence.
    """
    settled = _settled(session, _statement(session, document_id))
    name = settled.number.replace("/", "-")
    return f"evidence-{name}.zip", bundle(settled, gateway.verifier())


def verifier() -> bytes:
    """The source of verify.py, which is in every bundle."""
    return gateway.verifier()


def proofs_of(session: TenantSession, document_id: UUID, event: str) -> list[Proof]:
    """The proofs of an event, R1-17 for the 17th of revenue R1: one, or two where its parts are in
    two leaves. Raises NoSuchDocument, NoEvidence or NoSuchEvent.
    """
    settled = _settled(session, _statement(session, document_id))
    revenue, _, number = event.partition("-")
    rows = [each.leaf for each in settled.revenues]
    found = [
        Proof(
            document_id,
            settled.number,
            event,
            texts[place],
            tuple(merkle.path(texts, place)),
            rows[at],
            tuple(merkle.path(rows, at)),
            settled.root,
        )
        for at, each in enumerate(settled.revenues)
        if each.revenue == revenue and revenue in settled.events
        for texts in [[leaf.text for leaf in settled.events[revenue]]]
        for place, leaf in enumerate(settled.events[revenue])
        if any(row.startswith(f"{number},") for row in leaf.rows.split("\r\n"))
    ]
    if not found:
        raise NoSuchEvent(number=settled.number, event=event)
    return found


def _statement(session: TenantSession, document_id: UUID) -> Filed:
    found = statements.document(session, document_id, session.principal.party_id)
    if not found.is_issued or found.kind not in STATEMENTS:
        raise NoEvidence(number=found.number)
    return found


def _settled(session: TenantSession, filed: Filed) -> Settled:
    shares = in_order(self_billing.stated_shares(session, [filed.id])[filed.id])
    agreed = agreements.terms_by_id(session)
    code = parties.party(session, filed.filing.party_id).code
    ruled = [each for each, terms in agreed.items() if terms.sharing.get("rules")]
    told = _told(session, filed, self_billing.behind_of(session, shares, ruled))
    events = events_of(session, told)
    files = {
        f"statement.{form}": statements.download(session, filed.id, FORMS[form])[1]
        for form in ("csv", "pdf", "xml")
    }
    files |= in_schemas(schemas.schemas_of(files["statement.xml"]))
    lines = charges_of(session, told)
    charges = list(charge_rows(lines))
    currency = str(filed.gross.currency.code)
    before = _so_far(session, filed.filing.party_id, shares, agreed)

    def row(line: int, share: PartnerShare) -> ShareRow:
        listed = told.behind(share, lines)
        name = listed or told.names[told.listing.revenue_of(share)]
        amounts = amounts_of_revenue(listed, events, charges)
        found = share_row(
            str(line), share, name, agreed[share.terms_id], code, bool(listed), amounts
        )
        beside = {"counted": told.counted(share, events), "given_back": told.given_back(share)}
        return replace(found, **beside, **before.columns(share, code))

    settled = Settled(
        document=str(filed.id),
        number=filed.number,
        currency=currency,
        is_credit=filed.kind.is_credit,
        places={each: minor_unit(each) for each in {currency, *(one.currency for one in shares)}},
        files=files,
        shares=[row(line, share) for line, share in enumerate(shares, 1)],
        earned=before.rows,
        charges=charges,
        revenues=[RevenueRow(*leaf.split(",")) for leaf in told.leaves],
        events=events,
        is_printed=False,
    )
    return replace(settled, is_printed=_prints(session, filed, settled.root))


def _told(session: TenantSession, filed: Filed, listing: Behind) -> Told:
    """What a statement's root is over; of one that was issued earlier it is less.

    First statements printed no root over corrections, then none over what rules split, over units
    and what customers got back: all that is taken as stated.
    """
    months = {each.period_id for each in listing.shares if each.period_id}
    seals = by_revenue(sealing.seals(session, sorted(months)))
    found = Told(listing, seals, sealing.corrected_events(session, listing.corrections()))
    if _prints(session, filed, found.root):
        return found
    earlier = replace(listing, is_whole=False)
    found = Told(earlier, seals, sealing.corrected_events(session, earlier.corrections()))
    return found if _prints(session, filed, found.root) else replace(found, corrected={})


def _so_far(
    session: TenantSession,
    party_id: UUID,
    shares: Sequence[PartnerShare],
    agreed: Mapping[UUID, AgreedTerms],
) -> SoFar:
    """What the reader was credited under the agreements of a statement, up to its last month."""
    months = {each.id: each.month for each in periods.periods(session)}
    codes = {identity: month.code for identity, month in months.items()}
    earned_until = [months[each.period_id].ends_on for each in shares if each.period_id]
    if not earned_until:
        return SoFar([], agreed, codes)
    since, last_day = first_month(shares), max(earned_until)
    credited = [
        (document_id, each)
        for document_id, each in self_billing.credited_shares(session, party_id, since, last_day)
        if each.earned_in >= since[each.agreement_id]
    ]
    borne_by = {document_id for document_id, _ in credited if document_id is not None}
    lines = {
        each.id: str(line)
        for same in self_billing.stated_shares(session, borne_by).values()
        for line, each in enumerate(in_order(same), 1)
        if not each.is_told
    }
    numbers = statements.numbers(session, borne_by)
    stated = [
        (numbers[document_id] if document_id else "", lines.get(each.id, ""), each)
        for document_id, each in credited
    ]
    return SoFar(stated, agreed, codes)


def _prints(session: TenantSession, filed: Filed, root: str) -> bool:
    document = statements.content(session, filed.id)
    return isinstance(document, Document) and any(root in note for note in document.notes)
