"""Gather what stands behind a partner's statement, as a bundle or as the proof of one event."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from currencies.money import EXACT, parse_amount, plain
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from i18n.errors import Conflict, Invalid
from settlement.agreements import service as agreements
from settlement.agreements.agreed import AgreedTerms
from settlement.agreements.sharing_terms import SharingTerms, terms_from_plain
from settlement.evidence import gateway
from settlement.evidence.bundle import ChargeRow, RevenueRow, Settled, ShareRow, bundle
from settlement.evidence.declaration_bundle import carrier_bundle, told_rows
from settlement.evidence.so_far import SoFar, facts_of, first_month
from settlement.interconnect import service as interconnect
from settlement.interconnect.exchanged import Exchanged
from settlement.interconnect.sealed_records import leaves
from settlement.parties import service as parties
from settlement.periods import service as periods
from settlement.rating.charge_line import NOT_USAGE, ChargeLine
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
from settlement.sharing.crediting import SHARE
from settlement.sharing.sealing import merkle
from settlement.sharing.sealing import service as sealing
from settlement.sharing.sealing.seal import ROWS_OF_A_LEAF, Correction, Sealed
from settlement.sharing.sharing_events import parts_of_amounts
from statements import service as statements
from statements.declaration import Declaration
from statements.document import Document
from statements.downloading import FORMS, STATEMENTS, forms_of
from statements.filing import Filed
from statements.schemas import service as schemas
from tenants.session import TenantSession


class NoEvidence(Conflict):
    """Document {number} is no issued statement to a partner. Name one that is."""


class NoSuchEvent(Invalid):
    """Statement {number} bears no event {event}. Name it after events.csv: R1-17."""


class NotOurDeclaration(Conflict):
    """Declaration {number} is the carrier's own. Name one of ours."""


class NoSuchRecord(Invalid):
    """Declaration {number} is of {records} records, {event} is none of them. Count from 1."""


@dataclass(frozen=True, slots=True)
class ProofOfRecord:
    """That a record is in a declaration: its row, the leaf with it, and the way to the root."""

    declaration: UUID
    number: str
    event: int
    row: str
    leaf: str
    path: tuple[merkle.Sibling, ...]
    merkle_root: str


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


def declaration_bundle_of(session: TenantSession, declaration_id: UUID) -> tuple[str, bytes]:
    """The same of a declaration of ours; a carrier's user gets its own only.

    Raises NoSuchDeclaration or NotOurDeclaration.
    """
    declared = _ours(session, declaration_id)
    assert declared.document_id is not None, "ours is issued as a document"
    filed = statements.document(session, declared.document_id)
    files = {
        f"declaration.{form}": statements.download(session, filed.id, FORMS[form])[1]
        for form in forms_of(filed)
    }
    files |= _with_schemas(files["declaration.xml"]) | {"verify.py": gateway.verifier()}
    before = {
        f"declared/{number}.xml": interconnect.bytes_of(session, each.id)
        for number, each in enumerate(interconnect.declared_before(session, declared), 1)
    }
    records = interconnect.declared_records(session, declared)
    name = declared.message_id.replace("/", "-")
    places = minor_unit(declared.currency)
    said = statements.content(session, filed.id)
    is_printed = isinstance(said, Declaration) and said.merkle_root is not None
    content = carrier_bundle(declared, places, files, before, records, is_printed)
    return f"evidence-{name}.zip", content


def proof_of_record(session: TenantSession, declaration_id: UUID, event: int) -> ProofOfRecord:
    """The proof of a record of ours, the first row of records.csv being 1.

    Raises NoSuchDeclaration, NotOurDeclaration or NoSuchRecord.
    """
    declared = _ours(session, declaration_id)
    rows = told_rows(interconnect.declared_records(session, declared))
    if not 1 <= event <= len(rows):
        raise NoSuchRecord(number=declared.message_id, event=event, records=len(rows))
    texts, place = leaves(rows), (event - 1) // ROWS_OF_A_LEAF
    return ProofOfRecord(
        declared.id,
        declared.message_id,
        event,
        rows[event - 1],
        texts[place],
        tuple(merkle.path(texts, place)),
        merkle.root(texts),
    )


def _ours(session: TenantSession, declaration_id: UUID) -> Exchanged:
    declared = interconnect.exchanged(session, declaration_id)
    if declared.document_id is None:
        raise NotOurDeclaration(number=declared.message_id)
    return declared


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
    files |= _with_schemas(files["statement.xml"])
    lines = _charges(session, listed, names) | _corrected_charges(session, numbered)
    charges = list(_charge_rows(lines))
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
                _share_row(
                    str(line),
                    each,
                    behind.get(each.id, names[revenue_of(each)]),
                    agreed[each.terms_id],
                    code,
                    each.id in behind,
                    _amounts(behind.get(each.id, ""), events, charges),
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
    numbers = {each: statements.document(session, each).number for each in borne_by}
    stated = [
        (numbers[document_id] if document_id else "", lines.get(each.id, ""), each)
        for document_id, each in credited
    ]
    return SoFar(stated, agreed, codes)


def _with_schemas(xml: bytes) -> dict[str, bytes]:
    """The schemas that the XML of a bundle is checked against, in a folder of their own."""
    return {f"schemas/{name}": content for name, content in schemas.schemas_of(xml).items()}


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


def _share_row(
    line: str,
    share: PartnerShare,
    revenue: str,
    agreed: AgreedTerms,
    code: str,
    is_listed: bool,
    amounts: frozenset[Decimal],
) -> ShareRow:
    release = share.release
    split: dict[str, str] = {}
    if share.cause == SHARE:
        terms = terms_from_plain(agreed.sharing).split(share.rule)
        split = {"rate": _own_rate(terms, code), "left": _taken_before(share, terms)}
        split |= _passed_on(share, terms, code)
        if is_listed:
            split |= _of_events(share, terms, code, amounts)
    return ShareRow(
        line=line,
        revenue=revenue,
        agreement=agreed.code,
        version=str(agreed.version),
        product=share.product,
        cause=share.cause,
        rule=share.rule,
        corrects=share.corrects,
        currency=share.currency,
        events=str(share.events),
        gross=plain(share.gross),
        left=split.pop("left", ""),
        base=plain(share.base),
        rate=split.pop("rate", ""),
        amount=plain(share.amount),
        rounded=agreed.policies.get("rounding", "half_up"),
        listed="yes" if is_listed else "no",
        paid=str(release.part) if release else "",
        before=plain(release.before) if release else "",
        released=plain(release.amount) if release else "",
        **_tiers(share),
        **split,
    )


def _amounts(
    revenue: str, events: Mapping[str, Sealed], charges: Sequence[ChargeRow]
) -> frozenset[Decimal]:
    """What the events and fees of a revenue come to, rounded; the parts of an event together."""
    own = [each for each in charges if each.revenue == revenue]
    exact: dict[str, Decimal] = {}
    for leaf in events[revenue].leaves if revenue in events else ():
        for row in leaf.rows.split("\r\n"):
            number, _part, _at, amount = row.split(",")
            exact[number] = EXACT.add(exact.get(number, Decimal(0)), Decimal(amount))
    places = int(own[0].places) if own else 0
    usage = {round_fraction(Fraction(each) / 3600, places) for each in set(exact.values())}
    return frozenset(usage | {Decimal(each.amount) for each in own if each.events == "0"})


def _tiers(share: PartnerShare) -> dict[str, str]:
    """How tiers gave a share; nothing where versions of the terms shared parts of the base."""
    facts = [each for each in facts_of(share) if "money" in each] if share.cause == "tier" else []
    amounts = {each["fact"]: Decimal(each["money"]) for each in facts if each["fact"] != "tier"}
    found = [each for each in facts if each["fact"] == "tier"]
    parts = sum((Decimal(each["of"]) for each in found), Decimal(0))
    due = sum((Decimal(each["money"]) for each in found), Decimal(0))
    if not found or (parts, due) != (amounts["tier_base"], amounts["due"]):
        return {}
    return {
        "tier_base": plain(amounts["tier_base"]),
        "tiers": " ".join(f"{each['rate']}:{each['of']}:{each['money']}" for each in found),
        "credited": plain(amounts["credited"]),
    }


def _passed_on(share: PartnerShare, terms: SharingTerms, code: str) -> dict[str, str]:
    """What a cascade passed on to the reader, and the part of it that it keeps; the owner all."""
    is_cascade = bool(terms.chain) and terms.chain_rounding == "cascade"
    if not is_cascade or terms.rounding_level != "statement":
        return {}
    given = [each for each in share.steps if "payee" in each]
    place = next(n for n, each in enumerate(given) if each["payee"] == code)
    taken = sum((parse_amount(each["amount"]) for each in given[:place]), Decimal(0))
    kept = terms.chain[place].rate if place < len(terms.chain) else Decimal(1)
    return {"received": plain(share.base - taken), "kept": plain(kept)}


def _of_events(
    share: PartnerShare, terms: SharingTerms, code: str, amounts: frozenset[Decimal]
) -> dict[str, str]:
    """The reader's rate of each event, where shares are all that is taken of what is charged.

    Where others share too, who gets the odd unit follows from their rates, which are not the
    reader's to know; so it is told for each amount what the reader gets of it.
    """
    is_plain = not terms.deductions and share.base == share.gross
    own = [part for part in terms.shares if part.payee == code]
    is_tiered = any(part.tiers for part in terms.shares)
    if terms.rounding_level != "event" or not is_plain:
        return {}
    if len(own) != 1 or is_tiered:
        return {}
    told = {"event_rate": plain(own[0].rate)}
    if len(terms.shares) == 1:
        return told
    places = minor_unit(share.currency)
    units = [int(each.scaleb(places)) for each in amounts]
    parts = parts_of_amounts(units, share.currency, terms, code)
    shown = (
        f"{plain(Decimal(whole).scaleb(-places))}:{plain(Decimal(part).scaleb(-places))}"
        for whole, part in parts.items()
    )
    return told | {"event_parts": " ".join(shown)}


def _own_rate(terms: SharingTerms, code: str) -> str:
    """The reader's rate, where one rate of the whole base is all there is to its share."""
    if terms.chain and terms.chain_rounding == "leaves":
        return _rate_of_leaf(terms, code)
    own = [part for part in terms.shares if part.payee == code]
    if len(own) != 1 or terms.rounding_level != "statement":
        return ""
    # Of a share in tiers the split gives the rate of the lowest one; the tiers give the rest.
    return plain(own[0].rate)


def _rate_of_leaf(terms: SharingTerms, code: str) -> str:
    """The part of the whole that a link of a chain gets where all of them are leaves."""
    left = Decimal(1)
    for link in terms.chain:
        if link.payee == code:
            return plain(EXACT.multiply(left, link.rate))
        left = EXACT.multiply(left, EXACT.subtract(Decimal(1), link.rate))
    return plain(left)


def _taken_before(share: PartnerShare, terms: SharingTerms) -> str:
    """What the steps before the shares took, as the statement shows it."""
    if terms.rounding_level != "statement":
        return ""
    shown = [
        plain(parse_amount(step["amount"]))
        for step in share.steps
        if {"takes", "base", "brought", "carried"} & set(step)
    ]
    return " ".join(shown) or "0"


def _charge_rows(found: Mapping[str, Sequence[ChargeLine]]) -> Iterator[ChargeRow]:
    number = 0
    for name, lines in found.items():
        for line in sorted(lines, key=_told):
            number += 1
            is_usage = line.service not in NOT_USAGE
            yield ChargeRow(
                charge=str(number),
                revenue=name,
                service=line.service,
                destination=line.destination,
                currency=line.currency,
                places=str(minor_unit(line.currency)),
                events=str(line.events if is_usage else 0),
                amount_3600=plain(line.amount_3600),
                amount=plain(line.amount),
            )


def _told(line: ChargeLine) -> tuple[object, ...]:
    """The order of charges, by what is told of them, so that it tells nothing of who paid."""
    return line.service, line.destination, line.events, line.amount_3600, line.amount
