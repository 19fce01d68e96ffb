"""Footers that say how many pages there are, without drawing a document twice.

The drawing library knows the number of pages when the last one is done, and would lay out the whole
document again to say it on the first. Here pages are held back as they are done, and what stands
outside of their text (the footer) is drawn when the last one is: its marks go where they would have
gone, below the text, so nothing else changes its place.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

Function = Callable[..., Any]


def footers_at_the_end(canvas: type[Any], template: type[Any], context: type[Any]) -> None:
    """Change the library's classes so; no element needs a second drawing to know the total."""
    paint, shown, saved = template._paintStaticFrame, canvas.showPage, canvas.save

    def postponed(self: Any, frame: Any, drawn_on: Any, renumber: Function) -> None:
        document = drawn_on._doctemplate
        later = partial(paint, self, frame, drawn_on, renumber)
        footer = len(drawn_on._code), document, document.page, later
        vars(drawn_on).setdefault("footers", []).append(footer)

    def held_back(self: Any) -> None:
        vars(self).setdefault("pages", []).append(dict(vars(self)))
        self.footers = []
        # What points at a page, such as an outline, goes by this number.
        self._doc.pageCounter += 1
        self._startPage()

    def all_shown(self: Any) -> None:
        pages = vars(self).get("pages", [])
        self._doc.pageCounter -= len(pages)
        for page in pages:
            vars(self).update(page)
            _draw_footers(self, page.get("footers", ()))
            shown(self)
        saved(self)

    template._paintStaticFrame = postponed
    canvas.showPage, canvas.save = held_back, all_shown
    context.addPageCount = lambda _self: None


def _draw_footers(canvas: Any, footers: Any) -> None:
    """Draw each footer into marks of its own, and put them where it was asked for."""
    code = canvas._code
    # From the last to the first, so that no place moves before its marks are there.
    for place, document, page, draw in reversed(footers):
        # The library has let go of the document by now, and it stands at its last page.
        canvas._doctemplate, document.page = document, page
        marks: list[str] = []
        canvas._code, canvas._code_append = marks, marks.append
        canvas.saveState()
        draw()
        canvas.restoreState()
        code[place:place] = marks
    canvas._code, canvas._code_append = code, code.append
