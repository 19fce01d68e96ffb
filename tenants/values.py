"""Values, and what holds their fields under the same names: rows of tables, larger values."""

from typing import Any, TypeVar

Value = TypeVar("Value")


def fields_of(kind: type, holder: object) -> dict[str, Any]:
    """The fields of a dataclass by name, as a holder has them. Raises AttributeError."""
    return {name: getattr(holder, name) for name in kind.__dataclass_fields__}  # type: ignore[attr-defined]


def value_of(kind: type[Value], holder: object, /, **read: object) -> Value:
    """The value that a holder keeps; `read` are fields that it keeps in another form.

    Raises AttributeError where the holder lacks a field.
    """
    facts = (each for each in kind.__dataclass_fields__ if each not in read)  # type: ignore[attr-defined]
    return kind(**{name: getattr(holder, name) for name in facts}, **read)
