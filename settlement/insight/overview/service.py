"""The sums of the overview, each by currency and ready to be drawn."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from currencies.money import Money, money
from settlement.catalogue.products import service as products
from settlement.insight.overview import store
from settlement.insight.overview.ageing import by_age
from settlement.insight.overview.bars import Bar, bars
from settlement.insight.overview.classing import Classing, are_classed, by_word
from settlement.parties import service as parties
from settlement.parties.standings import service as standings
from settlement.periods import service as periods
from settlement.periods.service import Period
from settlement.receipts import service as receipts
from tenants.session import TenantSession

# So many products are drawn one by one; the rest are one bar.
PRODUCTS = 12
MONTHS = 12

Sums = list[tuple[str, str, Money]]
"""Service, product by its name or nothing, amount; the largest first."""


def revenue(session: TenantSession, period: Period) -> dict[str, Sums]:
    """What customers were charged in a month by service and product, by currency."""
    names = {product.code: product.name for product in products.products(session)}
    sums: dict[str, Sums] = {}
    for row in store.by_product(session, period.id):
        product = names.get(row["product"], row["product"])
        amount = money(row["amount"], row["currency"])
        sums.setdefault(row["currency"], []).append((row["service"], product, amount))
    return sums


def revenue_by_standing(
    session: TenantSession, period: Period, by: Classing
) -> dict[str, list[tuple[str, Money]]]:
    """What customers were charged in a month by a word of their standing, by currency.

    Customers are as they are classed on the last day of the month. Empty where nobody is classed.
    """
    last = period.month.last_day
    found = standings.standings_between(session, last, period.month.ends_on)
    classed = {party: dated[-1].standing for party, dated in found.items()}
    charged: dict[str, list[tuple[UUID, Money]]] = {}
    for row in store.by_party(session, period.id):
        amount = money(row["amount"], row["currency"])
        charged.setdefault(row["currency"], []).append((row["party_id"], amount))
    sums = {code: by_word(each, classed, by) for code, each in charged.items()}
    return sums if any(are_classed(each) for each in sums.values()) else {}


def shares(session: TenantSession) -> dict[str, list[tuple[dt.date, list[tuple[str, Money]]]]]:
    """What each partner was given in each of the latest months, by currency."""
    latest = sorted(each.month.starts_on for each in periods.periods(session))[-MONTHS:]
    if not latest:
        return {}
    found = store.shares(session, latest[0] - dt.timedelta(days=1))
    names = parties.names(session, {row["party_id"] for row in found})
    sums: dict[str, dict[dt.date, list[tuple[str, Money]]]] = {}
    for row in found:
        months = sums.setdefault(row["currency"], {})
        amount = money(row["amount"], row["currency"])
        months.setdefault(row["starts_on"], []).append((names[row["party_id"]], amount))
    return {
        code: [
            (month, sorted(pieces, key=lambda piece: piece[0])) for month, pieces in each.items()
        ]
        for code, each in sums.items()
    }


def receivables(session: TenantSession) -> dict[str, list[tuple[str, Money]]]:
    """What customers have still to pay today by its age, by currency."""
    return by_age(receipts.open_of_all(session), periods.today(session))


def one_piece_each(rows: Iterable[tuple[str, Money]], currency: str) -> tuple[Bar, ...]:
    """Bars of one piece, which then needs no name."""
    return bars([(name, [("", amount)]) for name, amount in rows], currency)
