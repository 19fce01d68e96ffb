"""A picture of the figures as SVG: a bar for each way, cut into its steps, and the line to stay
left of."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from settlement.app.benchmark.measures import RATIO_BAR, STEPS, middle, ratios

WIDTH: Final = 900
LEFT: Final = 250
ROOM: Final = 560
ROW: Final = 44
TOP: Final = 70
COLOURS: Final = ("#1f5fa8", "#3f8fd2", "#8fc1ea")
REWRITING: Final = "#7a7a7a"


def picture(runs: Sequence[Mapping[str, Any]], machine: Mapping[str, str]) -> str:
    """An SVG document; lengths are times of rewriting the same files, in the same run."""
    sizes = sorted({run["records"] for run in runs})
    shown = [_middle_run([run for run in runs if run["records"] == size]) for size in sizes]
    scale = ROOM / (max([RATIO_BAR, *ratios(shown)]) * 1.1)
    rows: list[str] = []
    for run in shown:
        top = TOP + 2 * ROW * len(rows)
        rows.append("".join((_rewriting(run, top, scale), _month(run, top + ROW, scale))))
    height = TOP + 2 * ROW * len(rows) + 60
    limit = LEFT + RATIO_BAR * scale
    bottom = height - 60
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
            f' width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="14">',
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            _text(20, 28, "From the files of a switch to postings, against rewriting the files",
                  size=18),
            _legend(),
            *rows,
            f'<line x1="{limit:.0f}" y1="{TOP - 8}" x2="{limit:.0f}" y2="{bottom}"'
            ' stroke="#b3261e" stroke-width="2" stroke-dasharray="6 4"/>',
            _text(limit, bottom + 18, f"bar: {RATIO_BAR:.0f} times", "middle", "#b3261e"),
            _text(20, height - 12, f"{machine['processors']}, {machine['memory']}, "
                  f"Python {machine['python']}, Polars {machine['polars']}", colour="#555555"),
            "</svg>",
            "",
        )
    )  # fmt: skip


def _middle_run(runs: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    wanted = middle(ratios(runs))
    return next(run for run in runs if ratios([run]) == [wanted])


def _rewriting(run: Mapping[str, Any], top: float, scale: float) -> str:
    label = _text(LEFT - 10, top + 20, f"{run['records']:,} records: Polars", "end")
    seconds = _text(LEFT + scale + 8, top + 20, f"{run['rewriting_seconds']:.1f} s")
    return label + _bar(LEFT, top, scale, REWRITING) + seconds


def _month(run: Mapping[str, Any], top: float, scale: float) -> str:
    [ratio] = ratios([run])
    parts, x = [_text(LEFT - 10, top + 20, "Saldo", "end")], float(LEFT)
    for step, colour in zip(STEPS, COLOURS, strict=True):
        length = run["month"]["steps"][step] / run["rewriting_seconds"] * scale
        parts.append(_bar(x, top, length, colour))
        x += length
    told = f"{run['month']['seconds']:.1f} s, {ratio:.1f} times"
    return "".join([*parts, _text(x + 8, top + 20, told)])


def _legend() -> str:
    places = ((LEFT + 170 * number, name) for number, name in enumerate(STEPS))
    return "".join(
        _bar(x, 42, 14, colour, 14) + _text(x + 20, 54, name)
        for (x, name), colour in zip(places, COLOURS, strict=True)
    )


def _bar(x: float, y: float, width: float, colour: str, height: float = 30) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.0f}" width="{max(width, 1):.1f}" height="{height:.0f}"'
        f' fill="{colour}"/>'
    )


def _text(
    x: float, y: float, text: str, anchor: str = "start", colour: str = "#111111", size: int = 14
) -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{colour}"'
        f' font-size="{size}">{escape(text)}</text>'
    )
