"""What is wrong with a draft of a commission, each fault with a sale that shows it."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final

from currencies.money import money
from i18n.errors import DomainError
from settlement.agreements.commission_terms import CommissionTerms, commission_terms_from_plain
from settlement.agreements.half_even import require_half_kept
from settlement.agreements.partner_terms import fixing_from_terms
from settlement.amendments.amendment import Drafted, Kind
from settlement.amendments.examples import HUNDRED, amount_text
from settlement.amendments.finding import UNREADABLE, Example, Finding
from settlement.sharing.commissions import sale_amounts

# Stands for every product that no rate names.
ANY_PRODUCT: Final = "*"


@dataclass(frozen=True, slots=True)
class Sellers:
    """What a draft is looked at against.

    `kind` and `agent` are of whom it is with, `accounts` the currencies in which it can be paid,
    `products` the codes of all that there are, and `others` what the agent has on some day of the
    draft: codes of commissions, with the first day on which both would hold.
    """

    agent: str
    kind: str
    accounts: Set[str]
    products: Set[str]
    others: Mapping[str, str]


def faults_of_commission(drafted: Drafted, about: Sellers) -> list[Finding]:
    """All faults of a draft, errors first. The end of an agreement has no terms to be wrong."""
    if drafted.kind is Kind.END:
        return []
    own = {key: value for key, value in drafted.terms.items() if key != "fixing"}
    try:
        terms = commission_terms_from_plain(own, drafted.code)
        require_half_kept(drafted.policies, None, f"agreement {drafted.code}")
        fixing_from_terms(drafted.terms, drafted.code)
    except DomainError as fault:
        return [Finding(UNREADABLE, error=fault)]
    found = [*_agent(drafted, terms, about), *_products(drafted, terms, about)]
    return sorted(found, key=lambda finding: finding.level)


def _agent(drafted: Drafted, terms: CommissionTerms, about: Sellers) -> Iterator[Finding]:
    named = next(iter(terms.products), ANY_PRODUCT)
    shown = _sale(drafted, terms, about.agent, named)
    if about.kind != "partner":
        yield Finding("PAYEE_UNKNOWN", {"payee": about.agent}, shown)
    for other, day in about.others.items():
        twice = _sale(drafted, terms, about.agent, named, day=day)
        yield Finding("COMMISSION_TWICE", {"payee": about.agent, "other": other}, twice)
    if drafted.currency not in about.accounts:
        yield Finding("NO_ACCOUNT", {"payee": about.agent, "currency": drafted.currency}, shown)


def _products(drafted: Drafted, terms: CommissionTerms, about: Sellers) -> Iterator[Finding]:
    for product in terms.products:
        if product not in about.products:
            shown = _sale(drafted, terms, about.agent, product)
            yield Finding("PRODUCT_UNKNOWN", {"product": product}, shown)


def _sale(
    drafted: Drafted, terms: CommissionTerms, agent: str, product: str, **more: str
) -> Example:
    """A sale of 100 and what each level of the agent's network gets of it."""
    given = sale_amounts(terms, product, money(HUNDRED, drafted.currency))
    split = [
        (f"{agent} ({level})", amount_text(each.amount, drafted.currency))
        for level, each in enumerate(given, 1)
    ]
    sold = {"product": product, "amount": amount_text(HUNDRED, drafted.currency)}
    return Example(sold | more, tuple(split))
