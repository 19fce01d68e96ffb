"""The reader's language: messages looked up in gettext catalogues, English where there is none.

English is written in the code and is the key of every translation. The catalogues are the .po
files below `i18n/locales`, read when a language is first asked for; there is no compiled file to
forget. Fields are filled by name after the lookup, so a translator may move them.

A message that the code hands to a reader is either marked by `_("...")` or is the docstring of an
error; `tests/i18n/test_messages.py` finds both and names the ones a language lacks.
"""

import datetime as dt
import gettext
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache, partial
from importlib.resources import files
from io import BytesIO
from typing import NamedTuple

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from i18n.errors import DomainError

LOCALES = ("en", "pl", "ru", "de", "uk")
DEFAULT = "en"


@lru_cache(maxsize=1024)
def known_locale(*wanted: str | None) -> str:
    """The first language asked for that Saldo speaks: `pl_PL` and `pl-PL` are `pl`; else `en`."""
    for tag in wanted:
        language = (tag or "").replace("-", "_").partition("_")[0].lower()
        if language in LOCALES:
            return language
    return DEFAULT


def _(message: str) -> str:
    """Mark a text for translation without translating it: `STATES = {"open": _("Open")}`."""
    return message


def translate(message: str, locale: str, **fields: object) -> str:
    """Say a message in the language, with its fields filled in."""
    return _translate_in(known_locale(locale), message, **fields)


def translate_plural(one: str, many: str, count: int, locale: str, **fields: object) -> str:
    """Say a message whose form depends on a number, which fills the field `count`."""
    spoken = _catalogue(known_locale(locale)).translations.ngettext(one, many, count)
    return spoken.format(count=count, **fields)


class Words:
    """A message within a message, said in its language: what `wanted` is in `Write {wanted}.`"""

    def __init__(self, message: str, **fields: object) -> None:
        self.message = message
        self.fields = fields

    def said(self, locale: str) -> str:
        """The words in a language."""
        return translate(self.message, locale, **_said(self.fields, locale))

    def __str__(self) -> str:
        return self.said(DEFAULT)


class Clause(Words):
    """What a refusal says, as a part of another sentence, which ends by its own full stop."""

    def __init__(self, refusal: DomainError) -> None:
        super().__init__(refusal.template, **refusal.details)

    def said(self, locale: str) -> str:
        """The refusal in a language, without its full stop."""
        return super().said(locale).rstrip(".")


class Spoken(Words):
    """What knows itself how to say it in a language."""

    def __init__(self, say: Callable[[str], str]) -> None:
        super().__init__("")
        self.say = say

    def said(self, locale: str) -> str:
        """What it says in a language."""
        return self.say(locale)


class Several(Words):
    """Words and texts one after another: what is wrong in each of some lines."""

    def __init__(self, parts: Iterable[object], between: str = "; ") -> None:
        super().__init__("")
        self.parts = list(parts)
        self.between = between

    def said(self, locale: str) -> str:
        """All of them in a language."""
        return self.between.join(str(_part(part, locale)) for part in self.parts)


def outside(program: str | Words, said: object) -> Words:
    """What other software said, in its own language, as its words and cut to a line or two."""
    return Words(_('{program} says: "{said}"'), program=program, said=str(said).strip()[:200])


def one_of(choices: Iterable[str]) -> Words:
    """What may be written, where only these may."""
    return Words(_("one of {choices}"), choices=", ".join(choices))


def until_when(day: dt.date | None) -> dt.date | Words:
    """The day on which a validity ends, or that no such day is known."""
    return day or Words(_("further notice"))


def why_not_text(content: bytes, fault: UnicodeDecodeError) -> Words:
    """Why a file cannot be read as text in UTF-8, as its sender can see it."""
    if content.startswith(b"%PDF"):
        return Words(_("it is a PDF"))
    return Words(_("byte {byte} is not UTF-8"), byte=fault.start + 1)


def translator(locale: str) -> Callable[..., str]:
    """`translate` bound to a language; templates know it as `_`."""
    return partial(_translate_in, known_locale(locale))


def error_text(error: DomainError, locale: str) -> str:
    """Say what went wrong in the reader's language."""
    return translate(error.template, locale).format(**_said(error.details, locale))


def _said(fields: Mapping[str, object], locale: str) -> dict[str, object]:
    return {name: _part(field, locale) for name, field in fields.items()}


def _part(value: object, locale: str) -> object:
    return value.said(locale) if isinstance(value, Words) else value


@lru_cache(maxsize=4096)
def _spoken(message: str, locale: str) -> str:
    return _catalogue(locale).translations.gettext(message) if message else ""


def _translate_in(locale: str, message: str, **fields: object) -> str:
    spoken = _spoken(message, locale)
    return spoken.format(**fields) if fields else spoken


def messages_of(locale: str) -> tuple[str, ...]:
    """The messages that a language has, but for those that count something."""
    return _catalogue(known_locale(locale)).messages


class _Catalogue(NamedTuple):
    """The translations of a language, and the messages that it has."""

    translations: gettext.NullTranslations
    messages: tuple[str, ...]


@cache
def _catalogue(locale: str) -> _Catalogue:
    source = files("i18n") / "locales" / locale / "LC_MESSAGES" / "saldo.po"
    if not source.is_file():
        return _Catalogue(gettext.NullTranslations(), ())
    with source.open("rb") as lines:
        written = read_po(lines, locale=locale)
    compiled = BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    messages = tuple(each.id for each in written if isinstance(each.id, str) and each.id)
    return _Catalogue(gettext.GNUTranslations(compiled), messages)
