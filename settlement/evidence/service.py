"""Gather what stands behind a partner's statement, as a bundle or as the proof of one event."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import polars as pl

from currencies.money import parse_amount, plain
from currencies.units import minor_unit
from i18n.errors import Conflict, Invalid
from settlement.agreements import service as agreements
from settlement.agreements.agreed import AgreedTerms
from settlement.agreements.sharing_terms import SharingTerms, terms_from_plain
from settlement.evidence import gateway, merkle
from settlement.evidence.bundle import ChargeRow, EventRow, Settled, ShareRow, bundle, leaves
from settlement.parties import service as parties
from settlement.rating import service as rating
from settlement.rating.charge_line import NOT_USAGE, ChargeLine
from settlement.self_billing import service as self_billing
from settlement.self_billing.partner_statement import PartnerShare, in_order
from statements import service as statements
from statements.downloading import FORMS, STATEMENTS
from statements.filing import Filed
from tenants.session import TenantSession


class NoEvidence(Conflict):
    """Document {number} is no issued statement to a partner. Name one that is."""


class NoSuchEvent(Invalid):
    """Statement {number} bears no event {event}. Take its name from events.csv."""


@dataclass(frozen=True, slots=True)
class Proof:
    """That an event is in a statement: the row of the event and its path to the root."""

    document: UUID
    number: str
    event: str
    row: str
    path: tuple[merkle.Sibling, ...]
    merkle_root: str


def bundle_of(session: TenantSession, document_id: UUID) -> tuple[str, bytes]:
    """The file name and the bytes of a statement's bundle; a partner's user gets its own only.

    Raises NoSuchDocument or NoEvidence.
    """
    settled = _settled(session, _statement(session, document_id))
    name = settled.number.replace("/", "-")
    return f"evidence-{name}.zip", bundle(settled, gateway.verifier())


def proofs_of(session: TenantSession, document_id: UUID, event: str) -> list[Proof]:
    """The proofs of an event, one for each of its parts. Raises NoSuchDocument or NoSuchEvent."""
    settled = _settled(session, _statement(session, document_id))
    rows = leaves(settled.events)
    found = [
        Proof(
            document_id,
            settled.number,
            event,
            rows[place],
            tuple(merkle.path(rows, place)),
            merkle.root(rows),
        )
        for place, each in enumerate(settled.events)
        if each.event == event
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
    revenues = {key: f"R{n}" for n, key in enumerate(dict.fromkeys(map(_revenue, shares)), 1)}
    charges, events = _behind(
        session,
        {_revenue(each) for each in shares if _lists(each, agreed[each.terms_id])},
    )
    files = {
        f"statement.{form}": statements.download(session, filed.id, FORMS[form])[1]
        for form in ("csv", "pdf", "xml")
    }
    currency = str(filed.gross.currency.code)
    return Settled(
        document=str(filed.id),
        number=filed.number,
        currency=currency,
        is_credit=filed.kind.is_credit,
        places={each: minor_unit(each) for each in {currency, *(one.currency for one in shares)}},
        files=files,
        shares=[
            _share_row(str(line), each, revenues[_revenue(each)], agreed[each.terms_id], code)
            for line, each in enumerate(shares, 1)
        ],
        charges=list(_charge_rows(charges, revenues)),
        events=list(_event_rows(events, revenues)),
    )


Revenue = tuple[UUID | None, UUID, str, str]


def _revenue(share: PartnerShare) -> Revenue:
    return share.period_id, share.terms_id, share.product, share.currency


def _lists(share: PartnerShare, agreed: AgreedTerms) -> bool:
    """Whether the share is of all that was charged for its revenue in its month."""
    has_rules = bool(terms_from_plain(agreed.sharing).rules)
    return share.cause == "share" and not share.corrects and not has_rules


def _behind(
    session: TenantSession, wanted: set[Revenue]
) -> tuple[dict[Revenue, list[ChargeLine]], dict[Revenue, pl.DataFrame]]:
    """The charge lines and the rated charges of each revenue in the month that bears it."""
    lines: dict[Revenue, list[ChargeLine]] = {key: [] for key in wanted}
    events: dict[Revenue, pl.DataFrame] = {}
    for month in {key[0] for key in wanted}:
        assert month is not None, "a stated share is of a month"
        for line in rating.lines_of_period(session, month):
            for key in wanted & {(month, line.terms_id, line.product, line.currency)}:
                lines[key].append(line)
        named = [str(key[1]) for key in wanted]
        charges = rating.some_rated_charges(session, month, pl.col("terms").is_in(named))
        for key in wanted:
            if key[0] == month:
                events[key] = charges.filter(
                    pl.col("terms") == str(key[1]),
                    pl.col("product") == key[2],
                    pl.col("currency") == key[3],
                )
    return lines, events


def _share_row(
    line: str, share: PartnerShare, revenue: str, agreed: AgreedTerms, code: str
) -> ShareRow:
    terms = terms_from_plain(agreed.sharing)
    is_listed = _lists(share, agreed)
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
        left=_taken_before(share, terms) if is_listed else "",
        base=plain(share.base),
        rate=_own_rate(terms, code) if is_listed else "",
        amount=plain(share.amount),
        rounded=agreed.policies.get("rounding", "half_up") if is_listed else "",
        listed="yes" if is_listed else "no",
    )


def _own_rate(terms: SharingTerms, code: str) -> str:
    """The reader's rate, where one rate of the whole base is all there is to its share."""
    own = [part for part in terms.shares if part.payee == code]
    if len(own) != 1 or terms.rounding_level != "statement":
        return ""
    return plain(own[0].rate) if not own[0].tiers else ""


def _taken_before(share: PartnerShare, terms: SharingTerms) -> str:
    """What the steps before the shares took, as the statement shows it."""
    if terms.chain or terms.rounding_level != "statement":
        return ""
    shown = [
        plain(parse_amount(step["amount"]))
        for step in share.steps
        if {"takes", "base", "brought", "carried"} & set(step)
    ]
    return " ".join(shown) or "0"


def _charge_rows(
    found: Mapping[Revenue, Sequence[ChargeLine]], revenues: Mapping[Revenue, str]
) -> Iterator[ChargeRow]:
    number = 0
    for key in sorted(found, key=lambda each: int(revenues[each][1:])):
        for line in sorted(found[key], key=_told):
            number += 1
            is_usage = line.service not in NOT_USAGE
            yield ChargeRow(
                charge=str(number),
                revenue=revenues[key],
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


def _event_rows(
    found: Mapping[Revenue, pl.DataFrame], revenues: Mapping[Revenue, str]
) -> Iterator[EventRow]:
    for key in sorted(found, key=lambda each: int(revenues[each][1:])):
        yield from _rows_of(found[key], revenues[key])


def _rows_of(charges: pl.DataFrame, revenue: str) -> Iterable[EventRow]:
    order = ["occurred_at", "source", "record_key", "part"]
    wanted = charges.select(*order, "amount_3600").sort(order)
    for occurred_at, source, record_key, part, amount in wanted.iter_rows():
        yield EventRow(
            revenue=revenue,
            event=sha256(f"{source}\n{record_key}".encode()).hexdigest(),
            part=str(part),
            occurred_at=occurred_at.isoformat(),
            amount_3600=plain(amount),
        )
