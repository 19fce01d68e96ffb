"""What was promised and not used: the units of a commitment that are charged all the same.

A commitment is settled when the month is over, never while it runs: then what is missing to the
units promised is charged at their price. The version that holds on the last day on which the
agreement does, within the month, says what was promised; the whole of it, also for a part of a
month.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
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
from settlement.rating.line_derivation import as_text, of_shortfall
from settlement.rating.rated_batch import section_of

A_DAY = timedelta(days=1)
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


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is missing: `promised` and `used` in billed units, `price` for `per` of them."""

    by: Committed
    version: TariffVersion
    section: Section
    promised: int
    used: int
    price: Decimal
    per: int

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
            self.promised, self.used, self.price, section.per, self.per, section.measure.unit,
            rounded, currency,
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
    for by, last in _at_the_end(holders, first, until):
        for version in promising:
            if version.code != by.tariff or not _holds(version, last):
                continue
            for section, tiers in _promises(version):
                price, per = tiers.steps[0].price, section.units_per_price
                found = used.get((by.side, by.balance, by.agreement, version.id, section.name), 0)
                promised = tiers.committed * per
                if found < promised:
                    yield Shortfall(by, version, section, promised, found, price, per)


def _at_the_end(
    holders: Iterable[Committed], first: date, until: date
) -> Iterator[tuple[Committed, date]]:
    """Who held what on the last day of each agreement within a month, and that day.

    An agreement may stand here several times, for its trunks and for tariffs that followed.
    """
    ending: dict[tuple[str, str, str], tuple[date, Committed]] = {}
    for by in holders:
        last = min(until, by.valid_until or until) - A_DAY
        if last >= max(first, by.valid_from):
            key = (by.side, by.balance, by.agreement)
            ending[key] = max(ending.get(key, (date.min, by)), (last, by), key=lambda one: one[0])
    for _, (last, by) in sorted(ending.items()):
        yield by, last


def _promises(version: TariffVersion) -> Iterator[tuple[Section, Tiers]]:
    for section in version.every_section:
        if section.tiers is not None and section.tiers.committed:
            yield section, section.tiers


def _holds(version: TariffVersion, day: date) -> bool:
    return version.valid_from <= day and (version.valid_until is None or day < version.valid_until)


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
