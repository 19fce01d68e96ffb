"""Read values from plain dictionaries, strictly: what JSON and TOML give, and nothing looser.

Amounts are texts, so that no float comes near them. A key that is not known is an error that
names it, because a misspelt policy would otherwise fall back to its default in silence.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from currencies.money import NotAnAmount, parse_amount
from i18n.errors import Invalid
from i18n.locale import Words, _, one_of, translate

Plain = Mapping[str, Any]

PARTS: Final = {
    "agreement": _("agreement"),
    "allowance": _("allowance"),
    "allowances": _("allowances"),
    "band": _("time band"),
    "bands": _("time bands"),
    "case": _("case"),
    "cases": _("cases"),
    "commission": _("the commission"),
    "components": _("components"),
    "content": _("content"),
    "contract": _("contract"),
    "data": _("data"),
    "deal": _("deal"),
    "deductions": _("deductions"),
    "draft": _("the draft"),
    "fee": _("fee"),
    "prices": _("prices"),
    "meter": _("meters"),
    "promotion": _("promotion"),
    "rates": _("rates"),
    "revenue share": _("the revenue share"),
    "routes": _("routes"),
    "rules": _("rules"),
    "shares": _("shares"),
    "sms": _("messages"),
    "sms_received": _("messages received"),
    "standard terms": _("standard terms"),
    "step": _("step"),
    "tariff": _("tariff"),
    "tenant": _("your company"),
    "term": _("contract term"),
    "tiers": _("tiers"),
    "units": _("units"),
    "voice": _("calls"),
    "voice_received": _("calls received"),
    "when": _("conditions"),
}
"""What people call the parts that a place in a plain value is told by."""


class Place(Words):
    """Where something stands in a plain value: `tariff gold, voice, tiers, step 2`."""

    def said(self, locale: str) -> str:
        """The place in words; the names that somebody gave stay as they are."""
        return ", ".join(_thing(each, locale) for each in self.message.split(", "))


def _thing(told: str, locale: str) -> str:
    """A part with the name it goes by, if it has one."""
    if told in PARTS:
        return _part(told, locale)
    known = next((part for part in NAMED_THINGS if told.startswith(f"{part} ")), "")
    part, gap, name = (known, " ", told[len(known) + 1 :]) if known else told.partition(" ")
    return f"{_part(part, locale)}{gap}{name}"


def _part(part: str, locale: str) -> str:
    word = translate(PARTS[part], locale) if part in PARTS else part
    # The word that stands in the text is what its writer looks for.
    return word if word == part or part in NAMED_THINGS else f"{word} ({part})"


NAMED_THINGS: Final = (
    "agreement",
    "band",
    "case",
    "commission",
    "contract",
    "deal",
    "draft",
    "fee",
    "promotion",
    "revenue share",
    "routes",
    "standard terms",
    "step",
    "tariff",
    "tenant",
)
"""Parts that are no keys of a plain value but things that have a name or a number."""


class UnknownKey(Invalid):
    """{where} has the key {key}, which is not known. Known are: {known}."""


class KeyMissing(Invalid):
    """{where} has no {key}. Add it."""


class WrongValue(Invalid):
    """{where}: {key} is {value}. Write {wanted}."""


class Reader:
    """One dictionary being read; remembers where it stands, for the error texts."""

    def __init__(self, plain: Plain, where: str, known: Iterable[str]) -> None:
        if not isinstance(plain, Mapping):
            raise WrongValue(
                where=Place(where),
                key=Words(_("the value")),
                value=repr(plain)[:60],
                wanted=Words(_("a table")),
            )
        self.plain = plain
        self.where = where
        names = list(known)
        for key in plain:
            if key not in names:
                raise UnknownKey(where=Place(where), key=key, known=", ".join(names))

    def has(self, key: str) -> bool:
        return self.plain.get(key) is not None

    def text(self, key: str, default: str | None = None) -> str:
        value = self._value(key, default)
        if not isinstance(value, str) or not value or "\x00" in value:
            raise self.wrong(key, value, Words(_("a text")))
        return value

    def text_or_none(self, key: str) -> str | None:
        return self.text(key) if self.has(key) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Texts, each of them once; none where the key is absent."""
        value = self.plain.get(key) or []
        if not isinstance(value, list | tuple) or len(set(map(repr, value))) < len(value):
            raise self.wrong(key, value, Words(_("a list of different texts")))
        for each in value:
            if not isinstance(each, str) or not each or "\x00" in each:
                raise self.wrong(key, each, Words(_("a text")))
        return tuple(value)

    def choice(self, key: str, values: tuple[str, ...], default: str | None = None) -> str:
        """A named policy; the first value is its default unless told otherwise."""
        value = self._value(key, default or values[0])
        if value not in values:
            raise self.wrong(key, value, one_of(values))
        return str(value)

    def whole(self, key: str, default: int | None = None, least: int = 0) -> int:
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.wrong(
                key, value, Words(_("a whole number of at least {least}"), least=least)
            )
        return value

    def whole_or_none(self, key: str, least: int = 0) -> int | None:
        return self.whole(key, least=least) if self.has(key) else None

    def amount(self, key: str, default: str | None = None) -> Decimal:
        """An amount written as text; whole numbers are taken too, floats never."""
        value = self._value(key, default)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        try:
            return parse_amount(value)
        except NotAnAmount:
            wanted = Words(_('an amount as text, for example "0.05"'))
            raise self.wrong(key, value, wanted) from None

    def price(self, key: str, default: str | None = None) -> Decimal:
        """An amount of zero or more."""
        value = self.amount(key, default)
        if value < 0:
            raise self.wrong(key, value, Words(_("a price of zero or more")))
        return value

    def price_or_none(self, key: str) -> Decimal | None:
        return self.price(key) if self.has(key) else None

    def day(self, key: str) -> date:
        value = self._value(key, None)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                raise self.wrong(key, value, Words(_("a date like 2026-10-01"))) from None
        if type(value) is not date:
            raise self.wrong(key, value, Words(_("a date like 2026-10-01")))
        return value

    def day_or_none(self, key: str) -> date | None:
        return self.day(key) if self.has(key) else None

    def tables(self, key: str) -> list[Plain]:
        value = self.plain.get(key) or []
        if not isinstance(value, list | tuple):
            raise self.wrong(key, value, Words(_("a list of tables")))
        return list(value)

    def table(self, key: str) -> Plain:
        value = self._value(key, {})
        if not isinstance(value, Mapping):
            raise self.wrong(key, value, Words(_("a table")))
        return value

    def wrong(self, key: str, value: object, wanted: Words) -> WrongValue:
        return WrongValue(where=Place(self.where), key=key, value=repr(value)[:60], wanted=wanted)

    def _value(self, key: str, default: object) -> Any:
        value = self.plain.get(key)
        if value is None:
            value = default
        if value is None:
            raise KeyMissing(where=Place(self.where), key=key)
        return value


def without_defaults(plain: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing: absent values and defaults."""
    return {
        key: value
        for key, value in plain.items()
        if value not in (None, [], {}, ()) and value != defaults.get(key)
    }
