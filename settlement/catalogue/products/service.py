"""Add products and bundles, and tell which there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from i18n.errors import few
from settlement.catalogue.bundle import components_from_plain, components_to_plain
from settlement.catalogue.lint.bundles import lint_bundle, refuse_unsound_bundle
from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.product import MARGIN, Product, checked_product
from settlement.catalogue.products import store
from settlement.catalogue.published import NoSuchProduct, ProductExists
from tenants.directory import service as directory
from tenants.session import TenantSession


def add_product(
    session: TenantSession,
    code: str,
    name: str,
    service: str,
    tax_category: str = "standard",
    components: Sequence[Mapping[str, Any]] = (),
    has_tax_inside: bool = False,
) -> Product:
    """Add one product; a bundle names its components, which are there already.

    Raises as `add_products` does, and what `components_from_plain` raises.
    """
    parts = components_from_plain(components, code)
    new = Product(session.ids.new(), code, name, service, tax_category, parts, has_tax_inside)
    return add_products(session, [new])[0]


def add_products(session: TenantSession, products: Iterable[Product]) -> list[Product]:
    """Add products as one set: all of them, or none.

    Raises ProductExists, NoSuchProduct, BundleUnsound and what `checked_product` raises.
    """
    products = [checked_product(product) for product in products]
    codes = [product.code for product in products]
    taken = {row.code for row in store.products_by_code(session, codes)}
    taken |= {code for code in codes if codes.count(code) > 1}
    if taken:
        raise ProductExists(codes=few(taken))
    created = {"tenant_id": session.tenant_id, "created_at": session.now()}
    if products:
        _require_components(session, products)
        store.insert_products(session, [_product_row(each) | created for each in products])
    return products


def products(session: TenantSession) -> list[Product]:
    """All products in the order of their codes."""
    return [_product_of(row) for row in store.product_rows(session)]


def margin_goods(session: TenantSession) -> frozenset[str]:
    """The codes of products under the margin scheme, and of bundles that have one as component."""
    known = products(session)
    goods = {each.code for each in known if each.tax_category == MARGIN}
    with_goods = (each for each in known if goods & {part.product for part in each.components})
    return frozenset(goods | {each.code for each in with_goods})


def products_by_code(session: TenantSession, codes: Iterable[str]) -> dict[str, Product]:
    """These products by code. Raises NoSuchProduct, naming those that are not there."""
    wanted = set(codes)
    found = {row.code: _product_of(row) for row in store.products_by_code(session, list(wanted))}
    if missing := wanted - set(found):
        raise NoSuchProduct(codes=few(missing))
    return found


def bundle_findings(
    session: TenantSession, code: str, components: Sequence[Mapping[str, Any]]
) -> list[Finding]:
    """What lint says of a bundle of these components, each with a charge; nothing is kept.

    Raises NoSuchProduct and what `components_from_plain` raises.
    """
    parts = components_from_plain(components, code)
    services = _services(products_by_code(session, {each.product for each in parts}).values())
    return lint_bundle(code, parts, services, directory.own_tenant(session).base_currency)


def _require_components(session: TenantSession, products: Sequence[Product]) -> None:
    """Components are products that are there, or come in the same set, and share a price out."""
    coming = {product.code: product for product in products}
    named = {each.product for product in products for each in product.components}
    known = coming | products_by_code(session, named - set(coming))
    services, currency = _services(known.values()), directory.own_tenant(session).base_currency
    for product in products:
        if product.service == "bundle":
            found = lint_bundle(product.code, product.components, services, currency)
            refuse_unsound_bundle(product.code, found)


def _services(products: Iterable[Product]) -> dict[str, str]:
    return {each.code: each.service for each in products}


def _product_row(product: Product) -> dict[str, Any]:
    return asdict(product) | {"components": components_to_plain(product.components)}


def _product_of(row: store.ProductRow) -> Product:
    parts = components_from_plain(row.components, row.code)
    return Product(
        row.id, row.code, row.name, row.service, row.tax_category, parts, row.has_tax_inside
    )
