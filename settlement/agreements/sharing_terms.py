"""The terms of a revenue share agreement, read from a plain dictionary and written to one.

Rates are between 0 and 1, written as text. README.md of this folder describes the format.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from currencies.money import plain as decimal_text
from i18n.errors import Invalid
from i18n.locale import Words, _
from settlement.agreements.entitlement_terms import (
    PERIODS,
    PERIODS_FROM,
    PROMISES,
    Promise,
    promises_to_plain,
    read_promises,
)
from settlement.agreements.share_parts import (
    Part,
    TierKind,
    UnitShare,
    parts_to_plain,
    read_parts,
    read_rate,
    read_units,
    units_to_plain,
)
from settlement.catalogue.plain_values import Place, Plain, Reader, without_defaults

BASES: Final = ("left", "gross", "net")
# What a deduction may be taken from instead of a rate: a fact that the books know.
INTERCONNECT_COST: Final = "interconnect_cost"
SOURCES: Final = (INTERCONNECT_COST,)


class SharesOverWhole(Invalid):
    """The shares of {where} add up to {total}, which is more than 1. Lower one of them."""


class SharesIncomplete(Invalid):
    """The shares of {where} add up to {total} and are declared complete. Make them 1."""


class SharedTwice(Invalid):
    """{where} needs shares or a chain, and not both."""


class PayeeTwice(Invalid):
    """{where} names {payee} twice, as a payee or a deduction. Give each one name and one place."""


class OwnerPromised(Invalid):
    """{where} promises something to {payee}, who owns the agreement and bears what others are
    promised. Name a partner.
    """


class ClaimsAtTheEnd(Invalid):
    """{where} has claims, which are served in whole minor units as they are reached. Leave
    waterfall_rounding at each_step.
    """


@dataclass(frozen=True, slots=True)
class Deduction:
    """Taken before anything is shared: included VAT, a rate of a base, a fixed amount, or a fact.

    The amount of a fact is known by its `source` when revenue is shared. A claim is a fixed amount
    that takes no more than is left; claims that follow one another are one step (rule R46).
    """

    name: str
    rate: Decimal | None = None
    amount: Decimal | None = None
    percent_of: str = "left"
    is_vat: bool = False
    source: str | None = None
    is_claim: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Another split for some revenue: of these products, customers and destinations.

    A list that is empty does not matter. `segments` and `territories` are those that customers are
    classed by; a territory may also be the customer's country. A destination matches with all that
    begin like it.
    """

    name: str
    products: tuple[str, ...]
    segments: tuple[str, ...]
    territories: tuple[str, ...]
    destinations: tuple[str, ...]
    shares: tuple[Part, ...]
    chain: tuple[Part, ...]
    units: tuple[UnitShare, ...]


@dataclass(frozen=True, slots=True)
class SharingTerms:
    """Who gets what of revenue, in which order. The owner gets what is left, and stands last.

    The owner bears what is paid beside a part of revenue: amounts for units, guarantees, fees.
    """

    owner: str
    deductions: tuple[Deduction, ...] = ()
    shares: tuple[Part, ...] = ()
    chain: tuple[Part, ...] = ()
    rounding_level: str = "statement"
    waterfall_rounding: str = "each_step"
    step: str = "ratio"
    chain_rounding: str = "cascade"
    share_base: str = "retail"
    trial_base: str = "zero"
    tier_kind: TierKind = "graduated"
    tier_period: str = "month"
    periods_from: str = "calendar"
    units: tuple[UnitShare, ...] = ()
    guarantees: tuple[Promise, ...] = ()
    advances: tuple[Promise, ...] = ()
    caps: tuple[Promise, ...] = ()
    fees: tuple[Promise, ...] = ()
    rules: tuple[Rule, ...] = ()
    pays: str = "when_billed"
    credit_risk: str = "owner"

    def payees(self) -> list[str]:
        """Everybody who is given a share, in the order of the agreement, the owner last."""
        return [*(part.payee for part in self.shares or self.chain), self.owner]

    def sources(self) -> set[str]:
        """The facts that its deductions are taken from."""
        return {each.source for each in self.deductions if each.source is not None}

    def split(self, rule: str) -> "SharingTerms":
        """These terms as a rule splits revenue; the empty name is the general split."""
        for each in self.rules:
            if each.name == rule:
                return replace(self, shares=each.shares, chain=each.chain, units=each.units)
        assert not rule, f"there is no rule {rule}"
        return self

    def splits(self) -> dict[str, "SharingTerms"]:
        """The general split, and that of each rule by its name."""
        return {name: self.split(name) for name in ("", *(each.name for each in self.rules))}

    def promises(self) -> dict[str, tuple[Promise, ...]]:
        """What payees are promised for periods, by the name of the list."""
        return {name: getattr(self, name) for name in PROMISES}

    @property
    def shares_losses(self) -> bool:
        """Whether payees give back their shares of what customers will never pay."""
        return self.credit_risk == "shared" or self.pays == "when_paid"

    @property
    def has_tiers(self) -> bool:
        """Whether somebody's rate depends on how much there was to share."""
        return any(part.tiers for split in self.splits().values() for part in split.shares)

    @property
    def has_own_periods(self) -> bool:
        """Whether something depends on more than the revenue of one month."""
        return any(self.promises().values()) or self.has_tiers

    @property
    def has_claims(self) -> bool:
        """Whether claims are served before anything is shared."""
        return any(each.is_claim for each in self.deductions)

    def policies(self) -> dict[str, str]:
        """The value of each policy that is in force, used or not."""
        return {name: getattr(self, name) for name in _POLICIES}

    def policies_where_used(self) -> dict[str, str]:
        """What is in force, without what nothing depends on: no claims, no tiers, no chain."""
        is_used = {
            "waterfall_rounding": bool(self.deductions),
            "step": self.has_claims,
            "chain_rounding": any(split.chain for split in self.splits().values()),
            "tier_kind": self.has_tiers,
            "tier_period": self.has_tiers,
            "periods_from": self.has_own_periods,
        }
        return {name: value for name, value in self.policies().items() if is_used.get(name, True)}

    def without_effect(self) -> set[str]:
        """Policies of a revenue share that these terms give nothing to decide."""
        is_used = {"refund_counts_in_tier": self.has_tiers} | dict.fromkeys(
            ("guarantee_run", "guarantee_earned", "negative_month"), bool(self.guarantees)
        )
        return {name for name, used in is_used.items() if not used}

    def everybody(self) -> list[str]:
        """Everybody who may be given something, each once, the owner last."""
        named = [payee for split in self.splits().values() for payee in split.payees()[:-1]]
        named += [unit.payee for split in self.splits().values() for unit in split.units]
        named += [promise.payee for each in self.promises().values() for promise in each]
        return [*dict.fromkeys(named), self.owner]


@dataclass(frozen=True, slots=True)
class _Written:
    """Terms as they are written; the same text is the same terms."""

    text: str
    plain: Plain = field(compare=False)


def terms_from_plain(plain: Plain) -> SharingTerms:
    """Read terms. Raises SharesOverWhole, SharesIncomplete, and what Reader raises."""
    return _read(_Written(repr(plain), plain))


# A month reads the terms of every agreement several times: to share, to round, to state.
@lru_cache(maxsize=4_096)
def _read(written: _Written) -> SharingTerms:
    plain = written.plain
    known = ("owner", "deductions", "shares", "chain", "complete", "units", "rules")
    where = "revenue share"
    reader = Reader(plain, where, (*known, *PROMISES, *_POLICIES))
    named: dict[str, Any] = {name: read_promises(reader, name) for name in PROMISES}
    named |= {name: reader.choice(name, values) for name, values in _POLICIES.items()}
    terms = SharingTerms(
        owner=reader.text("owner"),
        deductions=read_deductions(reader),
        shares=read_parts(reader, "shares", may_have_tiers=True),
        chain=read_parts(reader, "chain", may_have_tiers=False),
        units=read_units(reader),
        rules=tuple(_rule(each, where) for each in reader.tables("rules")),
        **named,
    )
    _check(terms, plain.get("complete") is True, where)
    return terms


def terms_to_plain(terms: SharingTerms) -> dict[str, Any]:
    """Write terms as `terms_from_plain` reads them."""
    plain: dict[str, Any] = {
        "owner": terms.owner,
        "deductions": deductions_to_plain(terms.deductions),
        "shares": parts_to_plain(terms.shares),
        "chain": parts_to_plain(terms.chain),
        "units": units_to_plain(terms.units),
        "rules": [_rule_to_plain(each) for each in terms.rules],
    }
    plain |= {name: promises_to_plain(each) for name, each in terms.promises().items()}
    plain |= terms.policies()
    return without_defaults(plain, {name: values[0] for name, values in _POLICIES.items()})


_POLICIES: Final = {
    "rounding_level": ("statement", "event"),
    "waterfall_rounding": ("each_step", "end"),
    "step": ("ratio", "fixed"),
    "chain_rounding": ("cascade", "leaves"),
    "share_base": ("retail", "list", "higher_of", "lower_of"),
    "trial_base": ("zero", "list"),
    "tier_kind": ("graduated", "retroactive"),
    "tier_period": PERIODS,
    "periods_from": PERIODS_FROM,
    "pays": ("when_billed", "when_paid"),
    "credit_risk": ("owner", "shared"),
}


def _check(terms: SharingTerms, is_complete: bool, where: str) -> None:
    for name, split in terms.splits().items():
        _check_split(split, is_complete and not name, f"{where}, {name}" if name else where)
    _require_once([each.name for each in terms.rules], where)
    for promises in terms.promises().values():
        _require_once([promise.payee for promise in promises], where)
    if terms.has_claims and terms.waterfall_rounding == "end":
        raise ClaimsAtTheEnd(where=Place(where))
    if terms.owner in terms.everybody()[:-1]:
        raise OwnerPromised(where=Place(where), payee=terms.owner)


def _check_split(split: SharingTerms, is_complete: bool, where: str) -> None:
    is_paid_otherwise = bool(split.units) or any(split.promises().values())
    if bool(split.shares) == bool(split.chain) and (split.shares or not is_paid_otherwise):
        raise SharedTwice(where=Place(where))
    highest = sum((Fraction(part.highest_rate) for part in split.shares), Fraction(0))
    if highest > 1:
        raise SharesOverWhole(where=Place(where), total=_total(split.shares))
    if is_complete and split.shares and highest != 1:
        raise SharesIncomplete(where=Place(where), total=_total(split.shares))
    _require_once([*(each.name for each in split.deductions), *split.payees()], where)
    _require_once([unit.payee for unit in split.units], where)


def _total(parts: tuple[Part, ...]) -> str:
    return decimal_text(sum((part.highest_rate for part in parts), Decimal(0)))


def _require_once(named: list[str], where: str) -> None:
    for name in named:
        if named.count(name) > 1:
            raise PayeeTwice(where=Place(where), payee=name)


def _rule(plain: Plain, where: str) -> Rule:
    lists = ("products", "segments", "territories", "destinations")
    reader = Reader(plain, f"{where}, rules", ("name", *lists, "shares", "chain", "units"))
    products, segments, territories, destinations = (reader.texts(name) for name in lists)
    return Rule(
        name=reader.text("name"),
        products=products,
        segments=segments,
        territories=territories,
        destinations=destinations,
        shares=read_parts(reader, "shares", may_have_tiers=True),
        chain=read_parts(reader, "chain", may_have_tiers=False),
        units=read_units(reader),
    )


def read_deductions(reader: Reader) -> tuple[Deduction, ...]:
    """The deductions of terms, from top to bottom. Raises what Reader raises."""
    return tuple(_deduction(each, reader.where) for each in reader.tables("deductions"))


def deductions_to_plain(deductions: Iterable[Deduction]) -> list[dict[str, Any]]:
    """Write deductions as `read_deductions` reads them."""
    return [_deduction_to_plain(each) for each in deductions]


def _deduction(plain: Plain, where: str) -> Deduction:
    known = ("name", "rate", "amount", "percent_of", "vat", "from", "claim")
    reader = Reader(plain, f"{where}, deductions", known)
    is_vat = plain.get("vat") is True
    ways = [key for key in ("rate", "amount", "from") if reader.has(key)]
    if len(ways) != 1 or (is_vat and ways != ["rate"]):
        raise reader.wrong(
            "rate", plain.get("rate"), Words(_("a rate, or else an amount, or else from"))
        )
    is_claim = plain.get("claim") is True
    if is_claim and ways != ["amount"]:
        raise reader.wrong("claim", True, Words(_("true beside an amount only")))
    return Deduction(
        name=reader.text("name"),
        rate=read_rate(reader, "rate") if ways == ["rate"] else None,
        amount=reader.price("amount") if ways == ["amount"] else None,
        percent_of=reader.choice("percent_of", BASES),
        is_vat=is_vat,
        source=reader.choice("from", SOURCES) if ways == ["from"] else None,
        is_claim=is_claim,
    )


def _rule_to_plain(rule: Rule) -> dict[str, Any]:
    plain = {
        "name": rule.name,
        "products": list(rule.products),
        "segments": list(rule.segments),
        "territories": list(rule.territories),
        "destinations": list(rule.destinations),
        "shares": parts_to_plain(rule.shares),
        "chain": parts_to_plain(rule.chain),
        "units": units_to_plain(rule.units),
    }
    return without_defaults(plain, {})


def _deduction_to_plain(deduction: Deduction) -> dict[str, Any]:
    plain = {
        "name": deduction.name,
        "rate": None if deduction.rate is None else decimal_text(deduction.rate),
        "amount": None if deduction.amount is None else decimal_text(deduction.amount),
        "percent_of": deduction.percent_of,
        "vat": deduction.is_vat or None,
        "from": deduction.source,
        "claim": deduction.is_claim or None,
    }
    return without_defaults(plain, {"percent_of": "left"})
