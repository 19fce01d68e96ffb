"""How wide texts are at most in the regular face of documents, in ems of their type.

Layouts wrap texts by the face itself; this is for what must be known before anything is drawn.
"""

import re

WIDTHS = {
    0.3: " ',.IJijlł·іїІЇ",
    0.4: "!()-/:;[\\]frt|",
    0.5: '"*?_`cszćśźż–гзсэєґ',
    0.6: "$0123456789EFKLPSTYabdeghknopquvxy{}ąęńóĘŁŚäöüßГЕЗРТУабвеийклнопртухчьяҐёЁ",
    0.7: "ABCDGHNRUVXZĄĆŃŹŻÄÜАБВИЙКЛНПСХЦЧЬЭЯдмцъЄ",
    0.8: "#&+<=>MOQ^w~ÓÖДМОФЪЫфыю",
    1.0: "%@Wm№ЖШЩЮжшщ…—",
}
EMS = {sign: width for width, signs in reversed(WIDTHS.items()) for sign in signs}
WIDEST = 1.2
WORD = re.compile(r"\S+")


def width_of(text: str) -> float:
    """The width of a text on one line, at most."""
    return sum(EMS.get(sign, WIDEST) for sign in text)


def cut_to(text: str, ems: float) -> str:
    """The text as far as it fits on one line, with an ellipsis where it was cut."""
    return text if width_of(text) <= ems else f"{_head(text, ems - WIDEST)}…"


def breaking(text: str, ems: float) -> str:
    """The text with blanks in words that would run over the edge of a column of that width."""
    return WORD.sub(lambda found: _broken(found.group(), ems), text)


def _broken(word: str, ems: float) -> str:
    parts = []
    while width_of(word) > ems:
        head = _head(word, ems)
        parts.append(head)
        word = word[len(head) :]
    return " ".join([*parts, word])


def _head(text: str, ems: float) -> str:
    """The beginning of a text that fits; at least one character."""
    width = 0.0
    for place, sign in enumerate(text):
        width += EMS.get(sign, WIDEST)
        if width > ems and place:
            return text[:place]
    return text
