"""How the amounts of commercial lines came about: bundles, rebates, early leaving, single charges.

Each is told by the code that computes it, as steps of `derivation`; the line keeps them.
"""

from collections.abc import Sequence
from decimal import Decimal

from currencies.money import plain
from currencies.units import minor_unit
from i18n.locale import _
from settlement.rating.derivation import Derivation, Step
from settlement.rating.line_derivation import FeePiece, of_fee

COMPONENT = _(
    "The price of bundle {bundle} is shared out by weight: {weight} of {weights} of {price}"
    " {currency}, whole minor units by the largest remainder: {amount} {currency}."
)
COMPONENT_OF_REST = _(
    "{price} {currency} of bundle {bundle} are charged in the month so far, shared out by weight:"
    " {weight} of {weights}, less the part of what was charged up to the cut: {amount} {currency}."
)
INDIVIDUAL = _("Charged by itself: {amount} {currency}.")
PERCENT_OFF = _("{percent} of {whole} {currency} is taken off: {off} {currency}.")
AMOUNT_OFF = _("{off} {currency} of {whole} {currency} is taken off.")
SHARE_OFF = _(
    "Shared out over what it is taken off, by largest remainder: {amount} {currency} of {off}"
    " {currency}."
)
TAKEN_OFF = _("Altogether {amount} {currency}.")
FOR_TERMS = _("Given once for each term that begins: {amount} {currency}.")
MONTHS_LEFT = _(
    "{months} months of the term are not over, at {price} {currency} each: {amount} {currency}."
)


def of_component(
    price: Derivation, bundle: str, whole: Decimal, weights: Sequence[Decimal], place: int,
    amount: Decimal, currency: str, before: Decimal,
) -> Derivation:  # fmt: skip
    """A component's part of a bundle's price, after how the price came about.

    `before` is what of the `whole` was charged up to where the month is cut; its part is taken off.
    """
    fields = {
        "bundle": bundle,
        "weight": weights[place],
        "weights": sum(weights, Decimal(0)),
        "price": whole,
        "amount": amount,
        "currency": currency,
    }
    part = part_formula(whole, weights, place, currency)
    if before:
        part += f" - {part_formula(before, weights, place, currency)}"
    message = COMPONENT_OF_REST if before else COMPONENT
    return Derivation([*price.steps, Step(f"{part} = {plain(amount)}", message, fields)])


def of_individual(amount: Decimal, currency: str) -> Derivation:
    """An amount that somebody charged, or took off, as it is."""
    fields = {"amount": amount, "currency": currency}
    return Derivation([Step(plain(amount), INDIVIDUAL, fields)])


def of_bonus(given: Sequence[Decimal], currency: str) -> Derivation:
    """What the terms that begin in a period give, below zero."""
    total = -sum(given, Decimal(0))
    formula = f"-({' + '.join(plain(each) for each in given)}) = {plain(total)}"
    return Derivation([Step(formula, FOR_TERMS, {"amount": total, "currency": currency})])


def of_leaving(piece: FeePiece, currency: str) -> Derivation:
    """What leaving costs: the fee, or as much of it as the days left are of the term's."""
    return of_fee([piece], "day", currency)


def of_months_left(price: Decimal, months: int, amount: Decimal, currency: str) -> Derivation:
    """What leaving costs for each month that is left."""
    formula = f"round({plain(price)} * {months}, {minor_unit(currency)}) = {plain(amount)}"
    fields = {"months": months, "price": price, "amount": amount, "currency": currency}
    return Derivation([Step(formula, MONTHS_LEFT, fields)])


def percent_off(percent: Decimal, whole: Decimal, off: Decimal, currency: str) -> Step:
    """A share of what was charged."""
    formula = f"round({plain(whole)} * {plain(percent)}, {minor_unit(currency)}) = {plain(off)}"
    fields = {"percent": percent, "whole": whole, "off": off, "currency": currency}
    return Step(formula, PERCENT_OFF, fields)


def amount_off(
    price: Decimal, days: tuple[int, int, int], whole: Decimal, off: Decimal, currency: str
) -> Step:
    """An amount a month; `days` are those before, those on which it holds, those of the month.

    What it comes to until the last day less what until the first, and never more than the charge.
    """
    before, during, month = days
    places = minor_unit(currency)
    until = f"round({plain(price)} * {before + during} / {month}, {places})"
    earlier = f"round({plain(price)} * {before} / {month}, {places})"
    formula = f"min({until} - {earlier}, {plain(whole)}) = {plain(off)}"
    return Step(formula, AMOUNT_OFF, {"whole": whole, "off": off, "currency": currency})


def share_off(
    off: Decimal,
    weights: Sequence[Decimal],
    place: int,
    amount: Decimal,
    currency: str,
    left: Decimal | None = None,
) -> Step:
    """What of an amount taken off falls on one of several charges; no more than what is left."""
    share = part_formula(off, weights, place, currency)
    if left is not None:
        share = f"min({share}, {plain(left)})"
    formula = f"{share} = {plain(amount)}"
    return Step(formula, SHARE_OFF, {"amount": amount, "off": off, "currency": currency})


def all_taken_off(amounts: Sequence[Decimal], currency: str) -> Step:
    """The line: all that a promotion takes off one product, below zero."""
    total = -sum(amounts, Decimal(0))
    formula = f"-({' + '.join(plain(each) for each in amounts)}) = {plain(total)}"
    return Step(formula, TAKEN_OFF, {"amount": total, "currency": currency})


def part_formula(whole: Decimal, weights: Sequence[Decimal], place: int, currency: str) -> str:
    """The part of a whole by largest remainder, parts counted from one."""
    shares = ", ".join(plain(each) for each in weights)
    return f"part({plain(whole)}, {minor_unit(currency)}, {place + 1}, {shares})"
