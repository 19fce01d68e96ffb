"""The words of alarms, in the language of whoever is told."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from currencies.money import parse_amount
from i18n.formats import amount_code_text, date_text
from i18n.locale import _, translate_plural, translator
from settlement.delivery.alarms.alarm import Alarm, Kind
from statements.plain_text import fitting

SAID: Final[Mapping[Kind, str]] = {
    Kind.CREDIT_LIMIT: _("{carrier} has reached {percent} % of its credit limit: it owes {owed}."),
    Kind.GUARANTEE_ENDS: _(
        "{carrier}: guarantee {reference} of {amount} runs out; {until} is the first day without."
    ),
    Kind.MISSING_FILE: _("File number {number} of source {source} is missing."),
    Kind.DEFAULT_RATE: _(
        "{carrier}: calls without a calling number are above the agreed share in {period} and cost"
        " {amount} more."
    ),
    Kind.FAILED_RUN: _("The job {job} failed: {error}"),
    Kind.SILENT_SOURCE: _("Files of source {source} are overdue since {since}."),
}
MONEY: Final = ("owed", "amount")
DAYS: Final = ("until",)
CLOSING: Final = _("{sender} named this address for its alarms.")


def alarm_text(kind: Kind, facts: Mapping[str, str], locale: str) -> str:
    """One alarm as a sentence."""
    said = {name: _fact_said(name, text, locale) for name, text in facts.items()}
    return translator(locale)(SAID[kind], **said)


def _fact_said(name: str, text: str, locale: str) -> str:
    if name in MONEY:
        return amount_said(text, locale)
    return date_text(date.fromisoformat(text), locale) if name in DAYS else fitting(text)


def amount_said(text: str, locale: str) -> str:
    """`12.30 EUR` as the language writes it."""
    number, _space, currency = text.partition(" ")
    amount: Decimal = parse_amount(number)
    digits = max(2, len(number.partition(".")[2]))
    return amount_code_text(amount, currency, digits, locale)


def subject_of(count: int, sender: str, locale: str) -> str:
    """The subject of a message with so many alarms."""
    return translate_plural(
        "{count} alarm of {sender}", "{count} alarms of {sender}", count, locale,
        sender=fitting(sender),
    )  # fmt: skip


def text_of(alarms: Iterable[Alarm], sender: str, locale: str) -> str:
    """The message: a line for each alarm, and why it comes."""
    lines = [f"- {alarm_text(each.kind, each.facts, locale)}" for each in alarms]
    closing = translator(locale)(CLOSING, sender=fitting(sender))
    return "\n".join([*lines, "", closing, ""])
