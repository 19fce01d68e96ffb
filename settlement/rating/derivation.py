"""How an amount came about: a formula that gives it, and sentences that say the same (rule R131).

A charge carries in its columns what it was computed from (rated_batch.CHARGES); here they are put
into words. Nothing is computed again: every number in a formula is a column, and the amount at its
end is the one stored.

    round_up(75 - 0, 30, 6) = 78; 78 * 0.006 / 60 = 0.0078

A formula is steps, apart by semicolons; the last one ends with the amount.

    formula    = step {"; " step}
    step       = expression ["=" expression | "<" expression | "<=" expression]
    expression = term {("+" | "-") term}
    term       = factor {("*" | "/") factor}
    factor     = number | "-" factor | name "(" expression {"," expression} ")" | "(" expression ")"

`round_up(units, first, next)` rounds up to the first increment, then to the next ones, and nothing
to nothing; `min` and `max` choose; `ceil` rounds up to a whole number; `round(amount, places)`
rounds half-up, away from zero; `part(amount, places, number, weights...)` is that part of an amount
shared out by weights in whole units of so many places, by largest remainder, earlier parts first
where remainders are equal. An amount without an end as a decimal is written as a quotient.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from currencies.money import plain
from currencies.rounding import round_fraction
from i18n.formats import month_text, number_text
from i18n.locale import _, translator
from settlement.catalogue.drafting.wording import PER
from settlement.catalogue.measures import measures_of

# More decimals than any amount has: prices have 12, and an hour adds a few.
LONGEST_DECIMAL: Final = 40

UNITS: Final = {
    "second": _("s"),
    "byte": _("B"),
    "watt_hour": _("Wh"),
    "litre": _("l"),
    "core_second": _("core seconds"),
    "megabyte_hour": _("megabyte hours"),
    "request": _("requests"),
    "device_hour": _("device hours"),
    "consultation": _("consultations"),
    "piece": _("pcs"),
}
SHORT = _("{units} {unit} is less than the {minimum} {unit} from which anything is charged.")
RECORD = _("The usage record carries the amount itself: {amount} {currency}.")
COVERED = _(
    "{free} {unit} of {units} {unit} are covered by allowance {allowance} for {month}, which had"
    " {left} {unit} left."
)
BILLED = _(
    "{units} {unit}, less {included} {unit} included and {free} {unit} covered by allowances, are"
    " rounded up to {first} {unit} and then by {next} {unit}: {billed} {unit} are billed."
)
BILLED_AS_USED = _(
    "{units} {unit}, less {included} {unit} included and {free} {unit} covered by allowances:"
    " {billed} {unit} are billed, and rounded up with all others of the trunk and month."
)
BILLED_ROUNDED = _(
    "{units} {unit}, less {included} {unit} included, are rounded up to {first} {unit} and then by"
    " {next} {unit}; allowances cover {free} {unit} of that: {billed} {unit} are billed."
)
TIER = _(
    "{counted} {unit} were billed before in the month, so {billed} {unit} fall into the tier from"
    " {above} to {up_to} {unit}."
)
LAST_TIER = _(
    "{counted} {unit} were billed before in the month, so {billed} {unit} fall into the tier above"
    " {above} {unit}."
)
VOLUME = _("{counted} {unit} in the month reach the tier from {above} to {up_to} {unit}.")
LAST_VOLUME = _("{counted} {unit} in the month reach the tier above {above} {unit}.")
PACKAGES = _(
    "{counted} {unit} were billed before in the month; packages of {size} {unit} begun by this"
    " usage: {packages}."
)
BAND = _("{billed} {unit} of {whole} {unit} lie in the band {band}.")
ANY_TIME = _("at any time")
PRICED = _("{billed} {unit} at {price} {currency} {per}: {amount} {currency}.")
PRICED_PACKAGES = _("{packages} at {price} {currency} for each package: {amount} {currency}.")
PRICED_FEES: Final = {
    PRICED: _(
        "{billed} {unit} at {price} {currency} {per}, and {fee} {currency} for the connection:"
        " {amount} {currency}."
    ),
    PRICED_PACKAGES: _(
        "{packages} at {price} {currency} for each package, and {fee} {currency} for the"
        " connection: {amount} {currency}."
    ),
}
ASIDE = _("Of its session another leg is charged, so this one costs nothing.")


class Word(str):
    """A text that is translated where it fills a field of a sentence."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its formula, and the sentence with the values of its fields."""

    formula: str
    message: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Derivation:
    """The steps of one amount, the last of which ends with it."""

    steps: Sequence[Step]

    @property
    def formula(self) -> str:
        """All steps in the grammar of this module."""
        return "; ".join(step.formula for step in self.steps)

    def sentence(self, locale: str) -> str:
        """The same in a reader's language."""
        say = translator(locale)
        return " ".join(
            say(step.message, **{name: _said(value, locale) for name, value in step.fields.items()})
            for step in self.steps
        )


def derivation_of(charge: Mapping[str, Any]) -> Derivation:
    """How one charge came about; `charge` is a row of rated_batch.CHARGES."""
    if charge["covered_by"] == "minimum":
        fields = _fields(charge, "units", "minimum")
        return Derivation([Step(f"{charge['units']} < {charge['minimum']}; 0", SHORT, fields)])
    if charge["covered_by"] == "allowance":
        return Derivation([_covered(charge)])
    amount = _exact(charge["amount_3600"])
    if charge["covered_by"] != "combination":
        return Derivation(_charged(charge, charge["billed_units"], amount))
    # What is set aside is no longer billed, and stands among the free units.
    alone = _charged(charge, charge["free_units"], _exact(charge["set_aside_3600"]))
    return Derivation([*alone, Step("0", ASIDE, {})])


def amount_formula(amount: Fraction) -> str:
    """An exact amount as the end of a formula: a decimal, or a quotient where that has no end."""
    places = 0
    while 10**places % amount.denominator:
        if places > LONGEST_DECIMAL:
            return f"{amount.numerator} / {amount.denominator}"
        places += 1
    return plain(round_fraction(amount, places))


def _charged(charge: Mapping[str, Any], billed: int, amount: Fraction) -> list[Step]:
    if charge["price"] is None:
        text = amount_formula(amount)
        return [Step(text, RECORD, _fields(charge, amount=amount))]
    return [*_metered(charge), *_of_leg(charge, billed), *_priced(charge, billed, amount)]


def _covered(charge: Mapping[str, Any]) -> Step:
    units = f"{charge['units']} - {charge['included']}"
    if charge["allowance_measure"] == "rounded" and not charge["by_month"]:
        units = f"round_up({units}, {charge['first_increment']}, {charge['next_increment']})"
    wanted = f"{units} - {charge['free_before']}"
    fields = _fields(charge, "units", "allowance", free=charge["free_units"])
    fields |= {"month": charge["granted"], "left": charge["pool_left"]}
    formula = f"min({wanted}, {charge['pool_left']}) = {charge['free_units']}; 0"
    return Step(formula, COVERED, fields)


def _metered(charge: Mapping[str, Any]) -> list[Step]:
    first, following = charge["first_increment"], charge["next_increment"]
    included, free, billed = charge["included"], charge["free_before"], charge["leg_billed"]
    if (first, following, included, free) == (1, 1, 0, 0) and charge["kind"] not in ("voice",):
        # Pieces that are billed as they are.
        return []
    fields = _fields(charge, "units", "included", first=first, next=following)
    fields |= {"free": free, "billed": billed}
    units = f"{charge['units']} - {included}"
    if charge["allowance_measure"] == "rounded" and not charge["by_month"]:
        formula = f"round_up({units}, {first}, {following}) - {free} = {billed}"
        return [Step(formula, BILLED_ROUNDED, fields)]
    less = f"{units} - {free}" if charge["allowance_measure"] else units
    if charge["by_month"]:
        return [Step(f"max({less}, 0) = {billed}", BILLED_AS_USED, fields)]
    return [Step(f"round_up({less}, {first}, {following}) = {billed}", BILLED, fields)]


def _of_leg(charge: Mapping[str, Any], billed: int) -> list[Step]:
    """Which part of what is billed of the leg this is: of a tier, or of a band."""
    whole = charge["leg_billed"]
    if whole == 0:
        return []
    if charge["tier"] is None:
        if billed == whole:
            return []
        band = charge["band"] or Word(ANY_TIME)
        fields = _fields(charge, billed=billed, whole=whole, band=band)
        return [Step(f"{whole} - {whole - billed} = {billed}", BAND, fields)]
    counted, above, up_to = charge["counted"], charge["tier_above"], charge["tier_up_to"]
    fields = _fields(charge, "counted", billed=billed, above=above, up_to=up_to)
    if charge["tier"] == "volume":
        upper = "" if up_to is None else f"; {counted} <= {up_to}"
        return [Step(f"{above} < {counted}{upper}", VOLUME if upper else LAST_VOLUME, fields)]
    after = f"{counted} + {whole}"
    if charge["tier"] == "package":
        fields |= {"packages": charge["packages"], "size": up_to}
        begun = f"ceil(({after}) / {up_to}) - ceil({counted} / {up_to})"
        return [Step(f"{begun} = {charge['packages']}", PACKAGES, fields)]
    upper = after if up_to is None else f"min({after}, {up_to})"
    inside = f"{upper} - max({counted}, {above}) = {billed}"
    return [Step(inside, LAST_TIER if up_to is None else TIER, fields)]


def _priced(charge: Mapping[str, Any], billed: int, amount: Fraction) -> list[Step]:
    price = plain(charge["price"])
    fields = _fields(charge, billed=billed, price=charge["price"])
    fields["per"] = Word(PER[charge["per"]])
    due, message = f"{billed} * {price}", PRICED
    if charge["per_units"] != 1:
        due = f"{due} / {charge['per_units']}"
    if charge["packages"] is not None:
        due, message = f"{charge['packages']} * {price}", PRICED_PACKAGES
        fields["packages"] = charge["packages"]
    if charge["fee_3600"]:
        fee = _exact(charge["fee_3600"])
        due, message = f"{due} + {amount_formula(fee)}", PRICED_FEES[message]
        fields["fee"] = fee
    return [Step(f"{due} = {amount_formula(amount)}", message, fields | {"amount": amount})]


def _fields(charge: Mapping[str, Any], *names: str, **values: object) -> dict[str, object]:
    unit = measures_of(charge["kind"])[charge["per"]].unit
    named = {name: charge[name] for name in names}
    return {"unit": Word(UNITS[unit]), "currency": charge["currency"], **named, **values}


def _exact(amount_3600: Decimal) -> Fraction:
    return Fraction(amount_3600) / 3600


def _said(value: object, locale: str) -> object:
    """A field as the reader writes it: months by name, numbers by the customs of the language."""
    if isinstance(value, Word):
        return translator(locale)(value)
    if isinstance(value, dt.date):
        return month_text(value, locale)
    if isinstance(value, Fraction):
        return number_text(round_fraction(value, 6).normalize(), locale)
    if isinstance(value, int | Decimal):
        return number_text(value, locale)
    return "" if value is None else value
