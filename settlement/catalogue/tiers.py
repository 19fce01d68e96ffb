"""Prices that depend on how much was used in the month."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from currencies.money import plain as amount_text
from i18n.errors import Invalid
from settlement.catalogue.plain_values import Place, Plain, Reader, without_defaults

TierKind = Literal["graduated", "volume", "package", "commitment"]
PartOfMonth = Literal["prorated", "whole"]

# What a table of tiers says besides its kind.
_KEYS: Final = {
    "graduated": ("steps",),
    "volume": ("steps",),
    "package": ("size", "price"),
    "commitment": ("units", "price", "overage", "part_of_month"),
}
# What a part of a month promises, the default first: units by its days (rule R36), or all of them.
PARTS_OF_MONTH: Final[tuple[PartOfMonth, ...]] = ("prorated", "whole")

KINDS: Final = tuple(_KEYS)


class TiersOutOfOrder(Invalid):
    """{where}: the bounds of tiers must rise, and only the last tier has none."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A price per unit up to and including a bound of units; None has no bound."""

    price: Decimal
    up_to: int | None = None


@dataclass(frozen=True, slots=True)
class Tiers:
    """Prices that depend on how much was used in the month (rule R30).

    `package` has one step, whose price is for each started package of `size` units. `commitment`
    has two: up to the units promised, and beyond; what is not used of the first is charged too, for
    a part of a month as `part_of_month` says.
    """

    kind: TierKind
    steps: tuple[Tier, ...]
    size: int | None = None
    part_of_month: PartOfMonth = PARTS_OF_MONTH[0]

    @property
    def committed(self) -> int:
        """The units that are charged whether they are used or not."""
        return (self.steps[0].up_to or 0) if self.kind == "commitment" else 0


def tiers_from_plain(plain: Plain, where: str) -> Tiers:
    """Read `{kind, steps: [{up_to, price}]}`, a package or a commitment. Raises TiersOutOfOrder.

    A package is `{kind, size, price}`, a commitment `{kind, units, price, overage}`.
    """
    where = f"{where}, tiers"
    said = plain.get("kind") if isinstance(plain, dict) else None
    reader = Reader(plain, where, ("kind", *_KEYS.get(str(said), _KEYS["graduated"])))
    kind = reader.choice("kind", tuple(_KEYS))
    if kind == "package":
        return Tiers("package", (Tier(reader.price("price")),), reader.whole("size", least=1))
    if kind == "commitment":
        promised = Tier(reader.price("price"), reader.whole("units", least=1))
        part = reader.choice("part_of_month", PARTS_OF_MONTH, PARTS_OF_MONTH[0])
        return Tiers(
            "commitment",
            (promised, Tier(reader.price("overage"))),
            part_of_month="whole" if part == "whole" else "prorated",
        )
    steps = _steps(reader)
    return Tiers("volume", steps) if kind == "volume" else Tiers("graduated", steps)


def tiers_to_plain(tiers: Tiers) -> dict[str, Any]:
    """Write tiers as `tiers_from_plain` reads them."""
    first = tiers.steps[0]
    if tiers.kind == "package":
        return {"kind": tiers.kind, "size": tiers.size, "price": amount_text(first.price)}
    if tiers.kind == "commitment":
        overage = amount_text(tiers.steps[1].price)
        price = amount_text(first.price)
        written = {"kind": tiers.kind, "units": first.up_to, "price": price, "overage": overage}
        part = {"part_of_month": tiers.part_of_month}
        return written | without_defaults(part, {"part_of_month": PARTS_OF_MONTH[0]})
    return {
        "kind": tiers.kind,
        "steps": [
            without_defaults({"up_to": each.up_to, "price": amount_text(each.price)}, {})
            for each in tiers.steps
        ],
    }


def _steps(reader: Reader) -> tuple[Tier, ...]:
    steps = []
    for number, each in enumerate(reader.tables("steps"), 1):
        step = Reader(each, f"{reader.where}, step {number}", ("up_to", "price"))
        steps.append(Tier(step.price("price"), step.whole_or_none("up_to", least=1)))
    bounds = [step.up_to for step in steps]
    inner = [bound for bound in bounds[:-1] if bound is not None]
    if not steps or bounds[-1] is not None or len(inner) < len(steps) - 1:
        raise TiersOutOfOrder(where=Place(reader.where))
    if any(low >= high for low, high in zip(inner, inner[1:], strict=False)):
        raise TiersOutOfOrder(where=Place(reader.where))
    return tuple(steps)
