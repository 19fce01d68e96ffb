"""A month of traffic with one carrier, rated, closed and declared; and what the carrier answers."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

import polars as pl

from currencies import service as currencies
from currencies.fx_rate import FxRate
from settlement.agreements import service as agreements
from settlement.interconnect import service
from settlement.interconnect.exchanged import Exchanged
from settlement.interconnect.traffic import OPPOSITE
from settlement.periods import service as periods
from settlement.rating.rated_batch import RATED
from statements import service as statements
from statements.declaration import (
    Bucket,
    Declaration,
    declaration_xml,
    in_order,
    read_declaration,
    totals_of,
)
from statements.document import Address, Kind, Party
from tenants.column_files import keep_frame
from tenants.session import TenantSession
from tests.settlement.agreements.builders import JANUARY, a_carrier
from tests.settlement.books import a_charge_line, insert

TERMS = {
    "time_zone": "Europe/Dublin",
    "incoming": "atlantic-in",
    "outgoing": "atlantic-out",
    "tolerance": "0.005",
    "objection_days": 30,
    "fixing": {"source": "NBP-A", "day": "period_end", "calendar": "PL"},
}
HERE = Address("1 Cable Quay", "D01 X2P3", "Dublin", "IE")
NOON = dt.datetime(2026, 10, 1, 12, 0, tzinfo=dt.UTC)

# day, direction, destination, calls, seconds of each, price of a minute. 200 x 100 s / 60 x 0.03
# is 10.00 XDR to receive; 100 x 90 s / 60 x 0.01 + 20 x 61 s / 60 x 0.05 = 1.50 + 1.016667 to pay.
OCTOBER = (
    (1, "incoming", "Poland", 120, 100, "0.03"),
    (2, "incoming", "Poland", 80, 100, "0.03"),
    (1, "outgoing", "Ireland", 100, 90, "0.01"),
    (31, "outgoing", "Iceland", 20, 61, "0.05"),
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """The carrier, its agreement and our declaration to it."""

    carrier_id: UUID
    agreement_id: UUID
    ours: Exchanged


def an_exchange(session: TenantSession, code: str = "atlantic", **terms: str) -> Exchange:
    """A closed October with that traffic, declared under agreement IC-atlantic in XDR."""
    carrier_id, agreement_id = rated_traffic(session, code, **terms)
    an_agreement_without_traffic(session)
    statements.open_series(session, Kind.DECLARATION, "D/{year}/{month:02}/{number:04}")
    currencies.load_rates(session, [a_rate()])
    periods.close(session, "2026-10")
    ours = service.declare(session, "2026-10")[0].exchanged
    assert ours is not None
    return Exchange(carrier_id, agreement_id, ours)


def an_agreement_without_traffic(session: TenantSession) -> None:
    """Another carrier, which exchanged nothing in October."""
    directions = {"incoming": "baltic-in", "outgoing": "baltic-out"}
    carrier = a_carrier(session, "baltic")
    agreements.agree_interconnect(
        session, "IC-baltic", carrier.id, "XDR", TERMS | directions, ["TR-baltic"], JANUARY
    )


def a_rate() -> FxRate:
    """What the NBP says of XDR on the last Friday of October 2026."""
    friday = dt.date(2026, 10, 30)
    return FxRate("NBP-A", "XDR", "PLN", 1, Decimal("5.1234"), friday, friday, "211/A/NBP/2026")


def rated_traffic(
    session: TenantSession, code: str = "atlantic", trunk: str = "", **terms: str
) -> tuple[UUID, UUID]:
    """The carrier and agreement ids of a rated October that is still open."""
    trunk = trunk or f"TR-{code}"
    carrier = a_carrier(session, code)
    directions = {"incoming": f"{code}-in", "outgoing": f"{code}-out"}
    agreed = agreements.agree_interconnect(
        session, f"IC-{code}", carrier.id, "XDR", TERMS | directions | terms, [trunk], JANUARY
    )
    period = periods.open_period(session, "2026-10")
    charges = _charges(carrier.id, agreed.agreement_id, trunk)
    run_id = insert(
        session, "rating_runs", period_id=period.id, snapshot_digest="0" * 64,
        rated_sha256=keep_frame(session.files, charges.select(RATED.names())),
        events=charges.height, rated=charges.height, suspended=0, unbillable=0, free=0,
        rated_at=session.now(),
    )  # fmt: skip
    for direction, amount in (("receivable", "10.00"), ("payable", "1.50"), ("payable", "1.02")):
        a_charge_line(
            session, run_id, period.id, carrier.id, amount, side="carrier", direction=direction,
            currency="XDR", agreement_id=agreed.agreement_id, destination=amount,
        )  # fmt: skip
    return carrier.id, agreed.agreement_id


def _charges(carrier_id: UUID, agreement_id: UUID, trunk: str) -> pl.DataFrame:
    rows = [
        {
            "source": "switch",
            "batch_id": str(agreement_id),
            "line": 1000 * row + n,
            "record_key": f"{day}-{direction}-{n}",
            "kind": "voice",
            "direction": direction,
            "occurred_at": NOON.replace(day=day),
            "occurred_on": dt.date(2026, 10, day),
            "side": "carrier",
            "balance": "receivable" if direction == "incoming" else "payable",
            "party": str(carrier_id),
            "agreement": str(agreement_id),
            "charge_rounding": "line",
            "destination": destination,
            "part": 1,
            "covered_by": "charge",
            "quantity": 1,
            "connected_seconds": seconds,
            "free_units": 0,
            "billed_units": seconds,
            "price": Decimal(price),
            "amount_3600": Decimal(price) * seconds * 60,
            "currency": "XDR",
            "trunk": trunk,
        }
        for row, (day, direction, destination, calls, seconds, price) in enumerate(OCTOBER)
        for n in range(calls)
    ]
    return pl.DataFrame(rows, schema=RATED)


def their_answer(
    session: TenantSession,
    ours: Exchanged,
    change: Callable[[Bucket], Bucket | None] = lambda bucket: bucket,
    **facts: object,
) -> bytes:
    """The carrier's declaration of the same traffic, told from its side.

    `change` is applied to each bucket as we tell it; None leaves the bucket out.
    """
    said = read_declaration(service.bytes_of(session, ours.id))
    changed = [after for bucket in said.buckets if (after := change(bucket)) is not None]
    mirrored = in_order(
        replace(bucket, direction=OPPOSITE[bucket.direction])  # type: ignore[index]
        for bucket in changed
    )
    currency = str(facts.get("currency", said.currency))
    declaration = Declaration(
        currency=currency,
        locale="en",
        declarant=Party("Atlantic Carrier Ltd", HERE),
        recipient=Party(said.declarant, HERE),
        agreement=said.agreement,
        period=said.period,
        time_zone=said.time_zone,
        buckets=mirrored,
        totals=totals_of(mirrored, currency),
        number="ATL-7",
        issued_on=dt.date(2026, 11, 5),
    )
    return declaration_xml(replace(declaration, **facts))  # type: ignore[arg-type]
