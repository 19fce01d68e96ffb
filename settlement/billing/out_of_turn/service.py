"""Bill one customer now: lines written by hand, charges not billed yet, or both; proformas first.

A proforma announces: no tax arises and nothing is booked. It becomes an invoice on demand, or when
a payment that names its number covers it. What an invoice out of turn bears is not billed again.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from currencies.money import Money, shown, total
from currencies.units import minor_unit
from i18n.errors import Conflict, Invalid
from i18n.formats import date_text
from i18n.locale import _, translate
from settlement.billing import service as billing
from settlement.billing.draft_document import AFTER_APPROVAL, DraftDocument
from settlement.billing.drafting import draft_single, margin_sales_of
from settlement.billing.drafts import service as drafts
from settlement.billing.invoice import tax_inside_of
from settlement.billing.invoice_lines import Charge
from settlement.billing.issued_entry import invoice_entry
from settlement.billing.manual_lines import ManualLine
from settlement.billing.margin_scheme import service as margin_scheme
from settlement.billing.margin_scheme.margin_sale import margin_sales
from settlement.ledger import service as ledger
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.periods import service as periods
from statements import service as statements
from statements.document import Document, Kind
from statements.filing import Filed, Filing
from statements.totals import NoLines
from tenants.session import TenantSession

KINDS = (Kind.INVOICE, Kind.DEBIT_NOTE, Kind.PROFORMA)
OF_PROFORMA = _("Proforma invoice {number} of {day}")


class NotSingle(Invalid):
    """A {kind} is not issued by hand. Choose one of {known}."""


class NotACustomerBilled(Invalid):
    """{party} is a {kind}, not a customer. Bill customers."""


class ProformaBearsNothing(Invalid):
    """A proforma cannot bear charges: they would wait for it. Invoice them, or write lines."""


class SingleBelowZero(Invalid):
    """The lines come to {amount}. Credit or adjust the invoice that was too high instead."""


class NotAProforma(Conflict):
    """{number} is no issued proforma. Choose a proforma."""


def issue_single(
    session: TenantSession,
    party: str,
    currency: str,
    kind: Kind,
    lines: Sequence[ManualLine],
    *,
    with_unbilled: bool = False,
    note: str = "",
) -> Filed | DraftDocument:
    """Issue one invoice, debit note or proforma to a customer, by its code, today.

    Where the tenant approves what is issued it is kept as a draft, but for a proforma, which
    changes no books.
    `with_unbilled` takes in the customer's charges of closed months that no document bears. Raises
    NoSuchParty, NotSingle, NotACustomerBilled, ProformaBearsNothing, SingleBelowZero, NoLines,
    ManualLineUnusable, MarginCostMissing, CostWithoutMargin, MarginBesideExempt and what keeps a
    line from being taxed.
    """
    if kind not in KINDS:
        raise NotSingle(kind=kind.value, known=", ".join(each.value for each in KINDS))
    if kind is Kind.PROFORMA and with_unbilled:
        raise ProformaBearsNothing
    found = parties.party_by_code(session, party)
    if found.kind is not PartyKind.CUSTOMER:
        raise NotACustomerBilled(party=party, kind=found.kind.value)
    minor_unit(currency)
    charges = billing.hold_unbilled(session, found.id, currency) if with_unbilled else []
    if not charges and not lines:
        raise NoLines
    today = periods.today(session)
    bearing = periods.booking_period(session, today)
    cycle = billing.cycle_of(session, bearing)
    draft = draft_single(cycle, found, currency, charges, lines)
    if draft.kind.is_credit:
        raise SingleBelowZero(amount=shown(draft.totals.net))
    notes = (*draft.notes, *filter(None, [note.strip()]))
    draft = replace(draft, kind=kind, notes=notes)
    if kind is Kind.PROFORMA:
        draft = replace(draft, tax_point_on=None)
    filing = Filing(found.id, f"single:{session.ids.new()}", bearing.id)
    rate_of = partial(cycle.vat.rate, "standard", cycle.tenant.country, today)
    sales = [
        *margin_sales(lines, draft.lines, currency, rate_of),
        *margin_sales_of(cycle, found, charges, today),
    ]
    margin_scheme.keep(session, filing.purpose, sales)
    if kind is not Kind.PROFORMA and cycle.tenant.policies.get("issue") == AFTER_APPROVAL:
        kept = draft, filing, tuple(UUID(charge.id) for charge in charges)
        return drafts.keep(session, [kept], today)[0]
    return issue_drafted(session, draft, filing, charges, today)


def invoice_proforma(session: TenantSession, proforma_id: UUID) -> Filed:
    """Turn a proforma into an invoice of today, once; its lines stay as they were announced.

    Raises NoSuchDocument or NotAProforma.
    """
    proforma = statements.document(session, proforma_id)
    content = statements.content(session, proforma_id)
    if (
        proforma.kind is not Kind.PROFORMA
        or not isinstance(content, Document)
        or not content.number
    ):
        raise NotAProforma(number=proforma.number or proforma_id)
    purpose = _purpose(proforma_id)
    known = statements.issued_for(session, [purpose])
    if known:
        return known[purpose]
    today = periods.today(session)
    assert content.issued_on is not None, "what is issued has its day"
    of = translate(OF_PROFORMA, content.locale).format(
        number=content.number, day=date_text(content.issued_on, content.locale)
    )
    term = (content.due_on - content.issued_on) if content.due_on else dt.timedelta(0)
    draft = replace(
        content,
        kind=Kind.INVOICE,
        number="",
        issued_on=None,
        tax_point_on=today,
        due_on=today + term,
        payment_reference="",
        notes=(of, *content.notes),
    )
    bearing = periods.booking_period(session, today)
    filing = Filing(proforma.filing.party_id, purpose, bearing.id)
    margin_scheme.carry(session, proforma.filing.purpose, purpose)
    return issue_drafted(session, draft, filing, [], today)


def open_proformas(session: TenantSession, party_id: UUID, currency: str) -> list[Filed]:
    """A customer's proformas that are no invoice yet, the earliest first."""
    found = statements.documents(
        session, kind=Kind.PROFORMA, status="issued", party_id=party_id, limit=10_000
    )
    invoiced = statements.issued_for(session, [_purpose(each.id) for each in found])
    left = [
        each
        for each in found
        if each.gross.currency.code == currency and _purpose(each.id) not in invoiced
    ]
    return list(reversed(left))


def _purpose(proforma_id: UUID) -> str:
    return f"proforma:{proforma_id}"


def issue_drafted(
    session: TenantSession,
    draft: Document,
    filing: Filing,
    charges: Sequence[Charge],
    today: dt.date,
) -> Filed:
    """Issue and book a draft over charges and lines by hand; its period is an open one."""
    filed = statements.issue(session, draft, filing, today)
    if filed.is_issued and draft.kind is not Kind.PROFORMA:
        assert filing.period_id is not None, "what is booked has a period"
        if charges:
            billing.bear(session, charges, filed.id)
        charged = total((charge.money for charge in charges), draft.currency)
        issued = replace(draft, number=filed.number)
        by_hand = _by_hand(draft)
        if charged.amount or by_hand.amount or draft.totals.payable.amount:
            entry = invoice_entry(
                filed.id,
                filing.party_id,
                issued,
                charged,
                tax_inside_of(issued),
                filing.period_id,
                today,
                by_hand,
            )
            ledger.post(session, [entry])
        margin_scheme.settle(session, filed.id, filing.period_id, today)
    return filed


def _by_hand(draft: Document) -> Money:
    written = (line.net for line in draft.lines if line.id.startswith("M"))
    return total(written, draft.currency)
