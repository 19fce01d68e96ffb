"""What lint says of a draft: a fault, and an event with its split that shows it.

Errors keep a draft from being reviewed and approved. Warnings say what can never happen, and what
has to be there before anybody is paid.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from i18n.errors import DomainError
from i18n.locale import _, error_text, translate

Level = Literal["error", "warning"]

# What is said by an error of the terms themselves.
UNREADABLE: Final = "TERMS_UNREADABLE"
ERRORS: Final[Mapping[str, str]] = {
    UNREADABLE: "",
    "SHARES_OVER_WHOLE": "",
    "TIERS_BROKEN": "",
    "GUARANTEE_ABOVE_CAP": _("{payee} is guaranteed {guarantee}, but earns {cap} at most"),
    "COMMISSION_TWICE": _("{payee} has commission {other} at the same time"),
    "NOT_A_CARRIER": _("{party} is no carrier of yours"),
    "TARIFF_CURRENCY": _("Tariff {tariff} is in {currency}, and the agreement is in {agreed}"),
    "TARIFF_TAX_INSIDE": _("Tariff {tariff} has prices with tax inside; carriers are charged net"),
    "TARIFF_UNKNOWN": _("There is no tariff {tariff}"),
    "TRUNK_HELD": _("Trunk {trunk} is of agreement {other} at the same time"),
    "NOBODY_PAID": _("{payee}, whose agreement it is, is given nothing"),
    "NO_FIXING": _(
        "{product} is sold in {currency}, but {payee} settles in {settled}, and no fixing is agreed"
    ),
    "PAYEE_UNKNOWN": _("{payee} is no partner of yours"),
    "PRODUCT_UNKNOWN": _("There is no product {product}"),
    "SHARED_TWICE": _("{product} is shared by agreement {other} at the same time"),
}
WARNINGS: Final[Mapping[str, str]] = {
    "DAYS_WITHOUT_TERMS": _("Nothing holds under {code} from {gap_from} until {gap_until}"),
    "DEAL_OUTSIDE": _("Deal {deal} counts {on}, on which {code} does not hold"),
    "DEAL_UNREACHABLE": _("Deal {deal} counts traffic that {code} does not carry"),
    "MINUTES_OF_PIECES": _(
        "{payee} is given {amount} for a minute of {product}, which has no duration: it takes 60 of"
        " them to make one"
    ),
    "NO_ACCOUNT": _("{payee} has no bank account in {currency}, and cannot be paid"),
    "NO_TRUNK": _("Nothing is carried under {code}: no trunk is named"),
    "NO_DEFAULT_PRICE": _("No number that begins with {prefix} has a price in tariff {tariff}"),
    "NO_RATE": _("No rate of {source} leads from {currency} to {settled}"),
    "RULE_HIDDEN": _("Rule {rule} never matches: rule {earlier} comes before it"),
    "RULE_WITHOUT_PRODUCT": _("Rule {rule} never matches: none of its products is shared"),
    "TARIFF_NOT_HELD": _("Tariff {tariff} has no prices on {on}"),
    "TIER_LOSES": _("Who reaches the tier above {bound} is given less than before"),
}
MESSAGES: Final = {**ERRORS, **WARNINGS}


@dataclass(frozen=True, slots=True)
class Example:
    """An event, and who is given what of it; amounts and days are texts."""

    event: Mapping[str, str]
    split: tuple[tuple[str, str], ...] = ()


NO_EXAMPLE: Final = Example({})


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault; `fields` fill its message, or `error` says it."""

    code: str
    fields: Mapping[str, str] = field(default_factory=dict)
    example: Example = NO_EXAMPLE
    error: DomainError | None = None

    @property
    def level(self) -> Level:
        """Whether it keeps the draft from being approved."""
        return "error" if self.code in ERRORS else "warning"

    def message(self, locale: str = "en") -> str:
        """What is wrong, in a language."""
        if self.error is not None:
            return error_text(self.error, locale)
        return translate(MESSAGES[self.code], locale, **self.fields)

    def to_plain(self, locale: str = "en") -> dict[str, Any]:
        """The finding as programs read it, with its message for people."""
        return {
            "level": self.level,
            "code": self.code,
            "message": self.message(locale),
            "event": dict(self.example.event),
            "split": [{"payee": payee, "amount": amount} for payee, amount in self.example.split],
        }
