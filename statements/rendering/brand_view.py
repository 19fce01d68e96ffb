"""A brand as layouts place it: colours, texts in the reader's language, the logo as data."""

import base64
from typing import Any, Final

from statements.brand import LOGO_HEIGHT, LOGO_WIDTH, PLAIN, Brand
from statements.plain_text import fitting

LONGEST = 500


def brand_view(brand: Brand, locale: str, logo: bytes = b"") -> dict[str, Any]:
    """Return the view of a brand in a language.

    Args:
        logo: the picture of the brand, a PNG of our own writing; none where it has none.
    """
    said = {name: fitting(brand.text(name, locale), LONGEST) for name in ("header", "footer")}
    return {
        "deep": brand.deep,
        "tint": brand.tint,
        **said,
        "payment_note": fitting(brand.text("payment_note", locale), LONGEST),
        "logo": _logo_view(brand, logo),
    }


def _logo_view(brand: Brand, logo: bytes) -> dict[str, Any] | None:
    if brand.logo is None or not logo:
        return None
    wide, high = brand.logo.width, brand.logo.height
    scale = min(LOGO_WIDTH / wide, LOGO_HEIGHT / high)
    png = f"data:image/png;base64,{base64.b64encode(logo).decode()}"
    # typst reads no data addresses, but a drawing that holds the picture.
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}">'
        f'<image width="{wide}" height="{high}" href="{png}"/></svg>'
    )
    return {
        "png": png,
        "svg": drawing,
        "width": f"{wide * scale:.2f}mm",
        "height": f"{high * scale:.2f}mm",
    }


PLAIN_VIEW: Final = brand_view(PLAIN, "en")
