"""Publish promotions, and tell which there are."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from i18n.errors import Conflict, NotFound
from settlement.catalogue import service as catalogue
from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.lint.promotions import lint_promotion
from settlement.catalogue.product import checked_code, checked_name
from settlement.catalogue.products import service as products
from settlement.catalogue.promotion import (
    Promotion,
    promotion_from_plain,
    promotion_to_plain,
)
from settlement.catalogue.promotions import store
from tenants.session import TenantSession


class PromotionExists(Conflict):
    """There is already a promotion {code}, with other terms. Choose another code."""


class NoSuchPromotion(NotFound):
    """There is no promotion {code}. Publish it first."""


def publish_promotion(
    session: TenantSession,
    code: str,
    name: str,
    terms: Mapping[str, Any],
    valid_from: dt.date,
    valid_until: dt.date | None = None,
) -> Promotion:
    """Publish a promotion; the same again changes nothing.

    Raises PromotionExists, NoSuchProduct, BadCatalogueCode and what `promotion_from_plain` raises.
    """
    wanted = promotion_from_plain(terms, checked_code(code), name, valid_from, valid_until)
    checked_name(name, code)
    products.products_by_code(session, wanted.products)
    row = store.promotion_row(session, code)
    if row is None:
        session.add(
            store.PromotionRow(
                tenant_id=session.tenant_id,
                id=session.ids.new(),
                code=code,
                name=name,
                valid_from=valid_from,
                valid_until=valid_until,
                terms=promotion_to_plain(wanted),
                published_at=session.now(),
                published_by=session.principal.name,
            )
        )
        session.flush()
    elif _promotion_of(row) != wanted:
        raise PromotionExists(code=code)
    return wanted


def promotions(session: TenantSession, known_at: dt.datetime | None = None) -> list[Promotion]:
    """All promotions, or those published by an instant, in the order of their codes."""
    rows = store.promotion_rows(session)
    return [_promotion_of(row) for row in rows if known_at is None or row.published_at <= known_at]


def promotion(session: TenantSession, code: str) -> Promotion:
    """The promotion with this code. Raises NoSuchPromotion."""
    row = store.promotion_row(session, code)
    if row is None:
        raise NoSuchPromotion(code=code)
    return _promotion_of(row)


def findings_of(session: TenantSession, promotion: Promotion) -> list[Finding]:
    """What lint says of a promotion, beside the others and the tariffs as they are now."""
    versions = catalogue.tariff_versions(session, promotion.valid_from, dt.date.max)
    return lint_promotion(promotion, promotions(session), versions)


def _promotion_of(row: store.PromotionRow) -> Promotion:
    return promotion_from_plain(row.terms, row.code, row.name, row.valid_from, row.valid_until)
