"""Values, and what holds their fields under the same names: rows of tables, larger values."""

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Value = TypeVar("Value", bound="DataclassInstance")


def fields_of(kind: "type[DataclassInstance]", holder: object) -> dict[str, Any]:
    """The fields of a dataclass by name, as a holder has them. Raises AttributeError."""
    return {name: getattr(holder, name) for name in _names(kind)}


def value_of(kind: type[Value], holder: object, /, **read: object) -> Value:
    """The value that a holder keeps; `read` are fields that it keeps in another form.

    Raises AttributeError where the holder lacks a field.
    """
    kept = [name for name in _names(kind) if name not in read]
    return kind(**{name: getattr(holder, name) for name in kept}, **read)


@cache
def _names(kind: "type[DataclassInstance]") -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))
