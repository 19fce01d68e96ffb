"""A month of sales of many partners' products as rating leaves it: rated charges and charge lines.

Each partner has a product of its own, and sales go round all products, at seven prices. The
agreements take turns: a split after a store's fee, a plain split, one rounded event by event, one
with tiers, and a chain that passes half on to the next partner.
"""

import datetime as dt
import itertools
import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import polars as pl

from currencies.amounts import AMOUNT
from settlement.parties import service as parties
from settlement.parties.party import Kind, Party
from settlement.rating.rated_batch import RATED
from settlement.rating.runs import store as rating
from statements import service as statements
from statements.document import Kind as DocumentKind
from tenants.column_files import FrameWriter
from tenants.directory.tenant import Address
from tenants.session import TenantSession
from tests.benchmarks.loading import FIRST, same_on_all_lines
from tests.settlement.books import an_agreement

PRICES = [Decimal(price) for price in ("0.29", "0.99", "1.49", "1.99", "2.99", "4.99", "9.99")]
ROWS_AT_ONCE = 500_000


class Sold(NamedTuple):
    """A product of a partner, and the terms that its sales are shared by."""

    product: str
    terms_id: UUID


def with_partners(session: TenantSession, count: int) -> list[Sold]:
    """That many partners, each with an agreement about a product of its own."""
    for kind in (DocumentKind.SELF_BILLED_INVOICE, DocumentKind.SELF_BILLED_CREDIT):
        statements.open_series(session, kind, f"{kind.name}/{{year}}/{{number:06}}")
    partners = [
        Party(
            id=identity,
            kind=Kind.PARTNER,
            code=f"P-{n}",
            name=f"Partner {n}",
            country="DE",
            address=Address("Kai 2", "20457", "Hamburg", "DE"),
            language="en",
            currency="EUR",
            time_zone="Europe/Berlin",
            tax_id="DE136695976",
        )
        for n, identity in enumerate(session.ids.many(count))
    ]
    found = []
    for n, partner in enumerate(parties.register_many(session, partners)):
        terms = {"owner": "operator", **agreed(partner.code, f"P-{(n + 1) % count}", n)}
        _, terms_id = an_agreement(session, partner.id, f"RS-{n}", terms, currency="EUR")
        found.append(Sold(f"GAME-{n}", terms_id))
    return found


def agreed(partner: str, following: str, n: int) -> dict[str, Any]:
    """The terms of the n-th agreement."""
    plain = {"payee": partner, "rate": "0.70"}
    tiers = [{"up_to": "5000", "rate": "0.50"}, {"rate": "0.60"}]
    kinds: list[dict[str, Any]] = [
        {
            "shares": [plain],
            "deductions": [{"name": "store fee", "rate": "0.15", "percent_of": "gross"}],
        },
        {"shares": [plain]},
        {"shares": [{"payee": partner, "rate": "0.3333"}], "rounding_level": "event"},
        {"shares": [{"payee": partner, "tiers": tiers}]},
        {
            "shares": [],
            "chain": [{"payee": partner, "rate": "0.50"}, {"payee": following, "rate": "0.50"}],
        },
    ]
    return kinds[n % len(kinds)]


def rated_sales(session: TenantSession, payer: UUID, sold: Sequence[Sold], events: int) -> str:
    """Keep the rated charges of so many sales, as rating keeps them; their SHA-256."""
    products = pl.DataFrame(
        {
            "product": [each.product for each in sold],
            "terms": [str(each.terms_id) for each in sold],
        }
    )
    with FrameWriter(session.files, RATED) as writer:
        for first in range(0, events, ROWS_AT_ONCE):
            numbers = pl.int_range(first, min(first + ROWS_AT_ONCE, events), eager=True)
            writer.add(_sales(numbers, products, payer))
        return writer.keep()


def _sales(numbers: pl.Series, products: pl.DataFrame, payer: UUID) -> pl.DataFrame:
    start = dt.datetime.combine(FIRST, dt.time(), dt.UTC)
    frame = pl.DataFrame({"n": numbers})
    n = pl.col("n")
    price = pl.lit(pl.Series(PRICES, dtype=AMOUNT)).gather((n // products.height) % len(PRICES))
    found = {
        "source": pl.lit("store"),
        "batch_id": pl.lit("00000000-0000-4000-8000-000000000001"),
        "line": n + 1,
        "record_key": pl.lit("sale-") + n.cast(pl.String).str.zfill(10),
        "kind": pl.lit("content"),
        "direction": pl.lit("outgoing"),
        "occurred_at": pl.lit(start) + pl.duration(seconds=(n * 15_485_867) % (31 * 86_400)),
        "side": pl.lit("customer"),
        "balance": pl.lit("receivable"),
        "party": pl.lit(str(payer)),
        "charge_rounding": pl.lit("event"),
        "product": pl.lit(products["product"]).gather(n % products.height),
        "part": pl.lit(1),
        "covered_by": pl.lit("charge"),
        "quantity": pl.lit(1),
        "connected_seconds": pl.lit(0),
        "free_units": pl.lit(0),
        "billed_units": pl.lit(1),
        "price": price,
        "per": pl.lit("piece"),
        "amount_3600": price * 3600,
        "set_aside_3600": pl.lit(0),
        "currency": pl.lit("EUR"),
        "terms": pl.lit(products["terms"]).gather(n % products.height),
    }
    found["occurred_on"] = found["occurred_at"].dt.date()
    columns = {name: found.get(name, pl.lit(None)) for name in RATED}
    return frame.select(**columns).cast(RATED)


def lines_of_sales(
    session: TenantSession, run_id: UUID, period_id: UUID, payer: UUID, sold: Sequence[Sold],
    events: int,
) -> Iterator[list[object]]:  # fmt: skip
    """The charge line of each product, over the very sales that were rated."""
    same = same_on_all_lines(session, run_id, period_id) | {
        "service": "content",
        "destination": "",
        "seconds": 0,
        "party_id": payer,
    }
    ids = session.ids.many(len(sold))
    for n, (each, identity) in enumerate(zip(sold, ids, strict=True)):
        count = math.ceil((events - n) / len(sold))
        amount = sum(itertools.islice(itertools.cycle(PRICES), count), Decimal(0))
        own = {
            "id": identity,
            "product": each.product,
            "terms_id": each.terms_id,
            "events": count,
            "quantity": count,
            "billed_units": count,
            "amount_3600": amount * 3600,
            "amount": amount,
        }
        yield [(same | own)[name] for name in rating.LINE_COLUMNS]
