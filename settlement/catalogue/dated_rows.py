"""Read what holds from when out of a CSV file: prefixes and their zones, numbers and operators.

The first line names the columns: a key, its value, `valid_from` and, where one ends, `valid_until`.
A key has its value until it is said to end, or until its next row begins. A file with a row that
cannot be read is refused as a whole, because what is missing would silently be priced otherwise.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Final, NamedTuple, TypeVar

from i18n.errors import Conflict, Invalid
from i18n.locale import Several, Words, _
from mediation.formats.lines import read_lines, split_fields

SHOWN: Final = 5
SHOWN_TEXT: Final = 60
ENDS: Final = ("valid_from", "valid_until")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class DatedFileUnreadable(Invalid):
    """The file cannot be read. Send UTF-8 text with commas, whose first line names these columns:
    {columns}.
    """


class DatedRowsUnreadable(Invalid):
    """{count} rows of the file cannot be read: {shown}. Correct them; nothing was imported."""


class DatedRowContradicts(Conflict):
    """{key} is {stored} from {valid_from}, and the file says {said}. Let the new row begin on
    another day.
    """


class DatedRow(NamedTuple):
    """A key has a value from a moment (a local date, or an instant) until another; half-open."""

    line: int
    key: str
    value: str
    valid_from: date
    valid_until: date | None


class Layout(NamedTuple):
    """The two columns of a file, what they look like, and how a moment is read.

    `moment` raises ValueError. `first` holds where a row does not say its beginning.
    """

    key: str
    value: str
    is_key: re.Pattern[str]
    is_value: re.Pattern[str]
    moment: Callable[[str], date]
    first: date | None = None


class _Unreadable(Invalid):
    """{reason}: {text}"""


def read_dated_rows(content: bytes, layout: Layout) -> list[DatedRow]:
    """The rows of a file in its order, each said once.

    Raises DatedFileUnreadable and DatedRowsUnreadable.
    """
    rows: list[DatedRow] = []
    faults: list[tuple[int, str]] = []
    for line, fields in _written(content, layout, faults):
        try:
            rows.append(_row(line, fields, layout))
        except _Unreadable as fault:
            faults.append((line, str(fault)))
    rows = list({row[1:]: row for row in reversed(rows)}.values())[::-1]
    faults += _clashing(rows)
    if faults:
        told = sorted(faults)[:SHOWN]
        shown = (Words(_("line {line}: {why}"), line=line, why=why) for line, why in told)
        raise DatedRowsUnreadable(count=len(faults), shown=Several(shown))
    return rows


Moment = TypeVar("Moment", bound=date)


def new_rows(rows: Iterable[DatedRow], known: Mapping[tuple[str, Moment], str]) -> list[DatedRow]:
    """The rows that are not known yet; `known` are values by key and beginning.

    Raises DatedRowContradicts.
    """
    found = []
    for row in rows:
        stored = known.get((row.key, row.valid_from))  # type: ignore[arg-type]
        if stored is None:
            found.append(row)
        elif stored != row.value:
            raise DatedRowContradicts(
                key=row.key, stored=stored, valid_from=row.valid_from.isoformat(), said=row.value
            )
    return found


def a_day(text: str) -> date:
    """A local date like 2026-10-01; raises ValueError."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def an_instant(text: str) -> datetime:
    """An instant to the second, with its offset, in UTC; raises ValueError."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or instant.microsecond:
        raise ValueError(text)
    return instant.astimezone(UTC)


def _written(
    content: bytes, layout: Layout, faults: list[tuple[int, str]]
) -> Iterator[tuple[int, dict[str, str]]]:
    needed = [layout.key, layout.value, *(() if layout.first else ENDS[:1])]
    unreadable = DatedFileUnreadable(columns=", ".join(needed))
    lines = read_lines(content, "utf-8")
    if lines is None or lines.records.is_empty():
        raise unreadable
    headings = [each.strip().strip('"').casefold() for each in lines.records["raw"][0].split(",")]
    known = {layout.key, layout.value, *ENDS}
    if not set(needed) <= set(headings) <= known or len(set(headings)) < len(headings):
        raise unreadable
    split = split_fields(lines.records[1:], ",", (len(headings), len(headings)))
    for part in (lines.rejected, split.rejected):
        faults += [(line, reason) for line, reason in part.select("line", "reason").iter_rows()]
    for line, _raw, *texts in split.rows.iter_rows():
        yield line, {name: (text or "").strip() for name, text in zip(headings, texts, strict=True)}


def _row(line: int, fields: Mapping[str, str], layout: Layout) -> DatedRow:
    key = _fitting(fields[layout.key], layout.is_key, layout.key)
    value = _fitting(fields[layout.value], layout.is_value, layout.value)
    begins = _moment(fields.get("valid_from", ""), layout) or layout.first
    if begins is None:
        raise _Unreadable(reason="NO_BEGINNING", text=key)
    ends = _moment(fields.get("valid_until", ""), layout)
    if ends is not None and ends <= begins:
        raise _Unreadable(reason="NO_TIME_AT_ALL", text=key)
    return DatedRow(line, key, value, begins, ends)


def _fitting(text: str, pattern: re.Pattern[str], name: str) -> str:
    if not pattern.fullmatch(text):
        raise _Unreadable(reason=f"BAD_{name.upper()}", text=repr(text)[:SHOWN_TEXT])
    return text


def _moment(text: str, layout: Layout) -> date | None:
    if not text:
        return None
    try:
        return layout.moment(text)
    except (ValueError, OverflowError):
        raise _Unreadable(reason="BAD_TIME", text=repr(text)[:SHOWN_TEXT]) from None


def _clashing(rows: Iterable[DatedRow]) -> Iterator[tuple[int, str]]:
    """Rows of one key that begin together, or of which one runs into the next."""
    by_key: dict[str, list[DatedRow]] = defaultdict(list)
    for row in rows:
        by_key[row.key].append(row)
    for same in by_key.values():
        same.sort(key=lambda row: row.valid_from)
        for row, later in zip(same, same[1:], strict=False):
            if row.valid_from == later.valid_from:
                yield later.line, f"TWICE: {row.key}"
            elif row.valid_until is not None and row.valid_until > later.valid_from:
                yield later.line, f"OVERLAP: {row.key}"
