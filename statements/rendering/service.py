"""Draw views as PDF, in child processes, as many at a time as there are processors."""

import base64
import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from i18n.errors import Conflict
from statements.account_statement import AccountStatement
from statements.declaration import Declaration
from statements.document import Document
from statements.rendering.choosing import archive_page_of
from tenants.children import ChildLost, Children

DRAWN = b"+"
DEADLINE_SECONDS = 60
# What a process draws at a time of a long register, and what it needs to know of the document.
PART_PAGES = 10
REGISTER_FACTS = ("locale", "title", "number", "date", "issuer", "currency", "has_prices")

ENGINES = {
    ".html": "statements.rendering.gateway",
    ".typ": "statements.rendering.typesetting.gateway",
}
_children = {
    ending: Children(module, size=os.cpu_count() or 1, deadline_seconds=DEADLINE_SECONDS)
    for ending, module in ENGINES.items()
}


class DrawingFailed(Conflict):
    """Document {number} could not be drawn: {reason}. Nothing was issued; try again."""


def draw(
    layout: str, view: dict[str, Any], children: Children | None = None, *, archive: bool = False
) -> bytes:
    """Return the PDF of a view in a layout. Raises DrawingFailed.

    Equal views give equal bytes. Threads may call it at the same time.

    Args:
        children: processes of the layout's engine other than those all share.
        archive: PDF/A-3b; only a typeset layout has such a copy.
    """
    engine = children or _engine(layout)
    if "register" in view:
        return _draw_long(layout, view, engine, archive)
    question = {"layout": layout, "view": view, "archive": archive}
    return _asked(question, view["number"], engine)


def draw_all(pages: Iterable[tuple[str, dict[str, Any]]]) -> list[bytes]:
    """Draw many views, in their order, on all processors. Raises DrawingFailed."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as drawing:
        return list(drawing.map(lambda page: draw(page[0], page[1]), pages))


def archive_pdf(issued: Document | Declaration | AccountStatement) -> bytes:
    """Return the archive copy of a numbered document, as PDF/A-3b. Raises DrawingFailed.

    Equal documents give equal bytes.
    """
    layout, view = archive_page_of(issued)
    return draw(layout, view, archive=True)


def _draw_long(layout: str, view: dict[str, Any], engine: Children, archive: bool) -> bytes:
    """Draw the head of a long document and its register in parts, and put them together.

    A part is small, so that no process ever holds the whole of a long table.
    """
    number, register = view["number"], view["register"]
    around = {name: each for name, each in view.items() if name != "register"}
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
        facts = {name: view[name] for name in REGISTER_FACTS}
        question = {"layout": "register.typ", "view": {**facts, **places}, "archive": archive}
        return _asked(question, number, engine)

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as drawing:
        parts = [first, *drawing.map(part, range(0, len(register), PART_PAGES))]
    joined = {"parts": [base64.b64encode(each).decode() for each in parts]}
    return _asked(joined, number, engine)


def _engine(layout: str) -> Children:
    return _children[layout[layout.rindex(".") :]]


def _asked(question: dict[str, Any], number: str, children: Children) -> bytes:
    try:
        answer = children.ask(json.dumps(question, ensure_ascii=False).encode())
    except ChildLost as lost:
        raise DrawingFailed(number=number, reason=str(lost)) from lost
    if answer[:1] != DRAWN:
        raise DrawingFailed(number=number, reason=answer[1:].decode(errors="replace"))
    return answer[1:]
