"""What records in suspense may be worth, judged by rated records that are like them.

A record that cannot be priced has no price; but the records of the same source and kind that were
rated have an average. So the estimate of a group is the average of the closest likeness that was
found, times its records:

    country   same source, same kind, called numbers of the same country calling code
    kind      same source, same kind
    any       same kind, whatever the source

An average is the sum of what is owed to us for those records, divided by how many were rated, the
free ones too. It is kept as a fraction and rounded once, when it has been multiplied. Records with
nothing alike are counted apart, never as zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from currencies.money import Money, money
from currencies.rounding import round_fraction
from currencies.units import minor_unit

LIKENESSES = {
    "country": ("source", "kind", "country"),
    "kind": ("source", "kind"),
    "any": ("kind",),
}
AN_HOUR = 3600


class Group(NamedTuple):
    """Records that wait for one reason and are alike; `country` is empty where it is not known."""

    stage: str
    reason: str
    source: str
    kind: str
    country: str
    records: int


class Average(NamedTuple):
    """What rated records of a likeness came to in one currency, times 3600, and how many."""

    currency: str
    amount_3600: Fraction
    records: int


Averages = Mapping[tuple[str, ...], list[Average]]


class Basis(NamedTuple):
    """How a part of an estimate was made."""

    likeness: str
    compared: int
    records: int


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the work list; `unlike` records have nothing rated to compare them with."""

    stage: str
    reason: str
    records: int
    values: tuple[Money, ...]
    bases: tuple[Basis, ...]
    unlike: int


def averages(rated: pl.DataFrame) -> Averages:
    """Averages by likeness.

    Args:
        rated: source, record_key, kind, country, currency, amount_3600 of what is owed to us; a
            record without a charge has no currency.
    """
    found: dict[tuple[str, ...], list[Average]] = {}
    for name, columns in LIKENESSES.items():
        records = rated.unique(["source", "record_key"]).group_by(columns).len()
        counts = {tuple(key): count for *key, count in records.iter_rows()}
        charged = rated.drop_nulls("currency").group_by(*columns, "currency")
        sums = charged.agg(pl.col("amount_3600").sum()).sort(*columns, "currency")
        for *key, currency, amount in sums.iter_rows():
            average = Average(currency, Fraction(amount), counts[tuple(key)])
            found.setdefault((name, *key), []).append(average)
    return found


def work_list(groups: Iterable[Group], known: Averages) -> list[Item]:
    """One item for each stage and reason, that with the most records first."""
    by_reason: dict[tuple[str, str], list[Group]] = {}
    for group in groups:
        by_reason.setdefault((group.stage, group.reason), []).append(group)
    items = [_item(stage, reason, alike, known) for (stage, reason), alike in by_reason.items()]
    return sorted(items, key=lambda item: (-item.records, item.stage, item.reason))


def _item(stage: str, reason: str, groups: list[Group], known: Averages) -> Item:
    sums: dict[str, Fraction] = {}
    bases: dict[tuple[str, int], int] = {}
    unlike = 0
    for group in groups:
        likeness, alike = _closest(group, known)
        if not alike:
            unlike += group.records
            continue
        for average in alike:
            value = average.amount_3600 * group.records / (AN_HOUR * average.records)
            sums[average.currency] = sums.get(average.currency, Fraction(0)) + value
        basis = likeness, alike[0].records
        bases[basis] = bases.get(basis, 0) + group.records
    return Item(
        stage,
        reason,
        sum(group.records for group in groups),
        tuple(_rounded(sums[code], code) for code in sorted(sums)),
        tuple(Basis(*basis, records) for basis, records in sorted(bases.items())),
        unlike,
    )


def _closest(group: Group, known: Averages) -> tuple[str, list[Average]]:
    for name, columns in LIKENESSES.items():
        alike = known.get((name, *(getattr(group, column) for column in columns)))
        if alike and (name != "country" or group.country):
            return name, alike
    return "", []


def _rounded(value: Fraction, currency: str) -> Money:
    return money(round_fraction(value, minor_unit(currency)), currency)
