"""A re-rating: rate a period again by what is known today, or by a tariff version that is named.

Usage is rated by the tariff version valid at event time, among those known at the run (rule R23). A
version published later with an earlier validity changes nothing until somebody orders a re-rating,
of the whole period, of one tariff, of one party, or of both. What was billed is then reversed and
billed anew; in a closed period as corrections in the open one.

An order is kept for good: usage that comes even later must be priced by it as well. Where several
orders concern the same subscription or trunk, the latest holds.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import polars as pl

from i18n.errors import Invalid

REASON_MAX = 1000


class ReasonMissing(Invalid):
    """Say in up to {most} characters why the period is to be rated again."""


class VersionWithoutTariff(Invalid):
    """Version {version} is of no tariff. Name the tariff that it belongs to."""


@dataclass(frozen=True, slots=True)
class ReRating:
    """One order. Without a tariff it concerns all of them, without a party everybody.

    `version` names the tariff version to rate by; without it the version valid at event time is
    taken, among those known at `ordered_at`.
    """

    id: UUID
    period_id: UUID
    reason: str
    ordered_at: dt.datetime
    ordered_by: str
    tariff: str | None = None
    party_id: UUID | None = None
    version: int | None = None

    def concerns(self, tariff: str, party: str) -> bool:
        """Whether it is about this tariff of this party."""
        return self.tariff in (None, tariff) and (
            self.party_id is None or str(self.party_id) == party
        )

    def alias(self, tariff: str) -> str:
        """The name under which the snapshot holds the tariff as this order means it."""
        return f"{tariff} by order {self.id}"


def checked_reason(reason: str) -> str:
    """The reason, without blanks around it. Raises ReasonMissing."""
    said = reason.strip()
    if not 0 < len(said) <= REASON_MAX:
        raise ReasonMissing(most=REASON_MAX)
    return said


@dataclass(frozen=True, slots=True)
class Orders:
    """What was ordered for a period, read by what its last run knew.

    `known_at` is the instant of the run by which a closed period was billed; None for an open
    period, in which whatever is known today holds anyhow.
    """

    orders: Sequence[ReRating] = ()
    known_at: dt.datetime | None = None

    def order_for(self, tariff: str, party: str) -> ReRating | None:
        """The order that holds for a tariff of a party: the latest that concerns it.

        None where it says nothing that the run does not know.
        """
        concerned = [order for order in self.orders if order.concerns(tariff, party)]
        latest = max(concerned, key=lambda order: (order.ordered_at, order.id), default=None)
        if latest is None or latest.version is not None:
            return latest
        is_known = self.known_at is None or latest.ordered_at <= self.known_at
        return None if is_known else latest

    def tariff_for(self, tariff: str, party: str) -> str:
        """The name under which the snapshot holds the tariff for this party."""
        order = self.order_for(tariff, party)
        return tariff if order is None else order.alias(tariff)

    def assigned(self, keys: pl.DataFrame, party: str) -> pl.DataFrame:
        """Keys of the snapshot, with each tariff named as the order means it that concerns it.

        Args:
            keys: subscriptions or trunks (`rating.snapshot`); `party` is their column of parties.
        """
        if not self.orders or keys.is_empty():
            return keys
        pairs = keys.select("tariff", party).unique().sort("tariff", party)
        names = [self.tariff_for(tariff, of) for tariff, of in pairs.iter_rows()]
        named = pairs.with_columns(meant=pl.Series(names, dtype=pl.String))
        return (
            keys.join(named, on=["tariff", party], how="left", maintain_order="left")
            .with_columns(tariff="meant")
            .drop("meant")
        )
