"""The terms of a revenue share agreement, read from a plain dictionary and written to one.

Rates are between 0 and 1, written as text. README.md of this folder describes the format.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from currencies.money import plain as decimal_text
from i18n.errors import Invalid
from settlement.catalogue.plain_values import Plain, Reader, without_defaults

BASES: Final = ("left", "gross", "net")
# What a deduction may be taken from instead of a rate: a fact that the books know.
INTERCONNECT_COST: Final = "interconnect_cost"
SOURCES: Final = (INTERCONNECT_COST,)


class SharesOverWhole(Invalid):
    """The shares of {where} add up to {total}, which is more than 1. Lower one of them."""


class SharesIncomplete(Invalid):
    """The shares of {where} add up to {total} and are declared complete. Make them 1."""


class RateOutOfRange(Invalid):
    """{where}: {key} is {value}. A rate is between 0 and 1; write 70 % as "0.70"."""


class SharedTwice(Invalid):
    """{where} needs shares or a chain, and not both."""


class PayeeTwice(Invalid):
    """{where} names {payee} twice, as a payee or a deduction. Give each one name and one place."""


@dataclass(frozen=True, slots=True)
class Deduction:
    """Taken before anything is shared: included VAT, a rate of a base, a fixed amount, or a fact.

    The amount of a fact is known by its `source` when revenue is shared.
    """

    name: str
    rate: Decimal | None = None
    amount: Decimal | None = None
    percent_of: str = "left"
    is_vat: bool = False
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A payee and its rate: of what is left to share, or in a chain of what the one before left."""

    payee: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class ShareTier:
    """The rate of the base up to and including a bound; None has no bound."""

    rate: Decimal
    up_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SharingTerms:
    """Who gets what of revenue, in which order. The owner gets what is left, and stands last."""

    owner: str
    deductions: tuple[Deduction, ...] = ()
    shares: tuple[Part, ...] = ()
    chain: tuple[Part, ...] = ()
    rounding_level: str = "statement"
    waterfall_rounding: str = "each_step"
    chain_rounding: str = "cascade"
    share_base: str = "retail"
    trial_base: str = "zero"

    def payees(self) -> list[str]:
        """Everybody who is given a share, in the order of the agreement, the owner last."""
        return [*(part.payee for part in self.shares or self.chain), self.owner]

    def sources(self) -> set[str]:
        """The facts that its deductions are taken from."""
        return {each.source for each in self.deductions if each.source is not None}


def terms_from_plain(plain: Plain) -> SharingTerms:
    """Read terms. Raises SharesOverWhole, SharesIncomplete, and what Reader raises."""
    known = ("owner", "deductions", "shares", "chain", "complete", *_POLICIES)
    where = "the revenue share"
    reader = Reader(plain, where, known)
    shares, chain = _parts(reader, "shares"), _parts(reader, "chain")
    if bool(shares) == bool(chain):
        raise SharedTwice(where=where)
    terms = SharingTerms(
        owner=reader.text("owner"),
        deductions=tuple(_deduction(each, where) for each in reader.tables("deductions")),
        shares=shares,
        chain=chain,
        **{name: reader.choice(name, values) for name, values in _POLICIES.items()},
    )
    _check(terms, plain.get("complete") is True, where)
    return terms


def terms_to_plain(terms: SharingTerms) -> dict[str, Any]:
    """Write terms as `terms_from_plain` reads them."""
    plain: dict[str, Any] = {
        "owner": terms.owner,
        "deductions": [_deduction_to_plain(each) for each in terms.deductions],
        "shares": [_part_to_plain(each) for each in terms.shares],
        "chain": [_part_to_plain(each) for each in terms.chain],
    }
    plain |= {name: getattr(terms, name) for name in _POLICIES}
    return without_defaults(plain, {name: values[0] for name, values in _POLICIES.items()})


_POLICIES: Final = {
    "rounding_level": ("statement", "event"),
    "waterfall_rounding": ("each_step", "end"),
    "chain_rounding": ("cascade", "leaves"),
    "share_base": ("retail", "list", "higher_of", "lower_of"),
    "trial_base": ("zero", "list"),
}


def _check(terms: SharingTerms, is_complete: bool, where: str) -> None:
    total = sum((Fraction(part.rate) for part in terms.shares), Fraction(0))
    if total > 1:
        raise SharesOverWhole(where=where, total=decimal_text(_sum(terms.shares)))
    if is_complete and terms.shares and total != 1:
        raise SharesIncomplete(where=where, total=decimal_text(_sum(terms.shares)))
    named = [*(each.name for each in terms.deductions), *terms.payees()]
    for payee in named:
        if named.count(payee) > 1:
            raise PayeeTwice(where=where, payee=payee)


def _sum(parts: tuple[Part, ...]) -> Decimal:
    return sum((part.rate for part in parts), Decimal(0))


def _parts(reader: Reader, key: str) -> tuple[Part, ...]:
    read = []
    for each in reader.tables(key):
        part = Reader(each, f"{reader.where}, {key}", ("payee", "rate"))
        read.append(Part(part.text("payee"), _rate(part, "rate")))
    return tuple(read)


def _deduction(plain: Plain, where: str) -> Deduction:
    known = ("name", "rate", "amount", "percent_of", "vat", "from")
    reader = Reader(plain, f"{where}, deductions", known)
    is_vat = plain.get("vat") is True
    ways = [key for key in ("rate", "amount", "from") if reader.has(key)]
    if len(ways) != 1 or (is_vat and ways != ["rate"]):
        raise reader.wrong("rate", plain.get("rate"), "a rate, or else an amount, or else from")
    return Deduction(
        name=reader.text("name"),
        rate=_rate(reader, "rate") if ways == ["rate"] else None,
        amount=reader.price("amount") if ways == ["amount"] else None,
        percent_of=reader.choice("percent_of", BASES),
        is_vat=is_vat,
        source=reader.choice("from", SOURCES) if ways == ["from"] else None,
    )


def _rate(reader: Reader, key: str) -> Decimal:
    rate = reader.amount(key)
    if not 0 <= rate <= 1:
        raise RateOutOfRange(where=reader.where, key=key, value=rate)
    return rate


def _part_to_plain(part: Part) -> dict[str, Any]:
    return {"payee": part.payee, "rate": decimal_text(part.rate)}


def _deduction_to_plain(deduction: Deduction) -> dict[str, Any]:
    plain = {
        "name": deduction.name,
        "rate": None if deduction.rate is None else decimal_text(deduction.rate),
        "amount": None if deduction.amount is None else decimal_text(deduction.amount),
        "percent_of": deduction.percent_of,
        "vat": deduction.is_vat or None,
        "from": deduction.source,
    }
    return without_defaults(plain, {"percent_of": "left"})
