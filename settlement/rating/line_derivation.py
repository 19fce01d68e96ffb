"""How the amount of a charge line came about: a sum of charges, a fee, or what was not used.

Lines that usage stands behind are derived from its charges when somebody asks. Of all others the
code that computes the amount says how, and the line keeps it as text (`as_text`, `from_text`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple

from currencies.money import plain
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from i18n.locale import _
from settlement.catalogue.drafting.wording import PER
from settlement.rating.derivation import UNITS, Derivation, Step, Word, amount_formula

# Decimals of an exact amount in a sentence; its formula has all of them.
SHOWN_PLACES: Final = 6

DAYS = _("days")
WHOLE_FEE = _("The fee in full: {amount} {currency}.")
PART_OF_FEE = _(
    "{price} {currency} for {whole} {unit}, of which {during} after the first {before}:"
    " {amount} {currency}."
)
ALTOGETHER = _("Altogether {amount} {currency}.")
PROMISED = _(
    "For {days} days of {length}, {promised} {unit} of {of_month} {unit} a month were promised."
)
SHORTFALL = _(
    "{promised} {unit} were promised and {used} {unit} billed; the {missing} {unit} not used at"
    " {price} {currency} {per}: {amount} {currency}."
)
MISSING_CALLERS = _(
    "{missing} s of {seconds} s came without a calling number; what is above {share} of all costs"
    " {price} {currency} a minute: {amount} {currency} more."
)
AMOUNT_MISSING = _(
    "{promised} {currency} were promised over the term and {used} {currency} charged:"
    " {amount} {currency} are missing."
)
MONTH_ROUNDED = _(
    "{used} {unit} of all calls at this price are rounded up to {first} {unit} and then by {next}"
    " {unit}, once for the trunk and month: {added} {unit} more at {price} {currency} {per} are"
    " {amount} {currency}."
)
ROUNDED_LINE = _("{events} events come to {exact} {currency}, rounded to {amount} {currency}.")
ROUNDED_PRICES = _(
    "{events} events at several prices, each price rounded, come to {amount} {currency}."
)
ROUNDED_EVENTS = _("{events} events, each rounded, come to {amount} {currency}.")
REST_OF_MONTH = _(
    "{events} events of the rest of a month: what the month comes to, rounded, less what was"
    " charged up to the cut: {amount} {currency}."
)
TAKEN_BACK = _("What was billed before is taken back: {amount} {currency}.")

PRORATED_BY: Final = {"day": DAYS, "second": UNITS["second"]}


class FeePiece(NamedTuple):
    """A piece of a fee as it was charged: of `whole` days or seconds, `during` after `before`."""

    price: Decimal
    before: int
    during: int
    whole: int
    amount: Decimal


def of_fee(pieces: Sequence[FeePiece], unit: str, currency: str) -> Derivation:
    """A fee, prorated by `unit` (day, second); rounded up to its end less up to its beginning."""
    places = minor_unit(currency)
    steps = []
    for piece in pieces:
        amount = plain(piece.amount)
        fields = {"currency": currency, "unit": Word(PRORATED_BY[unit]), **piece._asdict()}
        if piece.during == piece.whole:
            steps.append(Step(amount, WHOLE_FEE, fields))
            continue
        price = plain(piece.price)
        until = f"round({price} * {piece.before + piece.during} / {piece.whole}, {places})"
        before = f"round({price} * {piece.before} / {piece.whole}, {places})"
        steps.append(Step(f"{until} - {before} = {amount}", PART_OF_FEE, fields))
    if len(pieces) > 1:
        total = sum((piece.amount for piece in pieces), Decimal(0))
        added = " + ".join(plain(piece.amount) for piece in pieces)
        fields = {"amount": total, "currency": currency}
        steps.append(Step(f"{added} = {plain(total)}", ALTOGETHER, fields))
    return Derivation(steps)


class Promise(NamedTuple):
    """Units promised for a month of `length` days, and for those of its days that count.

    `days` are pairs of places in the month, each of the first day and the first one after.
    """

    of_month: int
    days: Sequence[tuple[int, int]]
    length: int
    units: int


def of_shortfall(
    promise: Promise, used: int, price: Decimal, per: str, per_units: int, unit: str,
    amount: Decimal, currency: str,
) -> Derivation:  # fmt: skip
    """What was promised less what was used, at its price, rounded once."""
    due = f"({promise.units} - {used}) * {plain(price)} / {per_units}"
    formula = f"round({due}, {minor_unit(currency)}) = {plain(amount)}"
    fields = {
        "promised": promise.units,
        "used": used,
        "missing": promise.units - used,
        "unit": Word(UNITS[unit]),
        "price": price,
        "per": Word(PER[per]),
        "amount": amount,
        "currency": currency,
    }
    return Derivation([*_of_days(promise, Word(UNITS[unit])), Step(formula, SHORTFALL, fields)])


def of_month_rounding(
    used: int, first: int, following: int, added: int, price: Decimal, per: str, per_units: int,
    amount: Decimal, currency: str,
) -> Derivation:  # fmt: skip
    """What it comes to that the seconds of a month are rounded up together."""
    due = f"{added} * {plain(price)} / {per_units}"
    formula = (
        f"round_up({used}, {first}, {following}) - {used} = {added};"
        f" round({due}, {minor_unit(currency)}) = {plain(amount)}"
    )
    fields = {
        "used": used,
        "first": first,
        "next": following,
        "added": added,
        "unit": Word(UNITS["second"]),
        "price": price,
        "per": Word(PER[per]),
        "amount": amount,
        "currency": currency,
    }
    return Derivation([Step(formula, MONTH_ROUNDED, fields)])


def of_seconds_missing(
    promised: int, used: int, price: Decimal, amount: Decimal, currency: str
) -> Derivation:
    """Seconds that were promised over a term and not used, at the price of a minute."""
    term = Promise(promised, (), 1, promised)
    return of_shortfall(term, used, price, "minute", 60, "second", amount, currency)


def of_missing_callers(
    seconds: int, missing: int, charged: Fraction, share: Decimal, price: Decimal, amount: Decimal,
    currency: str,
) -> Derivation:  # fmt: skip
    """What calls without a calling number cost more above the agreed share."""
    excess = f"({missing} - {seconds} * {plain(share)})"
    more = f"({plain(price)} / 60 - {amount_formula(charged)} / {missing})"
    formula = f"round({excess} * {more}, {minor_unit(currency)}) = {plain(amount)}"
    fields = {
        "seconds": seconds,
        "missing": missing,
        "share": share,
        "price": price,
        "amount": amount,
        "currency": currency,
    }
    return Derivation([Step(formula, MISSING_CALLERS, fields)])


def of_amount_missing(
    promised: Decimal, used: Fraction, amount: Decimal, currency: str
) -> Derivation:
    """Money that was promised over a term and not charged."""
    due = f"{plain(promised)} - {amount_formula(used)}"
    formula = f"round({due}, {minor_unit(currency)}) = {plain(amount)}"
    told = round_fraction(used, SHOWN_PLACES)
    fields = {"promised": promised, "used": told, "amount": amount, "currency": currency}
    return Derivation([Step(formula, AMOUNT_MISSING, fields)])


def _of_days(promise: Promise, unit: Word) -> Iterator[Step]:
    """What a part of a month promises: what is due up to its end less what was up to its start."""
    if promise.units == promise.of_month:
        return
    of_month, length = promise.of_month, promise.length
    due = [
        f"round({of_month} * {until} / {length}, 0) - round({of_month} * {first} / {length}, 0)"
        for first, until in promise.days
    ]
    fields = {
        "of_month": of_month,
        "unit": unit,
        "days": sum(until - first for first, until in promise.days),
        "length": length,
        "promised": promise.units,
    }
    yield Step(f"{' + '.join(due)} = {promise.units}", PROMISED, fields)


def of_line(exact: Fraction, events: int, amount: Decimal, currency: str) -> Derivation:
    """A line of usage that is rounded as a whole."""
    formula = f"round({amount_formula(exact)}, {minor_unit(currency)}) = {plain(amount)}"
    fields = {"events": events, "exact": exact, "amount": amount, "currency": currency}
    return Derivation([Step(formula, ROUNDED_LINE, fields)])


def of_rounded_prices(
    exact: Iterable[Fraction], events: int, amount: Decimal, currency: str
) -> Derivation:
    """A line of several prices, as corrections have: what each comes to is rounded by itself."""
    places = minor_unit(currency)
    added = " + ".join(f"round({amount_formula(each)}, {places})" for each in exact)
    fields = {"events": events, "amount": amount, "currency": currency}
    return Derivation([Step(f"{added} = {plain(amount)}", ROUNDED_PRICES, fields)])


def of_rest(
    parts: Iterable[tuple[Fraction, Fraction]], events: int, amount: Decimal, currency: str
) -> Derivation:
    """The rest of a month that is cut: for each price what came before it, and what it comes to.

    What both come to is rounded, less what came before, rounded (R36).
    """

    def rounded(exact: Fraction) -> str:
        return f"round({amount_formula(exact)}, {minor_unit(currency)})"

    added = " + ".join(
        f"{rounded(before + own)} - {rounded(before)}" if before else rounded(own)
        for before, own in parts
    )
    fields = {"events": events, "amount": amount, "currency": currency}
    return Derivation([Step(f"{added} = {plain(amount)}", REST_OF_MONTH, fields)])


def of_rounded_events(
    rounded: Iterable[tuple[Decimal, int]], events: int, amount: Decimal, currency: str
) -> Derivation:
    """A line that adds up rounded events: each different amount, and how often it occurs."""
    added = " + ".join(f"{count} * {plain(each)}" for each, count in rounded)
    fields = {"events": events, "amount": amount, "currency": currency}
    return Derivation([Step(f"{added} = {plain(amount)}", ROUNDED_EVENTS, fields)])


def of_reversal(amount: Decimal, currency: str) -> Derivation:
    """A line that takes back what was billed; how that came about, the billed line says."""
    fields = {"amount": amount, "currency": currency}
    return Derivation([Step(plain(amount), TAKEN_BACK, fields)])


def as_text(derivation: Derivation) -> str:
    """A derivation as a line keeps it."""
    steps = [
        [step.formula, step.message, {name: _packed(each) for name, each in step.fields.items()}]
        for step in derivation.steps
    ]
    return json.dumps(steps, ensure_ascii=False, sort_keys=True)


def from_text(text: str) -> Derivation:
    """A derivation that `as_text` wrote."""
    return Derivation(
        [
            Step(formula, message, {name: _unpacked(each) for name, each in fields.items()})
            for formula, message, fields in json.loads(text)
        ]
    )


def _packed(value: object) -> object:
    if isinstance(value, Word):
        return {"word": str(value)}
    return {"number": str(value)} if isinstance(value, Decimal) else value


def _unpacked(value: Any) -> object:
    if not isinstance(value, Mapping):
        return value
    return Word(value["word"]) if "word" in value else Decimal(value["number"])
