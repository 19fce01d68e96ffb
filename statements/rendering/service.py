"""Draw views as PDF, in child processes, as many at a time as there are processors."""

import base64
import json
import os
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from i18n.errors import Conflict, Invalid
from i18n.locale import Words, _, outside
from i18n.retelling import Kept, is_ours
from statements.rendering.choosing import PLAIN_LOOK, Issued, Look, Page, archive_page_of
from tenants.children import ChildLost, Children
from tenants.settings import settings_from_environment

DRAWN = b"+"
DEADLINE_SECONDS = 60
# A process that draws what tenants wrote is replaced after so many answers.
ANSWERS_MAX = 200
# A template that failed so often is not tried on the rest of a set.
STOPS_MAX, TRIED_AT_ONCE = 3, 16
PICTURE_MAX = 1_000_000
# What a process draws at a time of a long register, and what it needs to know of the document.
PART_PAGES = 10
REGISTER_FACTS = ("locale", "title", "number", "date", "issuer", "currency", "has_prices", "brand")

ENGINES = {
    ".html": "statements.rendering.gateway",
    ".typ": "statements.rendering.typesetting.gateway",
}
OWN_TEMPLATES = "statements.rendering.own_templates.gateway"
OWN_PAGES = "statements.rendering.gateway"
_children = {
    ending: Children(module, size=os.cpu_count() or 1, deadline_seconds=DEADLINE_SECONDS)
    for ending, module in ENGINES.items()
}


# Processes for what tenants wrote, by module and by the folder of fonts, all they are told.
_apart: dict[tuple[str, str], Children] = {}
_apart_lock = threading.Lock()


class DrawingFailed(Conflict):
    """Document {number} could not be drawn: {reason}. Nothing was issued; try again."""


class TemplateStopped(Conflict):
    """The template of {number} was stopped: {reason}. Correct the template, or roll it back."""


class PictureUnusable(Invalid):
    """The picture cannot be used: {reason}. Send a PNG or JPEG of up to {most} bytes."""


def draw(layout: str, view: dict[str, Any], children: Children | None = None) -> bytes:
    """Return the PDF of a view in a layout. Raises DrawingFailed.

    Equal views give equal bytes. Threads may call it at the same time.

    Args:
        view: with `archive` it becomes PDF/A-3b, which only a typeset layout can be.
        children: processes of the layout's engine other than those all share.
    """
    engine = children or _engine(layout)
    archive = view.get("archive", False)
    view = {name: each for name, each in view.items() if name != "archive"}
    if "template" in view:
        return _drawn_by_template(view)
    if "register" in view:
        return _draw_long(layout, view, engine, archive)
    question = {"layout": layout, "view": view, "archive": archive}
    return _asked(question, view["number"], engine)


def draw_all(pages: Iterable[tuple[str, dict[str, Any]]]) -> list[bytes]:
    """Draw many views, in their order, on all processors. Raises DrawingFailed."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as drawing:
        return list(drawing.map(lambda page: draw(page[0], page[1]), pages))


def draw_each(pages: Sequence[Page]) -> list[bytes | TemplateStopped]:
    """Draw many views, in their order; what a tenant's template cannot draw fails alone.

    After `STOPS_MAX` failures the same template is tried no more. Raises DrawingFailed where a
    layout of ours fails.
    """
    if not any("template" in view for _, view in pages):
        return [*draw_all(pages)]
    drawn: list[bytes | TemplateStopped] = []
    stops: Counter[str] = Counter()
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as drawing:
        # Which are tried depends on the order of pages, and not on who is quicker.
        for start in range(0, len(pages), TRIED_AT_ONCE):
            some = pages[start : start + TRIED_AT_ONCE]
            given_up = {layout for layout, count in stops.items() if count >= STOPS_MAX}
            for (layout, _), each in zip(
                some, drawing.map(partial(_tried, given_up), some), strict=True
            ):
                drawn.append(each)
                stops[layout] += isinstance(each, TemplateStopped)
    return drawn


def _tried(given_up: set[str], page: Page) -> bytes | TemplateStopped:
    layout, view = page
    if "template" in view and layout in given_up:
        return TemplateStopped(
            number=view["number"], reason=Words(_("it failed for others before"))
        )
    try:
        return draw(layout, view)
    except TemplateStopped as stopped:
        return stopped


def decoded_picture(file: bytes) -> bytes:
    """A PNG of our own writing with what a PNG or JPEG shows. Raises PictureUnusable."""
    if len(file) > PICTURE_MAX:
        why = Words(_("it has {size} bytes"), size=len(file))
        raise PictureUnusable(reason=why, most=PICTURE_MAX)
    done, answer = _asked_apart({"logo": base64.b64encode(file).decode()})
    if not done:
        why = Words(_("it is neither a PNG nor a JPEG, is damaged or has too many dots"))
        raise PictureUnusable(reason=why, most=PICTURE_MAX)
    return answer


def marked(pdf: bytes, mark: str) -> bytes:
    """The PDF with a word across every page. Raises DrawingFailed."""
    done, answer = _asked_apart({"unmarked": base64.b64encode(pdf).decode(), "mark": mark})
    if not done:
        raise DrawingFailed(number=mark, reason=answer.decode(errors="replace"))
    return answer


def archive_pdf(issued: Issued, look: Look = PLAIN_LOOK) -> bytes:
    """Return the archive copy of a numbered document, as PDF/A-3b. Raises DrawingFailed.

    Equal documents give equal bytes.
    """
    return draw(*archive_page_of(issued, look))


def _draw_long(layout: str, view: dict[str, Any], engine: Children, archive: bool) -> bytes:
    """Draw the head of a long document and its register in parts, and put them together.

    A part is small, so that no process ever holds the whole of a long table.
    """
    number, register = view["number"], view["register"]
    rows_layout = view.get("register_layout", "register.typ")
    around = {name: each for name, each in view.items() if not name.startswith("register")}
    head = {"layout": layout, "view": {**around, "pages_after": len(register)}, "archive": archive}
    first = _asked(head, number, engine)
    pages_before = len(PdfReader(BytesIO(first)).pages)

    def part(start: int) -> bytes:
        pages = register[start : start + PART_PAGES]
        places = {
            "pages": pages,
            "page_first": pages_before + start + 1,
            "pages_after": len(register) - start - len(pages),
        }
        facts = {name: view[name] for name in REGISTER_FACTS if name in view}
        question = {"layout": rows_layout, "view": {**facts, **places}, "archive": archive}
        question["is_part"] = True
        return _asked(question, number, engine)

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as drawing:
        parts = [first, *drawing.map(part, range(0, len(register), PART_PAGES))]
    joined = {"parts": [base64.b64encode(each).decode() for each in parts]}
    return _asked(joined, number, engine)


def _drawn_by_template(view: dict[str, Any]) -> bytes:
    """Draw a view by the template that its tenant wrote. Raises TemplateStopped."""
    seen = {name: each for name, each in view.items() if name != "template"}
    done, answer = _asked_apart({"template": view["template"], "view": seen})
    if done:
        done, answer = _asked_apart({"page": answer.decode()}, OWN_PAGES)
    if not done:
        raise TemplateStopped(
            number=view["number"], reason=_why_stopped(answer.decode(errors="replace"))
        )
    return answer


def _why_stopped(said: str) -> Words:
    """Why a template was stopped: by our limits, or by what the engine of templates refused."""
    return Kept(said) if is_ours(said) else outside("Jinja", said)


def _asked_apart(question: dict[str, Any], module: str = OWN_TEMPLATES) -> tuple[bool, bytes]:
    """Ask a process that knows nothing of this installation but its fonts."""
    fonts = str(settings_from_environment().fonts_folder.absolute())
    with _apart_lock:
        apart = _apart.setdefault(
            (module, fonts),
            Children(
                module,
                size=os.cpu_count() or 1,
                deadline_seconds=DEADLINE_SECONDS,
                answers_max=ANSWERS_MAX,
                environment={"SALDO_FONTS_DIR": fonts},
            ),
        )
    try:
        answer = apart.ask(json.dumps(question, ensure_ascii=False).encode())
    except ChildLost:
        ended = Words(_("it was ended, as it took too long or too much"))
        return False, str(ended).encode()
    return answer[:1] == DRAWN, answer[1:]


def _engine(layout: str) -> Children:
    return _children[layout[layout.rindex(".") :]]


def _asked(question: dict[str, Any], number: str, children: Children) -> bytes:
    try:
        answer = children.ask(json.dumps(question, ensure_ascii=False).encode())
    except ChildLost as lost:
        raise DrawingFailed(
            number=number, reason=outside(Words(_("the drawing process")), lost)
        ) from lost
    if answer[:1] != DRAWN:
        said = answer[1:].decode(errors="replace")
        raise DrawingFailed(number=number, reason=outside(Words(_("the drawing process")), said))
    return answer[1:]
