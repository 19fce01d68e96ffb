"""A tenant's brand: its logo, colours, texts for each language, and templates of its own.

Beside the brand of the house there may be others, each with a label: the name that a reseller's
customers, or those of a second house mark, know us by.

A brand changes how a document looks and what stands around it, never a figure or a word of the
document itself. Texts are plain. Colours keep text readable: the contrast of WCAG 2.1, 4.5 to 1.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from i18n.errors import Invalid
from i18n.locale import DEFAULT, LOCALES, Words, _
from statements.plain_text import printable

DEEP, TINT, INK = "#17405c", "#f1f4f7", "#1d2733"
READABLE: Final = 4.5
COLOUR = re.compile(r"#[0-9a-f]{6}")
TEMPLATE_MAX = 100_000
# What a tenant may draw with a template of its own, by the layout it stands in for.
TEMPLATED: Final = {"invoice.html": _("Invoices"), "reminder.html": _("Reminders")}
# A text that a document may carry, and how long it may be.
TEXTS: Final = {"header": 200, "footer": 200, "payment_note": 500}
LABEL_MAX: Final = 60
# The label of the brand that documents wear where nothing else is said.
HOUSE: Final = ""
# The place for a logo on paper, in millimetres.
LOGO_WIDTH, LOGO_HEIGHT = 60.0, 14.0


class ColourUnusable(Invalid):
    """{colour} is no colour of the form #17405c. Write six hexadecimal digits."""


class ColourUnreadable(Invalid):
    """On {colour} the text of a document cannot be read. Choose a colour of more contrast."""


class TextUnusable(Invalid):
    """The text {text} in {language} cannot be used. Write up to {longest} characters in one of
    {known}.
    """


class LabelUnusable(Invalid):
    """The label {label} cannot be used. Write up to {longest} characters on one line."""


class TemplateUnusable(Invalid):
    """The template {layout} cannot be used: {reason}. Correct it, then keep it."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture as it was decoded and written anew: a PNG by its SHA-256, and its size in dots."""

    sha256: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Brand:
    """One version of a brand; without changes it is the look that everybody has."""

    deep: str = DEEP
    tint: str = TINT
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    logo: Logo | None = None

    def text(self, name: str, locale: str) -> str:
        """A text in a language, else in English, else none."""
        return self.texts.get(locale, {}).get(name) or self.texts.get(DEFAULT, {}).get(name, "")


PLAIN: Final = Brand()


def checked(brand: Brand) -> Brand:
    """The brand with its colours and texts as they are kept.

    Raises ColourUnusable, ColourUnreadable, TextUnusable or TemplateUnusable.
    """
    deep, tint = _colour(brand.deep), _colour(brand.tint)
    if contrast("#ffffff", deep) < READABLE:
        raise ColourUnreadable(colour=deep)
    if contrast(INK, tint) < READABLE:
        raise ColourUnreadable(colour=tint)
    texts = {
        language: {name: _text(name, text, language) for name, text in said.items() if text.strip()}
        for language, said in brand.texts.items()
    }
    for layout, source in brand.templates.items():
        if layout not in TEMPLATED:
            known = Words(_("known are {layouts}"), layouts=", ".join(TEMPLATED))
            raise TemplateUnusable(layout=layout, reason=known)
        if len(source) > TEMPLATE_MAX:
            raise TemplateUnusable(
                layout=layout,
                reason=Words(_("more than {most} characters"), most=TEMPLATE_MAX),
            )
    return Brand(
        deep,
        tint,
        {language: said for language, said in texts.items() if said},
        {layout: source for layout, source in brand.templates.items() if source.strip()},
        brand.logo,
    )


def checked_label(label: str) -> str:
    """The label as it is kept; empty for the brand of the house. Raises LabelUnusable."""
    kept = label.strip()
    if len(kept) > LABEL_MAX or kept != printable(kept) or len(kept.splitlines()) > 1:
        raise LabelUnusable(label=printable(kept[:LABEL_MAX]), longest=LABEL_MAX)
    return kept


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.1)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def plain_of(brand: Brand) -> dict[str, Any]:
    """The brand as it is stored."""
    logo = brand.logo
    return {
        "deep": brand.deep,
        "tint": brand.tint,
        "texts": {language: dict(said) for language, said in brand.texts.items()},
        "templates": dict(brand.templates),
        "logo": [logo.sha256, logo.width, logo.height] if logo else None,
    }


def brand_of(plain: Mapping[str, Any]) -> Brand:
    """The brand that was stored."""
    logo = plain["logo"]
    kept = Logo(str(logo[0]), int(logo[1]), int(logo[2])) if logo else None
    return Brand(plain["deep"], plain["tint"], plain["texts"], plain["templates"], kept)


def _colour(text: str) -> str:
    colour = text.strip().lower()
    if not COLOUR.fullmatch(colour):
        raise ColourUnusable(colour=printable(text[:20]))
    return colour


def _text(name: str, text: str, language: str) -> str:
    longest = TEXTS.get(name, 0)
    if language not in LOCALES or len(text) > longest:
        raise TextUnusable(
            text=printable(name[:20]),
            language=printable(language[:10]),
            longest=longest,
            known=", ".join(LOCALES),
        )
    return printable(" ".join(text.split()))


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
