"""What the embedded fonts can draw; everything else is replaced, visibly."""

from collections.abc import Sequence
from typing import Any

from statements.plain_text import REPLACEMENT

# The faces of every document, regular and bold, in the folder of fonts.
FACES = ("DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf")


def glyphs_of(faces: Sequence[str]) -> frozenset[int]:
    """The code points that every one of these TrueType files can draw, and the line feed."""
    from reportlab.pdfbase.ttfonts import TTFontFile  # noqa: PLC0415 (only a drawing child needs it)

    drawn = [frozenset(TTFontFile(face).charToGlyph) for face in faces]
    return frozenset.intersection(*drawn) | {ord("\n")}


def drawable(value: Any, glyphs: frozenset[int]) -> Any:
    """The same view with texts in which what cannot be drawn is replaced."""
    if isinstance(value, str):
        if glyphs.issuperset(map(ord, value)):
            return value
        return "".join(sign if ord(sign) in glyphs else REPLACEMENT for sign in value)
    if isinstance(value, dict):
        return {name: drawable(each, glyphs) for name, each in value.items()}
    if isinstance(value, list):
        return [drawable(each, glyphs) for each in value]
    return value


def first_font(folder: Any) -> str:
    """The name under which ReportLab knows our regular face, in the folder of fonts."""
    from reportlab.pdfbase.pdfmetrics import registerFont  # noqa: PLC0415 (only a drawing child)
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415

    registerFont(TTFont("first", str(folder / FACES[0])))
    return "first"
