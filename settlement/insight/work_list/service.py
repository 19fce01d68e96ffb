"""The work list of suspense, with an estimate of what each reason holds back.

Compared are the rated records of the latest rated month. Of the called numbers a sample is read, in
the order of batches, so that the page does not read a whole month for an estimate; how many records
each average rests on is shown with it.
"""

import datetime as dt
from typing import NamedTuple
from uuid import UUID

import polars as pl
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from mediation.landing import service as landing
from settlement.disputes import service as disputes
from settlement.insight.work_list import store
from settlement.insight.work_list.estimating import Averages, Group, Item, averages, work_list
from settlement.interconnect.credit_limits import service as credit_limits
from settlement.interconnect.credit_limits.service import CreditState
from settlement.interconnect.guarantees import service as guarantees
from settlement.interconnect.guarantees.service import RunningOut
from settlement.periods import service as periods
from settlement.rating.runs import service as rating_runs
from tenants.session import TenantSession

COMPARED_MOST = 100_000
CODES = frozenset(str(code) for code in COUNTRY_CODE_TO_REGION_CODE)


class Late(NamedTuple):
    """Open disputes without an answer in time: how many, and when the first was due."""

    overdue: int
    since: dt.date


class WorkList(NamedTuple):
    """The items, and the month whose rated records the estimates are made from."""

    items: list[Item]
    period: str | None


def suspense_work_list(session: TenantSession) -> WorkList:
    """What waits by reason, and what it may be worth."""
    groups = [_with_country(group) for group in store.groups(session)]
    if not groups:
        return WorkList([], None)
    known, period = _averages(session)
    return WorkList(work_list(groups, known), period)


def late_disputes(session: TenantSession) -> Late | None:
    """Disputes that are overdue for an answer; None where there are none."""
    found = disputes.overdue(session)
    if not found:
        return None
    return Late(len(found), min(disputes.answer_by(session, each) for each in found))


def credit_reached(session: TenantSession) -> list[CreditState]:
    """Carriers that have reached a percent of their credit limit at which somebody is told."""
    return [each for each in credit_limits.states(session) if each.reached]


def guarantees_running_out(session: TenantSession) -> list[RunningOut]:
    """Guarantees for carriers whose end is near."""
    return guarantees.running_out(session)


def country_of(digits: str) -> str:
    """The country calling code that digits of E.164 begin with; empty where there is none."""
    return next((digits[:length] for length in (1, 2, 3) if digits[:length] in CODES), "")


def _with_country(group: Group) -> Group:
    return group._replace(country=country_of(group.country))


def _averages(session: TenantSession) -> tuple[Averages, str | None]:
    """From the latest month that has charges."""
    for period in reversed(periods.periods(session)):
        charges = rating_runs.rated_charges(session, period.id)
        if charges.height:
            return averages(_rated(session, charges)), period.code
    return {}, None


def _rated(session: TenantSession, charges: pl.DataFrame) -> pl.DataFrame:
    records = charges.select("source", "batch_id", "line", "record_key", "kind").unique()
    sample = records.sort("batch_id", "line").head(COMPARED_MOST)
    owed = (
        charges.filter(pl.col("balance") == "receivable")
        .group_by("batch_id", "line", "currency")
        .agg(pl.col("amount_3600").sum())
    )
    batches = sample["batch_id"].unique().sort()
    numbers = pl.concat(
        [
            landing.usage_of_batch(session, UUID(batch)).select("batch_id", "line", "b_number")
            for batch in batches
        ]
    )
    begins = numbers["b_number"].str.slice(0, 3).unique().drop_nulls().to_list()
    countries = {digits: country_of(digits) for digits in begins}
    return (
        sample.join(owed, on=["batch_id", "line"], how="left")
        .join(numbers, on=["batch_id", "line"], how="left")
        .with_columns(
            country=pl.col("b_number")
            .str.slice(0, 3)
            .replace_strict(countries, default="", return_dtype=pl.String)
            .fill_null("")
        )
    )
