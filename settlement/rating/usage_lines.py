"""Lines of usage in columns, which go to the database as they are; few of them become values.

A month has hundreds of thousands of them, and of most of them nothing is asked any more.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Final
from uuid import UUID

import polars as pl

from settlement.agreements.contract import Subscriber
from settlement.rating.charge_line import ChargeLine
from settlement.rating.charging import lines_of_sums
from settlement.rating.cuts import REST
from settlement.rating.fee_lines import Sold
from settlement.rating.month_rounding import OF_MONTH
from settlement.rating.slicing.summed import NOTHING_CUT, OF_AGREEMENT, Summed

# Ids are texts here.
IDS: Final = (
    "party_id", "contract_id", "subscription_id", "agreement_id", "terms_id", "tariff_version_id",
)  # fmt: skip
CONTRACTS: Final = pl.Schema(
    {"agreement": pl.String(), "payer": pl.String(), "contract": pl.String()}
)


def usage_lines(
    sums: Summed,
    subscriptions: Mapping[UUID, Subscriber],
    sold: Sold,
    starts_on: date,
    ends_on: date,
    cuts: pl.DataFrame = NOTHING_CUT,
) -> pl.DataFrame:
    """The lines of usage by the sums of a period, in columns named as those of ChargeLine.

    In place of batches they have the number of one of the sums' `batch_sets`.
    `cuts` are those by which the sums are cut (`cuts.CUTS`).
    """
    lines = lines_of_sums(sums.lines.drop(OF_MONTH, strict=False))
    lines = lines.join(sums.batches, on=list(OF_AGREEMENT), how="left", maintain_order="left")
    named = _contracts(lines, subscriptions)
    lines = lines.join(named, on="agreement", how="left", maintain_order="left")
    lines = lines.join(cuts, on="agreement", how="left", maintain_order="left")
    cut_on = pl.col("cut_on")
    is_rest = pl.col(REST) if REST in lines.columns else pl.lit(value=False)
    is_customer = pl.col("side") == "customer"
    product = pl.col("product").fill_null("")
    sold_products = lines.select(product.unique())["product"]
    categories = {each: sold.tax_category(each) for each in sold_products}
    return lines.select(
        pl.col("side").cast(pl.String),
        direction=pl.col("balance").cast(pl.String),
        party_id=pl.when(is_customer).then("payer").otherwise("party"),
        contract_id=pl.when(is_customer).then("contract"),
        subscription_id=pl.when(is_customer).then("agreement"),
        agreement_id=pl.when(~is_customer).then("agreement"),
        terms_id="terms",
        tariff_version_id="tariff_version",
        service="kind",
        product=product,
        tax_category=product.replace_strict(categories, return_dtype=pl.String)
        if categories
        else product,
        traffic_direction="direction",
        trunk=pl.col("trunk").fill_null(""),
        destination=pl.col("destination").fill_null(""),
        band=pl.col("band").fill_null(""),
        case_name=pl.col("case_name").fill_null(""),
        per="per",
        unit_price="price",
        currency="currency",
        starts_on=pl.when(is_rest).then(cut_on).otherwise(pl.lit(starts_on)),
        ends_on=pl.when(cut_on.is_not_null() & ~is_rest).then(cut_on).otherwise(pl.lit(ends_on)),
        events="events",
        quantity="quantity",
        seconds="connected_seconds",
        free_units="free_units",
        billed_units="billed_units",
        amount_3600="amount_3600",
        amount="amount",
        batch_set="batch_set",
    )


def no_usage_lines() -> pl.DataFrame:
    """Where lines are no lines of usage."""
    return pl.DataFrame({"side": []}, schema={"side": pl.String})


def as_charge_lines(lines: pl.DataFrame, batch_sets: pl.Series) -> Iterator[ChargeLine]:
    """The same lines as values."""

    @cache
    def batches(number: int) -> tuple[UUID, ...]:
        return tuple(map(_id, batch_sets[number]))

    for row in lines.iter_rows(named=True):
        number = row.pop("batch_set")
        ids = {name: row[name] and _id(row[name]) for name in IDS}
        yield ChargeLine(**row | ids, batch_ids=() if number is None else batches(number))


def _contracts(lines: pl.DataFrame, subscriptions: Mapping[UUID, Subscriber]) -> pl.DataFrame:
    """Who pays for the subscriptions of lines, and under which contract (CONTRACTS)."""
    of_customers = lines.filter(pl.col("side") == "customer")["agreement"].unique()
    known = ((each, subscriptions[_id(each)]) for each in of_customers)
    rows = [(each, str(of.payer_id), str(of.contract_id)) for each, of in known]
    return pl.DataFrame(rows, schema=CONTRACTS, orient="row")


@lru_cache(maxsize=2**16)
def _id(text: str) -> UUID:
    """An identifier of a frame; a month names the same ones again and again."""
    return UUID(text)
