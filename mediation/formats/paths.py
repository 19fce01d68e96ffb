"""Records that were found by paths, in XML or in JSON: the texts of their places become drafts.

A record is numbered from 1 in the order of the file. One that cannot be read is rejected with a
reason, and the others are read:

    NOT_AN_OBJECT   a JSON record that is no object
    NOT_A_VALUE     a path leads to an object, a list, or an element with others in it
    TWO_VALUES      a path leads to several elements
    DUPLICATE_KEY   one key stands twice in an object of the record
    BAD_FIELD       a text holds control characters or half a surrogate pair
    NOT_JSON        a line that is no JSON
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from i18n.locale import Words, _
from mediation.draft import ControlTotals, Decoded, no_rejects, refused
from mediation.formats.lines import RAW_SHOWN_MAX, as_rejected
from mediation.formats.mapping import Fault, Place, places_of, read_fields
from mediation.formats.trailers import TOTALS, totals_from

# Control characters and halves of surrogate pairs, which no database keeps as text.
NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
RECORDS_MAX: Final = 5_000_000


class BadRecord(Exception):
    """One record cannot be read, for the reason that is its only argument."""


class Found(NamedTuple):
    """A record as it was found: its texts by place, or the reason why it has none."""

    raw: str
    texts: Mapping[Place, str | None] | None
    reason: str | None = None


def clean(text: str) -> str:
    """The text, when it can be kept. Raises: BadRecord."""
    if NO_TEXT.search(text):
        raise BadRecord("BAD_FIELD")
    return text


def faults_of_totals(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with the places of control totals."""
    totals = mapping.get("totals") or {}
    is_table = isinstance(totals, Mapping)
    yield (
        Words(_("no table in totals")),
        not is_table,
        Words(_("Give paths of {choices}."), choices=", ".join(TOTALS)),
    )
    strange = sorted(set(totals) - set(TOTALS))
    yield (
        Words(_("the totals {strange}"), strange=strange),
        bool(strange),
        Words(_("Use only {known}."), known=", ".join(TOTALS)),
    )


def declared_totals(
    texts: Mapping[str, str | None], mapping: Mapping[str, Any]
) -> ControlTotals | None:
    """The totals that a file states, where the mapping says where.

    Raises: ValueError, ArithmeticError, when one of them is missing or no total.
    """
    if not texts:
        return None
    told = {name: (text or "").strip() for name, text in texts.items()}
    return totals_from(told, mapping.get("decimal", "."))


def as_decoded(
    found: Iterable[Found], mapping: Mapping[str, Any], declared: ControlTotals | None
) -> Decoded:
    """Records as drafts and rejects, numbered in the order in which they were found."""
    places = places_of(mapping)
    columns = {place: f"place_{number}" for number, place in enumerate(places)}
    good: dict[str, list[Any]] = {name: [] for name in ("line", "raw", *columns.values())}
    bad = []
    for number, record in enumerate(found, start=1):
        if number > RECORDS_MAX:
            return refused("TOO_MANY_RECORDS")
        raw = record.raw[:RAW_SHOWN_MAX]
        if record.texts is None:
            bad.append({"line": number, "raw": raw, "reason": record.reason})
            continue
        good["line"].append(number)
        good["raw"].append(raw)
        for place, column in columns.items():
            good[column].append(record.texts[place])
    schema = dict.fromkeys(good, pl.String()) | {"line": pl.Int64()}
    drafts = read_fields(pl.DataFrame(good, schema=schema), mapping, columns.__getitem__)
    return Decoded(
        drafts, as_rejected(pl.DataFrame(bad)) if bad else no_rejects(), declared=declared
    )
