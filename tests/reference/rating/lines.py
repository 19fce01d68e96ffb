"""Charge lines: parts of a month summed, and what is rounded, the line or each event (rule R10)."""

from collections import defaultdict
from fractions import Fraction
from typing import Any, NamedTuple

from tests.reference.commercial.days import cents
from tests.reference.rating.world import Id, Leg, Part


class Line(NamedTuple):
    """What a line is of; a version is named by its code and first day."""

    side: str
    balance: str
    agreement: str
    month: str
    kind: str
    product: str | None
    destination: str | None
    band: str | None
    case: str | None
    version: str


def line_of(part: Part, leg: Leg) -> Line:
    """The line on which a part of a leg is charged."""
    return Line(
        side=part.side,
        balance=part.balance,
        agreement=part.agreement,
        month=f"{leg.start:%Y-%m}",
        kind=f"{leg.record['kind']} {leg.record['direction']}",
        product=leg.record.get("product"),
        destination=part.destination,
        band=part.band,
        case=part.case,
        version=f"{leg.version['code']}@{leg.version['valid_from']}",
    )


def charge_lines(parts: list[Part], legs: dict[Id, list[Leg]]) -> dict[Line, int]:
    """Cents of each line."""
    by_line: dict[Line, list[Part]] = defaultdict(list)
    of_event: dict[Any, list[tuple[Line, Part]]] = defaultdict(list)
    for part in parts:
        leg = leg_of(part, legs)
        line = line_of(part, leg)
        if leg.version.get("charge_rounding") == "event":
            by_line[line] += []
            of_event[part.source, part.record, part.side, part.balance].append((line, part))
        else:
            by_line[line].append(part)
    found = {
        line: cents(sum((p.amount for p in own), Fraction(0))) for line, own in by_line.items()
    }
    for placed in of_event.values():
        for (line, _), units in zip(placed, event_in_parts(placed), strict=True):
            found[line] += units
    return found


def event_in_parts(placed: list[tuple[Line, Part]]) -> list[int]:
    """An event is rounded once; its parts get the cents that the sum so far has reached."""
    reached, given, units = Fraction(0), 0, []
    for _, part in placed:
        reached += part.amount
        units.append(cents(reached) - given)
        given = cents(reached)
    return units


def leg_of(part: Part, legs: dict[Id, list[Leg]]) -> Leg:
    """The leg that a part is of."""
    own = legs[Id(part.source, part.record)]
    return next(leg for leg in own if (leg.side, leg.balance) == (part.side, part.balance))
