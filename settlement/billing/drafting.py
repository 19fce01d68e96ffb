"""Draft the bill of one customer, from charges and from what all bills of a cycle share."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import NamedTuple
from uuid import UUID

from currencies.fx_rate import RateTable
from currencies.money import Money, total
from settlement.agreements.contract import Contract
from settlement.agreements.due_dates import due_on
from settlement.agreements.policies import in_force
from settlement.billing.invoice import (
    Terms,
    draft_invoice,
    is_carried,
    minimum_for,
    owed_by,
    tax_inside_of,
)
from settlement.billing.invoice_choice import REST, InvoiceChoice, parts_of
from settlement.billing.invoice_lines import (
    Charge,
    TaxInside,
    charged_by,
    charges_by_line,
    invoice_lines,
)
from settlement.billing.manual_lines import ManualLine, manual_lines
from settlement.billing.margin_scheme.margin_sale import (
    CATEGORY,
    MarginSale,
    charged_sales,
    check_costs,
    check_one_reason,
)
from settlement.billing.sections import Section
from settlement.billing.sides import (
    outside_vat,
    party_side,
    party_taxed,
    tenant_side,
    tenant_taxed,
)
from settlement.parties.bank_account import BankAccount
from settlement.parties.cycle_day import DatedCycleDay, cut_of
from settlement.parties.party import Party
from settlement.periods.calendar import ONE_DAY, Month, month, month_of
from settlement.taxation.local_tax import tax_currency
from settlement.taxation.number_checks.number_check import CheckedNumbers, Numbered
from settlement.taxation.number_checks.wording import evidence_note
from settlement.taxation.places.place import Customer, Places
from settlement.taxation.treatment import tax_on
from settlement.taxation.vat_rates import RateBook
from statements.composing import Composed
from statements.document import Document, Line, Period, Tax
from statements.filing import Filing
from tenants.directory.tenant import Tenant

# Where charges come without a contract in their currency.
PAYMENT_DAYS = 14


class Due(NamedTuple):
    """A customer and a currency in which there is something to bill."""

    code: str
    currency: str
    party_id: UUID


@dataclass(frozen=True, slots=True)
class Cycle:
    """What all bills of a run have in common; `accounts` are the tenant's own, by currency.

    `cycle_days` are those of customers who ever chose one. `margin_costs` are those of goods under
    the margin scheme, by charge line.
    """

    tenant: Tenant
    month: Month
    period_id: UUID
    issued_on: dt.date
    contracts: Mapping[UUID, Sequence[Contract]]
    products: Mapping[str, str]
    accounts: Mapping[str, BankAccount]
    rates: RateTable
    numbers: CheckedNumbers
    vat: RateBook
    with_tax_inside: TaxInside
    choices: Mapping[UUID, InvoiceChoice]
    left_out: frozenset[str]
    cycle_days: Mapping[UUID, Sequence[DatedCycleDay]]
    sections: Mapping[UUID, Mapping[UUID, Section]]
    places: Places
    margin_costs: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Bill:
    """The draft over a customer's charges in one currency, where it belongs, and what it bears.

    `charged` is the sum of the charges, `tax_inside` the tax inside of their prices, `sales` what
    of them is sold under the margin scheme; `composed` is the draft made ready for its number,
    where it is already.
    """

    party: Party
    draft: Document
    filing: Filing
    charge_ids: tuple[str, ...]
    charged: Money
    tax_inside: Money
    sales: tuple[MarginSale, ...] = ()
    composed: Composed | None = None


def draft_bills(cycle: Cycle, party: Party, charges: Sequence[Charge]) -> list[Bill]:
    """Draft what a customer gets for charges in one currency: one document, or as it has chosen.

    Every charge is on one of them, but for those that a person left out of the month, and what the
    customer's cycle day leaves to the next one. Raises what `draft_bill` raises.
    """
    until = billed_until(cycle, party.id)
    if until < cycle.month.ends_on:
        charges = [charge for charge in charges if charge.ends_on <= until]
    if cycle.left_out:
        charges = [charge for charge in charges if charge.id not in cycle.left_out]
    choice = cycle.choices.get(party.id, InvoiceChoice())
    numbers = {each.id: each.number for each in cycle.contracts.get(party.id, ())}
    parts = parts_of(choice, charges, numbers)
    return [draft_bill(cycle, party, of_part, part) for part, of_part in parts.items()]


def draft_bill(cycle: Cycle, party: Party, charges: Sequence[Charge], part: str = REST) -> Bill:
    """Draft the invoice or credit note over charges of one customer in one currency.

    `part` names it among several of the month. Raises what keeps this customer from being billed:
    VatNumberMissing, VatNumberInvalid, VatNumberUnchecked, NoVatRate, NoFxRate and the like.
    """
    currency = charges[0].currency
    has_margin = check_costs(charges, cycle.margin_costs)
    _check_place(cycle, party)
    lines = invoice_lines(
        charges,
        cycle.products,
        party.language,
        _taxing(cycle, party),
        _inside(cycle, party),
        cycle.sections.get(party.id, {}),
    )
    if has_margin:
        check_one_reason(lines)
    terms = _terms_over(cycle, party, currency, lines, _tax_day(cycle, party))
    draft = draft_invoice(lines, currency, replace(terms, period=_billed(cycle, party, charges)))
    purpose = f"invoice:{cycle.month.code}:{party.code}:{currency}" + (part and f":{part}")
    return bill_over(cycle, charges, draft, party, Filing(party.id, purpose, cycle.period_id))


def bill_over(
    cycle: Cycle, charges: Sequence[Charge], draft: Document, party: Party, filing: Filing
) -> Bill:
    """The bill of a run that a draft over charges makes. Raises NoVatRate."""
    ids = tuple(charge.id for charge in charges)
    sales = tuple(margin_sales_of(cycle, party, charges))
    return Bill(party, draft, filing, ids, charged_by(charges), tax_inside_of(draft), sales)


def draft_single(
    cycle: Cycle,
    party: Party,
    currency: str,
    charges: Sequence[Charge],
    asked: Sequence[ManualLine],
) -> Document:
    """Draft one invoice out of turn, over charges that are not billed and lines written by hand.

    Tax arises on the day of issue. Raises ManualLineUnusable and what `draft_bill` raises.
    """
    has_margin = check_costs(charges, cycle.margin_costs)
    _check_place(cycle, party)
    taxed = _taxing(cycle, party, cycle.issued_on)
    lines = (
        *invoice_lines(charges, cycle.products, party.language, taxed, _inside(cycle, party)),
        *manual_lines(asked, currency, lambda category: taxed(category, "")),
    )
    if has_margin:
        check_one_reason(lines)
    draft = draft_invoice(lines, currency, _terms_over(cycle, party, currency, lines))
    return replace(draft, period=None, tax_point_on=cycle.issued_on)


def _billed(cycle: Cycle, party: Party, charges: Sequence[Charge]) -> Period:
    """The days of the customer's billing cycle, from the first that is billed only now."""
    billing_cycle = cycle.choices.get(party.id, InvoiceChoice()).cycle
    first = min((each.starts_on for each in charges if not each.corrects), default=dt.date.max)
    begins_on = min(first, _cut_before(cycle, party, cycle.month.starts_on))
    earliest = _cut_before(cycle, party, billing_cycle.begins_on(cycle.month))
    return Period(max(begins_on, earliest), billed_until(cycle, party.id))


def billed_until(cycle: Cycle, party_id: UUID) -> dt.date:
    """The first day that a run over the month leaves to the next one, by a customer's cycle day.

    Nothing is left of who has no contract any more.
    """
    dated = cycle.cycle_days.get(party_id)
    if not dated or _has_ended(cycle, party_id):
        return cycle.month.ends_on
    return cut_of(dated, cycle.month.starts_on, cycle.month.ends_on)


def _cut_before(cycle: Cycle, party: Party, day: dt.date) -> dt.date:
    """Where the run over the month that ends with a day ended for a customer, by its cycle day."""
    dated = cycle.cycle_days.get(party.id)
    if not dated:
        return day
    before = month_of(day - ONE_DAY)
    return cut_of(dated, before.starts_on, before.ends_on)


def _tax_day(cycle: Cycle, party: Party) -> dt.date:
    """The day on which tax arises for what a run bills: the last that it bills."""
    return billed_until(cycle, party.id) - ONE_DAY


def margin_sales_of(
    cycle: Cycle, party: Party, charges: Sequence[Charge], on: dt.date | None = None
) -> list[MarginSale]:
    """What is sold to a customer under the margin scheme, by line; the rate is that of the day of
    tax. Raises NoVatRate.
    """
    if not any(each.tax_category == CATEGORY for each in charges):
        return []
    rate = cycle.vat.rate("standard", cycle.tenant.country, on or _tax_day(cycle, party))
    sections = cycle.sections.get(party.id, {}) if on is None else {}
    inside = _inside(cycle, party)
    by_line = charges_by_line(charges, cycle.products, party.language, sections, inside)
    return charged_sales(by_line, cycle.margin_costs, rate)


def _check_place(cycle: Cycle, party: Party) -> None:
    """Nothing is taxed where a private customer's place is in doubt on the day of issue."""
    is_business, is_abroad = party_taxed(party).is_business, party.country != cycle.tenant.country
    customer = Customer(party.id, party.name, party.country, is_business, is_abroad)
    cycle.places.check(customer, cycle.issued_on)


def _inside(cycle: Cycle, party: Party) -> TaxInside:
    """Whose prices include the tax, and how it is taken out of them (R83)."""
    if not cycle.with_tax_inside.is_anywhere:
        return cycle.with_tax_inside
    signed = cycle.contracts.get(party.id, ())
    policies = in_force(signed[0].policies if signed else {}, "contract")
    return replace(cycle.with_tax_inside, policies=policies)


def _taxing(cycle: Cycle, party: Party, on: dt.date | None = None) -> Callable[[str, str], Tax]:
    """How lines of a customer are taxed, by category and the code of the month they correct."""
    seller, buyer = tenant_taxed(cycle.tenant), party_taxed(party)
    at_home = cycle.numbers.is_decided(party.id, cycle.month.code)
    tax_day = _tax_day(cycle, party)

    @cache
    def taxed(category: str, corrects: str) -> Tax:
        # What takes back an earlier month takes the rate of that month (R75).
        day = month(corrects).last_day if corrects else on or tax_day
        return tax_on(category, seller, buyer, day, cycle.vat, is_charged_at_home=at_home)

    return taxed


def _terms_over(
    cycle: Cycle,
    party: Party,
    currency: str,
    lines: Sequence[Line],
    tax_day: dt.date | None = None,
) -> Terms:
    is_outside_vat = all(line.tax.category == "O" for line in lines)
    terms = terms_of(cycle, party, currency, is_outside_vat, tax_day)
    if not any(line.tax.category == "AE" for line in lines):
        return terms
    numbered = Numbered(party.id, party.name, party.tax_id)
    note = evidence_note(cycle.numbers, numbered, cycle.issued_on, party.language)
    return replace(terms, notes=(note,))


def due_and_carried(cycle: Cycle, bills: Sequence[Bill]) -> tuple[list[Bill], list[Bill]]:
    """A customer's bills in one currency: those that are due, and those that wait.

    All wait until the customer's billing cycle ends, and those below the smallest invoice longer.
    By the policy `minimum_invoice_per` each document is measured, or all of the customer's
    together. Raises MinimumUnreadable.
    """
    if not bills:
        return [], []
    policies = cycle.tenant.policies
    minimum = minimum_for(policies, bills[0].draft.currency)
    has_ended = _has_ended(cycle, bills[0].party.id)
    choice = cycle.choices.get(bills[0].party.id, InvoiceChoice())
    if not choice.cycle.ends_with(cycle.month) and not has_ended:
        return [], list(bills)
    owed = [owed_by(bill.draft) for bill in bills]
    if policies.get("minimum_invoice_per") == "customer":
        owed = [total(owed, bills[0].draft.currency)] * len(bills)
    due: list[Bill] = []
    carried: list[Bill] = []
    for bill, amount in zip(bills, owed, strict=True):
        (carried if is_carried(amount, minimum, has_ended) else due).append(bill)
    return due, carried


def _has_ended(cycle: Cycle, party_id: UUID) -> bool:
    ends = [each.valid_until for each in cycle.contracts.get(party_id, ())]
    return bool(ends) and all(end is not None and end <= cycle.month.ends_on for end in ends)


def terms_of(
    cycle: Cycle,
    party: Party,
    currency: str,
    is_outside_vat: bool,
    tax_day: dt.date | None = None,
) -> Terms:
    """How a customer is billed in a currency today, with tax of a day, or of the month's last.

    Raises NoFxRate.
    """
    contracts = [each for each in cycle.contracts.get(party.id, ()) if each.currency == currency]
    policies = in_force(contracts[0].policies if contracts else {}, "contract")
    days = min((each.payment_days for each in contracts), default=PAYMENT_DAYS)
    seller, buyer = tenant_side(cycle.tenant, cycle.accounts.get(currency)), party_side(party)
    if is_outside_vat:
        seller, buyer = outside_vat(seller), outside_vat(buyer)
    return Terms(
        seller=seller,
        buyer=buyer,
        locale=party.language,
        period=Period(cycle.month.starts_on, cycle.month.ends_on),
        due_on=due_on(cycle.issued_on, days, policies, party.country),
        policies=policies,
        tax_currency=tax_currency(
            cycle.tenant.country,
            cycle.tenant.base_currency,
            currency,
            cycle.rates,
            tax_day or cycle.month.last_day,
            cycle.issued_on,
        ),
    )
