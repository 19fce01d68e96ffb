"""What a user writes to have a file read: where each field stands, and how its text is meant.

The same words hold for delimited text, XML and JSON; only what names a *place* differs (a column, a
path). All of it is declared, nothing is programmed:

    columns      draft field -> its place in the record; or
                 [place, place, ...]                    the first of them that holds something
                 {"join": [place, ...], "with": " "}    all of them, with this between them
                 {"add": [place, ...]}                  their sum: octets in and octets out
    constants    draft field -> value for all records
    defaults     draft field -> value where the record holds none
    values       draft field -> {word in the file: canonical word}
    decimal      "." (default) or ","
    grouping     what parts thousands, such as " " or "."; nothing by default
    time_format  iso (default), epoch, epoch_ms, or a pattern such as "%d.%m.%Y %H:%M:%S"; with %z
                 in it the offset decides, else the zone of the source
    durations    seconds (default), minutes, hours, milliseconds, or clock: 1:02:03, 62:03
    fraction     of a second: refuse (default: the record waits in suspense), up, down, nearest
    encoding     of the file; that of the source by default, see `mediation.source`

The unit of a quantity or a meter reading is a field itself: a constant or a column `unit`
(`mediation.units`), so kB become bytes and kWh become watt hours.

Draft fields are those of `mediation.draft`; records that are parts of a call name call_id, part
and last.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import polars as pl

from i18n.errors import Invalid
from i18n.locale import Words, _
from mediation.draft import FIELDS, as_drafts
from mediation.encodings import ENCODINGS
from mediation.instants import as_iso
from mediation.source import Source

SHARED: Final = {
    "columns",
    "constants",
    "defaults",
    "values",
    "decimal",
    "grouping",
    "time_format",
    "durations",
    "fraction",
    "encoding",
}
NUMBERS: Final = ("amount", "quantity", "reading", "duration_seconds")
# A second is so much of each: numerator and denominator.
SECONDS: Final = {"minutes": (60, 1), "hours": (3600, 1), "milliseconds": (1, 1000)}
DURATIONS: Final = ("seconds", *SECONDS, "clock")
FRACTIONS: Final = ("refuse", "up", "down", "nearest")
TIME_FORMATS: Final = ("iso", "epoch", "epoch_ms")
CLOCK: Final = r"^(?:([0-9]{1,5}):)?([0-9]{1,5}):([0-5][0-9])$"
SCALE: Final = 10**6
JOIN_KEYS: Final = {"join", "with"}

Place = int | str
Fault = tuple[Words, bool, Words]


class BadMapping(Invalid):
    """The mapping of source {source} has {fault}. {remedy}"""


def require(source: Source, faults: Iterator[Fault]) -> Mapping[str, Any]:
    """The mapping of a source, when nothing in it is at fault.

    Raises: BadMapping.
    """
    for fault, is_found, remedy in faults:
        if is_found:
            raise BadMapping(source=source.code, fault=fault, remedy=remedy)
    return source.mapping


def shared_faults(mapping: Mapping[str, Any], own: set[str]) -> Iterator[Fault]:
    """What is wrong with the words that all mappings share; `own` are those of the format.

    One at a time: a later question is asked only when the earlier ones have been answered.
    """
    yield strange_keys(mapping, SHARED | own)
    for name in ("columns", "constants", "defaults", "values"):
        is_table = isinstance(mapping.get(name, {}), Mapping)
        yield (
            Words(_("no table in {name}"), name=name),
            not is_table,
            Words(_("Give field names and what they hold.")),
        )
    columns = mapping.get("columns", {})
    constants = mapping.get("constants", {})
    yield Words(_("no columns")), not columns, Words(_("Say which column holds which field."))
    named = [*columns, *constants, *mapping.get("defaults", {}), *mapping.get("values", {})]
    yield strange_fields(map(str, named), FIELDS)
    twice = sorted(set(columns) & set(constants))
    yield (
        Words(_("the fields {twice} twice"), twice=twice),
        bool(twice),
        Words(_("Give a column or a constant, not both.")),
    )
    for name, place in columns.items():
        remedy = Words(_("Name a place, a list of places, or {join, with}."))
        yield Words(_("no place for {name}"), name=name), not _is_place(place), remedy
    for name, words in mapping.get("values", {}).items():
        remedy = Words(_("Give a table of words."))
        yield Words(_("no words for {name}"), name=name), not isinstance(words, Mapping), remedy
    yield from _faults_of_choice(mapping)


def strange_keys(mapping: Iterable[str], known: Iterable[str]) -> Fault:
    """Keys of a mapping that mean nothing to its format."""
    unknown = sorted(set(mapping) - set(known))
    remedy = Words(_("Use only {known}."), known=sorted(known))
    return Words(_("the keys {unknown}"), unknown=unknown), bool(unknown), remedy


def strange_fields(named: Iterable[str], known: Iterable[str]) -> Fault:
    """Fields that a mapping names and nobody fills."""
    strange = sorted(set(named) - set(known))
    remedy = Words(_("Use only {known}."), known=sorted(known))
    return Words(_("the fields {strange}"), strange=strange), bool(strange), remedy


def _faults_of_choice(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    for key, known in (
        ("encoding", tuple(sorted(ENCODINGS))),
        ("decimal", (".", ",")),
        ("durations", DURATIONS),
        ("fraction", FRACTIONS),
    ):
        chosen = mapping.get(key)
        is_known = key not in mapping or chosen in known
        yield (
            Words(_("the {key} {chosen}"), key=key, chosen=chosen),
            not is_known,
            Words(_("Use one of {choices}."), choices=", ".join(known)),
        )
    grouping = mapping.get("grouping") or ""
    is_mark = isinstance(grouping, str) and len(grouping) <= 1 and not grouping.isalnum()
    is_apart = not grouping or grouping != mapping.get("decimal", ".")
    yield (
        Words(_("the grouping {grouping}"), grouping=repr(grouping)),
        not (is_mark and is_apart),
        Words(_("Use one mark, or leave it out.")),
    )
    pattern = mapping.get("time_format", "iso")
    remedy = Words(
        _("Use one of {choices}, or a pattern with day, month, year and time."),
        choices=", ".join(TIME_FORMATS),
    )
    yield (
        Words(_("the time_format {pattern}"), pattern=pattern),
        not _is_time_format(pattern),
        remedy,
    )


def _is_place(place: Any) -> bool:
    if isinstance(place, Mapping) and "add" in place:
        return set(place) == {"add"} and isinstance(place["add"], list) and _is_place(place["add"])
    if isinstance(place, Mapping):
        is_joined = set(place) <= JOIN_KEYS and isinstance(place.get("with", " "), str)
        return is_joined and isinstance(place.get("join"), list) and _is_place(place["join"])
    if isinstance(place, list):
        return bool(place) and all(_is_one_place(each) for each in place)
    return _is_one_place(place)


def _is_one_place(place: Any) -> bool:
    return type(place) in (int, str) and place not in (0, "")


def _is_time_format(pattern: Any) -> bool:
    """Whether an instant written by the pattern can be read again."""
    if pattern in TIME_FORMATS:
        return True
    if not isinstance(pattern, str) or "%" not in pattern:
        return False
    instant = pl.Series([dt.datetime(2026, 10, 5, 12, 34, tzinfo=dt.UTC)])
    try:
        written = instant.dt.strftime(pattern)
    except pl.exceptions.ComputeError:
        return False
    again = pl.select(as_iso(pl.lit(written), pattern)).to_series()[0]
    return bool(re.match("2026-10-05 12:34:00", again))


def places_of(mapping: Mapping[str, Any]) -> list[Place]:
    """Every place that the columns name, each once, in their order."""
    found: dict[Place, None] = {}
    for place in mapping["columns"].values():
        for each in _several(place):
            found[each] = None
    return list(found)


def _several(place: Any) -> list[Place]:
    if isinstance(place, Mapping):
        return list(place["add"] if "add" in place else place["join"])
    return place if isinstance(place, list) else [place]


def read_fields(
    rows: pl.DataFrame, mapping: Mapping[str, Any], column_of: Callable[[Place], str]
) -> pl.DataFrame:
    """Drafts of rows that hold the text of every place, under the column that `column_of` names."""
    told = rows.select(
        "line",
        "raw",
        *(_at(place, column_of, mapping).alias(name) for name, place in mapping["columns"].items()),
        *(pl.lit(str(value)).alias(name) for name, value in mapping.get("constants", {}).items()),
    )
    drafts = as_drafts(told).with_columns(
        pl.col(name).fill_null(pl.lit(str(value)))
        for name, value in mapping.get("defaults", {}).items()
    )
    words = drafts.with_columns(
        pl.col(name).replace({str(key): str(value) for key, value in table.items()})
        for name, table in mapping.get("values", {}).items()
    )
    return words.with_columns(_plain_numbers(mapping)).with_columns(_times(mapping))


def _at(place: Any, column_of: Callable[[Place], str], mapping: Mapping[str, Any]) -> pl.Expr:
    texts = [pl.col(column_of(each)).str.strip_chars() for each in _several(place)]
    held = [pl.when(text != "").then(text) for text in texts]
    if isinstance(place, Mapping) and "add" in place:
        total = _added([_plain(text, mapping) for text in held])
        # Like every number of the file, it is read once more as the mapping says.
        return total.str.replace(".", mapping.get("decimal", "."), literal=True)
    if isinstance(place, Mapping):
        return pl.concat_str(held, separator=place.get("with", " "), ignore_nulls=True)
    return pl.coalesce(held)


def _added(texts: list[pl.Expr]) -> pl.Expr:
    """The sum of numbers; where one of them is none, all of them, so that the record waits."""
    numbers = [text.str.extract(r"^([0-9]{1,15}(?:\.[0-9]{1,6})?)$") for text in texts]
    unread = [
        text.is_not_null() & number.is_null() for text, number in zip(texts, numbers, strict=True)
    ]
    parts = [number.cast(pl.Decimal(38, 6)).fill_null(0) for number in numbers]
    total = sum(parts[1:], parts[0]).cast(pl.String).str.replace(r"\.?0+$", "")
    return (
        pl.when(pl.all_horizontal(text.is_null() for text in texts))
        .then(None)
        .when(pl.any_horizontal(unread))
        .then(pl.concat_str(texts, separator=" + ", ignore_nulls=True))
        .otherwise(total)
    )


def _plain_numbers(mapping: Mapping[str, Any]) -> list[pl.Expr]:
    return [_plain(pl.col(name), mapping).alias(name) for name in NUMBERS]


def _plain(text: pl.Expr, mapping: Mapping[str, Any]) -> pl.Expr:
    """A number with a point and without anything between its digits."""
    decimal, grouping = mapping.get("decimal", "."), mapping.get("grouping") or ""
    if grouping:
        text = text.str.replace_all(grouping, "", literal=True)
    if grouping == " ":
        text = text.str.replace_all(r"[\u00a0\u202f]", "")
    return text.str.replace(",", ".", literal=True) if decimal == "," else text


def _times(mapping: Mapping[str, Any]) -> list[pl.Expr]:
    times = []
    durations = mapping.get("durations", "seconds")
    if durations == "clock":
        times.append(_from_clock(pl.col("duration_seconds")))
    elif durations in SECONDS:
        fraction = mapping.get("fraction", "refuse")
        times.append(_in_seconds(pl.col("duration_seconds"), *SECONDS[durations], fraction))
    time_format = mapping.get("time_format", "iso")
    if time_format != "iso":
        times.append(as_iso(pl.col("occurred_at"), time_format).alias("occurred_at"))
    return times


def _from_clock(text: pl.Expr) -> pl.Expr:
    """1:02:03 and 62:03 are 3723; what is no clock stays as it is, and waits in suspense."""
    hours, minutes, seconds = (text.str.extract(CLOCK, part).cast(pl.Int64) for part in range(1, 4))
    total = hours.fill_null(0) * 3600 + minutes * 60 + seconds
    return pl.coalesce(total.cast(pl.String), text).alias("duration_seconds")


def _in_seconds(text: pl.Expr, times: int, over: int, fraction: str) -> pl.Expr:
    """Whole seconds; what is none, or no number, stays as it is, and waits in suspense."""
    plain = text.str.extract(r"^([0-9]{1,9}(?:\.[0-9]{1,6})?)$")
    parts = plain.cast(pl.Decimal(38, 6)).to_physical().cast(pl.Int64) * times
    size = over * SCALE
    whole, rest = parts // size, parts % size
    more = {
        "refuse": pl.when(rest == 0).then(0),
        "up": (rest > 0).cast(pl.Int64),
        "down": pl.lit(0),
        "nearest": (rest * 2 >= size).cast(pl.Int64),
    }[fraction]
    read = (whole + more).cast(pl.String)
    # A number in minutes that waits must not be taken for seconds when it is repaired.
    unread = pl.format("{} ({}/{})", text, pl.lit(times), pl.lit(over))
    return pl.coalesce(read, unread).alias("duration_seconds")
