"""A partner's statement: from shares of revenue to a draft that adds up and explains itself.

Each product is a line in the currency that the partner settles in. How the line came about is shown
step by step: gross revenue, what was deducted, what was left to share, the partner's share, and the
rate at which it was converted. Shares of other partners are not shown; they are competitors.

What comes to less than zero is a credit over the same lines (UNTDID 261), else an invoice (389).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from currencies.conversion import Converted
from currencies.fixing import Fixing
from currencies.fx_rate import RateTable
from currencies.money import Money, money, parse_amount, scaled
from currencies.rounding import to_minor_unit
from currencies.rounding_ledger.posted_fraction import RELEASE, Rounded, of_conversion
from i18n.formats import date_text, number_text, percent_text
from i18n.locale import _, translate, translator
from settlement.agreements.policies import CHOICES
from settlement.self_billing.beside_shares import CAUSES, fact_steps, place_of
from settlement.self_billing.converting import Conversion, converted_lines
from settlement.self_billing.release import Release, release_steps
from settlement.taxation.withholding.withheld import given_back, withheld
from statements.document import (
    Derivation,
    Document,
    Kind,
    Line,
    Party,
    Period,
    References,
    Step,
    Tax,
    TaxCurrency,
    Withholding,
)
from statements.totals import TotalPolicies, add_up
from statements.withholding_certificate import WithheldPart

PRINTED = (
    "rounding_level",
    "waterfall_rounding",
    "step",
    "chain_rounding",
    "share_base",
    "trial_base",
    "tier_kind",
    "tier_period",
    "periods_from",
    "pays",
    "credit_risk",
    "remainder",
    "partial_refund",
    "refund_counts_in_tier",
    "guarantee_run",
    "guarantee_earned",
    "negative_month",
    *CHOICES["revenue_share"],
)
GROUP = _("Revenue share")
LINE = _("{product}, {agreement}")
TAKEN_BACK = {
    "refund": _("{product}, {agreement}, refunded"),
    "chargeback": _("{product}, {agreement}, charged back"),
    "write_off": _("{product}, {agreement}, never paid"),
}
BY_RULE = _("{what}, by rule {rule}")
RELEASED = _("{what}, paid for {period} since")
CORRECTION = _("{what}, correction of {period}")
GROSS = _("Revenue")
DEDUCTION = _("less {name}")
BASED = {
    "retail": _("Free usage at list price"),
    "list": _("To the list price"),
    "higher_of": _("To the higher of price paid and list price"),
    "lower_of": _("To the lower of price paid and list price"),
}
BROUGHT = _("less what was carried from the period before")
CARRIED = _("Carried to the next period")
LEFT = _("Left to share")
SHARE = _("Your share")
CONVERTED = _("In {currency}")
EVENTS_ROOT = _("Merkle root of the events behind this statement: {root}")


@dataclass(frozen=True, slots=True)
class PartnerShare:
    """A partner's part of one product's revenue; `corrects` is the code of a corrected period.

    `period_id` is the month that bears it, `usage_id` that of the usage, `earned_in` its code. A
    share that waits for customers to pay has what a statement releases of it.
    """

    id: UUID
    party_id: UUID
    agreement_id: UUID
    terms_id: UUID
    product: str
    currency: str
    events: int
    gross: Decimal
    base: Decimal
    amount: Decimal
    steps: Sequence[Mapping[str, Any]]
    corrects: str = ""
    cause: str = "share"
    rule: str = ""
    period_id: UUID | None = None
    usage_id: UUID | None = None
    earned_in: str = ""
    release: Release | None = None

    @property
    def credited(self) -> Money:
        """The share, exact."""
        return money(self.amount, self.currency)

    @property
    def money(self) -> Money:
        """What a statement states of the share: all of it, or what it releases of it."""
        stated = self.amount if self.release is None else self.release.amount
        return money(stated, self.currency)

    @property
    def is_told(self) -> bool:
        """Whether an earlier statement bears the share, and this one only releases more of it."""
        return self.release is not None and not self.release.is_first


@dataclass(frozen=True, slots=True)
class Agreed:
    """What of an agreement's version a statement needs."""

    code: str
    fixing: Fixing | None
    policies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Terms:
    """The two sides, the language, the days, the tax and the agreements behind the shares.

    `taxed_before` is the tax of corrected months, by code, where it is not that of this one (R75).
    `events_root` is the root over the events behind them, if any are listed. `withheld_before` is
    what was withheld from the partner this year, the earliest first.
    """

    partner: Party
    tenant: Party
    locale: str
    currency: str
    period: Period
    due_on: dt.date
    tax: Tax
    agreed: Mapping[UUID, Agreed]
    products: Mapping[str, str]
    rates: RateTable
    tax_currency: TaxCurrency | None = None
    taxed_before: Mapping[str, Tax] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    events_root: str = ""
    withholding_rate: Decimal = Decimal(0)
    residence_certificate: str = ""
    withheld_before: tuple[WithheldPart, ...] = ()


def draft_statement(shares: Sequence[PartnerShare], terms: Terms) -> Document:
    """Draft the statement over shares of one partner. Raises NoFixing or NoFxRate."""
    ordered = in_order(shares)
    converted = _converted(ordered, terms)
    say = translator(terms.locale)

    taxes = {
        code: replace(tax, reason=translate(tax.reason, terms.locale))
        for code, tax in {**terms.taxed_before, "": terms.tax}.items()
    }
    lines = tuple(
        _line(str(number), share, amount, taxes.get(share.corrects, taxes[""]), terms)
        for number, (share, amount) in enumerate(zip(ordered, converted, strict=True), 1)
    )
    printed = _printed(shares, terms)
    policies = TotalPolicies.named(printed)
    totals = add_up(lines, terms.currency, policies, tax_currency=terms.tax_currency)
    kind = Kind.SELF_BILLED_INVOICE
    if totals.gross.amount < 0:
        kind = Kind.SELF_BILLED_CREDIT
        lines = tuple(_negated(line) for line in lines)
        totals = add_up(lines, terms.currency, policies, tax_currency=terms.tax_currency)
    held = _withheld(kind, totals.net, terms)
    if held:
        totals = add_up(
            lines, terms.currency, policies, withholdings=held, tax_currency=terms.tax_currency
        )
    codes = sorted({terms.agreed[share.terms_id].code for share in shares})
    return Document(
        kind=kind,
        currency=terms.currency,
        locale=terms.locale,
        seller=terms.partner,
        buyer=terms.tenant,
        lines=lines,
        totals=totals,
        period=terms.period,
        tax_point_on=terms.period.last_day,
        due_on=terms.due_on,
        tax_currency=terms.tax_currency,
        references=References(buyer=terms.partner.reference, agreement=", ".join(codes)),
        withholdings=held,
        notes=(*terms.notes, *_events_root(terms, say)),
        policies=printed,
        derivations=tuple(
            Derivation(
                f"{line.id}. {line.description}",
                tuple(_steps(share, amount, terms, say)),
            )
            for line, share, amount in zip(lines, ordered, converted, strict=True)
        ),
    )


def rounded_releases(shares: Sequence[PartnerShare]) -> list[Rounded]:
    """What releasing parts of shares rounded, by the lines of their statement."""
    return [
        Rounded(
            RELEASE,
            str(number),
            share.currency,
            Fraction(share.release.amount) + share.release.fraction,
            share.release.amount,
        )
        for number, share in enumerate(in_order(shares), 1)
        if share.release is not None and share.release.fraction is not None
    ]


def rounded_conversions(shares: Sequence[PartnerShare], terms: Terms) -> list[Rounded]:
    """What converting the shares rounded, by the lines of their statement."""
    converted = _converted(in_order(shares), terms)
    return [
        of_conversion(str(number), each) for number, each in enumerate(converted, 1) if each.path
    ]


def _events_root(terms: Terms, say: Callable[..., str]) -> tuple[str, ...]:
    return (say(EVENTS_ROOT, root=terms.events_root),) if terms.events_root else ()


def _withheld(kind: Kind, net: Money, terms: Terms) -> tuple[Withholding, ...]:
    """The tax that we keep back, or that a credit gives back."""
    if kind.is_credit:
        return given_back(terms.withheld_before, net, terms.locale)
    found = withheld(terms.withholding_rate, terms.residence_certificate, net, terms.locale)
    return () if found is None else (found,)


def in_order(shares: Sequence[PartnerShare]) -> list[PartnerShare]:
    """Shares in the order of the lines of their statement."""
    return sorted(shares, key=_place)


def _place(share: PartnerShare) -> tuple[str, ...]:
    line = (place_of(share.cause), share.product, share.rule, share.currency, str(share.id))
    return (share.corrects, str(share.agreement_id), *line)


def _converted(shares: Sequence[PartnerShare], terms: Terms) -> list[Converted]:
    """Amounts in the settlement currency; each version of an agreement converts by itself."""
    found: dict[UUID, Converted] = {}
    for terms_id in dict.fromkeys(share.terms_id for share in shares):
        agreed = terms.agreed[terms_id]
        conversion = Conversion(
            agreed.code, terms.currency, agreed.fixing, terms.period.last_day, agreed.policies
        )
        same = [share for share in shares if share.terms_id == terms_id]
        lines = converted_lines([share.money for share in same], conversion, terms.rates)
        found |= {share.id: line for share, line in zip(same, lines, strict=True)}
    return [found[share.id] for share in shares]


def _line(number: str, share: PartnerShare, amount: Converted, tax: Tax, terms: Terms) -> Line:
    say = translator(terms.locale)
    product = terms.products.get(share.product, share.product)
    wording = CAUSES.get(share.cause) or TAKEN_BACK.get(share.cause, LINE)
    what = say(wording, product=product, agreement=terms.agreed[share.terms_id].code)
    if share.rule:
        what = say(BY_RULE, what=what, rule=share.rule)
    if share.is_told:
        what = say(RELEASED, what=what, period=share.earned_in)
    elif share.corrects:
        what = say(CORRECTION, what=what, period=share.corrects)
    return Line(
        id=number,
        description=what,
        quantity=_quantity(share),
        unit_code="C62",
        net=amount.amount,
        tax=tax,
        group=say(GROUP),
        period=terms.period,
    )


def _steps(
    share: PartnerShare, amount: Converted, terms: Terms, say: Callable[..., str]
) -> list[Step]:
    steps = (
        fact_steps(share.steps, share.credited, terms.locale)
        if share.cause in CAUSES
        else _split(share, terms, say)
    )
    if share.release is not None:
        steps += release_steps(share.credited, share.release, terms.locale)
    if amount.path:
        steps.append(
            Step(
                say(CONVERTED, currency=terms.currency),
                amount.amount,
                _rate_text(amount, terms.locale),
                is_result=True,
            )
        )
    return steps


def _split(share: PartnerShare, terms: Terms, say: Callable[..., str]) -> list[Step]:
    def payable(amount: Decimal) -> Money:
        return to_minor_unit(money(amount, share.currency))

    steps = [Step(say(GROSS), payable(share.gross))]
    for step in share.steps:
        told = _told(step, say)
        if told:
            steps.append(Step(told, scaled(payable(parse_amount(step["amount"])), -1)))
    steps.append(Step(say(LEFT), payable(share.base), is_result=True))
    part = ""
    if share.base:
        part = percent_text((share.amount / share.base).quantize(Decimal("0.0001")), terms.locale)
    return [*steps, Step(say(SHARE), payable(share.amount), part, is_result=True)]


def _quantity(share: PartnerShare) -> Decimal:
    """The events, or one for what no events stand behind; below zero where it takes back."""
    if not share.is_told and (share.events or not share.amount):
        return Decimal(share.events)
    return Decimal(1).copy_sign(share.money.amount)


def _told(step: Mapping[str, Any], say: Callable[..., str]) -> str:
    """What a step before the shares is called; nothing for the shares themselves."""
    if "takes" in step:
        return say(DEDUCTION, name=step["takes"])
    if "base" in step:
        return say(BASED[step["base"]])
    if "brought" in step:
        return say(BROUGHT)
    return say(CARRIED) if "carried" in step else ""


def _rate_text(amount: Converted, locale: str) -> str:
    """The rates used, as their source quotes them."""
    return "; ".join(
        f"{rate.unit} {rate.base} = {number_text(rate.rate, locale)} {rate.quote}"
        f" ({rate.source}, {date_text(rate.valid_on, locale)})"
        for rate in amount.path
    )


def _printed(shares: Sequence[PartnerShare], terms: Terms) -> tuple[tuple[str, str], ...]:
    policies: dict[str, str] = {}
    for share in shares:
        policies |= terms.agreed[share.terms_id].policies
    if not any(share.cause in TAKEN_BACK for share in shares):
        policies.pop("partial_refund", None)
    return tuple((name, policies[name]) for name in PRINTED if name in policies)


def _negated(line: Line) -> Line:
    return replace(line, quantity=line.quantity.copy_negate(), net=scaled(line.net, -1))


def owed_to(document: Document) -> Money:
    """What we owe by the statement; below zero where it takes something back."""
    payable = document.totals.payable
    return scaled(payable, -1) if document.kind.is_credit else payable
