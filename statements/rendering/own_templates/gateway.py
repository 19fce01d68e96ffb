"""The process that fills templates of tenants, and decodes their pictures.

It is told nothing of this installation but where the fonts are. A question has so much processor
time, the process so much memory; what asks for more is stopped and named. Pictures are decoded
and written anew, so that only dots come through, never what else a file may hold.
"""

import base64
import gc
import json
from io import BytesIO
from typing import Any

from jinja2.exceptions import TemplateSyntaxError

from i18n.locale import Words, _, translator
from statements.rendering.brand_view import PLAIN_VIEW
from statements.rendering.filling import BETWEEN_TAGS, FONTS, LAYOUTS, drawable_value
from statements.rendering.glyphs import first_font
from statements.rendering.limits import give_time, limit_memory, reason_of
from statements.rendering.own_templates.markup import MarkupRefused, check_markup
from statements.rendering.own_templates.sandbox import filled, sandbox
from tenants.children import serve
from tenants.settings import settings_from_environment

DOTS_MAX = 16_000_000
LOGO_DOTS = (600, 240)
DONE, FAILED = b"+", b"-"


def _answer(question: bytes) -> bytes:
    asked = json.loads(question)
    try:
        give_time()
        return DONE + _done(asked)
    except TemplateSyntaxError as wrong:
        return FAILED + f"line {wrong.lineno}: {wrong.message}"[:500].encode()
    except Exception as error:  # noqa: BLE001 (whatever a library raises fails one question)
        return FAILED + reason_of(error).encode()
    finally:
        gc.collect()


def _done(asked: dict[str, Any]) -> bytes:
    if "logo" in asked:
        return _decoded(base64.b64decode(asked["logo"]))
    if "unmarked" in asked:
        return _marked(base64.b64decode(asked["unmarked"]), asked["mark"])
    return own_page(asked["template"], asked["view"]).encode()


def own_page(template: str, view: dict[str, Any]) -> str:
    """The page of a tenant's template. Raises NotInTheSandbox, MarkupRefused, TemplateError."""
    environment = sandbox(LAYOUTS, template, drawable_value)
    around = {"brand": PLAIN_VIEW, "_": translator(view["locale"]), "fonts": FONTS}
    page = BETWEEN_TAGS.sub("><", filled(environment, {**around, **view}))
    check_markup(page)
    return page


def _decoded(file: bytes) -> bytes:
    """A PNG of our own writing, on white, no larger than paper needs."""
    from PIL import Image  # noqa: PLC0415 (only the child decodes)

    with Image.open(BytesIO(file), formats=("PNG", "JPEG")) as found:
        if found.width * found.height > DOTS_MAX or min(found.size) < 1:
            raise MarkupRefused(Words(_("the picture has more than {most} dots"), most=DOTS_MAX))
        seen = found.convert("RGBA")
    seen.thumbnail(LOGO_DOTS)
    plain = Image.new("RGB", seen.size, "white")
    plain.paste(seen, mask=seen.getchannel("A"))
    out = BytesIO()
    plain.save(out, "PNG", optimize=True)
    return out.getvalue()


def _marked(pdf: bytes, mark: str) -> bytes:
    """The pages with a word across each, so that nobody takes them for a document."""
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 (only the child draws)
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

    face = first_font(settings_from_environment().fonts_folder)
    writer = PdfWriter(clone_from=BytesIO(pdf))
    for page in writer.pages:
        wide, high = float(page.mediabox.width), float(page.mediabox.height)
        out = BytesIO()
        canvas = Canvas(out, pagesize=(wide, high), initialFontName=face, invariant=1)
        canvas.translate(wide / 2, high / 2)
        canvas.rotate(50)
        canvas.setFillColorRGB(0.75, 0.2, 0.2, alpha=0.25)
        canvas.setFont(face, 90 if len(mark) < 12 else 60)
        canvas.drawCentredString(0, 0, mark)
        canvas.save()
        page.merge_page(PdfReader(out).pages[0])
    found = BytesIO()
    writer.write(found)
    return found.getvalue()


if __name__ == "__main__":
    limit_memory()
    serve(_answer)
