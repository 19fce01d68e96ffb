"""A fraction that rounding made or lost, and what it was of.

An entry keeps the difference, exact less posted, as a whole numerator over a denominator, because a
third has no decimals. Fractions of one split, and those of charges, are over one denominator, so
that they add up in the database to the last digit.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Final
from uuid import UUID

from currencies.money import plain
from currencies.rounding import round_fraction
from currencies.rounding_ledger.posted_fraction import PostedFraction
from settlement.sharing.fractions import Rounded
from statements.csv_writing import csv_text

# What a charge line was rounded by; what a split was, event by event. Else it is the cause of
# credits that were rounded: of shares as a whole, and of what is credited beside them.
CHARGE: Final = "charge"
SHARE_BY_EVENT: Final = "share_by_event"
# An exact amount of charges is kept times 3600 with 12 decimals.
OF_CHARGES: Final = 3600 * 10**12
SHOWN_PLACES: Final = 12

COLUMNS: Final = (
    "cause", "corrects_period_id", "terms_id", "product", "rule", "what", "currency", "numerator",
    "denominator", "posted", "source_type", "source_id", "posted_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RoundingEntry:
    """`posted` is the amount that stands in the books; the exact one is more by the fraction.

    `what` is a payee or a deduction of a split, or the service of charges. What a document or a
    conversion rounded has its source and its day, and nothing that a period charged or shared.
    """

    cause: str
    corrects_period_id: UUID | None
    terms_id: UUID | None
    product: str
    rule: str
    what: str
    currency: str
    numerator: int
    denominator: int
    posted: Decimal
    source_type: str = ""
    source_id: UUID | None = None
    posted_on: date | None = None

    @property
    def fraction(self) -> Fraction:
        """Exact less posted."""
        return Fraction(self.numerator, self.denominator)

    @property
    def shown(self) -> str:
        """The same as a decimal of twelve places at most, for print."""
        return plain(round_fraction(self.fraction, SHOWN_PLACES))

    @property
    def stated(self) -> str:
        """What was posted, with its currency, for print."""
        return f"{plain(self.posted)} {self.currency}"


@dataclass(frozen=True, slots=True)
class CauseSum:
    """How many entries a cause has in a currency; `fraction` is their exact sum, for print."""

    cause: str
    currency: str
    entries: int
    fraction: str


@dataclass(frozen=True, slots=True)
class Split:
    """What was split, and the steps of it."""

    cause: str
    corrects_period_id: UUID | None
    terms_id: UUID
    product: str
    rule: str
    currency: str
    steps: Sequence[Rounded]


def entries_of(splits: Iterable[Split]) -> Iterator[RoundingEntry]:
    """The fractions of splits, over one denominator each; steps that are exact have none."""
    for split in splits:
        fractions = [step.exact - Fraction(step.given) for step in split.steps]
        common = lcm(*(fraction.denominator for fraction in fractions))
        for step, fraction in zip(split.steps, fractions, strict=True):
            if fraction:
                yield RoundingEntry(
                    cause=split.cause,
                    corrects_period_id=split.corrects_period_id,
                    terms_id=split.terms_id,
                    product=split.product,
                    rule=split.rule,
                    what=step.what,
                    currency=split.currency,
                    numerator=int(fraction * common),
                    denominator=common,
                    posted=step.given,
                )


def of_posted(posted: PostedFraction, posted_on: date) -> RoundingEntry:
    """What a document or a conversion posted, as an entry of the month of its day."""
    rounded, fraction = posted.rounded, posted.rounded.fraction
    return RoundingEntry(
        cause=rounded.cause,
        corrects_period_id=None,
        terms_id=None,
        product="",
        rule="",
        what=rounded.what,
        currency=rounded.currency,
        numerator=fraction.numerator,
        denominator=fraction.denominator,
        posted=rounded.posted,
        source_type=posted.source_type,
        source_id=posted.source_id,
        posted_on=posted_on,
    )


def sums_by_cause(entries: Iterable[RoundingEntry]) -> list[CauseSum]:
    """The sum of each cause and currency, in their order; added exactly and rounded for print."""
    found: dict[tuple[str, str], list[Fraction]] = {}
    for each in entries:
        found.setdefault((each.cause, each.currency), []).append(each.fraction)
    return [
        CauseSum(*key, len(of), plain(round_fraction(sum(of, Fraction(0)), SHOWN_PLACES)))
        for key, of in sorted(found.items())
    ]


def of_cause(entries: Sequence[RoundingEntry], cause: str | None) -> Sequence[RoundingEntry]:
    """The entries of a cause; all of them where none is named."""
    return [each for each in entries if each.cause == cause] if cause else entries


def as_csv(entries: Iterable[RoundingEntry]) -> str:
    """Entries as CSV with a heading, after RFC 4180."""
    return csv_text(COLUMNS, (_cells(entry) for entry in entries))


def _cells(entry: RoundingEntry) -> list[object]:
    facts = {name: getattr(entry, name) for name in COLUMNS}
    facts["posted"] = plain(entry.posted)
    return list(facts.values())


def of_charges(sums: Iterable[Mapping[str, object]]) -> Iterator[RoundingEntry]:
    """The fractions of charges: rows of a period's exact and rounded sums by what was charged."""
    for row in sums:
        exact, posted = row["amount_3600"], row["amount"]
        assert isinstance(exact, Decimal) and isinstance(posted, Decimal), "sums are amounts"
        fraction = Fraction(exact) / 3600 - Fraction(posted)
        if fraction:
            corrects = row["corrects_period_id"]
            assert corrects is None or isinstance(corrects, UUID), "a period or none"
            yield RoundingEntry(
                cause=CHARGE,
                corrects_period_id=corrects,
                terms_id=None,
                product=str(row["product"]),
                rule="",
                what=str(row["service"]),
                currency=str(row["currency"]),
                numerator=int(fraction * OF_CHARGES),
                denominator=OF_CHARGES,
                posted=posted,
            )
