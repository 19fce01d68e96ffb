"""The engine that draws PDF: Jinja fills a layout, xhtml2pdf draws it.

This is the child process of `statements.rendering.service`. xhtml2pdf reads HTML, CSS, fonts and
images; given a page by somebody else it will fetch, grow and loop. So it draws only our own
layouts, with every value escaped, with processor time and memory limited, under a policy that
reads nothing but the font folder and fetches nothing at all. Anything it warns of (a font it could
not read) fails the drawing: a document that looks wrong is not issued.

A page that a tenant's template made, and `own_templates` checked, is drawn by a process of this
module that draws nothing else, with the limits that such a page has.

The bytes depend on the page only: ReportLab is told to leave out the time and its random ids.
"""

import gc
import json
import logging
import resource
from functools import cache
from io import BytesIO
from pathlib import Path

from statements.rendering import quick_drawing
from statements.rendering.filling import page_html
from statements.rendering.glyphs import first_font
from statements.rendering.limits import give_time, limit_memory, reason_of
from statements.rendering.page_totals import footers_at_the_end
from statements.rendering.row_keeping import keep_sums
from tenants.children import serve
from tenants.settings import settings_from_environment

CPU_SECONDS = 3600
MEMORY_BYTES = 2 * 1024**3
DRAWN, FAILED = b"+", b"-"


class _Warnings(logging.Handler):
    """Collects what the renderer complains about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def _drawn(html: str) -> bytes:
    """Draw a page as PDF. Raises ValueError where the renderer warns, and what it raises itself."""
    warnings = _Warnings()
    log = logging.getLogger("xhtml2pdf")
    log.addHandler(warnings)
    try:
        pdf = _pdf(html)
    finally:
        log.removeHandler(warnings)
    if warnings.texts:
        raise ValueError("; ".join(warnings.texts))
    return pdf


def _pdf(html: str) -> bytes:
    from reportlab import rl_config  # noqa: PLC0415 (only such a process draws)
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
    return first_font(fonts)


def _answer(question: bytes) -> bytes:
    asked = json.loads(question)
    _ready(is_ours="page" not in asked)
    _knowing_totals()
    _keeping_sums()
    if "page" in asked:
        return _own_answer(asked["page"])
    try:
        return DRAWN + _drawn(page_html(asked["layout"], asked["view"]))
    except Exception as error:  # noqa: BLE001 (whatever a drawing library raises fails one drawing)
        return FAILED + f"{type(error).__name__}: {error}"[:500].encode()
    finally:
        # Drawing leaves cycles behind in bursts; collecting them once per document, and never
        # looking again at what stays, is a quarter faster.
        gc.collect()
        gc.freeze()


@cache
def _ready(is_ours: bool) -> None:
    """Once in a process, before anything is drawn in it: let the library take less time."""
    from reportlab.lib import rl_accel  # noqa: PLC0415 (only such a process draws)

    # Other modules of the library take these by name as they are loaded.
    rl_accel.fp_str = quick_drawing.writing_once(rl_accel.fp_str)
    rl_accel.asciiBase85Encode = quick_drawing.as_ascii

    from reportlab.platypus import flowables  # noqa: PLC0415
    from xhtml2pdf import parser  # noqa: PLC0415
    from xhtml2pdf.xhtml2pdf_reportlab import PmlKeepInFrame, PmlTable  # noqa: PLC0415

    flowables.deepcopy = quick_drawing.copied
    PmlTable._listCellGeom = quick_drawing.measuring_once(PmlTable._listCellGeom, PmlKeepInFrame)
    if is_ours:
        parser.getCSSAttrCacheKey = quick_drawing.styling_once(parser.getCSSAttrCacheKey)


@cache
def _knowing_totals() -> None:
    """Once in a process, after `_ready`: let every page say how many there are."""
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415
    from xhtml2pdf.context import pisaContext  # noqa: PLC0415
    from xhtml2pdf.xhtml2pdf_reportlab import PmlPageTemplate  # noqa: PLC0415

    footers_at_the_end(Canvas, PmlPageTemplate, pisaContext)


@cache
def _keeping_sums() -> None:
    """Once in a process: let no page begin with a sum."""
    from xhtml2pdf.tables import pisaTagTR  # noqa: PLC0415 (only such a process draws)

    keep_sums(pisaTagTR)


def _own_answer(page: str) -> bytes:
    try:
        limit_memory()
        give_time()
        return DRAWN + _drawn(page)
    except Exception as error:  # noqa: BLE001 (whatever a drawing library raises fails one drawing)
        return FAILED + reason_of(error).encode()
    finally:
        gc.collect()


def _limit() -> None:
    gc.disable()
    logging.getLogger("xhtml2pdf").propagate = False
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    _limit()
    serve(_answer)
