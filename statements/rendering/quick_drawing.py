"""Inner parts of the drawing library, replaced by such as give the same in less time.

- figures of a page are written as text some thousand times, and most of them again and again;
- fonts and pictures are written as ASCII, which the standard library does with fewer steps;
- each cell is measured beside a copy of the frame, of which nothing is changed but its own fields;
- a cell is measured as it is laid out, again as it is drawn, and a third time by what is in it;
- elements look alike when they and all they stand in have the same tag, class and attributes; so a
  cell of the thirtieth row is looked up in the style sheet no more than one of the first.

The last holds for style sheets without rules by place (`tr:first-child td`) or by what stands
beside or around (`[lang] td`), which ours are; so it is not done for pages of tenants' templates.
"""

import base64
from collections.abc import Callable
from functools import lru_cache
from itertools import count
from typing import Any

FIGURES_MAX = LOOKS_MAX = 65536
# Widths that differ by the rounding of sums alone, in points.
SAME_WIDTH = 1e-9

Function = Callable[..., Any]


def writing_once(written: Function) -> Function:
    """How figures are written, with spaces between them."""
    figure = lru_cache(FIGURES_MAX)(written)

    def figures(*given: Any) -> str:
        several = given[0] if len(given) == 1 and isinstance(given[0], list | tuple) else given
        return " ".join(map(figure, several))

    return figures


def as_ascii(given: bytes | str) -> str:
    """Bytes in ASCII base 85, as PDF has them; of a text each sign is a byte."""
    content = given.encode("latin-1") if isinstance(given, str) else given
    return base64.a85encode(content).decode() + "~>"


def styling_once(published: Function) -> Function:
    """What makes two elements have one style; a number stands for that of the parent."""
    numbers = count()
    looks: dict[Any, int] = {}

    def key_of(node: Any, *asked: Any) -> Any:
        key = published(node, *asked)
        outside = key.parent if key.parent.nodeType == node.nodeType else None
        key = key._replace(parent=getattr(key.parent, "look", outside))
        if len(looks) > LOOKS_MAX:
            looks.clear()
        node.look = looks.setdefault(key, next(numbers))
        return key

    return key_of


def measuring_once(measured: Function, content: type) -> Function:
    """How a table measures a cell: drawing it, it takes what it found laying it out.

    What is drawn is wrapped anew all the same. A cell that holds other than such content, or is
    drawn in less room than it was laid out in, is measured again.
    """

    def cell_size(table: Any, cell: Any, width: float, style: Any, **asked: Any) -> Any:
        kept = vars(table).setdefault("sizes", {})
        if asked.get("W") is None:
            found: tuple[list[float], list[float]] = ([], [])
            asked |= {"W": found[0], "H": found[1]}
            size = measured(table, cell, width, style, **asked)
            kept[id(cell)] = cell, width, *found, size
            return size
        known = kept.get(id(cell))
        room = asked["aH"] - style.topPadding - style.bottomPadding
        is_plain = all(isinstance(each, content) for each in cell)
        if known is None or not is_plain or not _is_known(known, cell, width, room):
            return measured(table, cell, width, style, **asked)
        asked["W"].extend(known[2])
        asked["H"].extend(known[3])
        return known[4]

    return cell_size


def _is_known(known: Any, cell: Any, width: float, room: float) -> bool:
    """Whether a cell that was measured would be found the same again."""
    measured_cell, measured_width, _, heights, _ = known
    is_as_wide = abs(measured_width - width) <= SAME_WIDTH
    return measured_cell is cell and is_as_wide and max(heights, default=0) <= room


def copied(frame: Any) -> Any:
    """A frame that can be changed without changing the other; what it holds is shared."""
    new = frame.__class__.__new__(frame.__class__)
    for name, value in vars(frame).items():
        setattr(new, name, value.copy() if isinstance(value, list | dict) else value)
    return new
