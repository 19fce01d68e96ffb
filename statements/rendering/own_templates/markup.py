"""What a page that a tenant's template made may hold: text, tables, and pictures from the view.

The renderer spends seconds and gigabytes on a cell that spans a million columns or on elements
nested thousands deep, so these are counted and refused before it sees the page.
"""

from html.parser import HTMLParser
from typing import Final

from i18n.locale import Words, _

TAGS: Final = frozenset(
    (
        *("html", "head", "meta", "style", "title", "body", "div", "p", "span", "br", "hr", "img"),
        *("table", "thead", "tbody", "tfoot", "tr", "td", "th", "h1", "h2", "h3", "h4", "b", "i"),
        *("strong", "em", "small", "sub", "sup", "ul", "ol", "li"),
        *("pdf:pagenumber", "pdf:pagecount", "pdf:nextpage"),
    )
)
VOID: Final = frozenset(
    ("meta", "br", "hr", "img", "pdf:pagenumber", "pdf:pagecount", "pdf:nextpage")
)
ATTRIBUTES: Final = frozenset(
    (
        *("class", "id", "style", "width", "height", "align", "valign", "colspan", "rowspan"),
        *("src", "alt", "lang", "charset", "repeat", "border", "cellpadding", "cellspacing"),
    )
)
ELEMENTS_MAX, DEPTH_MAX, SPAN_MAX = 20_000, 40, 40
PICTURE: Final = "data:image/png;base64,"


class MarkupRefused(Exception):
    """A page holds what is not drawn; the text says what."""


def check_markup(page: str) -> None:
    """Refuse a page that holds anything else, or too much of it. Raises MarkupRefused."""
    _Reader().feed(page)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self._count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._count += 1
        if tag not in TAGS:
            raise MarkupRefused(Words(_("there is no <{tag}> in a document"), tag=tag[:40]))
        if self._count > ELEMENTS_MAX:
            raise MarkupRefused(
                Words(
                    _("the page has more than {most} elements"),
                    most=ELEMENTS_MAX,
                )
            )
        for name, value in attrs:
            _check_attribute(tag, name, value or "")
        if tag not in VOID:
            self._open.append(tag)
        if len(self._open) > DEPTH_MAX:
            raise MarkupRefused(
                Words(_("elements are nested more than {most} deep"), most=DEPTH_MAX)
            )

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                continue

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            _check_style(data)


def _check_attribute(tag: str, name: str, value: str) -> None:
    if name not in ATTRIBUTES:
        raise MarkupRefused(
            Words(_("<{tag}> has no attribute {name} in a document"), tag=tag, name=name[:40])
        )
    if name in ("colspan", "rowspan", "repeat") and not (
        value.isascii() and value.isdigit() and int(value[:9]) <= SPAN_MAX
    ):
        raise MarkupRefused(
            Words(
                _("{name} of <{tag}> is no number up to {most}"),
                name=name,
                tag=tag,
                most=SPAN_MAX,
            )
        )
    if name == "src" and not value.startswith(PICTURE):
        raise MarkupRefused(Words(_("a picture comes from the view: the logo or the payment code")))
    if name == "style":
        _check_style(value)


def _check_style(rules: str) -> None:
    """Rules may name fonts of ours, and read nothing else."""
    plain = rules.lower().replace("\\", "")
    if "@import" in plain:
        raise MarkupRefused(Words(_("a style may not import another")))
    for part in plain.split("url(")[1:]:
        name = part.partition(")")[0].strip("\"' ")
        if not name.endswith(".ttf") or "/" in name or ":" in name:
            raise MarkupRefused(Words(_("a style may take in fonts of ours alone")))
