"""Values are read from what holds their fields under the same names."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from tenants.values import fields_of, value_of


@dataclass(frozen=True)
class Point:
    """Somewhere."""

    kind: str
    places: tuple[int, ...]


def test_a_value_takes_the_fields_of_its_holder_and_no_others() -> None:
    holder = SimpleNamespace(kind="corner", places=(1, 2), colour="red")

    assert value_of(Point, holder) == Point("corner", (1, 2))
    assert fields_of(Point, holder) == {"kind": "corner", "places": (1, 2)}


def test_fields_kept_in_another_form_are_given_as_read() -> None:
    holder = SimpleNamespace(kind="corner", places=[1, 2])

    assert value_of(Point, holder, places=tuple(holder.places)) == Point("corner", (1, 2))


def test_a_holder_without_a_field_is_refused() -> None:
    with pytest.raises(AttributeError, match="places"):
        value_of(Point, SimpleNamespace(kind="corner"))
