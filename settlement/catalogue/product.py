"""A product: something a customer buys, a partner provides, or a fee is for."""

import re
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Invalid
from i18n.locale import Words, _, one_of
from settlement.catalogue.bundle import Component, checked_components

SERVICES = ("voice", "sms", "content", "data", "meter", "fee", "bundle")
MARGIN = "margin"
TAX_CATEGORIES = (
    "standard",
    "reduced",
    "second_reduced",
    "super_reduced",
    "zero",
    "exempt",
    MARGIN,
    "reverse_charge",
    "out_of_scope",
)

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)


class BadCatalogueCode(Invalid):
    """The code {code} is not usable. Take up to 40 letters, digits, points, hyphens and
    underscores.
    """


class BadProduct(Invalid):
    """Product {code}: {field} is {value}. Write {wanted}."""


@dataclass(frozen=True, slots=True)
class Product:
    """A code that usage and fees name, the service it belongs to, and how it is taxed.

    A bundle consists of other products. `has_tax_inside`: its prices include the tax.
    """

    id: UUID
    code: str
    name: str
    service: str
    tax_category: str = "standard"
    components: tuple[Component, ...] = ()
    has_tax_inside: bool = False


def checked_code(code: str) -> str:
    """A code of the catalogue that can stand in files, addresses and documents."""
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise BadCatalogueCode(code=repr(code)[:60])
    return code


def checked_name(name: str, code: str) -> str:
    """A name that can be printed."""
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise BadProduct(
            code=code,
            field="name",
            value=repr(name)[:60],
            wanted=Words(_("1 to 200 printable characters")),
        )
    return name


def checked_product(product: Product) -> Product:
    """The product as it may be kept. Raises BadCatalogueCode, BadProduct and as bundles do."""
    checked_code(product.code)
    checked_name(product.name, product.code)
    choices = {"service": SERVICES, "tax_category": TAX_CATEGORIES}
    for field, known in choices.items():
        value = getattr(product, field)
        if value not in known:
            raise BadProduct(
                code=product.code, field=field, value=repr(value)[:60], wanted=one_of(known)
            )
    checked_components(product.code, product.service, product.components)
    return product
