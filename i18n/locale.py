"""The reader's language: messages looked up in gettext catalogues, English where there is none.

English is written in the code and is the key of every translation. The catalogues are the .po
files below `i18n/locales`, read when a language is first asked for; there is no compiled file to
forget. Fields are filled by name after the lookup, so a translator may move them.

A message that the code hands to a reader is either marked by `_("...")` or is the docstring of an
error; `tests/i18n/test_messages.py` finds both and names the ones a language lacks.
"""

import gettext
from collections.abc import Callable
from functools import cache, lru_cache, partial
from importlib.resources import files
from io import BytesIO

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
    spoken = _catalogue(known_locale(locale)).ngettext(one, many, count)
    return spoken.format(count=count, **fields)


class Words:
    """A message within a message, said in its language: what `wanted` is in `Write {wanted}.`"""

    def __init__(self, message: str, **fields: object) -> None:
        self.message = message
        self.fields = fields

    def said(self, locale: str) -> str:
        """The words in a language."""
        return translate(self.message, locale, **self.fields)

    def __str__(self) -> str:
        return self.said(DEFAULT)


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
    details = {
        name: detail.said(locale) if isinstance(detail, Words) else detail
        for name, detail in error.details.items()
    }
    return translate(error.template, locale).format(**details)


@lru_cache(maxsize=4096)
def _spoken(message: str, locale: str) -> str:
    return _catalogue(locale).gettext(message) if message else ""


def _translate_in(locale: str, message: str, **fields: object) -> str:
    spoken = _spoken(message, locale)
    return spoken.format(**fields) if fields else spoken


@cache
def _catalogue(locale: str) -> gettext.NullTranslations:
    source = files("i18n") / "locales" / locale / "LC_MESSAGES" / "saldo.po"
    if not source.is_file():
        return gettext.NullTranslations()
    with source.open("rb") as lines:
        catalogue = read_po(lines, locale=locale)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
