"""Correct an error of an issued invoice, or adjust it to what was agreed since; book the change.

The invoice itself never changes (rule R86). What partners share of its revenue is not touched: that
goes back through refunds, or through re-rating where usage was priced wrongly.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from currencies.money import Money
from i18n.locale import translate
from settlement.billing.changing.right_lines import RightLine, right_lines
from settlement.billing.issued_entry import change_entry
from settlement.billing.margin_scheme import service as margin_scheme
from settlement.billing.sides import party_side, party_taxed, tenant_taxed
from settlement.ledger import service as ledger
from settlement.parties import service as parties
from settlement.periods import service as periods
from settlement.taxation.treatment import tax_on
from statements import service as statements
from statements.correcting import adjust, correct, effect, standing
from statements.document import Document, Party, Standing, Tax
from statements.filing import Filed
from tenants.directory.service import own_tenant
from tenants.session import TenantSession


def correct_invoice(
    session: TenantSession,
    invoice_id: UUID,
    lines: Sequence[RightLine],
    reason: str,
    *,
    with_party: bool = False,
) -> Filed:
    """Issue the corrected invoice: the whole invoice anew, right; it is booked as the difference.

    `with_party` states the customer as it is registered now. An invoice is corrected once; after
    that the corrected invoice is. Raises NoSuchDocument, NotChangeable, ChangeReason,
    NoSuchLineToCorrect, NothingCorrected, ReplacedAlready, or what keeps a line from being taxed.
    """
    today = periods.today(session)
    filed = statements.document(session, invoice_id)
    buyer = _registered(session, filed.filing.party_id) if with_party else None
    wrong = {each.line: each for each in lines}

    def drafted(invoice: Document, earlier: Sequence[Document]) -> Document:
        right = right_lines(
            invoice, wrong, lambda category: _tax(session, invoice, filed, category)
        )
        draft = correct(invoice, earlier, right, reason, buyer)
        is_more = effect(draft).payable.amount > 0
        return replace(draft, due_on=_due(invoice, today) if is_more else invoice.due_on)

    note = statements.issue_following(session, invoice_id, drafted, f"correct:{invoice_id}", today)
    return _booked(session, note, today)


def adjust_invoice(
    session: TenantSession,
    invoice_id: UUID,
    changes: Mapping[str, Money],
    reason: str,
    agreed_on: dt.date | None = None,
) -> Filed:
    """Issue the adjusting invoice, or credit, over signed changes of lines without tax; book it.

    Raises NoSuchDocument, NotChangeable, ChangeReason, ReplacedAlready, NoSuchLine,
    NothingAdjusted or ChangedBelowNothing.
    """
    today = periods.today(session)

    def drafted(invoice: Document, earlier: Sequence[Document]) -> Document:
        draft = adjust(invoice, earlier, changes, reason, agreed_on or today)
        return draft if draft.kind.is_credit else replace(draft, due_on=_due(invoice, today))

    purpose = f"adjust:{session.ids.new()}"
    note = statements.issue_following(session, invoice_id, drafted, purpose, today)
    return _booked(session, note, today)


def stands_at(session: TenantSession, invoice_id: UUID) -> Standing | None:
    """What an issued invoice comes to after all that changed it; None for what is no invoice."""
    found = statements.content(session, invoice_id)
    if not isinstance(found, Document):
        return None
    return standing(found, statements.following(session, invoice_id))


def _booked(session: TenantSession, note: Filed, today: dt.date) -> Filed:
    if note.is_issued:
        issued = statements.content(session, note.id)
        assert isinstance(issued, Document), "what changes an invoice has lines and totals"
        change = effect(issued)
        if change.net.amount or change.tax.amount or change.payable.amount:
            bearing = periods.booking_period(session, today)
            entry = change_entry(note.id, note.filing.party_id, issued, bearing.id, today)
            ledger.post(session, [entry])
            margin_scheme.settle(session, note.id, bearing.id, today)
    return note


def _registered(session: TenantSession, party_id: UUID) -> Party:
    return party_side(parties.party(session, party_id))


def _tax(session: TenantSession, invoice: Document, filed: Filed, category: str) -> Tax:
    on = invoice.tax_point_on or invoice.issued_on
    assert on is not None, "an issued invoice has its day"
    buyer = party_taxed(parties.party(session, filed.filing.party_id))
    tax = tax_on(category, tenant_taxed(own_tenant(session)), buyer, on)
    return replace(tax, reason=translate(tax.reason, invoice.locale))


def _due(invoice: Document, today: dt.date) -> dt.date:
    """As many days after today as the invoice gave, and not before it is due."""
    if invoice.due_on is None or invoice.issued_on is None:
        return today
    return max(invoice.due_on, today + (invoice.due_on - invoice.issued_on))
