"""Unbilled usage: what a customer's usage and fees come to, in every month that is not closed.

It is not an estimate beside the rating but the rating itself, of this customer's side alone and of
all that has landed at this moment. So it is the same, to the minor unit, as what the rating of the
month will book, as long as nothing else lands; and an event is in it as soon as it was accepted.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl

from currencies.money import Money, money
from settlement.parties import service as parties
from settlement.parties.party import Party
from settlement.periods import service as periods
from settlement.periods.service import Period
from settlement.rating.charge_line import ChargeLine
from tenants.session import TenantSession

EVENTS = 50


@dataclass(frozen=True, slots=True)
class Unbilled:
    """One month of a customer. `charges` are in the order in which the events happened."""

    period: Period
    lines: Sequence[ChargeLine]
    charges: pl.DataFrame

    @property
    def totals(self) -> list[Money]:
        """What it comes to in each currency, before tax."""
        sums: Counter[str] = Counter()
        for line in self.lines:
            sums[line.currency] += line.amount  # type: ignore[assignment]
        return [money(sums[currency], currency) for currency in sorted(sums)]

    @property
    def latest(self) -> list[dict[str, Any]]:
        """The newest charges, the newest first."""
        return self.charges.reverse().head(EVENTS).to_dicts()

    def by_day(self) -> tuple[list[dt.date], dict[str, list[int]]]:
        """Events of each kind on each local day of the month."""
        first, last = self.period.month.starts_on, self.period.month.last_day
        days = [first + dt.timedelta(days=each) for each in range((last - first).days + 1)]
        events = self.charges.unique(["source", "record_key"])
        counted = events.group_by("kind", "occurred_on").len().sort("kind")
        counts: dict[str, list[int]] = {}
        for (kind,), rows in counted.group_by("kind", maintain_order=True):
            on = dict(rows.select("occurred_on", "len").iter_rows())
            counts[str(kind)] = [on.get(day, 0) for day in days]
        return days, counts


@dataclass(frozen=True, slots=True)
class OfCustomer:
    """A customer's unbilled months, the earliest first, as of an instant."""

    customer: Party
    months: Sequence[Unbilled]
    as_of: dt.datetime


def of_customer(session: TenantSession, customer_id: UUID) -> OfCustomer:
    """What a customer was not billed for yet. Raises NoSuchParty, and what rating raises."""
    customer = parties.party(session, customer_id)
    today = periods.today(session)
    opened = (each for each in periods.periods(session) if each.is_open)
    return OfCustomer(
        customer,
        [_of_month(session, each, customer_id) for each in opened if each.month.starts_on <= today],
        session.now(),
    )


def _of_month(session: TenantSession, period: Period, customer_id: UUID) -> Unbilled:
    lines, charges = periods.rated_for_customer(session, period, customer_id)
    in_order = charges.sort("occurred_at", "source", "record_key", "part")
    return Unbilled(period, lines, in_order)
