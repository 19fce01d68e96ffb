"""When a case of a section holds: what an event must say of agent, leg, queue, trunk, caller,
product, and of the unit in which a meter counts.

Each condition lists values and holds where the event has one of them, exactly as written; what the
event does not say is none of them. `a_prefix` holds where the caller's number begins with one. All
conditions of a case must hold.
"""

from collections.abc import Mapping
from typing import Any, Final

from i18n.locale import Words, _
from settlement.catalogue.plain_values import Plain, Reader
from settlement.catalogue.rate_deck import LONGEST_PREFIX

A_PREFIX: Final = "a_prefix"
UNIT: Final = "unit"
# Each but the last is a column of usage.
CONDITIONS: Final = (
    "agent_kind", "agent_location", "leg", "queue", "trunk_in", "trunk_out", "product", UNIT,
    A_PREFIX,
)  # fmt: skip

Conditions = Mapping[str, tuple[str, ...]]


def conditions_from_plain(plain: Plain, where: str) -> dict[str, tuple[str, ...]]:
    """Read `{agent_kind = ["dedicated"], ...}`; at least one condition, each with a value."""
    reader = Reader(plain, f"{where}, when", CONDITIONS)
    read = {name: _values(reader, name) for name in CONDITIONS if name in plain}
    if not read:
        raise reader.wrong(
            "when",
            dict(plain),
            Words(_("at least one of {choices}"), choices=", ".join(CONDITIONS)),
        )
    return read


def conditions_to_plain(conditions: Conditions) -> dict[str, Any]:
    """Write conditions as `conditions_from_plain` reads them."""
    return {name: list(values) for name, values in conditions.items()}


def _values(reader: Reader, name: str) -> tuple[str, ...]:
    values = reader.plain[name]
    if not isinstance(values, list | tuple) or not values:
        raise reader.wrong(name, values, Words(_("a list of at least one text")))
    for value in values:
        if not isinstance(value, str) or not value or "\x00" in value:
            raise reader.wrong(name, value, Words(_("a text")))
        is_prefix = value.isascii() and value.isdigit() and len(value) <= LONGEST_PREFIX
        if name == A_PREFIX and not is_prefix:
            raise reader.wrong(
                name, value, Words(_("up to {most} digits, without +"), most=LONGEST_PREFIX)
            )
    return tuple(sorted(set(values)))
