"""One consolidated invoice: from a customer's charges to a draft that adds up.

What comes to less than zero is a credit note over the same lines; zero is invoiced; what lies above
zero and below the smallest invoice of the tenant is carried to the next cycle, unless the contract
has ended (rules R91, R92).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from currencies.money import Money, money, parse_amount, scaled, total
from i18n.errors import Invalid
from i18n.locale import _, translate
from settlement.agreements.policies import CHOICES
from statements.document import (
    Detail,
    Document,
    Kind,
    Line,
    Party,
    Period,
    References,
    TaxCurrency,
)
from statements.totals import TotalPolicies, add_up, tied

PRINTED_INCLUSIVE = ("inclusive_tax",)
# Of the choices of a contract, what is said where it matters only: there is tax inside of prices,
# or there is interest.
ELSEWHERE = (*PRINTED_INCLUSIVE, "day_count")
PRINTED = (
    "charge_rounding",
    *(each for each in CHOICES["contract"] if each not in ELSEWHERE),
)
PRINTED_ABROAD = ("vat_rate_date", "vat_local")
# Where a bill does not go from the first to the last day of a month.
PRINTED_CUT = ("counted_by",)
REMAINDER = _("Rounding")


class MinimumUnreadable(Invalid):
    """The policy minimum_invoice is {text}. Write amounts like 5.00 PLN; 1.00 EUR."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a customer is billed: sides, language, days and the policies in force."""

    seller: Party
    buyer: Party
    locale: str
    period: Period
    due_on: dt.date
    policies: Mapping[str, str]
    tax_currency: TaxCurrency | None = None
    notes: tuple[str, ...] = ()


def draft_invoice(lines: Sequence[Line], currency: str, terms: Terms) -> Document:
    """The invoice over these lines, or the credit note where they come to less than zero.

    Raises what `statements.totals.add_up` raises.
    """
    printed = tuple(
        (name, terms.policies[name])
        for name in (
            *PRINTED,
            *(PRINTED_INCLUSIVE if any(line.tax_inside for line in lines) else ()),
            *(PRINTED_ABROAD if terms.tax_currency else ()),
            *(PRINTED_CUT if _is_cut(terms.period) else ()),
        )
        if name in terms.policies
    )
    policies = TotalPolicies.named(printed)
    stated = tied(_in_language(lines, terms.locale), policies, translate(REMAINDER, terms.locale))
    totals = add_up(stated, currency, policies, tax_currency=terms.tax_currency)
    kind = Kind.INVOICE
    if totals.gross.amount < 0:
        kind = Kind.CREDIT_NOTE
        stated = tuple(_negated(line) for line in stated)
        totals = add_up(stated, currency, policies, tax_currency=terms.tax_currency)
    return Document(
        kind=kind,
        currency=currency,
        locale=terms.locale,
        seller=terms.seller,
        buyer=terms.buyer,
        lines=stated,
        totals=totals,
        period=terms.period,
        tax_point_on=terms.period.last_day,
        due_on=terms.due_on,
        tax_currency=terms.tax_currency,
        references=References(buyer=terms.buyer.reference),
        notes=terms.notes,
        policies=printed,
    )


def _is_cut(period: Period) -> bool:
    return (period.starts_on.day, period.until.day) != (1, 1)


def owed_by(document: Document) -> Money:
    """What the buyer owes by the document; below zero where it takes something back."""
    payable = document.totals.payable
    return scaled(payable, -1) if document.kind.is_credit else payable


def tax_inside_of(document: Document) -> Money:
    """The tax inside of prices on it; below zero where it takes something back."""
    parts = (line.tax_inside for line in document.lines if line.tax_inside is not None)
    found = total(parts, document.currency)
    return scaled(found, -1) if document.kind.is_credit else found


def minimum_for(policies: Mapping[str, str], currency: str) -> Money | None:
    """The smallest invoice of a tenant in a currency, from its policy; None where it has none.

    Raises MinimumUnreadable.
    """
    text = policies.get("minimum_invoice", "")
    for part in filter(None, (each.strip() for each in text.split(";"))):
        amount, _blank, code = part.partition(" ")
        if not code:
            raise MinimumUnreadable(text=text)
        if code == currency:
            return money(parse_amount(amount), currency)
    return None


def is_carried(owed: Money, minimum: Money | None, has_ended: bool) -> bool:
    """Whether a balance waits for the next cycle (R92)."""
    return minimum is not None and not has_ended and 0 < owed.amount < minimum.amount


def _in_language(lines: Sequence[Line], locale: str) -> tuple[Line, ...]:
    return tuple(_reason_in_language(line, locale) for line in lines)


def _reason_in_language(line: Line, locale: str) -> Line:
    if not line.tax.reason:
        return line
    reason = translate(line.tax.reason, locale)
    return (
        line if reason == line.tax.reason else replace(line, tax=replace(line.tax, reason=reason))
    )


def _negated(line: Line) -> Line:
    exact = line.net_exact
    return replace(
        line,
        quantity=line.quantity.copy_negate(),
        net=scaled(line.net, -1),
        net_exact=None if exact is None else exact.copy_negate(),
        tax_inside=None if line.tax_inside is None else scaled(line.tax_inside, -1),
        details=tuple(_negated_detail(detail) for detail in line.details),
    )


def _negated_detail(detail: Detail) -> Detail:
    return replace(detail, quantity=detail.quantity.copy_negate(), net=scaled(detail.net, -1))
