"""A document as plain JSON values and back, for keeping what was issued.

A credit note is drafted from the invoice as it was issued, so everything a document says is kept,
in a form that only names the fields: amounts and rates as texts, days in ISO form. Reading back
gives an equal value.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from json.encoder import encode_basestring_ascii
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints, overload

from moneyed import Money

from currencies.money import money, plain

Value = TypeVar("Value")
Writer = Callable[[Any], str]


def to_json(value: Any) -> str:
    """Write a document value as JSON: objects, arrays and texts, in ASCII."""
    return _WRITERS[type(value)](value)


class Written(NamedTuple):
    """A value of several fields, and the text of each."""

    value: Any
    texts: list[str]


def written(value: Any) -> Written:
    """Write the fields of a value before one or two of them change."""
    return Written(value, [_WRITERS[type(each)](each) for each in _FORMS[type(value)].of(value)])


def to_json_after(before: Written, value: Any) -> str:
    """The text of `to_json`; only what is another than before is written anew."""
    form = _FORMS[type(value)]
    fields_of = zip(form.of(value), form.of(before.value), before.texts, strict=True)
    texts = [
        text if each is other else _WRITERS[type(each)](each) for each, other, text in fields_of
    ]
    return form.text % tuple(texts)


def to_plain(value: Any) -> Any:
    """Take a document value apart into dicts, lists and texts."""
    return json.loads(to_json(value))


def from_plain(kind: type[Value], stored: Any) -> Value:
    """Put together a value of that class again."""
    value: Value = _read(kind, stored)
    return value


class AsWritten(Sequence[Value]):
    """Values of a tuple, read from its text when somebody first looks at one of them."""

    __slots__ = ("_found", "_kind", "text")

    def __init__(self, kind: type[Value], text: str) -> None:
        self.text = text
        self._kind = kind
        self._found: tuple[Value, ...] | None = None

    def _values(self) -> tuple[Value, ...]:
        if self._found is None:
            self._found = _read_tuple((self._kind, ...), json.loads(self.text))
        return self._found

    def __len__(self) -> int:
        return len(self._values())

    @overload
    def __getitem__(self, place: int) -> Value: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Value, ...]: ...
    def __getitem__(self, place: int | slice) -> Value | tuple[Value, ...]:
        return self._values()[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._values() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._values())


class _Writers(dict[type, Writer]):
    """How values of each class are written; found once, because a document has very many."""

    def __missing__(self, kind: type) -> Writer:
        if is_dataclass(kind):
            found = _writer_of_fields(kind)
        else:
            found = next((write for known, write in _KINDS if issubclass(kind, known)), json.dumps)
        self[kind] = found
        return found


def names_as_kept(kind: type) -> list[str]:
    """The fields of a class in the order in which the database keeps them in an object.

    Shorter names first, then by their letters: what comes in this order it need not sort.
    """
    return sorted((each.name for each in fields(kind)), key=lambda name: (len(name), name))


class _Form(NamedTuple):
    """The text of a class with a gap for each field, and what fills the gaps."""

    text: str
    of: Callable[[Any], tuple[Any, ...]]


class _Forms(dict[type, _Form]):
    """The form of each class, found once."""

    def __missing__(self, kind: type) -> _Form:
        names = names_as_kept(kind)
        text = "{" + ", ".join(f'"{name}": %s' for name in names) + "}"
        values_of = attrgetter(*names)
        of = values_of if len(names) > 1 else lambda value: (values_of(value),)
        self[kind] = found = _Form(text, of)
        return found


_FORMS = _Forms()


def _writer_of_fields(kind: type) -> Writer:
    form, values_of = _FORMS[kind]
    last: tuple[Any, str] = (None, "")
    before: tuple[Any, str] = (None, "")

    def write(value: Any) -> str:
        # Lines of a document share their tax and their days, documents of a run one of their sides.
        nonlocal last, before
        # Each is read once: other threads write documents too.
        newest, older = last, before
        if value is newest[0]:
            return newest[1]
        if value is older[0]:
            found = older
        else:
            # Half the fields of a line say nothing.
            texts = [
                "null" if each is None else _WRITERS[type(each)](each) for each in values_of(value)
            ]
            found = value, form % tuple(texts)
        last, before = found, newest
        return found[1]

    return write


_WRITERS = _Writers({str: encode_basestring_ascii, NoneType: lambda _none: "null"})
_KINDS: tuple[tuple[type, Writer], ...] = (
    (
        tuple,
        lambda value: (
            f"[{', '.join([_WRITERS[type(each)](each) for each in value])}]" if value else "[]"
        ),
    ),
    (AsWritten, lambda value: value.text),
    (Money, lambda value: f'"{plain(value.amount)} {value.currency.code}"'),
    (Enum, lambda value: json.dumps(value.value)),
    (Decimal, lambda value: f'"{plain(value)}"'),
    (date, lambda value: f'"{value.isoformat()}"'),
)


def _read(kind: Any, stored: Any) -> Any:
    if stored is None:
        return None
    if get_origin(kind) is UnionType:
        return _read(next(k for k in get_args(kind) if k is not type(None)), stored)
    if get_origin(kind) is tuple:
        return _read_tuple(get_args(kind), stored)
    if get_origin(kind) is Sequence:
        return _read_tuple((*get_args(kind), ...), stored)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], each) for name, each in stored.items()})
    return _READERS.get(kind, kind)(stored)


@cache
def _hints(kind: type) -> dict[str, Any]:
    """The types of the fields of a class, found once."""
    return get_type_hints(kind)


def _read_tuple(kinds: tuple[Any, ...], stored: list[Any]) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        return tuple(_read(kinds[0], each) for each in stored)
    return tuple(_read(kind, each) for kind, each in zip(kinds, stored, strict=True))


_READERS: dict[Any, Any] = {Money: money, date: date.fromisoformat}
