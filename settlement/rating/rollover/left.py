"""What is left of the allowances of earlier months, from what was granted and what was used.

Units granted in a month are those of the version that holds on its last day, to whoever holds the
tariff on that day. They may be used in as many later months as that version says (and the later one
too: the kernel asks for no more). What is left is what was granted less all that was used since.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from settlement.catalogue.allowance import Allowance
from settlement.catalogue.section import Section
from settlement.catalogue.tariff import TariffVersion
from settlement.parties.validity import holds_on
from settlement.rating.allowances import OPENINGS, SHARED_BY
from settlement.rating.rated_batch import section_of

A_DAY: Final = timedelta(days=1)
POOL: Final = ("tariff", "section", "allowance", "holder")
# Who holds which tariff, from when until when; one row for each validity.
HELD: Final = pl.Schema(
    {
        "agreement": pl.String(),
        "contract": pl.String(),
        "party": pl.String(),
        "tariff": pl.String(),
        "valid_from": pl.Date(),
        "valid_until": pl.Date(),
    }
)
USES: Final = OPENINGS


def month_before(month: date, count: int) -> date:
    """The first day of the month that many months earlier."""
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def rolling(version: TariffVersion) -> Iterator[tuple[Section, Allowance]]:
    """The allowances of a version of which something may be left for later."""
    for section in version.every_section:
        for allowance in section.allowances:
            if allowance.rollover_months:
                yield section, allowance


def furthest(versions: Iterable[TariffVersion]) -> int:
    """For how many months back something may be left."""
    months = (each.rollover_months for version in versions for _, each in rolling(version))
    return max(months, default=0)


def openings(
    month: date,
    rated_months: Sequence[date],
    versions: Sequence[TariffVersion],
    held: pl.DataFrame,
    used: pl.DataFrame,
) -> pl.DataFrame:
    """What may be used in a month of what earlier rated months granted: a frame of OPENINGS.

    `held` is a frame of HELD; `used` of USES, for months before this one.
    """
    granted = [
        _granted(version, section, allowance, month, since, held)
        for since in rated_months
        for version in versions
        if holds_on(_last_day(since), version.valid_from, version.valid_until)
        for section, allowance in rolling(version)
        if since < month <= month_before(since, -allowance.rollover_months)
    ]
    if not granted:
        return pl.DataFrame(schema=OPENINGS)
    spent = used.group_by(*POOL, "granted").agg(spent=pl.col("units").sum())
    left = pl.concat(granted).join(spent, on=[*POOL, "granted"], how="left")
    units = (pl.col("units") - pl.col("spent").fill_null(0)).clip(0)
    names = OPENINGS.names()
    return left.with_columns(units=units).filter(pl.col("units") > 0).select(names).sort(names)


def uses(
    charges: pl.LazyFrame,
    versions: Iterable[TariffVersion],
    held: pl.DataFrame,
    tariffs: Mapping[str, str],
) -> pl.DataFrame:
    """What charges (rated_batch.CHARGES) took from allowances that roll over: a frame of USES.

    `tariffs` says which tariff a version (by id) is of.
    """
    rows = [
        (version.id, tariffs[version.id], section.name, each.code, each.shared_by)
        for version in versions
        for section, each in rolling(version)
    ]
    names = ("tariff_version", "tariff", "section", "allowance", "shared_by")
    known = pl.DataFrame(sorted(set(rows)), schema=dict.fromkeys(names, pl.String), orient="row")
    if known.is_empty():
        return pl.DataFrame(schema=USES)
    contracts = held.select("agreement", "contract").unique("agreement")
    taken = (
        charges.filter(pl.col("covered_by") == "allowance")
        .with_columns(section=section_of())
        .join(known.lazy(), on=["tariff_version", "section", "allowance"])
        .join(contracts.lazy(), on="agreement", how="left")
        .with_columns(contract=pl.col("contract").fill_null(pl.col("agreement")))
    )
    holder = pl.coalesce(
        pl.when(pl.col("shared_by") == shared_by).then(column)
        for shared_by, (column, _) in SHARED_BY.items()
    )
    month = pl.col("occurred_on").dt.truncate("1mo")
    return (
        taken.with_columns(holder=holder, month=month)
        .group_by(*POOL, "month", "granted")
        .agg(units=pl.col("free_units").sum())
        .select(USES.names())
        .sort(USES.names())
        .collect()
    )


def _granted(
    version: TariffVersion,
    section: Section,
    allowance: Allowance,
    month: date,
    since: date,
    held: pl.DataFrame,
) -> pl.DataFrame:
    last = _last_day(since)
    column, _ = SHARED_BY[allowance.shared_by]
    holding = held.filter(
        pl.col("tariff") == version.code,
        pl.col("valid_from").is_null() | (pl.col("valid_from") <= last),
        pl.col("valid_until").is_null() | (pl.col("valid_until") > last),
    )
    return holding.select(
        tariff=pl.lit(version.code),
        section=pl.lit(section.name),
        allowance=pl.lit(allowance.code),
        holder=pl.col(column),
        month=pl.lit(month),
        granted=pl.lit(since),
        units=pl.lit(allowance.amount, pl.Int64),
    ).unique()


def _last_day(month: date) -> date:
    return month_before(month, -1) - A_DAY
