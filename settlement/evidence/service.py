"""Gather what stands behind a partner's statement, as a bundle or as the proof of one event."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from currencies.units import minor_unit
from i18n.errors import Conflict, Invalid
from settlement.agreements import service as agreements
from settlement.agreements.agreed import AgreedTerms
from settlement.evidence import gateway
from settlement.evidence.bundle import RevenueRow, Settled, bundle, in_schemas
from settlement.evidence.so_far import SoFar, first_month
from settlement.evidence.table_rows import amounts_of_revenue, charge_rows, share_row
from settlement.parties import service as parties
from settlement.periods import service as periods
from settlement.rating.charge_line import ChargeLine
from settlement.rating.corrected import Corrected
from settlement.rating.runs import service as rating_runs
from settlement.self_billing import service as self_billing
from settlement.self_billing.behind import (
    Revenue,
    by_revenue,
    correction_of,
    corrections_of,
    is_listed,
    leaves_of,
    revenue_names,
    revenue_of,
)
from settlement.self_billing.partner_statement import PartnerShare, in_order
from settlement.sharing.sealing import merkle
from settlement.sharing.sealing import service as sealing
from settlement.sharing.sealing.seal import Correction, Sealed
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
        for texts in [[leaf.text for leaf in settled.events[revenue].leaves]]
        for place, leaf in enumerate(settled.events[revenue].leaves)
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
    names = revenue_names(shares)
    ruled = [each for each, terms in agreed.items() if terms.sharing.get("rules")]
    listed = {revenue_of(each) for each in shares if is_listed(each, ruled)}
    seals = by_revenue(sealing.seals(session, sorted({key[0] for key in listed if key[0]})))
    corrected = sealing.corrected_events(session, corrections_of(shares, ruled))
    if not _prints(session, filed, merkle.root(leaves_of(shares, ruled, seals, corrected))):
        # Issued when statements printed no root over corrections: those are taken as stated.
        corrected = {}
    numbered = {each: of for each, of in corrections_of(shares, ruled).items() if each in corrected}
    rows = [RevenueRow(*leaf.split(",")) for leaf in leaves_of(shares, ruled, seals, corrected)]
    events = _events(session, {key: name for key, name in names.items() if key in seals}, listed)
    events |= _by_side(corrected, numbered)
    files = {
        f"statement.{form}": statements.download(session, filed.id, FORMS[form])[1]
        for form in ("csv", "pdf", "xml")
    }
    files |= in_schemas(schemas.schemas_of(files["statement.xml"]))
    lines = _charges(session, listed, names) | _corrected_charges(session, numbered)
    charges = list(charge_rows(lines))
    behind = {
        each.id: name for each in shares if (name := _behind(each, ruled, names, numbered, lines))
    }
    currency = str(filed.gross.currency.code)
    before = _so_far(session, filed.filing.party_id, shares, agreed)
    settled = Settled(
        document=str(filed.id),
        number=filed.number,
        currency=currency,
        is_credit=filed.kind.is_credit,
        places={each: minor_unit(each) for each in {currency, *(one.currency for one in shares)}},
        files=files,
        shares=[
            replace(
                share_row(
                    str(line),
                    each,
                    behind.get(each.id, names[revenue_of(each)]),
                    agreed[each.terms_id],
                    code,
                    each.id in behind,
                    amounts_of_revenue(behind.get(each.id, ""), events, charges),
                ),
                **before.columns(each, code),
            )
            for line, each in enumerate(shares, 1)
        ],
        earned=before.rows,
        charges=charges,
        revenues=rows,
        events=events,
        is_printed=False,
    )
    return replace(settled, is_printed=_prints(session, filed, settled.root))


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


def _behind(
    share: PartnerShare,
    ruled: Collection[UUID],
    names: Mapping[Revenue, str],
    numbered: Mapping[Correction, int],
    lines: Mapping[str, Sequence[ChargeLine]],
) -> str:
    """The name of the revenue whose events are listed behind a share; empty where none are.

    Of a correction, what takes a share back is of all that was charged before, the other way.
    """
    if is_listed(share, ruled):
        return names[revenue_of(share)]
    corrects = correction_of(share, ruled)
    if corrects is None or corrects not in numbered:
        return ""
    before = lines[f"B{numbered[corrects]}"]
    events = sum(line.events for line in before)
    gross = sum((line.amount for line in before), Decimal(0))
    side = "B" if (share.events, share.gross) == (-events, -gross) else "A"
    return f"{side}{numbered[corrects]}"


def _by_side(
    corrected: Mapping[Correction, Corrected[Sealed]], numbered: Mapping[Correction, int]
) -> dict[str, Sealed]:
    """The leaves of corrections by the names of their two sides."""
    return {
        f"{side}{number}": found
        for each, number in numbered.items()
        for side, found in zip("BA", corrected[each], strict=True)
    }


def _corrected_charges(
    session: TenantSession, numbered: Mapping[Correction, int]
) -> dict[str, list[ChargeLine]]:
    """The charge lines of corrections by the names of their two sides."""
    found: dict[str, list[ChargeLine]] = {}
    for borne_by, of in dict.fromkeys(each[:2] for each in numbered):
        same = [each for each in numbered if each[:2] == (borne_by, of)]
        terms = {each.terms_id for each in same}
        sides = rating_runs.corrected_lines(session, borne_by, of, terms)
        for each in same:
            for side, lines in zip("BA", sides, strict=True):
                found[f"{side}{numbered[each]}"] = [
                    line
                    for line in lines
                    if (line.terms_id, line.product, line.currency) == each[2:]
                ]
    return found


def _charges(
    session: TenantSession, wanted: set[Revenue], names: Mapping[Revenue, str]
) -> dict[str, list[ChargeLine]]:
    """The charge lines of each revenue in the month that bears it, by its name."""
    lines: dict[Revenue, list[ChargeLine]] = {key: [] for key in wanted}
    for month in {key[0] for key in wanted}:
        assert month is not None, "a stated share is of a month"
        for line in rating_runs.lines_of_period(session, month):
            for key in wanted & {(month, line.terms_id, line.product, line.currency)}:
                lines[key].append(line)
    return {name: lines[key] for key, name in names.items() if key in lines}


def _events(
    session: TenantSession, names: Mapping[Revenue, str], wanted: set[Revenue]
) -> dict[str, Sealed]:
    """The leaves of revenues by name, in the order of the names."""
    found: dict[str, Sealed] = {}
    for month in {key[0] for key in wanted}:
        assert month is not None, "a stated share is of a month"
        terms = {key[1] for key in wanted if key[0] == month}
        for each in sealing.events_of(session, month, terms):
            name = names.get((month, each.terms_id, each.product, each.currency))
            if name is not None:
                found[name] = each
    return {name: found[name] for name in sorted(found, key=lambda each: int(each[1:]))}
