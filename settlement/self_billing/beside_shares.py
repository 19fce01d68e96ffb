"""Lines of a partner's statement for what is no share of a product's revenue, and their steps.

Tiers, amounts for units, caps, guarantees, advances, fees and commissions: the credit keeps the
facts that led to it, here they are put into words.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from currencies.money import Money, money, parse_amount
from currencies.rounding import to_minor_unit
from currencies.units import minor_unit
from i18n.formats import amount_code_text, date_text, number_text, percent_text
from i18n.locale import _, translator
from statements.document import Step

# What a line is called, by the cause of the credit, in the order of a statement.
CAUSES: Final = {
    "unit": _("{product}, amount for each unit, {agreement}"),
    "tier": _("Tiers, {agreement}"),
    "cap": _("Most that is earned, {agreement}"),
    "guarantee": _("Minimum guarantee, {agreement}"),
    "advance": _("Advance taken back, {agreement}"),
    "fee": _("Fee, {agreement}"),
    "commission": _("Commission on {product}, {agreement}"),
    "new_contract": _("Commission for new contracts, {agreement}"),
}
# What a step is called, by the name of the fact.
FACTS: Final = {
    "tier_base": _("Left to share in the tier period so far"),
    "tier": _("At {rate} of {of}"),
    "due": _("Your share so far"),
    "credited": _("less what you were credited"),
    "earned": _("Earned in the period so far"),
    "cap": _("Most that is earned in the period"),
    "cut_before": _("Cut before"),
    "guarantee": _("Guaranteed for the period"),
    "topped_up": _("Topped up before"),
    "advance": _("Advance"),
    "recouped": _("Taken back before"),
    "left": _("Left to take back"),
    "fee": _("Fee for the period"),
    "fee_days": _("For {count} of {days} days"),
    "fee_before": _("Paid before"),
    "event": _("{count} events, for each"),
    "minute": _("{count} minutes, for each"),
    "unit": _("{count} units, for each"),
    "commission_base": _("Level {level}: charged to customers ({count})"),
    "commission_less": _("less {name}"),
    "commission": _("At {rate} of {of}"),
    "new_contract": _("Level {level}: contract {contract}"),
    "ended_contract": _("Level {level}: contract {contract}, ended on {day}"),
    "new_contracts": _("Level {level}: new contracts ({count})"),
}
RESULT: Final = _("This statement")


def place_of(cause: str) -> str:
    """Sorts lines: shares of revenue first, then what looks at what was earned in the end."""
    order = ["share", *CAUSES]
    return f"{order.index(cause) if cause in order else len(order):02}"


def fact_steps(facts: Sequence[Mapping[str, Any]], amount: Money, locale: str) -> list[Step]:
    """How a credit came about, step by step, in the words of a locale."""
    say = translator(locale)
    code = amount.currency.code
    steps = [
        Step(say(FACTS[fact["fact"]], **_figures(fact, code, locale)), _money(fact["money"], code))
        for fact in facts
        if fact.get("fact") in FACTS and not _is_for_whole_period(fact)
    ]
    return [*steps, Step(say(RESULT), to_minor_unit(amount), is_result=True)]


def _is_for_whole_period(fact: Mapping[str, Any]) -> bool:
    """Whether a fee is for all days of its period, which need not be told."""
    return "days" in fact and (fact["first"], fact["last"]) == ("0", fact["days"])


def _figures(fact: Mapping[str, Any], code: str, locale: str) -> dict[str, str]:
    figures = {}
    if "rate" in fact:
        figures["rate"] = percent_text(parse_amount(fact["rate"]), locale)
    if "of" in fact:
        of = to_minor_unit(money(parse_amount(fact["of"]), code))
        figures["of"] = amount_code_text(of.amount, code, minor_unit(code), locale)
    if "count" in fact:
        figures["count"] = number_text(Decimal(fact["count"]), locale)
    if "days" in fact:
        figures["count"] = str(int(fact["last"]) - int(fact["first"]))
        figures["days"] = fact["days"]
    if "day" in fact:
        figures["day"] = date_text(date.fromisoformat(fact["day"]), locale)
    figures |= {name: fact[name] for name in ("level", "name", "contract") if name in fact}
    return figures


def _money(text: str, code: str) -> Money:
    return money(parse_amount(text), code)
