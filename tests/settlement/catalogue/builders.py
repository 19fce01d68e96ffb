"""Tariffs and decks for tests: valid by default, so a test names only what it is about."""

from datetime import date
from typing import Any

import polars as pl

from settlement.catalogue import service
from settlement.catalogue.published import DeckImport, PublishedTariff
from settlement.catalogue.rate_deck import rates_frame
from tenants.digest import digest
from tenants.session import TenantSession

OCTOBER = date(2026, 10, 1)
NOVEMBER = date(2026, 11, 1)
DECEMBER = date(2026, 12, 1)


def voice_terms(price: str = "0.30", **changes: object) -> dict[str, Any]:
    """Terms of a tariff with one price for all calls, changed as asked."""
    return {"currency": "PLN", "voice": {"price": price}} | changes


def a_published_tariff(
    session: TenantSession, code: str = "gold", valid_from: date = OCTOBER, **changes: object
) -> PublishedTariff:
    """A tariff that is on sale."""
    return service.publish_tariff(session, code, code.title(), voice_terms(**changes), valid_from)  # type: ignore[arg-type]


def some_rates(*rows: str) -> pl.DataFrame:
    """A deck frame of lines like `48 0.05` or `48 0.05 2026-10-01`."""
    plain = []
    for row in rows:
        prefix, price, *days = row.split()
        plain.append(
            {"prefix": prefix, "price": price} | dict(zip(("valid_from", "valid_until"), days))  # noqa: B905 - days may be absent.
        )
    return rates_frame(plain)


def an_imported_deck(
    session: TenantSession, *rows: str, code: str = "world", valid_from: date = OCTOBER
) -> DeckImport:
    """A deck with these prices."""
    return service.import_deck(
        session, code, code.title(), "EUR", some_rates(*rows), valid_from, digest(list(rows))
    )
