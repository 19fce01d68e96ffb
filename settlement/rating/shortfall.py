"""What was promised and not used: the units of a commitment that are charged all the same.

A commitment is settled when the month is over, never while it runs: then what is missing to the
units promised is charged at their price. What is promised for a part of a month is what is promised
up to its end, rounded to whole units, less what was up to its beginning; so parts of a month, by
whichever versions, add up to it (rule R36). Where the tariff says `whole`, the version that holds
on the last day on which the agreement does, within the month, promises a whole month.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, NamedTuple
from uuid import UUID

import polars as pl

from currencies.amounts import SCALE
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from settlement.agreements.contract import Subscriber
from settlement.catalogue.section import Section
from settlement.catalogue.tariff import TariffVersion
from settlement.catalogue.tiers import Tiers
from settlement.rating.charge_line import ChargeLine
from settlement.rating.line_derivation import Promise, as_text, of_shortfall
from settlement.rating.rated_batch import section_of

SHORTFALL: Final = "shortfall"
RECEIVED: Final = "_received"


Balance = Literal["receivable", "payable"]


class Committed(NamedTuple):
    """Who has which tariff, on which local days; no end is no end."""

    side: Literal["customer", "carrier"]
    balance: Balance
    agreement: str
    party: str
    tariff: str
    valid_from: date
    valid_until: date | None


class Days(NamedTuple):
    """Days of a month, counted from its first, which is 0; half-open."""

    first: int
    until: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is missing, in billed units: of `of_month`, which are promised for `length` days.

    `days` are those that the promise is for, in order and apart; the price is for `per` units.
    """

    by: Committed
    version: TariffVersion
    section: Section
    of_month: int
    days: tuple[Days, ...]
    length: int
    used: int
    price: Decimal
    per: int

    @property
    def promised(self) -> int:
        """The units promised for those days."""
        due = [int(round_fraction(self._until(day), 0)) for days in self.days for day in days]
        return sum(due[1::2]) - sum(due[::2])

    def _until(self, day: int) -> Fraction:
        return Fraction(self.of_month * day, self.length)

    @property
    def missing(self) -> int:
        """The units that are charged though nobody used them."""
        return self.promised - self.used

    @property
    def amount(self) -> Fraction:
        """What they cost, exactly."""
        return Fraction(self.price) * self.missing / self.per

    def line(self, first: date, until: date, contract_id: UUID | None) -> ChargeLine:
        """The charge line of a month; `quantity` is 1, `billed_units` what is missing."""
        currency = self.version.currency
        rounded = round_fraction(self.amount, minor_unit(currency))
        section = self.section
        derived = of_shortfall(
            Promise(self.of_month, self.days, self.length, self.promised), self.used, self.price,
            section.per, self.per, section.measure.unit, rounded, currency,
        )  # fmt: skip
        is_customer = self.by.side == "customer"
        agreement = UUID(self.by.agreement)
        return ChargeLine(
            side=self.by.side,
            direction=self.by.balance,
            party_id=UUID(self.by.party),
            contract_id=contract_id,
            subscription_id=agreement if is_customer else None,
            agreement_id=None if is_customer else agreement,
            tariff_version_id=UUID(self.version.id),
            service=SHORTFALL,
            product=self.section.kind.removesuffix(RECEIVED),
            traffic_direction="incoming" if self.section.kind.endswith(RECEIVED) else "",
            case_name=self.section.case or "",
            unit_price=rounded,
            currency=currency,
            starts_on=first,
            ends_on=until,
            events=1,
            quantity=1,
            billed_units=self.missing,
            amount_3600=round_fraction(self.amount * 3600, SCALE),
            amount=rounded,
            derivation=as_text(derived),
        )


def committed(subscribers: Iterable[Subscriber], trunks: pl.DataFrame) -> Iterator[Committed]:
    """Everybody who has a tariff: subscriptions, and agreements of carriers by direction."""
    for each in subscribers:
        agreement, party = str(each.subscription_id), str(each.customer_id)
        days = each.valid_from, each.valid_until
        yield Committed("customer", "receivable", agreement, party, each.tariff, *days)
    columns = ("direction", "agreement", "carrier", "tariff", "valid_from", "valid_until")
    for direction, agreement, party, tariff, first, until in trunks.select(columns).iter_rows():
        balance: Balance = "payable" if direction == "outgoing" else "receivable"
        yield Committed("carrier", balance, agreement, party, tariff, first or date.min, until)


def shortfalls(
    holders: Iterable[Committed],
    versions: Iterable[TariffVersion],
    charges: pl.LazyFrame,
    first: date,
    until: date,
) -> Iterator[Shortfall]:
    """What of each commitment is not used by the charges (rated_batch.CHARGES) of a local month."""
    promising = [version for version in versions if any(_promises(version))]
    if not promising:
        return
    used = _used(charges, {version.id for version in promising}, first, until)
    length = (until - first).days
    for rows in _by_agreement(holders):
        by = rows[-1]
        ends = max((days.until for row in rows for days in _within([row], first, until)), default=0)
        for version in promising:
            held = _held(rows, version, first, until)
            at_the_end = (Days(0, length),) if held and held[-1].until == ends else ()
            for section, tiers in _promises(version):
                days = held if tiers.part_of_month == "prorated" else at_the_end
                found = used.get((by.side, by.balance, by.agreement, version.id, section.name), 0)
                price, per = tiers.steps[0].price, section.units_per_price
                promised = tiers.committed * per
                owed = Shortfall(by, version, section, promised, days, length, found, price, per)
                if owed.missing > 0:
                    yield owed


def _by_agreement(holders: Iterable[Committed]) -> Iterator[list[Committed]]:
    """What is said of each agreement: of its trunks, and of tariffs that followed."""
    grouped: dict[tuple[str, str, str], list[Committed]] = {}
    for by in sorted(holders, key=lambda one: (one[:3], one.valid_from)):
        grouped.setdefault(by[:3], []).append(by)
    yield from grouped.values()


def _held(
    rows: Iterable[Committed], version: TariffVersion, first: date, until: date
) -> tuple[Days, ...]:
    """The days of a month on which somebody had a version, in order and apart."""
    until = min(until, version.valid_until or until)
    own = [row for row in rows if row.tariff == version.code]
    joined: list[Days] = []
    for days in _within(own, first, until, version.valid_from):
        if joined and days.first <= joined[-1].until:
            days = Days(joined[-1].first, max(joined.pop().until, days.until))
        joined.append(days)
    return tuple(joined)


def _within(
    rows: Iterable[Committed], first: date, until: date, since: date = date.min
) -> Iterator[Days]:
    """When rows hold within a month, the earliest first."""
    begins_on = max(first, since)
    spans = [(max(begins_on, row.valid_from), min(until, row.valid_until or until)) for row in rows]
    for begins, ends in sorted(spans):
        if begins < ends:
            yield Days((begins - first).days, (ends - first).days)


def _promises(version: TariffVersion) -> Iterator[tuple[Section, Tiers]]:
    for section in version.every_section:
        if section.tiers is not None and section.tiers.committed:
            yield section, section.tiers


def _used(
    charges: pl.LazyFrame, versions: set[str], first: date, until: date
) -> dict[tuple[str, ...], int]:
    """Billed units of a month by side, balance, agreement, version and section."""
    by = ("side", "balance", "agreement", "tariff_version", "section")
    summed = (
        charges.filter(
            pl.col("tariff_version").is_in(sorted(versions)),
            pl.col("occurred_on") >= first,
            pl.col("occurred_on") < until,
        )
        .with_columns(section=section_of())
        .group_by(by)
        .agg(pl.col("billed_units").sum())
        .collect()
    )
    return {tuple(row[:-1]): row[-1] for row in summed.iter_rows()}
