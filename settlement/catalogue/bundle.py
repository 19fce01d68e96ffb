"""What a bundle consists of: products with weights, by which its price becomes their revenue.

A bundle has one price, and partners have shares of its components. So the price is allocated to
the components by largest remainder (rule R35): 10.00 over weights 1, 1 and 1 is 3.34, 3.33 and
3.33. A bundle is sold under our own name; its components may be anybody's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from currencies.allocation import allocate
from currencies.money import Money
from currencies.money import plain as amount_text
from i18n.errors import Invalid
from settlement.catalogue.plain_values import Plain, Reader


class NotABundle(Invalid):
    """Product {code} is of the service {service} and has no components. Only a bundle has."""


@dataclass(frozen=True, slots=True)
class Component:
    """A product in a bundle, and its weight in the price."""

    product: str
    weight: Decimal


def components_from_plain(plain: Sequence[Plain], code: str) -> tuple[Component, ...]:
    """Read the components of a bundle. Raises UnknownKey, KeyMissing, WrongValue."""
    where = f"bundle {code}"
    read = []
    for each in plain:
        reader = Reader(each, f"{where}, components", ("product", "weight"))
        read.append(Component(reader.text("product"), reader.price("weight")))
    return tuple(read)


def components_to_plain(components: Sequence[Component]) -> list[dict[str, Any]]:
    """Write components as `components_from_plain` reads them."""
    return [{"product": each.product, "weight": amount_text(each.weight)} for each in components]


def checked_components(code: str, service: str, components: Sequence[Component]) -> None:
    """Refuse components of what is no bundle; `lint.bundles` looks at those of one.

    Raises NotABundle.
    """
    if service != "bundle" and components:
        raise NotABundle(code=code, service=service)


def shared_out(price: Money, components: Sequence[Component]) -> list[tuple[str, Money]]:
    """What each component gets of a price, in the order in which the bundle names them."""
    parts = allocate(price, [each.weight for each in components])
    return [(each.product, part) for each, part in zip(components, parts, strict=True)]
