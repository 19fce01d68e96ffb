"""A document as plain JSON values and back, for keeping what was issued.

A credit note is drafted from the invoice as it was issued, so everything a document says is kept,
in a form that only names the fields: amounts and rates as texts, days in ISO form. Reading back
gives an equal value.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from moneyed import Money

from currencies.money import money, plain

Value = TypeVar("Value")


def to_plain(value: Any) -> Any:
    """Take a document value apart into dicts, lists and texts."""
    return _writer(type(value))(value)  # type: ignore[arg-type]


def from_plain(kind: type[Value], stored: Any) -> Value:
    """Put together a value of that class again."""
    value: Value = _read(kind, stored)
    return value


@cache
def _writer(kind: type) -> Callable[[Any], Any]:
    """How values of a class are taken apart; found once, because a document has very many."""
    if is_dataclass(kind):
        names = tuple(each.name for each in fields(kind))
        # Of one name only, the getter gives the value itself.
        return partial(_fields_of, names, attrgetter(*names, names[0]))
    for known, write in _WRITERS:
        if issubclass(kind, known):
            return write
    return _as_it_is


def _fields_of(
    names: tuple[str, ...], values_of: Callable[[Any], tuple[Any, ...]], value: Any
) -> dict[str, Any]:
    found = {}
    for name, each in zip(names, values_of(value), strict=False):
        kind = type(each)
        found[name] = each if kind in _PLAIN else _writer(kind)(each)  # type: ignore[arg-type]
    return found


def _as_it_is(value: Any) -> Any:
    return value


_PLAIN = frozenset((str, int, bool, NoneType))
_WRITERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (tuple, lambda value: [to_plain(each) for each in value]),
    (Money, lambda value: f"{plain(value.amount)} {value.currency.code}"),
    (Enum, lambda value: value.value),
    (Decimal, plain),
    (date, lambda value: value.isoformat()),
)


def _read(kind: Any, stored: Any) -> Any:
    if stored is None:
        return None
    if get_origin(kind) is UnionType:
        return _read(next(k for k in get_args(kind) if k is not type(None)), stored)
    if get_origin(kind) is tuple:
        return _read_tuple(get_args(kind), stored)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _read(hints[name], each) for name, each in stored.items()})
    return _READERS.get(kind, kind)(stored)


def _read_tuple(kinds: tuple[Any, ...], stored: list[Any]) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        return tuple(_read(kinds[0], each) for each in stored)
    return tuple(_read(kind, each) for kind, each in zip(kinds, stored, strict=True))


_READERS: dict[Any, Any] = {Money: money, date: date.fromisoformat}
