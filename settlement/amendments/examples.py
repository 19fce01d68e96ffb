"""Events that show a fault, split as the terms would split them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from currencies.money import money
from currencies.units import minor_unit
from settlement.agreements.sharing_terms import SharingTerms
from settlement.amendments.finding import Example
from settlement.sharing.waterfall import share

HUNDRED: Final = Decimal(100)


def sale(product: str, currency: str, terms: Mapping[str, SharingTerms], **more: str) -> Example:
    """A sale of 100 and what each agreement, by its code, gives to whom.

    Costs that only the books know are nothing here; tiers give the lowest rate.
    """
    gross = money(HUNDRED, currency)
    nothing = money(0, currency)
    split = [
        (
            f"{code}: {each.payee}" if len(terms) > 1 else each.payee,
            amount_text(each.amount.amount, currency),
        )
        for code, own in terms.items()
        for each in share(gross, own, dict.fromkeys(own.sources(), nothing)).shares
    ]
    return Example(_sold(product, currency) | more, tuple(split))


def over_whole(plain_terms: Mapping[str, Any], product: str, currency: str) -> Example:
    """A sale of 100 of which more than 100 is given away, by the first split that does."""
    for own in _splits(plain_terms):
        given = [(str(each.get("payee")), _highest(each)) for each in own]
        if sum(rate for _payee, rate in given) > 1:
            split = tuple((payee, amount_text(rate * HUNDRED, currency)) for payee, rate in given)
            return Example(_sold(product, currency), split)
    return Example(_sold(product, currency))


def broken_tiers(plain_terms: Mapping[str, Any], currency: str) -> Example:
    """What is left to share, and no tier or an earlier one has a rate for it."""
    for own in _splits(plain_terms):
        for each in own:
            found = _untiered(each, currency)
            if found is not None:
                return found
    return Example({})


def amount_text(amount: Decimal, currency: str) -> str:
    """An amount in minor units, with its currency."""
    return f"{amount:.{minor_unit(currency)}f} {currency}"


def _sold(product: str, currency: str) -> dict[str, str]:
    return {"product": product, "amount": amount_text(HUNDRED, currency)}


def _untiered(part: Mapping[str, Any], currency: str) -> Example | None:
    """Bounds have to rise: one that does not is reached by nothing that an earlier tier leaves."""
    bounds = [_number(each["up_to"]) for each in _tables(part.get("tiers")) if each.get("up_to")]
    last = Decimal(0)
    for bound in bounds:
        if bound <= last:
            return _left(bound, part, currency)
        last = bound
    has_end = len(bounds) == len(_tables(part.get("tiers")))
    return (
        _left(last + Decimal(1).scaleb(-minor_unit(currency)), part, currency) if has_end else None
    )


def _left(base: Decimal, part: Mapping[str, Any], currency: str) -> Example:
    """What is left to share, and nobody can say what the payee is given of it."""
    return Example({"base": amount_text(base, currency)}, ((str(part.get("payee")), "?"),))


def _splits(plain_terms: Mapping[str, Any]) -> list[list[Mapping[str, Any]]]:
    """The general split and those of the rules, as far as they are written as tables."""
    tables = [plain_terms, *_tables(plain_terms.get("rules"))]
    return [_tables(each.get("shares")) for each in tables]


def _tables(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, Sequence):
        return []
    return [each for each in value if isinstance(each, Mapping)]


def _highest(part: Mapping[str, Any]) -> Decimal:
    rates = [part.get("rate"), *(tier.get("rate") for tier in _tables(part.get("tiers")))]
    return max((_number(rate) for rate in rates if rate is not None), default=Decimal(0))


def _number(text: Any) -> Decimal:
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return Decimal(0)
