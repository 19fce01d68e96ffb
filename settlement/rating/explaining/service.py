"""Explain a charge line: how its amount came about, and how that of every call behind it did."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

import polars as pl

from currencies.units import minor_unit
from settlement.rating.charge_line import NOT_USAGE, ChargeLine
from settlement.rating.derivation import Derivation, derivation_of
from settlement.rating.line_derivation import (
    from_text,
    of_line,
    of_rest,
    of_reversal,
    of_rounded_events,
    of_rounded_prices,
)
from settlement.rating.runs import service as rating_runs
from tenants.session import TenantSession

CHARGES_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class ExplainedCharge:
    """One part of one event: where its record stands, when it happened, and how it was charged."""

    event: str
    batch_id: UUID
    line: int
    occurred_at: dt.datetime
    part: int
    derivation: Derivation


@dataclass(frozen=True, slots=True)
class Explained:
    """A charge line with its derivation, and a page of the charges that it sums up.

    A line that takes back what was billed has the charges that it takes back, as they were billed.

    Without a derivation the amount follows from something else: what promotions take off and what
    components have of a bundle from other lines, individual amounts from what was agreed.
    """

    id: UUID
    line: ChargeLine
    derivation: Derivation | None
    charges: Sequence[ExplainedCharge]
    behind: int
    takes_back: bool = False


def explain(
    session: TenantSession, line_id: UUID, after: int = 0, limit: int = CHARGES_SHOWN
) -> Explained:
    """Explain a charge line and the charges behind it, in their order, from a place on.

    Raises NoSuchChargeLine.
    """
    line = rating_runs.charge_line(session, line_id)
    if line.service in NOT_USAGE:
        return Explained(line_id, line, _kept(line), (), 0)
    charges, takes_back, before = rating_runs.charges_behind(session, line_id)
    page = charges.slice(after, limit)
    explained = [_explained(row) for row in page.iter_rows(named=True)]
    if takes_back:
        derived: Derivation | None = of_reversal(line.amount, line.currency)
    else:
        derived = of_charges(line, charges, before)
    return Explained(line_id, line, derived, explained, charges.height, takes_back)


def _kept(line: ChargeLine) -> Derivation | None:
    if line.derivation is not None:
        return from_text(line.derivation)
    return of_reversal(line.amount, line.currency) if line.events < 0 else None


def of_charges(line: ChargeLine, charges: pl.DataFrame, before: pl.DataFrame) -> Derivation | None:
    """How a line came about by its charges; `before` are those of the month up to where it is cut.

    Without charges nobody can say.
    """
    if charges.is_empty():
        return None
    if charges["charge_rounding"][0] == "line":
        own, earlier = _by_price(charges), _by_price(before)
        exact = list(own.values())
        if earlier:
            parts = [(earlier.get(price, Fraction(0)), each) for price, each in own.items()]
            return of_rest(parts, line.events, line.amount, line.currency)
        if len(exact) == 1:
            return of_line(exact[0], line.events, line.amount, line.currency)
        return of_rounded_prices(exact, line.events, line.amount, line.currency)
    counted = charges.group_by("rounded_units").len().sort("rounded_units", descending=True)
    places = minor_unit(line.currency)
    rounded = [(Decimal(units).scaleb(-places), count) for units, count in counted.iter_rows()]
    return of_rounded_events(rounded, line.events, line.amount, line.currency)


def _by_price(charges: pl.DataFrame) -> dict[tuple[object, object], Fraction]:
    """What charges come to exactly by price and what it is for, the dearest first."""
    sums = charges.group_by("price", "per").agg(pl.col("amount_3600").sum())
    rows = sums.sort("per", "price", descending=True).iter_rows()
    return {(price, per): Fraction(amount) / 3600 for price, per, amount in rows}


def _explained(row: Mapping[str, Any]) -> ExplainedCharge:
    return ExplainedCharge(
        event=row["record_key"],
        batch_id=UUID(row["batch_id"]),
        line=row["line"],
        occurred_at=row["occurred_at"],
        part=row["part"],
        derivation=derivation_of(row),
    )
