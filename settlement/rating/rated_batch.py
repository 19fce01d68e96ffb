"""What rating gives back, as columns.

`charges` has one row per usage record, side and part. Quantity and connected seconds stand on the
first part only, so that they add up; free and billed units (seconds of a call, bytes of data, else
what the quantity counts) stand on the part they belong to. `price` is for one of `per`, and null
where the record carried the amount itself. `case_name` is the case of the tariff that priced the
event, null where none did. What an allowance covered names it by its code, and the first day of the
month that it was granted for. `by_month` says that seconds are not rounded up for the call, but
for all that its trunk carried in the month (rule R51). `set_aside_3600` is what a leg would have
cost that the combination of its session does not charge. The last columns say what `derivation`
needs of the computation.
"""

from typing import Final, NamedTuple

import polars as pl

from currencies.amounts import AMOUNT
from settlement.rating.pricing import (
    COVERED_BY,
    FEE,
    OF_ALLOWANCE,
    OF_TIERS,
    Group,
    destinations,
)
from settlement.rating.sides import OWN, Side
from settlement.rating.tiers import TIER

IDENTITY: Final = ("source", "batch_id", "line", "record_key")
OF_USAGE: Final = (*IDENTITY, "kind", "direction", "occurred_at", "product")

CHARGES: Final = pl.Schema(
    {
        "source": pl.String(),
        "batch_id": pl.String(),
        "line": pl.Int64(),
        "record_key": pl.String(),
        "kind": pl.String(),
        "direction": pl.String(),
        "occurred_at": pl.Datetime("us", "UTC"),
        "occurred_on": pl.Date(),
        "side": pl.Enum(["customer", "carrier"]),
        "balance": pl.Enum(["receivable", "payable"]),
        "party": pl.String(),
        "agreement": pl.String(),
        "tariff_version": pl.String(),
        "charge_rounding": pl.Enum(["line", "event"]),
        "product": pl.String(),
        "destination": pl.String(),
        "band": pl.String(),
        "case_name": pl.String(),
        "part": pl.Int16(),
        "covered_by": COVERED_BY,
        "allowance": pl.String(),
        "granted": pl.Date(),
        "quantity": pl.Int64(),
        "connected_seconds": pl.Int64(),
        "free_units": pl.Int64(),
        "billed_units": pl.Int64(),
        "price": AMOUNT,
        "per": pl.String(),
        "amount_3600": AMOUNT,
        "set_aside_3600": AMOUNT,
        "currency": pl.String(),
        # What the amount was computed from, for its derivation; of the leg where not of the part.
        "units": pl.Int64(),
        "minimum": pl.Int64(),
        "included": pl.Int64(),
        "first_increment": pl.Int64(),
        "next_increment": pl.Int64(),
        "allowance_measure": pl.Enum(["connected", "rounded"]),
        "free_before": pl.Int64(),
        "pool_left": pl.Int64(),
        "leg_billed": pl.Int64(),
        "tier": TIER,
        "counted": pl.Int64(),
        "tier_above": pl.Int64(),
        "tier_up_to": pl.Int64(),
        "packages": pl.Int64(),
        "per_units": pl.Int64(),
        "fee_3600": AMOUNT,
        "by_month": pl.Boolean(),
        # The trunk of what a carrier is paid for or pays for.
        "trunk": pl.String(),
    }
)
# What rating adds to the kernel's charges: the revenue share terms.
RATED: Final = pl.Schema(dict(CHARGES) | {"terms": pl.String()})
# Texts of which a month has few, each of them many times.
REPEATING: Final = (
    "source", "batch_id", "kind", "direction", "party", "agreement", "tariff_version", "product",
    "destination", "band", "case_name", "allowance", "per", "currency", "trunk", "terms",
)  # fmt: skip
# What every charge says; where one did not, its amount would be missing from a sum.
FILLED: Final = (
    *IDENTITY, "kind", "direction", "occurred_at", "occurred_on", "side", "balance", "party",
    "agreement", "tariff_version", "charge_rounding", "part", "covered_by", "quantity",
    "connected_seconds", "free_units", "billed_units", "amount_3600", "currency", "by_month",
)  # fmt: skip
_ID: Final = {name: CHARGES[name] for name in IDENTITY}
SUSPENDED: Final = pl.Schema(_ID | {"reason": pl.String(), "side": CHARGES["side"]})
OUTCOMES: Final = pl.Schema(
    _ID | {"outcome": pl.Enum(["rated", "suspended", "unbillable", "free"])}
)


# Numbers of what priced a charge: the group of legs that are priced alike, and in it who pays by
# which row of the prices. They are of one rating only.
PRICED_BY: Final = ("group", "place")


class RatedBatch(NamedTuple):
    """Frames of CHARGES, SUSPENDED and OUTCOMES; every record has exactly one outcome.

    `priced_by` stands beside the charges, row by row (PRICED_BY).
    """

    charges: pl.DataFrame
    suspended: pl.DataFrame
    outcomes: pl.DataFrame
    priced_by: pl.DataFrame


def with_texts_of(usage: pl.DataFrame, schema: pl.Schema) -> pl.Schema:
    """A schema whose REPEATING texts are what those of usage are: texts or categories."""
    repeating = dict.fromkeys(REPEATING, usage.schema["kind"])
    return pl.Schema({name: repeating.get(name, kind) for name, kind in schema.items()})


def no_charges(usage: pl.DataFrame) -> pl.DataFrame:
    """Charges of nothing, with the numbers that the kernel still needs."""
    numbers = {"row": pl.UInt32(), "group": pl.UInt32(), "place": pl.Int64()}
    return pl.DataFrame(schema=numbers | dict(with_texts_of(usage, CHARGES)))


def section_of() -> pl.Expr:
    """The name of the section of a tariff version that priced a charge (Section.name)."""
    received = (
        (pl.col("side") == "customer")
        & (pl.col("direction") == "incoming")
        & ~pl.col("kind").is_in(OWN)
    )
    return pl.concat_str(
        "kind",
        pl.when(received).then(pl.lit("_received")).otherwise(pl.lit("")),
        (pl.lit(", ") + pl.col("case_name")).fill_null(""),
    )


def charged(
    usage: pl.DataFrame,
    side: Side,
    number: int,
    group: Group,
    parties: pl.DataFrame,
    parts: pl.DataFrame,
) -> pl.DataFrame:
    """Put the priced parts of a group beside what the usage and the tariff say of them."""
    rates, version, section = group.prices.rates, group.version, group.section
    is_timed = section.is_timed
    by_month = parties["by_month"].gather(parts["assignment"]) & is_timed
    has_price = section.source != "record"
    measure = section.allowances[0].measure if section.allowances else None
    schema = with_texts_of(usage, CHARGES)
    trunk = side.key if side.name == "carrier" else pl.lit(None, schema["trunk"])
    facts = usage.select(*OF_USAGE, "quantity", "duration_seconds", trunk=trunk)[parts["row"]]
    absent = [name for name in (*OF_ALLOWANCE, *OF_TIERS, FEE) if name not in parts]
    parts = parts.with_columns(pl.lit(None, schema[name]).alias(name) for name in absent)
    on_first = pl.col("part") == 1
    frame = pl.concat([parts, facts], how="horizontal").with_columns(
        parties["party"].gather(parts["assignment"]),
        parties["agreement"].gather(parts["assignment"]),
        destinations(group, parts),
        rates["band"].gather(parts["rate"]),
        rates["price"].gather(parts["rate"]) if has_price else pl.lit(None, AMOUNT).alias("price"),
        occurred_on=pl.col("local_day").cast(pl.Date),
        side=_constant("side", side.name),
        balance=_constant("balance", side.balance),
        tariff_version=pl.lit(version.id, schema["tariff_version"]),
        charge_rounding=_constant("charge_rounding", version.charge_rounding),
        currency=pl.lit(version.currency, schema["currency"]),
        case_name=pl.lit(section.case, schema["case_name"]),
        per=pl.lit(section.per, schema["per"]),
        set_aside_3600=pl.lit(None, AMOUNT),
        quantity=pl.when(on_first).then("quantity").otherwise(0),
        connected_seconds=pl.when(on_first & is_timed).then("duration_seconds").otherwise(0),
        minimum=pl.lit(section.minimum_seconds, pl.Int64),
        included=pl.lit(section.included_seconds, pl.Int64),
        first_increment=_increment("first", by_month, rates, parts),
        next_increment=_increment("next", by_month, rates, parts),
        by_month=by_month,
        allowance_measure=_constant("allowance_measure", measure),
        per_units=pl.lit(section.units_per_price, pl.Int64),
        group=pl.lit(number, pl.UInt32),
        # A free leg may have no price, whose place is after all of them.
        place=pl.col("assignment").cast(pl.Int64) * (rates.height + 1)
        + pl.col("rate").cast(pl.Int64).fill_null(rates.height),
    )
    return frame.select(
        "row", *PRICED_BY, *(pl.col(name).cast(kind) for name, kind in schema.items())
    )


def _increment(name: str, by_month: pl.Series, rates: pl.DataFrame, parts: pl.DataFrame) -> pl.Expr:
    """The increment of a part; where a month is rounded together, that of its price."""
    own = pl.col(name).cast(pl.Int64)
    if not by_month.any():
        return own
    of_price = rates[name].gather(parts["rate"]).cast(pl.Int64)
    return pl.when(by_month).then(of_price).otherwise(own)


def _constant(column: str, value: str | None) -> pl.Expr:
    return pl.lit(value, CHARGES[column])
