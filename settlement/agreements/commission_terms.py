"""The terms of a commission: what a network of agents gets for what its customers are charged.

Level 1 is the agent who sold the contract, level 2 its superior, and so on. Rates are between 0
and 1, written as text. README.md of this folder describes the format.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from currencies.money import plain as decimal_text
from i18n.errors import Invalid
from i18n.locale import Words, _
from settlement.agreements.sharing_terms import Deduction, deductions_to_plain, read_deductions
from settlement.catalogue.plain_values import Place, Plain, Reader, without_defaults

MOST_LEVELS: Final = 20


class NoCommission(Invalid):
    """{where} pays for nothing. Name rates, or an amount per contract."""


class RatesOverWhole(Invalid):
    """{where}: the levels come to {total}, which is more than 1. Lower one of them."""


class ProductRatedTwice(Invalid):
    """{where} has two rates for {product}. Keep one of them."""


class DeductionNeedsRate(Invalid):
    """{where}: the deduction {name} is no rate. A commission takes deductions by rate only; write
    one, or leave it out.
    """


@dataclass(frozen=True, slots=True)
class CommissionRate:
    """What each level gets of the charges for some products; no products are all others."""

    products: tuple[str, ...]
    levels: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class CommissionTerms:
    """Rates of what customers are charged, and amounts per contract, each from level 1 up.

    The amount for a contract is given back where the contract ends in less than `clawback_months`.
    A change is announced `notice_days` before it holds.
    """

    rates: tuple[CommissionRate, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    per_contract: tuple[Decimal, ...] = ()
    clawback_months: int = 0
    notice_days: int = 0

    def levels_of(self, product: str) -> tuple[Decimal, ...]:
        """The rates for a product, from level 1 up; those that name it go before those for all."""
        named = [each for each in self.rates if product in each.products]
        general = [each for each in self.rates if not each.products]
        return next((each.levels for each in (*named, *general)), ())

    @property
    def products(self) -> tuple[str, ...]:
        """The products that rates name."""
        return tuple(sorted({product for rate in self.rates for product in rate.products}))


_KNOWN: Final = ("rates", "deductions", "per_contract", "clawback_months", "notice_days")


def commission_terms_from_plain(plain: Plain, code: str) -> CommissionTerms:
    """Read terms. Raises the errors above and what Reader raises."""
    where = f"commission {code}"
    reader = Reader(plain, where, _KNOWN)
    terms = CommissionTerms(
        rates=tuple(_rate(each, where) for each in reader.tables("rates")),
        deductions=read_deductions(reader),
        per_contract=_amounts(reader, "per_contract"),
        clawback_months=reader.whole("clawback_months", 0),
        notice_days=reader.whole("notice_days", 0),
    )
    if not terms.rates and not terms.per_contract:
        raise NoCommission(where=Place(where))
    for deduction in terms.deductions:
        if deduction.rate is None:
            raise DeductionNeedsRate(where=Place(where), name=deduction.name)
    named = [product for rate in terms.rates for product in rate.products or ("all products",)]
    for product in named:
        if named.count(product) > 1:
            raise ProductRatedTwice(where=Place(where), product=product)
    return terms


def commission_terms_to_plain(terms: CommissionTerms) -> dict[str, Any]:
    """Write terms as `commission_terms_from_plain` reads them."""
    plain = {
        "rates": [
            without_defaults(
                {
                    "products": list(rate.products),
                    "levels": [decimal_text(each) for each in rate.levels],
                },
                {},
            )
            for rate in terms.rates
        ],
        "deductions": deductions_to_plain(terms.deductions),
        "per_contract": [decimal_text(each) for each in terms.per_contract],
        "clawback_months": terms.clawback_months,
        "notice_days": terms.notice_days,
    }
    return without_defaults(plain, {"clawback_months": 0, "notice_days": 0})


def _rate(plain: Plain, where: str) -> CommissionRate:
    reader = Reader(plain, f"{where}, rates", ("products", "levels"))
    levels = _amounts(reader, "levels")
    whole = sum((Fraction(each) for each in levels), Fraction(0))
    if not levels:
        raise reader.wrong("levels", plain.get("levels"), Words(_("a rate for each level")))
    if whole > 1:
        raise RatesOverWhole(where=Place(reader.where), total=decimal_text(sum(levels, Decimal(0))))
    return CommissionRate(tuple(sorted(reader.texts("products"))), levels)


def _amounts(reader: Reader, key: str) -> tuple[Decimal, ...]:
    """A list of amounts of zero or more, one for each level."""
    value = reader.plain.get(key) or []
    if not isinstance(value, list | tuple) or len(value) > MOST_LEVELS:
        raise reader.wrong(
            key, value, Words(_("a list of at most {most} amounts"), most=MOST_LEVELS)
        )
    each_level = [Reader({key: each}, reader.where, (key,)) for each in value]
    return tuple(each.price(key) for each in each_level)
