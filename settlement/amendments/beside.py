"""A draft beside the version it follows: what of its terms is new, other or gone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from i18n.errors import DomainError
from settlement.agreements.commission_terms import (
    commission_terms_from_plain,
    commission_terms_to_plain,
)
from settlement.agreements.partner_terms import (
    DEFAULTS,
    fixing_from_terms,
    fixing_to_plain,
    interconnect_terms_from_plain,
    interconnect_terms_to_plain,
    share_terms_from_plain,
    share_terms_to_plain,
)
from settlement.agreements.policies import PolicyOwner, in_force

# What parts of terms have where they do not say it, by the list they stand in.
OF_PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    "deductions": {"percent_of": "left"},
    "units": {"per": "event"},
    "guarantees": {"period": "month"},
    "advances": {"period": "month"},
    "caps": {"period": "month"},
    "fees": {"period": "month"},
}


class Changed(NamedTuple):
    """One place of the terms, and what stands there; None where there is no such place."""

    place: str
    before: str | None
    after: str | None


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """Places where two terms differ, in the order of their names; `shares 2 rate` is one."""
    was, now = dict(_places(before, ())), dict(_places(after, ()))
    return [
        Changed(" ".join(map(str, place)), was.get(place), now.get(place))
        for place in sorted({*was, *now}, key=_in_order)
        if was.get(place) != now.get(place)
    ]


def as_in_force(
    kind: PolicyOwner, terms: Mapping[str, Any], policies: Mapping[str, str], currency: str
) -> dict[str, Any]:
    """All that an agreement says, what it leaves out at its default.

    Amounts are written in one way. Terms that cannot be read stay as they are written.
    """
    try:
        whole = _whole(kind, terms)
    except DomainError:
        whole = dict(terms)
    named = in_force(policies, kind) | dict(policies)
    return {**whole, "policies": named, "currency": currency}


def _whole(kind: PolicyOwner, terms: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "interconnect":
        return {**DEFAULTS, **interconnect_terms_to_plain(interconnect_terms_from_plain(terms, ""))}
    if kind == "commission":
        own = {key: value for key, value in terms.items() if key != "fixing"}
        fixing = fixing_to_plain(fixing_from_terms(terms, ""))
        read = commission_terms_to_plain(commission_terms_from_plain(own, ""))
        return {"clawback_months": 0, "notice_days": 0} | _with_parts(read) | {"fixing": fixing}
    shared = share_terms_from_plain(terms, "")
    said = {"complete": False, "notice_days": 0} | _with_parts(share_terms_to_plain(shared))
    return shared.sharing.policies() | said


def _with_parts(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Terms whose parts say what they leave out; a fixed deduction is a percentage of nothing."""
    found = dict(terms)
    for name, usual in OF_PARTS.items():
        if name in terms:
            found[name] = [
                each if name == "deductions" and "rate" not in each else {**usual, **each}
                for each in terms[name]
            ]
    return found


def _places(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Each value within terms, with the names and numbers (from 1) that lead to it."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _places(part, (*place, name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, part in enumerate(value, 1):
            yield from _places(part, (*place, number))
    else:
        yield place, str(value)


def _in_order(place: tuple[str | int, ...]) -> list[tuple[bool, int, str]]:
    """Numbers as numbers, so that the tenth comes after the ninth."""
    return [(False, part, "") if isinstance(part, int) else (True, 0, str(part)) for part in place]
