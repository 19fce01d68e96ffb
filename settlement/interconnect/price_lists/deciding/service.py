"""Take a carrier's price list, show what it would change, accept or refuse it.

One person brings a list in, another accepts it. What arrived says when its notice began: accepted
later, each price holds from the same day. It is looked at anew then, so the deck may have changed
in between; what was told is kept with the list.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import polars as pl

from currencies.money import parse_amount, plain
from settlement.catalogue.deck_import import DeckLayout
from settlement.catalogue.deck_reading import Spelling
from settlement.catalogue.notice.announced import PriceDay, Reason
from settlement.interconnect.price_lists import service as price_lists
from settlement.interconnect.price_lists.deciding import store
from settlement.interconnect.price_lists.deciding.price_list import (
    NoSuchPriceList,
    PriceList,
    PriceListDecided,
    PriceListKnown,
    RefusedWithoutReason,
)
from tenants.column_files import keep_frame, read_frame
from tenants.digest import sha256_hex
from tenants.four_eyes import decide, proposed_now, require_another_person
from tenants.session import TenantSession
from tenants.values import value_of

LISTED: Final = 200
_PRICE_DAYS: Final = pl.Schema(
    {
        "prefix": pl.String,
        "destination": pl.String,
        "band": pl.String,
        "price": pl.String,
        "before": pl.String,
        "asked_for": pl.Date,
        "holds_from": pl.Date,
        "reason": pl.String,
    }
)


def propose(
    session: TenantSession,
    agreement: str,
    file_name: str,
    content: bytes,
    layout: DeckLayout,
    valid_from: dt.date,
    announced_at: dt.datetime | None = None,
    leave_out_findings: bool = False,
) -> PriceList:
    """Keep a list under an agreement until somebody else decides; no price changes yet.

    Raises PriceListKnown, and what `price_lists.announce` raises.
    """
    sha256 = sha256_hex(content)
    known = store.same(session, agreement, sha256, valid_from)
    if known is not None:
        raise PriceListKnown(name=known.file_name, valid_from=valid_from, status=known.status)
    arrived_at = announced_at or session.now()
    look = price_lists.look_at(
        session, agreement, content, layout, valid_from, arrived_at, None, leave_out_findings
    )
    row = store.PriceListRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        agreement=agreement,
        deck=look.told.deck,
        file_name=file_name,
        sha256=session.files.put(content, sha256),
        layout=_plain(layout),
        valid_from=valid_from,
        announced_at=arrived_at,
        leave_out_findings=leave_out_findings,
        notice_days=look.told.notice_days,
        notice_count=look.told.notice_count,
        findings=len(look.findings),
        why="",
        import_id=None,
        **_told(session, look.told.prices),
        **proposed_now(session),
    )
    session.add(row)
    session.flush()
    return value_of(PriceList, row)


def accept(session: TenantSession, price_list_id: UUID) -> PriceList:
    """Let the prices of a list hold, each from the day its notice allows (rule R61).

    Raises NoSuchPriceList, PriceListDecided, NotAPerson, ProposerMayNotApprove, and what
    `price_lists.announce` raises.
    """
    row = _undecided(session, price_list_id)
    require_another_person(session.principal, row.proposed_by, row.proposed_by_id)
    done = price_lists.announce(
        session,
        row.agreement,
        session.files.get(row.sha256),
        _layout(row.layout),
        row.valid_from,
        row.announced_at,
        row.deck,
        row.leave_out_findings,
    )
    row.import_id = done.import_id
    if not done.was_known:
        for name, value in _told(session, done.prices).items():
            setattr(row, name, value)
    decide(session, row, "accepted")
    return value_of(PriceList, row)


def refuse(session: TenantSession, price_list_id: UUID, why: str) -> PriceList:
    """Refuse a list; no price of it ever holds.

    Raises NoSuchPriceList, PriceListDecided, RefusedWithoutReason.
    """
    if not why.strip():
        raise RefusedWithoutReason
    row = _undecided(session, price_list_id)
    row.why = why.strip()
    decide(session, row, "refused")
    return value_of(PriceList, row)


def price_list(session: TenantSession, price_list_id: UUID) -> PriceList:
    """One list. Raises NoSuchPriceList."""
    return value_of(PriceList, _row(store.row(session, price_list_id), price_list_id))


def all_lists(session: TenantSession) -> list[PriceList]:
    """What waits, then what was decided last."""
    return [value_of(PriceList, row) for row in store.rows(session, LISTED)]


def prices_of(session: TenantSession, price_list_id: UUID) -> list[PriceDay]:
    """What becomes of each price of a list, in its order. Raises NoSuchPriceList."""
    row = _row(store.row(session, price_list_id), price_list_id)
    return [
        PriceDay(
            **{
                **told,
                "price": parse_amount(told["price"]),
                "before": None if told["before"] is None else parse_amount(told["before"]),
                "reason": Reason(told["reason"]),
            }
        )
        for told in read_frame(session.files, row.prices_sha256).iter_rows(named=True)
    ]


def content_of(session: TenantSession, price_list_id: UUID) -> bytes:
    """The file as it came. Raises NoSuchPriceList."""
    return session.files.get(_row(store.row(session, price_list_id), price_list_id).sha256)


def _told(session: TenantSession, prices: Sequence[PriceDay]) -> dict[str, Any]:
    """What is kept of the prices of a list: how many of each reason, and all of them."""
    counts = Counter(each.reason.value for each in prices)
    rows = [
        tuple(plain(cell) if isinstance(cell, Decimal) else cell for cell in asdict(each).values())
        for each in prices
    ]
    frame = pl.DataFrame(rows, schema=_PRICE_DAYS, orient="row")
    return {"counts": dict(counts), "prices_sha256": keep_frame(session.files, frame)}


def _plain(layout: DeckLayout) -> dict[str, Any]:
    spelling = layout.spelling._asdict() | {"unit_factor": plain(layout.spelling.unit_factor)}
    named = {"delimiter": layout.delimiter, "encoding": layout.encoding}
    return {"columns": dict(layout.columns), "spelling": spelling} | named


def _layout(kept: Mapping[str, Any]) -> DeckLayout:
    told = kept["spelling"]
    spelling = Spelling(**told | {"unit_factor": parse_amount(told["unit_factor"])})
    return DeckLayout(kept["columns"], kept["delimiter"], kept["encoding"], spelling)


def _undecided(session: TenantSession, price_list_id: UUID) -> store.PriceListRow:
    row = _row(store.held_row(session, price_list_id), price_list_id)
    if row.status != "proposed":
        raise PriceListDecided(name=row.file_name, status=row.status)
    return row


def _row(row: store.PriceListRow | None, price_list_id: UUID) -> store.PriceListRow:
    if row is None:
        raise NoSuchPriceList(price_list=price_list_id)
    return row
