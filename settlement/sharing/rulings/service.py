"""Keep whom each rule of terms sold to when a month was shared, and tell it again later.

Customers may be classed otherwise with effect for months gone by, and their country may change; the
credits of a closed month stay, and so does what was behind them.
"""

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

import polars as pl

from settlement.sharing.crediting import Revenue
from settlement.sharing.rulings import store
from tenants.column_files import keep_frame, read_frame
from tenants.session import TenantSession

# Which rule (empty: the general split) splits what a customer is charged to a destination.
SPLIT_BY: Final = ("terms", "product", "currency", "party", "destination")
RULING: Final = pl.Schema(dict.fromkeys((*SPLIT_BY, "rule"), pl.String()))


def keep(
    session: TenantSession, period_id: UUID, corrects: UUID | None, revenues: Iterable[Revenue]
) -> None:
    """Keep whom revenues of terms with rules are of, also where that is nobody."""
    rows = sorted(
        (str(each.terms_id), each.product, each.currency, *sold_to, each.rule)
        for each in revenues
        if each.sold_to is not None
        for sold_to in each.sold_to
    )
    ruling = pl.DataFrame(rows, schema=RULING, orient="row")
    store.add(session, period_id, corrects, keep_frame(session.files, ruling))


def forget(session: TenantSession, period_id: UUID) -> None:
    """Remove what an open period bears, so that the next run replaces it."""
    store.forget(session, period_id)


def ruling(
    session: TenantSession, borne_by: UUID, of: UUID, *, before: bool = False
) -> pl.DataFrame:
    """Whom rules sold to in a month, as the month that bears its shares has it (RULING).

    With `before`, as it was until then. Empty where nothing of it was kept.
    """
    sha256 = store.latest(session, borne_by, of, before=before)
    return RULING.to_frame() if sha256 is None else read_frame(session.files, sha256)


def kept(session: TenantSession, periods: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Of which months it is kept whom rules sold to, each after the one that bears its shares."""
    return set(store.kept(session, periods))
