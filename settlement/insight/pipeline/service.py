"""Count a month from files to payouts, and its rated records day by day."""

import datetime as dt
from typing import NamedTuple

import polars as pl

from currencies.money import money
from settlement.insight.pipeline import store
from settlement.insight.pipeline.figures import (
    Documents,
    Files,
    Outcomes,
    Payouts,
    Pipeline,
    Records,
    Revenue,
)
from settlement.periods.service import Period
from settlement.rating.runs import service as rating_runs
from tenants.session import TenantSession

ONE_DAY = dt.timedelta(days=1)
WHERE_RECORDS_GO = ("landed", "rejected", "duplicate", "suspended")


class Daily(NamedTuple):
    """Rated records by day: for each kind as many counts as there are days."""

    days: list[dt.date]
    counts: dict[str, list[int]]


def pipeline(session: TenantSession, period: Period) -> Pipeline:
    """All stages of a month."""
    starts_at, ends_at = period.span
    files = {row["status"]: row for row in store.files(session, starts_at, ends_at)}
    landed = files.get("landed")
    return Pipeline(
        files=Files(**{status: row["files"] for status, row in files.items()}),
        records=Records(**{name: int(landed[name]) for name in WHERE_RECORDS_GO})
        if landed
        else Records(),
        outcomes=Outcomes(**store.outcomes(session, period.id)),
        revenue=_revenue(session, period),
        documents=_documents(session, period),
        payouts=_payouts(session, period),
    )


def rated_by_day(session: TenantSession, period: Period) -> Daily:
    """How many records of each kind were rated on each local day of a month."""
    charges = rating_runs.rated_charges(session, period.id)
    counted = (
        charges.unique(["source", "record_key"]).group_by("occurred_on", "kind").len().sort("kind")
    )
    first, last = period.month.starts_on, period.month.last_day
    days = [first + number * ONE_DAY for number in range((last - first).days + 1)]
    counts = {}
    for (kind,), rows in counted.group_by("kind", maintain_order=True):
        by_day = dict(rows.select("occurred_on", pl.col("len")).iter_rows())
        counts[str(kind)] = [by_day.get(day, 0) for day in days]
    return Daily(days, counts)


def _revenue(session: TenantSession, period: Period) -> list[Revenue]:
    return [
        Revenue(
            row["side"],
            row["direction"],
            row["service"],
            row["lines"],
            int(row["events"]),
            money(row["amount"], row["currency"]),
        )
        for row in store.revenue(session, period.id)
    ]


def _documents(session: TenantSession, period: Period) -> list[Documents]:
    return [
        Documents(row["kind"], row["issued"], row["held"], money(row["amount"], row["currency"]))
        for row in store.documents(session, period.id)
    ]


def _payouts(session: TenantSession, period: Period) -> list[Payouts]:
    return [
        Payouts(
            row["status"], row["batches"], row["payments"], money(row["amount"], row["currency"])
        )
        for row in store.payouts(session, period.id)
    ]
