"""The register of a long document: all its lines, on pages that are made up here.

A table of tens of thousands of rows is not laid out in one piece. Each row has a height that
follows from its text, so the rows of every page, and what is carried over to the next, are known
before anything is drawn, and pages can be drawn in any number of parts. A heading is followed by a
row on its page, and a subtotal is not alone on one.

Heights are in millimetres.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from i18n.locale import _
from statements.plain_text import fitting
from statements.rendering.lines_view import View
from statements.rendering.widths import width_of

Say = Callable[..., str]

# What a page holds below the heading of the table, with a row for either carry-over.
PAGE_HEIGHT = 244.0
ROW_HEIGHT, LINE_HEIGHT, HEADING_GAP = 1.7, 3.1, 2.6

# The column of descriptions, in ems of its type. A word that would not fit may be broken.
COLUMN_EMS = 23.0
# A heading is one line across the columns.
LABEL_MAX = 80
UNBROKEN = re.compile(r"(\S{18})(?=\S)")
MAY_BREAK = "\N{ZERO WIDTH SPACE}"

Row = dict[str, Any]


def register_pages(
    groups: Iterable[View], say: Say, line: Callable[[View], Row] | None = None
) -> list[list[Row]]:
    """The rows of every page, each with its kind and height.

    Args:
        groups: services with their lines, as `groups_view` gives them.
        line: makes the row of a line, where lines are others than those of a document.
    """
    pages = _Pages(say)
    for group in groups:
        for block in _blocks(group, say, line or _line):
            pages.add(block)
    return pages.rows


def text_lines(text: str) -> int:
    """How many lines a text takes in the column of descriptions, at most."""
    lines, room = 1, COLUMN_EMS
    for word in re.split(rf"[ {MAY_BREAK}]", text):
        width = width_of(word)
        if width > room and room < COLUMN_EMS:
            lines, room = lines + 1, COLUMN_EMS
        room -= width + width_of(" ")
    return lines


@dataclass(slots=True)
class _Pages:
    """Pages filled so far; a block of rows is never divided."""

    say: Say
    rows: list[list[Row]] = field(default_factory=list)
    room: float = 0.0
    carried: str = ""

    def add(self, block: list[Row]) -> None:
        height = sum(row["height"] for row in block)
        if height > self.room:
            self._turn()
        self.rows[-1] += block
        self.room -= height
        self.carried = next(
            (row["carried"] for row in reversed(block) if "carried" in row), self.carried
        )

    def _turn(self) -> None:
        brought: list[Row] = []
        if self.rows:
            self.rows[-1].append(self._carry_over(_("To the next page")))
            brought = [self._carry_over(_("From the previous page"))]
        self.rows.append(brought)
        self.room = PAGE_HEIGHT - 2 * (ROW_HEIGHT + LINE_HEIGHT)

    def _carry_over(self, words: str) -> Row:
        return {
            "kind": "carry",
            "height": ROW_HEIGHT + LINE_HEIGHT,
            "label": self.say(words),
            "amount": self.carried,
        }


def _blocks(group: View, say: Say, line: Callable[[View], Row]) -> Iterator[list[Row]]:
    """What stays together: a heading with its first line, the last line with the subtotal."""
    rows = [line(row) for row in group["rows"]]
    block: list[Row] = [_named("heading", group["name"])] if group["has_subtotal"] else []
    for row in rows[:-1]:
        yield [*block, row]
        block = []
    closing = []
    if group["has_subtotal"]:
        label = f"{say(_('Subtotal'))}: {group['name']}"
        closing = [_named("subtotal", label) | {"amount": group["subtotal"]}]
    if rows or closing:
        yield [*block, *rows[-1:], *closing]


def _named(kind: str, label: str) -> Row:
    gap = HEADING_GAP if kind == "heading" else 0.0
    return {
        "kind": kind,
        "height": ROW_HEIGHT + LINE_HEIGHT + gap,
        "label": fitting(label, LABEL_MAX),
    }


def _line(row: View) -> Row:
    said = " · ".join(text for text in (row["description"], row["period"]) if text)
    description = UNBROKEN.sub(rf"\1{MAY_BREAK}", said)
    return {
        "kind": "line",
        "height": ROW_HEIGHT + LINE_HEIGHT * text_lines(description),
        "cells": [
            row["id"],
            description,
            *(row[name] for name in ("quantity", "unit", "price", "tax", "net")),
        ],
        "carried": row["carried"],
    }
