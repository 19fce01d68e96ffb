"""Prices that depend on how much was used in the month."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from currencies.money import plain as amount_text
from i18n.errors import Invalid
from settlement.catalogue.plain_values import Plain, Reader, without_defaults


class TiersOutOfOrder(Invalid):
    """{where}: the bounds of tiers must rise, and only the last tier has none."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A price per unit up to and including a bound of units; None has no bound."""

    price: Decimal
    up_to: int | None = None


@dataclass(frozen=True, slots=True)
class Tiers:
    """Prices that depend on how much was used in the month (rule R30)."""

    kind: Literal["graduated", "volume"]
    steps: tuple[Tier, ...]


def tiers_from_plain(plain: Plain, where: str) -> Tiers:
    """Read `{kind, steps: [{up_to, price}]}`. Raises TiersOutOfOrder."""
    reader = Reader(plain, f"{where}, tiers", ("kind", "steps"))
    volume = reader.choice("kind", ("graduated", "volume")) == "volume"
    steps = []
    for each in reader.tables("steps"):
        step = Reader(each, f"{where}, tiers", ("up_to", "price"))
        steps.append(Tier(step.price("price"), step.whole_or_none("up_to", least=1)))
    bounds = [step.up_to for step in steps]
    inner = [bound for bound in bounds[:-1] if bound is not None]
    if not steps or bounds[-1] is not None or len(inner) < len(steps) - 1:
        raise TiersOutOfOrder(where=where)
    if any(low >= high for low, high in zip(inner, inner[1:], strict=False)):
        raise TiersOutOfOrder(where=where)
    return Tiers("volume" if volume else "graduated", tuple(steps))


def tiers_to_plain(tiers: Tiers) -> dict[str, Any]:
    """Write tiers as `tiers_from_plain` reads them."""
    return {
        "kind": tiers.kind,
        "steps": [
            without_defaults({"up_to": each.up_to, "price": amount_text(each.price)}, {})
            for each in tiers.steps
        ],
    }
