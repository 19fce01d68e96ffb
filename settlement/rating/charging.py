"""Charge lines: rated usage of one kind summed for a month, and the first rounded amount.

`charge_rounding` of the tariff says what is rounded, half-up to the minor unit: the `line`, or each
`event` and the line is their sum. The exact amount stays beside it, times 3600, for the rounding
ledger and for levels that sum otherwise (rule R13).
"""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from currencies.amounts import (
    from_minor_units,
    minor_units_by_currency,
    totals,
)
from settlement.rating.charge_line import ChargeLine
from settlement.rating.cuts import REST, is_cut
from settlement.rating.months import months_of

LINE_KEY: Final = (
    "side",
    "balance",
    "party",
    "agreement",
    "month",
    "kind",
    "direction",
    "product",
    "destination",
    "band",
    "case_name",
    "per",
    "tariff_version",
    "charge_rounding",
    "currency",
)
EVENT: Final = ("source", "record_key", "side", "balance")


MEASURES: Final = (
    "quantity", "connected_seconds", "free_units", "billed_units", "event_units",
)  # fmt: skip
# What of sums of lines is not part of their key.
SUMMED: Final = ("amount_3600", "events", *MEASURES)


def charge_lines(charges: pl.DataFrame, also_by: Sequence[str] = ()) -> pl.DataFrame:
    """Sum rated charges (rated_batch.CHARGES) by LINE_KEY and `also_by`, sorted by them.

    Adds events, quantity, connected_seconds, free_units, billed_units, amount_3600 (exact) and
    amount (rounded, Decimal(38, 12)). Line rounding is right only where a line is complete: all
    its charges must be in the frame.
    """
    return lines_of_sums(line_sums(charges, also_by))


def line_sums(
    charges: pl.DataFrame, also_by: Sequence[str] = (), alike: Sequence[str] = ()
) -> pl.DataFrame:
    """The sums behind lines, not rounded yet; those of parts of a month add up to its own.

    Of an event that is rounded by itself all parts must be in the frame. Charges with the same
    values of `alike`, if it is given, have one key: numbers are sooner compared than many texts.
    """
    by_event = pl.col("charge_rounding") == "event"
    charges = charges.with_columns(
        month=months_of(charges["occurred_on"]), event_units=pl.lit(0, pl.Int64)
    )
    if charges.select(by_event.any()).item():
        of_event = minor_units_of_parts(charges)
        charges = charges.with_columns(event_units=pl.when(by_event).then(of_event).otherwise(0))
    key = (*LINE_KEY, *also_by)
    by = alike or key
    return totals(
        charges,
        by,
        "amount_3600",
        (pl.col("part") == 1).sum().cast(pl.Int64).alias("events"),
        pl.col(MEASURES).sum(),
        *(pl.col(name).first() for name in key if name not in by),
    ).select(*key, *SUMMED)


def lines_of_sums(sums: pl.DataFrame) -> pl.DataFrame:
    """The lines of a month by all its sums, which may come from parts of it.

    Where the month is cut, what is before the cut is rounded first, and the rest is the whole,
    rounded, less it (R36).
    """
    key = [name for name in sums.columns if name not in SUMMED]
    lines = totals(sums, key, "amount_3600", pl.col("events", *MEASURES).sum())
    if REST in key:
        return _lines_of_cut(lines, key)
    by_event = pl.col("charge_rounding") == "event"
    currencies = lines["currency"].unique().to_list()
    of_line = minor_units_by_currency(pl.col("amount_3600"), pl.col("currency"), currencies)
    units = pl.when(by_event).then("event_units").otherwise(of_line)
    return (
        lines.with_columns(amount=from_minor_units(units, pl.col("currency"), currencies))
        .drop("event_units")
        .sort(key, nulls_last=True)
    )


def _lines_of_cut(sums: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Lines by one sum for each; of those that differ in REST alone, the rest comes second."""
    whole = [name for name in key if name != REST]
    lines = sums.sort(*whole, REST, nulls_last=True)
    lines = lines.with_columns(so_far=pl.col("amount_3600").cum_sum().over(whole))
    currencies = lines["currency"].unique().to_list()
    lines = lines.with_columns(_units(lines, currencies, "so_far").alias("units"))
    of_line = pl.col("units") - pl.col("units").shift(fill_value=0).over(whole)
    units = pl.when(pl.col("charge_rounding") == "event").then("event_units").otherwise(of_line)
    return (
        lines.with_columns(amount=from_minor_units(units, pl.col("currency"), currencies))
        .drop("event_units", "so_far", "units")
        .sort(key, nulls_last=True)
    )


def charges_of(charges: pl.DataFrame, line: ChargeLine) -> pl.DataFrame:
    """The charges that a line sums up, by event time, event and part; all or none of them.

    A correction is one line for all prices, so where those of its price are not all, those of every
    price are tried. Adds `rounded_units`: the whole minor units of each where events are rounded,
    else null.
    """
    own = _named_by(line)
    priced = {"per": line.per, "price": line.unit_price}
    # Of all parts of the events, because an event is rounded as a whole.
    agreed = charges.filter(
        pl.col("agreement") == own["agreement"], pl.col("charge_rounding") == "event"
    )
    rounded = agreed.select("source", "record_key", "side", "balance", "part").with_columns(
        minor_units_of_parts(agreed).alias("rounded_units")
    )
    charges = charges.join(rounded, on=[*EVENT, "part"], how="left")
    alike = _alike(charges, own)
    at_its_price = _month_of(_alike(alike, priced), line)
    return at_its_price if not at_its_price.is_empty() else _month_of(alike, line)


def charges_before(charges: pl.DataFrame, line: ChargeLine, own: pl.DataFrame) -> pl.DataFrame:
    """The charges of the month before a line that is the rest of it, at the prices of its `own`.

    The rest is the whole, rounded, less these, rounded.
    """
    if not is_cut(line.starts_on) or own.is_empty():
        return charges.clear()
    begins_on = own["occurred_on"].dt.truncate("1mo").min()
    on = pl.col("occurred_on")
    alike = _alike(charges, _named_by(line)).filter(on >= begins_on, on < line.starts_on)
    prices = own.select("price", "per").unique()
    return alike.join(prices, on=["price", "per"], how="semi", nulls_equal=True)


def _named_by(line: ChargeLine) -> dict[str, object]:
    """What the charges of a line have in common, but for the price."""
    return {
        "side": line.side,
        "balance": line.direction,
        "agreement": str(line.subscription_id or line.agreement_id),
        "tariff_version": str(line.tariff_version_id),
        "terms": None if line.terms_id is None else str(line.terms_id),
        "kind": line.service,
        "direction": line.traffic_direction,
        "trunk": line.trunk or None,
        "product": line.product or None,
        "destination": line.destination or None,
        "band": line.band or None,
        "case_name": line.case_name or None,
        "currency": line.currency,
    }


def _alike(charges: pl.DataFrame, wanted: Mapping[str, object]) -> pl.DataFrame:
    return charges.filter(
        pl.col(name).eq_missing(pl.lit(value, charges.schema[name]))
        for name, value in wanted.items()
    )


def _month_of(alike: pl.DataFrame, line: ChargeLine) -> pl.DataFrame:
    """Those of the local month that the line is of; none where no month comes to the line."""
    months = alike.with_columns(month=pl.col("occurred_on").dt.truncate("1mo"))
    if is_cut(line.starts_on):
        months = months.filter(pl.col("occurred_on") >= line.starts_on)
    if is_cut(line.ends_on):
        months = months.filter(pl.col("occurred_on") < line.ends_on)
    for month in months.partition_by("month"):
        # Of two local months in one period each has a line of its own.
        if month["amount_3600"].sum() == line.amount_3600 and _events(month) == line.events:
            return month.drop("month").sort("occurred_at", "record_key", "source", "part")
    return alike.clear()


def minor_units_of_parts(charges: pl.DataFrame) -> pl.Series:
    """Whole minor units of each row; the parts of an event add up to the rounded event.

    Parts are rounded as a running total less what came before, in the order of the parts.
    """
    currencies = charges["currency"].unique().to_list()
    if charges.select((pl.col("part") == 1).all()).item():
        return _units(charges, currencies, "amount_3600")
    numbered = charges.with_row_index("place").sort(*EVENT, "part")
    numbered = numbered.with_columns(so_far=pl.col("amount_3600").cum_sum().over(EVENT))
    numbered = numbered.with_columns(_units(numbered, currencies, "so_far").alias("units"))
    before = pl.col("units").shift(fill_value=0).over(EVENT)
    return numbered.with_columns(pl.col("units") - before).sort("place")["units"]


def _events(charges: pl.DataFrame) -> int:
    return int(charges.select((pl.col("part") == 1).sum()).item())


def _units(charges: pl.DataFrame, currencies: Sequence[str], amount: str) -> pl.Series:
    rounded = minor_units_by_currency(pl.col(amount), pl.col("currency"), currencies)
    return charges.select(rounded).to_series()
