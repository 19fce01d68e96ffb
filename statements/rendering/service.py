"""Draw a view as PDF, in child processes, as many at a time as there are processors."""

import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from i18n.errors import Conflict
from tenants.children import ChildLost, Children

DRAWN = b"+"
DEADLINE_SECONDS = 60

_children = Children(
    "statements.rendering.gateway", size=os.cpu_count() or 1, deadline_seconds=DEADLINE_SECONDS
)


class DrawingFailed(Conflict):
    """Document {number} could not be drawn: {reason}. Nothing was issued; try again."""


def draw(layout: str, view: dict[str, Any], children: Children = _children) -> bytes:
    """Return the PDF of a view in a layout. Raises DrawingFailed.

    Equal views give equal bytes. Threads may call it at the same time.
    """
    question = json.dumps({"layout": layout, "view": view}, ensure_ascii=False).encode()
    try:
        answer = children.ask(question)
    except ChildLost as lost:
        raise DrawingFailed(number=view["number"], reason=str(lost)) from lost
    if answer[:1] != DRAWN:
        raise DrawingFailed(number=view["number"], reason=answer[1:].decode())
    return answer[1:]


def draw_all(
    pages: Iterable[tuple[str, dict[str, Any]]], children: Children = _children
) -> list[bytes]:
    """Draw many views, in their order, on all processors. Raises DrawingFailed."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as drawing:
        return list(drawing.map(lambda page: draw(page[0], page[1], children), pages))
