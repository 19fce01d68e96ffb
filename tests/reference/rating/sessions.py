"""Legs of one session, combined (rule R25)."""

from collections import defaultdict
from fractions import Fraction
from typing import Any

from tests.reference.rating.world import CHARGE, COMBINATION, Id, Leg, Part, Plain

Charged = list[tuple[Leg, list[Part]]]


def session_of(record: Plain) -> Any:
    """A session is of one source."""
    return record["source"], record.get("session_id")


def waiting(usage: list[Plain], outcomes: dict[Id, str], legs: dict[Id, list[Leg]]) -> list[Id]:
    """Records that wait because a leg of their session is suspended, unless all are added up."""
    broken = {
        session_of(record)
        for record in usage
        if record.get("session_id") is not None
        and outcomes[Id(record["source"], record["record_key"])] not in ("rated", "unbillable")
    }
    return [
        key
        for key, own in legs.items()
        if session_of(own[0].record) in broken
        and any(leg.version.get("combination", "sum") != "sum" for leg in own)
    ]


def combine(charged: Charged) -> list[Part]:
    """All parts, those of the legs that are not charged set aside; legs come in their order."""
    sessions: dict[Any, Charged] = defaultdict(list)
    parts = []
    for leg, own in charged:
        if leg.record.get("session_id") is None:
            parts += own
        else:
            key = (session_of(leg.record), leg.side, leg.balance, leg.agreement)
            sessions[key].append((leg, own))
    for legs in sessions.values():
        chosen = chosen_of(legs)
        for place, (_, own) in enumerate(legs):
            parts += own if place in chosen else [aside(part) for part in own]
    return parts


def chosen_of(legs: Charged) -> set[int]:
    """The places of the legs that are charged, by the version of the earliest."""
    rule = legs[0][0].version.get("combination", "sum")
    sums = [sum((part.amount for part in own), Fraction(0)) for _, own in legs]
    everything = set(range(len(legs)))
    if rule == "max":
        return {sums.index(max(sums))}
    if rule == "first_chargeable":
        return next(({place} for place, charge in enumerate(sums) if charge), everything)
    return everything


def aside(part: Part) -> Part:
    """A charge that is listed and not made; what is free anyway stays what it is."""
    if part.covered_by != CHARGE:
        return part
    return part._replace(
        covered_by=COMBINATION,
        free=part.free + part.billed,
        billed=0,
        amount=Fraction(0),
        set_aside=part.amount,
    )
