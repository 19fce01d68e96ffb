"""Refund part of an invoice line: the customer's credit note, and what partners give back for it.

What a customer's bank took back, and what was given up as never to be paid, needs no credit note:
the invoice stands. Partners give back their stored shares all the same, once, in the open period.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from currencies.allocation import allocate
from currencies.money import Money, shown, total
from currencies.rounding import is_payable
from i18n.errors import Conflict, Invalid, NotFound
from settlement.billing.invoice_lines import charges_by_line
from settlement.billing.refunding import store
from settlement.billing.sections import Section
from settlement.billing.service import (
    NotAnInvoice,
    credit_invoice,
    names_on_paper,
    sections_on,
    tax_inside,
)
from settlement.periods import service as periods
from settlement.sharing import service as sharing
from settlement.sharing.commissioning.service import ContractRefund
from settlement.sharing.parts import exact, payable
from settlement.sharing.refunding.mirroring import CAUSES, LOST, Refund
from statements import service as statements
from statements.document import Document, Kind
from statements.filing import Filed
from tenants.session import TenantSession


class RefundNotPositive(Invalid):
    """{amount} is no amount to refund. Write an amount above zero, in whole minor units."""


class RefundWithoutReason(Invalid):
    """A refund needs a reason. Say why the customer gets it."""


class UnknownRefundCause(Invalid):
    """{cause} is no cause of a refund. Choose one of {known}."""


class NoSuchInvoiceLine(NotFound):
    """Invoice {number} has no line {line}. Name one of its lines."""


class RefundHeld(Conflict):
    """The credit note over invoice {number} would be held: {rules}. Repair that, then refund."""


@dataclass(frozen=True, slots=True)
class Refunded:
    """What a refund led to: the credit note, if one was needed, and the shared revenue in it."""

    credit: Filed | None
    refunds: tuple[Refund, ...]


def refund_line(
    session: TenantSession, invoice_id: UUID, line: str, amount: Money, cause: str, reason: str
) -> Refunded:
    """Refund an amount without tax of one line of an issued invoice.

    Raises what is wrong with the wish, what `credit_invoice` raises, and RefundExceeds.
    """
    if cause not in CAUSES:
        raise UnknownRefundCause(cause=cause, known=", ".join(CAUSES))
    if amount.amount <= 0 or not is_payable(amount):
        raise RefundNotPositive(amount=shown(amount))
    if not reason.strip():
        raise RefundWithoutReason()
    parts = _parts(session, invoice_id, line, amount)
    purpose = f"refund:{session.ids.new()}"
    credit = None
    if cause == "refund":
        credit = credit_invoice(session, invoice_id, {line: amount}, purpose)
        if not credit.is_issued:
            broken = credit.verdict.broken_rules if credit.verdict else ()
            raise RefundHeld(number=invoice_id, rules=", ".join(broken))
    bearing = periods.booking_period(session, periods.today(session))
    refunds = []
    for (period_id, terms_id, product), part in _shared(parts):
        refund = Refund(
            id=session.ids.new(),
            period_id=period_id,
            terms_id=terms_id,
            product=product,
            amount=part,
            cause=cause,
            reason=reason.strip(),
            document_id=invoice_id,
            line=line,
            credit_id=None if credit is None else credit.id,
        )
        sharing.refund(session, refund, bearing.id)
        refunds.append(refund)
    sharing.refund_contracts(session, _of_contracts(parts, invoice_id), bearing.id)
    return Refunded(credit, tuple(refunds))


def lose(
    session: TenantSession,
    invoice_id: UUID,
    parts: tuple[Fraction, Fraction],
    terms: Collection[UUID],
    reason: str,
) -> tuple[Refund, ...]:
    """Take back the shares of what an invoice's customer will never pay, under these terms.

    `parts` say which part of the invoice was lost before and is lost now; what is lost of a revenue
    so far is that part of what the invoice charged for it, less what was refunded. Raises
    RefundExceeds.
    """
    bearing = periods.booking_period(session, periods.today(session))
    refunds = []
    for (period_id, terms_id, product), sold in _sold_on(session, invoice_id, terms).items():
        code = str(sold.currency.code)
        before, after = (payable(exact(sold) * part, code) for part in parts)
        if after <= before:
            continue
        refund = Refund(
            id=session.ids.new(),
            period_id=period_id,
            terms_id=terms_id,
            product=product,
            amount=after - before,
            cause=LOST,
            reason=reason,
            document_id=invoice_id,
            line="",
        )
        sharing.refund(session, refund, bearing.id)
        refunds.append(refund)
    return tuple(refunds)


def _sold_on(
    session: TenantSession, invoice_id: UUID, terms: Collection[UUID]
) -> dict[tuple[UUID, UUID, str], Money]:
    """What an invoice charged for each revenue under terms, less what was refunded of its lines."""
    found: dict[tuple[UUID, UUID, str], Money] = {}
    for each in store.billed(session, invoice_id):
        if each.terms_id in terms and each.terms_id is not None:
            key = (each.period_id, each.terms_id, each.charge.product)
            amount = each.charge.money
            found[key] = found[key] + amount if key in found else amount
    for refund in sharing.refunds(session):
        key = refund.period_id, refund.terms_id, refund.product
        if refund.document_id == invoice_id and refund.line and key in found:
            found[key] = found[key] - refund.amount
    return found


class _Sold(NamedTuple):
    """What a part of an invoice line was charged for; no terms where it is shared with nobody."""

    period_id: UUID
    terms_id: UUID | None
    product: str
    contract_id: UUID | None


_Part = tuple[_Sold, Money]


def _parts(session: TenantSession, invoice_id: UUID, line: str, amount: Money) -> list[_Part]:
    """The amount, spread over what the line charges."""
    invoice = statements.content(session, invoice_id)
    if not isinstance(invoice, Document) or invoice.kind is not Kind.INVOICE:
        raise NotAnInvoice(number=invoice_id)
    billed = {each.charge.id: each for each in store.billed(session, invoice_id)}
    charges = [each.charge for each in billed.values()]
    sections: Mapping[UUID, Section] = {}
    if invoice.period is not None and charges:
        by_payer = sections_on(session, invoice.period.last_day)
        sections = by_payer.get(charges[0].party_id, {})
    names, inside = names_on_paper(session), tax_inside(session)
    lines = charges_by_line(charges, names, invoice.locale, sections, inside)
    if line not in lines:
        raise NoSuchInvoiceLine(number=invoice.number or invoice_id, line=line)
    grouped: dict[tuple[UUID, UUID | None, str], dict[UUID | None, list[Money]]] = {}
    for charge in lines[line]:
        own = billed[charge.id]
        shared = grouped.setdefault((own.period_id, own.terms_id, charge.product), {})
        shared.setdefault(charge.contract_id, []).append(charge.money)
    whole = _spread(amount, [_added(same.values(), amount) for same in grouped.values()])
    found = []
    for (key, same), part in zip(grouped.items(), whole, strict=True):
        weights = [total(each, amount.currency.code) for each in same.values()]
        for contract_id, own_part in zip(same, _spread(part, weights), strict=True):
            found.append((_Sold(*key, contract_id), own_part))
    return [each for each in found if each[1].amount]


def _added(amounts: Iterable[Iterable[Money]], like: Money) -> Money:
    code = like.currency.code
    return total((total(each, code) for each in amounts), code)


def _spread(amount: Money, weights: Sequence[Money]) -> list[Money]:
    if not amount.amount:
        return [amount for _ in weights]
    return allocate(amount, [max(weight.amount, Decimal(0)) for weight in weights])


def _shared(parts: Iterable[_Part]) -> list[tuple[tuple[UUID, UUID, str], Money]]:
    """What is shared with partners, whichever contract it was charged under."""
    found: dict[tuple[UUID, UUID, str], Money] = {}
    for sold, part in parts:
        if sold.terms_id is not None:
            key = (sold.period_id, sold.terms_id, sold.product)
            found[key] = found[key] + part if key in found else part
    return list(found.items())


def _of_contracts(parts: Iterable[_Part], invoice_id: UUID) -> list[ContractRefund]:
    return [
        ContractRefund(sold.period_id, sold.contract_id, sold.product, part, invoice_id)
        for sold, part in parts
        if sold.contract_id is not None
    ]
