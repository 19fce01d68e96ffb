"""Draw views as PDF, in child processes, as many at a time as there are processors."""

import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from i18n.errors import Conflict
from statements.document import Document
from statements.rendering.choosing import archive_page_of
from tenants.children import ChildLost, Children

DRAWN = b"+"
DEADLINE_SECONDS = 60

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
    question = {"layout": layout, "view": view, "archive": archive}
    return _asked(question, view["number"], children or _engine(layout))


def draw_all(pages: Iterable[tuple[str, dict[str, Any]]]) -> list[bytes]:
    """Draw many views, in their order, on all processors. Raises DrawingFailed."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as drawing:
        return list(drawing.map(lambda page: draw(page[0], page[1]), pages))


def archive_pdf(issued: Document) -> bytes:
    """Return the archive copy of a numbered document, as PDF/A-3b. Raises DrawingFailed.

    Equal documents give equal bytes.
    """
    layout, view = archive_page_of(issued)
    return draw(layout, view, archive=True)


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
