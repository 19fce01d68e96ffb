"""The engine that draws PDF: Jinja fills a layout, xhtml2pdf draws it.

This is the child process of `statements.rendering.service`. xhtml2pdf reads HTML, CSS, fonts and
images; given a page by somebody else it will fetch, grow and loop. So it draws only our own
layouts, with every value escaped, with processor time and memory limited, under a policy that
reads nothing but the font folder and fetches nothing at all. Anything it warns of (a font it
could not read) fails the drawing: a document that looks wrong is not issued.

The bytes depend on the view only: ReportLab is told to leave out the time and its random ids.
"""

import gc
import json
import logging
import re
import resource
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from i18n.locale import translator
from statements.rendering.glyphs import FACES, drawable, glyphs_of
from tenants.children import serve
from tenants.settings import settings_from_environment

LAYOUTS = Path(__file__).parent / "layouts"
FONTS = {"body": FACES}
CPU_SECONDS = 3600
MEMORY_BYTES = 2 * 1024**3
BETWEEN_TAGS = re.compile(r">\s+<")
DRAWN, FAILED = b"+", b"-"


def page_html(layout: str, view: dict[str, Any]) -> str:
    """Fill a layout. Every value is escaped; a value that is missing is an error.

    Pages are numbered without their total: the renderer counts pages by drawing everything twice.
    """
    words = translator(view["locale"])
    template = _layouts().get_template(layout)
    text: str = template.render(view, _=words, fonts=FONTS)
    # Between two tags there is no text; each gap left in costs the renderer as much as a cell.
    return BETWEEN_TAGS.sub("><", text)


@cache
def _layouts() -> Environment:
    return Environment(
        loader=FileSystemLoader(LAYOUTS),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_drawable,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _drawable(value: Any) -> Any:
    """A text in which what the font cannot draw is replaced, visibly; markup stays as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return drawable(value, _drawn_by_the_font())
    return value


@cache
def _drawn_by_the_font() -> frozenset[int]:
    folder = settings_from_environment().fonts_folder
    return glyphs_of([str(folder / name) for name in FACES])


class _Warnings(logging.Handler):
    """Collects what the renderer complains about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def _answer(question: bytes) -> bytes:
    asked = json.loads(question)
    warnings = _Warnings()
    log = logging.getLogger("xhtml2pdf")
    log.addHandler(warnings)
    try:
        pdf = _pdf(page_html(asked["layout"], asked["view"]))
    except Exception as error:  # noqa: BLE001 (whatever a drawing library raises fails one drawing)
        return FAILED + f"{type(error).__name__}: {error}"[:500].encode()
    finally:
        log.removeHandler(warnings)
        # Drawing leaves cycles behind in bursts; collecting them once per document, and never
        # looking again at what stays, is a quarter faster.
        gc.collect()
        gc.freeze()
    if warnings.texts:
        return FAILED + "; ".join(warnings.texts)[:500].encode()
    return DRAWN + pdf


def _pdf(html: str) -> bytes:
    from reportlab import rl_config  # noqa: PLC0415 (only the child draws)
    from reportlab.platypus.tables import CellStyle  # noqa: PLC0415
    from xhtml2pdf import pisa  # noqa: PLC0415
    from xhtml2pdf.config.resources import ResourceAccessPolicy  # noqa: PLC0415

    rl_config.invariant = 1
    fonts = settings_from_environment().fonts_folder
    # A page and a cell begin with a font of their own, text or not: Helvetica, which is in no file.
    rl_config.canvas_basefontname = CellStyle.fontname = _first_font(fonts)
    out = BytesIO()
    policy = ResourceAccessPolicy.server(base_dir=fonts, allow_remote=False)
    done = pisa.CreatePDF(html, dest=out, path=str(fonts / "page.html"), resource_policy=policy)
    if done.err:
        raise ValueError(f"{done.err} errors in the layout")
    return out.getvalue()


@cache
def _first_font(fonts: Path) -> str:
    """The name under which ReportLab knows our regular face."""
    from reportlab.pdfbase.pdfmetrics import registerFont  # noqa: PLC0415 (only the child draws)
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415

    registerFont(TTFont("first", str(fonts / FACES[0])))
    return "first"


def _limit() -> None:
    gc.disable()
    logging.getLogger("xhtml2pdf").propagate = False
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    _limit()
    serve(_answer)
