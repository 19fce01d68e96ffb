"""Builders of usage, subscriptions, trunks and tariffs: valid by default, one fact changed."""

from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import polars as pl

from settlement.catalogue.porting.ported_number import PORTED
from settlement.catalogue.rate_deck import rates_frame
from settlement.catalogue.tariff import tariff_from_plain
from settlement.catalogue.zones.zone_plan import ZONES
from settlement.rating.kernel import rate
from settlement.rating.rated_batch import RatedBatch
from settlement.rating.snapshot import SUBSCRIPTIONS, TRUNKS, RatingSnapshot, rows

Plain = dict[str, Any]

# The canonical usage columns (mediation.usage), as far as rating reads them.
USAGE = pl.Schema(
    {
        "source": pl.String(),
        "batch_id": pl.String(),
        "line": pl.Int64(),
        "record_key": pl.String(),
        "kind": pl.String(),
        "direction": pl.String(),
        "a_number": pl.String(),
        "b_number": pl.String(),
        "account": pl.String(),
        "trunk_in": pl.String(),
        "trunk_out": pl.String(),
        "product": pl.String(),
        "occurred_at": pl.Datetime("us", "UTC"),
        "duration_seconds": pl.Int64(),
        "quantity": pl.Int64(),
        "amount": pl.Decimal(38, 12),
        "currency": pl.String(),
        "session_id": pl.String(),
        "leg": pl.String(),
        "queue": pl.String(),
        "agent_location": pl.String(),
        "agent_kind": pl.String(),
        "unit": pl.String(),
    }
)


def at(text: str) -> datetime:
    """An instant written as 2026-10-01T16:00:00, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def a_call(seconds: int | None = 60, **facts: Any) -> Plain:
    """An outgoing call from subscription S1 to Warsaw, by no trunk."""
    return {
        "source": "switch",
        "batch_id": "batch-1",
        "line": 1,
        "record_key": "call-1",
        "kind": "voice",
        "direction": "outgoing",
        "a_number": "48600100200",
        "b_number": "48221234567",
        "account": "48600100200",
        "trunk_in": None,
        "trunk_out": None,
        "product": None,
        "occurred_at": at("2026-10-01T10:00:00"),
        "duration_seconds": seconds,
        "quantity": 1,
        "amount": None,
        "currency": None,
    } | facts


def a_message(**facts: Any) -> Plain:
    return a_call(None, kind="sms", record_key="message-1") | facts


def a_sale(**facts: Any) -> Plain:
    return a_call(None, kind="content", record_key="sale-1", b_number=None, product="game") | facts


def a_tariff(voice: Plain | None = None, **facts: Any) -> Plain:
    """A tariff in PLN with one price for all calls, unless told otherwise."""
    plain: Plain = {"code": "standard", "currency": "PLN", "valid_from": "2020-01-01"}
    return plain | {"voice": {"price": "0.60"} if voice is None else voice} | facts


def a_subscription(**facts: Any) -> Plain:
    return {
        "identifier": "48600100200",
        "subscription": "S1",
        "customer": "C1",
        "tariff": "standard",
        "zone": "Europe/Warsaw",
    } | facts


def a_trunk(**facts: Any) -> Plain:
    return {
        "trunk": "T1",
        "direction": "outgoing",
        "agreement": "I1",
        "carrier": "carrier-1",
        "tariff": "wholesale",
        "zone": "UTC",
    } | facts


def usage_frame(*records: Plain) -> pl.DataFrame:
    return pl.DataFrame(list(records), schema=USAGE)


def snapshot(
    tariffs: list[Plain],
    subscriptions: list[Plain] | None = None,
    trunks: list[Plain] | None = None,
    decks: dict[str, list[Plain]] | None = None,
    holidays: dict[str, list[str]] | None = None,
    zone_plans: dict[str, list[Plain]] | None = None,
    ported: list[Plain] | None = None,
) -> RatingSnapshot:
    who = [a_subscription()] if subscriptions is None else subscriptions
    return RatingSnapshot(
        rows(SUBSCRIPTIONS, *map(_dated, who)),
        rows(TRUNKS, *map(_dated, trunks or [])),
        [tariff_from_plain(plain) for plain in tariffs],
        {code: rates_frame(deck) for code, deck in (decks or {}).items()},
        holidays={code: map(date.fromisoformat, dates) for code, dates in (holidays or {}).items()},
        zone_plans={
            code: rows(ZONES, *map(_dated, plan)) for code, plan in (zone_plans or {}).items()
        },
        ported={"": rows(PORTED, *(ported or []))},
    )


def rated(records: list[Plain], *tariffs: Plain, **known: Any) -> RatedBatch:
    return rate(usage_frame(*records), snapshot(list(tariffs), **known))


def amounts(batch: RatedBatch) -> list[Decimal]:
    """The exact charge of each part; only where that is a decimal."""
    return [_decimal(Fraction(amount) / 3600) for amount in batch.charges["amount_3600"]]


def total_amount(batch: RatedBatch) -> Decimal:
    """The exact charge of all parts; only where that is a decimal."""
    return _decimal(sum(map(Fraction, batch.charges["amount_3600"]), Fraction(0)) / 3600)


def outcome_of(batch: RatedBatch) -> dict[str, str]:
    """The outcome of each record, or the reason where it is suspended."""
    reasons = dict(batch.suspended.select("record_key", "reason").iter_rows())
    outcomes = dict(batch.outcomes.select("record_key", "outcome").iter_rows())
    return {key: reasons.get(key, outcome) for key, outcome in outcomes.items()}


def _dated(row: Plain) -> Plain:
    days = {key: row[key] for key in ("valid_from", "valid_until") if row.get(key)}
    return row | {key: datetime.fromisoformat(day).date() for key, day in days.items()}


def _decimal(exact: Fraction) -> Decimal:
    with localcontext(prec=60):
        decimal = Decimal(exact.numerator) / Decimal(exact.denominator)
    assert Fraction(decimal) == exact, f"{exact} is not a decimal"
    return decimal
