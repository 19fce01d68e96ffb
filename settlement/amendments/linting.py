"""What is wrong with a draft before it is approved, each fault with an event that shows it."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

from currencies.money import money
from currencies.units import minor_unit
from i18n.errors import DomainError
from settlement.agreements.half_even import require_half_kept
from settlement.agreements.partner_terms import OURSELVES, ShareTerms, share_terms_from_plain
from settlement.agreements.share_parts import Part, TiersUnordered
from settlement.agreements.sharing_terms import (
    Rule,
    SharesOverWhole,
    SharingTerms,
    terms_from_plain,
)
from settlement.amendments.amendment import Drafted, Kind
from settlement.amendments.circumstances import Circumstances
from settlement.amendments.examples import amount_text, broken_tiers, over_whole, sale
from settlement.amendments.finding import NO_EXAMPLE, UNREADABLE, Example, Finding
from settlement.sharing.tiers import tiered_share

# Promises of a month, a quarter and a year are compared by the month; a term only with a term.
MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


def faults_of(drafted: Drafted, about: Circumstances) -> list[Finding]:
    """All faults of a draft, errors first. The end of an agreement has no terms to be wrong."""
    if drafted.kind is Kind.END:
        return []
    try:
        terms = share_terms_from_plain(drafted.terms, drafted.code)
        require_half_kept(drafted.policies, terms.sharing, f"agreement {drafted.code}")
    except DomainError as fault:
        return [_unreadable(drafted, fault)]
    found = [
        *_promises(drafted, terms.sharing),
        *_people(drafted, terms, about),
        *_products(drafted, terms, about),
        *_currencies(drafted, terms, about),
        *_rules(drafted, terms),
        *_tiers(drafted, terms.sharing),
        *_minutes(drafted, terms, about),
    ]
    return sorted(found, key=lambda finding: finding.level)


def _unreadable(drafted: Drafted, fault: DomainError) -> Finding:
    product = next(iter(drafted.products), "")
    if isinstance(fault, SharesOverWhole):
        example = over_whole(drafted.terms, product, drafted.currency)
        return Finding("SHARES_OVER_WHOLE", example=example, error=fault)
    if isinstance(fault, TiersUnordered):
        example = broken_tiers(drafted.terms, drafted.currency)
        return Finding("TIERS_BROKEN", example=example, error=fault)
    return Finding(UNREADABLE, example=NO_EXAMPLE, error=fault)


def _promises(drafted: Drafted, terms: SharingTerms) -> Iterator[Finding]:
    """Whoever earns nothing is topped up above what may be earned at most."""
    caps = {each.payee: each for each in terms.caps}
    for promise in terms.guarantees:
        cap = caps.get(promise.payee)
        if cap is None:
            continue
        guaranteed, most = (
            Fraction(each.amount) / MONTHS.get(each.period, 1) for each in (promise, cap)
        )
        is_comparable = (promise.period == "term") == (cap.period == "term")
        if is_comparable and guaranteed > most:
            said = amount_text(promise.amount, drafted.currency)
            yield Finding(
                "GUARANTEE_ABOVE_CAP",
                {
                    "payee": promise.payee,
                    "guarantee": said,
                    "cap": amount_text(cap.amount, drafted.currency),
                },
                Example(
                    {"period": promise.period, "earned": amount_text(Decimal(0), drafted.currency)},
                    ((promise.payee, said),),
                ),
            )


def _people(drafted: Drafted, terms: ShareTerms, about: Circumstances) -> Iterator[Finding]:
    payees = [each for each in terms.sharing.everybody() if each != OURSELVES]
    shown = _sale_of(terms.products[0], drafted, terms.sharing)
    if about.partner not in payees:
        yield Finding("NOBODY_PAID", {"payee": about.partner}, shown)
    for payee in payees:
        if payee not in about.settles_in:
            yield Finding("PAYEE_UNKNOWN", {"payee": payee}, shown)
            continue
        settled = _settled_in(payee, drafted, about)
        if settled not in about.accounts.get(payee, frozenset()):
            yield Finding("NO_ACCOUNT", {"payee": payee, "currency": settled}, shown)


def _products(drafted: Drafted, terms: ShareTerms, about: Circumstances) -> Iterator[Finding]:
    for product in terms.products:
        if product not in about.products:
            shown = _sale_of(product, drafted, terms.sharing)
            yield Finding("PRODUCT_UNKNOWN", {"product": product}, shown)
        for other in about.others:
            if product in other.products:
                day = max(drafted.valid_from, other.valid_from)
                both = {drafted.code: terms.sharing, other.code: terms_from_plain(other.sharing)}
                yield Finding(
                    "SHARED_TWICE",
                    {"product": product, "other": other.code},
                    sale(product, drafted.currency, both, day=day.isoformat()),
                )


def _currencies(drafted: Drafted, terms: ShareTerms, about: Circumstances) -> Iterator[Finding]:
    """Sales in a currency that does not lead to the one in which a payee settles."""
    payees = [each for each in terms.sharing.everybody() if each in about.settles_in]
    for product in terms.products:
        for currency in about.sold_in.get(product, ()):
            shown = sale(product, currency, {drafted.code: terms.sharing})
            for payee in payees:
                settled = _settled_in(payee, drafted, about)
                said = {"currency": currency, "settled": settled}
                if settled == currency:
                    continue
                if terms.fixing is None:
                    named = {"product": product, "payee": payee}
                    yield Finding("NO_FIXING", said | named, shown)
                elif not about.is_quoted(terms.fixing, currency, settled):
                    yield Finding("NO_RATE", said | {"source": terms.fixing.source}, shown)


def _rules(drafted: Drafted, terms: ShareTerms) -> Iterator[Finding]:
    """Rules of other products, and rules of which everything is taken by an earlier one."""
    for place, rule in enumerate(terms.sharing.rules):
        if rule.products and not set(rule.products) & set(terms.products):
            shown = _sale_of(rule.products[0], drafted, terms.sharing)
            yield Finding("RULE_WITHOUT_PRODUCT", {"rule": rule.name}, shown)
            continue
        earlier = next((each for each in terms.sharing.rules[:place] if _covers(each, rule)), None)
        if earlier is not None:
            product = (rule.products or terms.products)[0]
            shown = sale(
                product,
                drafted.currency,
                {drafted.code: terms.sharing.split(earlier.name)},
                **_sold_to(rule),
            )
            yield Finding("RULE_HIDDEN", {"rule": rule.name, "earlier": earlier.name}, shown)


def _covers(earlier: Rule, later: Rule) -> bool:
    """Whether whatever the later rule matches the earlier one does."""
    lists = [(getattr(earlier, name), getattr(later, name)) for name in _SETS]
    is_wider = all(not wide or (narrow and set(narrow) <= set(wide)) for wide, narrow in lists)
    wide, narrow = earlier.destinations, later.destinations
    return is_wider and (not wide or bool(narrow) and all(each.startswith(wide) for each in narrow))


_SETS: Final = ("products", "segments", "territories")


def _sold_to(rule: Rule) -> dict[str, str]:
    lists = {
        "segment": rule.segments,
        "territory": rule.territories,
        "destination": rule.destinations,
    }
    return {name: values[0] for name, values in lists.items() if values}


def _tiers(drafted: Drafted, terms: SharingTerms) -> Iterator[Finding]:
    """All is given at the rate of the tier reached, and a higher tier gives less."""
    if terms.tier_kind != "retroactive":
        return
    step = Decimal(1).scaleb(-minor_unit(drafted.currency))
    for part in _parts(terms):
        for tier in part.tiers[:-1]:
            assert tier.up_to is not None, "only the last tier has no bound"
            bases = [tier.up_to, tier.up_to + step]
            given = [
                tiered_share(money(base, drafted.currency), part.tiers, "retroactive").amount
                for base in bases
            ]
            if given[1] < given[0]:
                said = [amount_text(amount, drafted.currency) for amount in (*bases, *given)]
                yield Finding(
                    "TIER_LOSES",
                    {"bound": said[0]},
                    Example(
                        {"base": said[1]},
                        ((part.payee, said[3]), (f"{part.payee} ({said[0]})", said[2])),
                    ),
                )


def _minutes(drafted: Drafted, terms: ShareTerms, about: Circumstances) -> Iterator[Finding]:
    """What does not last is billed in pieces or bytes, and 60 of these count as a minute."""
    of_rule = {each.name: each.products for each in terms.sharing.rules}
    for name, split in terms.sharing.splits().items():
        own = [each for each in terms.products if each in (of_rule.get(name) or terms.products)]
        for unit in (each for each in split.units if each.per == "minute"):
            said = amount_text(unit.amount, drafted.currency)
            for product in (each for each in own if each in about.products - about.timed):
                yield Finding(
                    "MINUTES_OF_PIECES",
                    {"payee": unit.payee, "amount": said, "product": product},
                    Example({"product": product, "quantity": "60"}, ((unit.payee, said),)),
                )


def _parts(terms: SharingTerms) -> Iterable[Part]:
    return (part for split in terms.splits().values() for part in split.shares)


def _settled_in(payee: str, drafted: Drafted, about: Circumstances) -> str:
    """A link of somebody else's chain settles in its own currency."""
    return drafted.currency if payee == about.partner else about.settles_in[payee]


def _sale_of(product: str, drafted: Drafted, terms: SharingTerms) -> Example:
    return sale(product, drafted.currency, {drafted.code: terms})
