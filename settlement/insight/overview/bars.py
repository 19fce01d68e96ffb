"""Amounts of one currency as bars, each as long as its part of the longest.

A bar may be of several pieces that stand one after another. Lengths are per cent of the width; an
amount below zero is as long as one above it and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from currencies.money import Money, total

PLACES = Decimal("0.01")
# What is not nothing stays visible.
THINNEST = Decimal("0.4")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar; `slot` is the same in all bars for what bears the same name."""

    name: str
    slot: int
    amount: Money
    left: Decimal
    width: Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """A name, its pieces from left to right, and what they come to."""

    name: str
    amount: Money
    pieces: tuple[Piece, ...]


def bars(rows: Sequence[tuple[str, Sequence[tuple[str, Money]]]], currency: str) -> tuple[Bar, ...]:
    """Bars of named pieces, on one scale."""
    names = list(dict.fromkeys(name for _, pieces in rows for name, _ in pieces))
    slots = {name: slot for slot, name in enumerate(names)}
    longest = max((_length(pieces) for _, pieces in rows), default=Decimal(0)) or Decimal(1)
    return tuple(_bar(name, pieces, slots, longest, currency) for name, pieces in rows)


def _length(pieces: Sequence[tuple[str, Money]]) -> Decimal:
    return sum((abs(amount.amount) for _, amount in pieces), Decimal(0))


def _bar(
    name: str,
    pieces: Sequence[tuple[str, Money]],
    slots: dict[str, int],
    longest: Decimal,
    currency: str,
) -> Bar:
    drawn, reached = [], Decimal(0)
    for of, amount in pieces:
        width = (abs(amount.amount) / longest * 100).quantize(PLACES)
        if amount.amount:
            width = max(width, THINNEST)
        drawn.append(Piece(of, slots[of], amount, reached, width))
        reached += width
    return Bar(name, total((amount for _, amount in pieces), currency), tuple(drawn))
