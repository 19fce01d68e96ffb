"""Fill a layout with a view: the page, in HTML, as it is drawn.

What fills a template of a tenant's takes its layouts, its fonts and its texts from here too.
"""

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from i18n.locale import translator
from statements.rendering.brand_view import PLAIN_VIEW
from statements.rendering.glyphs import FACES, drawable, glyphs_of
from tenants.settings import settings_from_environment

LAYOUTS = PackageLoader("statements.rendering", "layouts")
FONTS = {"body": FACES}
BETWEEN_TAGS = re.compile(r">\s+<")


def page_html(layout: str, view: dict[str, Any]) -> str:
    """Fill a layout. Every value is escaped; a value that is missing is an error.

    Pages are numbered without their total: the renderer counts pages by drawing everything twice.
    """
    words = translator(view["locale"])
    template = _layouts().get_template(layout)
    text: str = template.render({"brand": PLAIN_VIEW, **view}, _=words, fonts=FONTS)
    # Between two tags there is no text; each gap left in costs the renderer as much as a cell.
    return BETWEEN_TAGS.sub("><", text)


@cache
def _layouts() -> Environment:
    return Environment(
        loader=LAYOUTS,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=drawable_value,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def drawable_value(value: Any) -> Any:
    """A text in which what the font cannot draw is replaced, visibly; markup stays as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return drawable(value, _drawn_by_the_font())
    return value


@cache
def _drawn_by_the_font() -> frozenset[int]:
    folder = settings_from_environment().fonts_folder
    return glyphs_of([str(folder / name) for name in FACES])
