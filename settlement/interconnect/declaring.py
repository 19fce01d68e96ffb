"""Turn rated carrier charges into the traffic declared: buckets by day, and who stands above them.

A bucket sums the calls of a day, direction, trunk and destination. Its amount is exact but for its
sixth decimal, far below what is payable, because a price per minute for a second may have no end
as a decimal. The price is named only where it explains the whole amount: not where two prices, a
connection fee or a message were in it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

import polars as pl
from moneyed import Money

from currencies.amounts import totals
from currencies.conversion import Converted
from currencies.money import EXACT, money, plain, shown
from currencies.rounding import round_fraction
from settlement.interconnect.traffic import Direction, TrafficLine
from settlement.parties.party import Party
from settlement.rating.charge_line import MISSING_CALLER, MONTH_ROUNDING, ChargeLine
from statements.declaration import Bucket, Declaration, in_order, totals_of
from statements.document import Address, Period
from statements.document import Party as DocumentParty
from tenants.directory.tenant import Tenant

# Where a bucket of no calls says what rounding by trunk and month adds (R51), or what is missing to
# what was promised (R59); that has no trunk, and names the deal in its place.
ROUNDING: Final = "rounding"
MISSING: Final = "shortfall"
COMMITMENT: Final = "commitment"
# What calls without a calling number cost more (R62), of all trunks.
NO_CALLER: Final = "no calling number"
ALL_TRUNKS: Final = "all trunks"
BUCKET_PLACES: Final = 6
RATE_PLACES: Final = 6
SIXTY: Final = 60
BUCKET_KEY: Final = ("occurred_on", "balance", "trunk", "destination")

# What a carrier owes us is traffic it brought; what we owe it is traffic we handed over.
DIRECTION_OF: Final[dict[str, Direction]] = {"receivable": "incoming", "payable": "outgoing"}


def buckets_of(charges: pl.DataFrame, agreement_id: UUID, first: date, last: date) -> list[Bucket]:
    """The buckets of one agreement out of rated charges, in the order in which they are written.

    The month is ours, the days are those of the agreement's clock. An hour of our month that this
    clock shows on the day before it or after it stands on the first or the last day.
    """
    summed = totals(
        _declared(charges, agreement_id, first, last),
        BUCKET_KEY,
        "amount_3600",
        (pl.col("part") == 1).sum().alias("calls"),
        pl.col("connected_seconds").sum(),
        pl.col("timed_units").sum(),
        pl.col("price").n_unique().alias("prices"),
        pl.col("price").first(),
    )
    return list(in_order(_bucket(row) for row in summed.iter_rows(named=True)))


def records_of(charges: pl.DataFrame, agreement_id: UUID, first: date, last: date) -> pl.DataFrame:
    """The rated records that `buckets_of` sums, by bucket, with time, part and figures."""
    return _declared(charges, agreement_id, first, last).select(
        pl.col("occurred_on").alias("day"),
        pl.col("balance").cast(pl.String).replace_strict(DIRECTION_OF).alias("direction"),
        pl.col("trunk").fill_null(""),
        pl.col("destination").fill_null(""),
        pl.col("occurred_at").dt.to_string("%Y-%m-%dT%H:%M:%S%.6f+00:00"),
        "part",
        pl.col("connected_seconds").alias("seconds"),
        pl.col("timed_units").alias("billed_seconds"),
        pl.col("amount_3600").cast(pl.String),
    )


def _declared(charges: pl.DataFrame, agreement_id: UUID, first: date, last: date) -> pl.DataFrame:
    return charges.filter(
        (pl.col("side") == "carrier") & (pl.col("agreement") == str(agreement_id))
    ).with_columns(
        pl.col("occurred_on").clip(first, last),
        timed_units=pl.when(pl.col("kind") == "voice").then("billed_units").otherwise(0),
    )


def _bucket(row: dict[str, Any]) -> Bucket:
    return Bucket(
        day=row["occurred_on"],
        direction=DIRECTION_OF[row["balance"]],
        trunk=row["trunk"],
        destination=row["destination"],
        calls=row["calls"],
        seconds=row["connected_seconds"],
        billed_seconds=row["timed_units"],
        rate=_rate(row),
        amount=round_fraction(Fraction(row["amount_3600"]) / 3600, BUCKET_PLACES),
    )


def buckets_beside(lines: Sequence[ChargeLine], last: date) -> list[Bucket]:
    """What stands beside the traffic, on the last day: a bucket of no calls for each price."""
    found: dict[tuple[str, str, str, Decimal | None], Bucket] = {}
    for line in lines:
        amount = round_fraction(Fraction(line.amount_3600) / 3600, BUCKET_PLACES)
        direction = DIRECTION_OF[line.direction]
        destination, trunk = ROUNDING, line.trunk
        if line.service == MISSING_CALLER:
            destination, trunk = NO_CALLER, ALL_TRUNKS
        elif line.service != MONTH_ROUNDING:
            destination, trunk = MISSING, line.reason or line.trunk or COMMITMENT
        rate = line.unit_price if line.per == "minute" else None
        key = (direction, trunk, destination, rate)
        known = found.get(key) or Bucket(
            last, direction, trunk, destination, 0, 0, 0, rate, Decimal(0)
        )
        found[key] = replace(
            known,
            billed_seconds=known.billed_seconds + line.billed_units,
            amount=EXACT.add(known.amount, amount),
        )
    return list(found.values())


def _rate(row: dict[str, Any]) -> Decimal | None:
    """The price of a minute, if it alone makes the amount."""
    price: Decimal | None = row["price"]
    if price is None or row["prices"] != 1:
        return None
    explained = EXACT.multiply(EXACT.multiply(price, row["timed_units"]), SIXTY)
    return price if explained == row["amount_3600"] else None


def as_traffic(buckets: Sequence[Bucket]) -> list[TrafficLine]:
    """Buckets as lines to compare, in the words of the side that declares."""
    return [
        TrafficLine(
            day=bucket.day,
            direction="incoming" if bucket.direction == "incoming" else "outgoing",
            trunk=bucket.trunk,
            destination=bucket.destination,
            calls=bucket.calls,
            seconds=bucket.seconds,
            billed_seconds=bucket.billed_seconds,
            amount=bucket.amount,
            unit_price=bucket.rate,
        )
        for bucket in buckets
    ]


def declaration(
    *,
    tenant: Tenant,
    carrier: Party,
    agreement: str,
    currency: str,
    time_zone: str,
    period: Period,
    buckets: Sequence[Bucket],
    policies: Sequence[tuple[str, str]],
    corrects: str | None = None,
    due_on: date | None = None,
    merkle_root: str | None = None,
) -> Declaration:
    """The draft of our declaration to a carrier, in the carrier's language."""
    return Declaration(
        currency=currency,
        locale=carrier.language,
        declarant=_ourselves(tenant),
        recipient=_carrier(carrier),
        agreement=agreement,
        period=period,
        time_zone=time_zone,
        buckets=tuple(buckets),
        totals=totals_of(buckets, currency),
        policies=tuple(policies),
        corrects=corrects,
        due_on=due_on,
        merkle_root=merkle_root,
    )


def settlement_rate(converted: Converted, to: str) -> tuple[str, str]:
    """The rate at which a declaration is settled, named with its source and day, for print."""
    one = money(1, converted.original.currency.code)
    rate, first = converted.rate(RATE_PLACES), converted.path[0]
    named = f"{plain(one.amount)} {one.currency.code} = {plain(rate)} {to}"
    return "settlement_rate", f"{named} ({first.source}, {first.valid_on.isoformat()})"


def accepting(
    tolerance: Decimal, tolerance_amount: Money | None, objection_days: int
) -> list[tuple[str, str]]:
    """By what terms a declaration is accepted, for print."""
    amount = [] if tolerance_amount is None else [("tolerance_amount", shown(tolerance_amount))]
    return [("tolerance", plain(tolerance)), *amount, ("objection_days", str(objection_days))]


def worth(declaration: Declaration, direction: Direction) -> Money:
    """What a direction of a declaration is payable with; zero where it has no traffic."""
    payable = (total.payable for total in declaration.totals if total.direction == direction)
    return next(payable, money(0, declaration.currency))


def _ourselves(tenant: Tenant) -> DocumentParty:
    address = tenant.address
    return DocumentParty(
        name=tenant.legal_name,
        address=Address(address.street, address.postcode, address.city, address.country),
        vat_id=tenant.tax_id,
    )


def _carrier(carrier: Party) -> DocumentParty:
    address = carrier.address
    return DocumentParty(
        name=carrier.name,
        address=Address(address.street, address.postcode, address.city, address.country),
        reference=carrier.code,
        vat_id=carrier.tax_id,
        email=carrier.email,
    )
