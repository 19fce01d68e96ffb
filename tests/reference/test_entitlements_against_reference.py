"""Tiers, caps, guarantees, advances and fees agree with the slow reference, run after run."""

import datetime as dt
import os
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from currencies.money import money
from settlement.agreements.sharing_terms import terms_from_plain, terms_to_plain
from settlement.sharing.entitlements import Credited, Version, entitlements
from settlement.sharing.parts import payable
from tests.reference import entitlements as reference
from tests.reference.entitlements import Agreed, Sold

Plain = dict[str, Any]

EXAMPLES = int(os.environ.get("SALDO_PROPERTY_EXAMPLES", "150"))
FIRST = 2026 * 12 + 1
RUNS = 7
KINDS = st.sampled_from(["month", "quarter", "year"])
KINDS_AND_TERM = st.sampled_from(["month", "quarter", "year", "term"])
RATES = st.sampled_from(["0.5", "0.333", "0.6", "0.125", "0", "1"])
AMOUNTS = st.sampled_from(["0.01", "31.00", "100.00", "333.33", "1000.00"])


class Case(NamedTuple):
    """An agreement and what was sold; each sale has the number of the run that first knows it."""

    versions: list[Agreed]
    end: int | None
    sold: list[tuple[int, Sold]]


@st.composite
def terms(draw: st.DrawFn, kinds: dict[str, str]) -> Plain:
    rates = draw(st.lists(RATES, min_size=1, max_size=3))
    tiers: list[Plain] = [{"rate": rate} for rate in rates]
    for number, tier in enumerate(tiers[:-1], 1):
        tier["up_to"] = str(number * draw(st.integers(200, 250)))
    plain: Plain = {
        "owner": "operator",
        "shares": [{"payee": "studio", "tiers": tiers}],
        "tier_kind": draw(st.sampled_from(["graduated", "retroactive"])),
        "tier_period": kinds["tiers"],
        "periods_from": kinds["from"],
    }
    for name in ("guarantees", "advances", "caps", "fees"):
        if name in kinds:
            promise = {"payee": "studio", "amount": draw(AMOUNTS), "period": kinds[name]}
            plain[name] = [promise]
    return plain


@st.composite
def cases(draw: st.DrawFn) -> Case:
    kinds = {"from": draw(st.sampled_from(["calendar", "agreement"]))}
    # One period for the tiers and what builds on them, so that each is of the same sales.
    kinds["tiers"] = draw(KINDS_AND_TERM)
    for name in ("guarantees", "advances", "caps"):
        if draw(st.booleans()):
            kinds[name] = kinds["tiers"]
    if draw(st.booleans()):
        kinds["fees"] = draw(KINDS)
    versions = [Agreed(FIRST, draw(st.sampled_from([1, 11, 28])), draw(terms(kinds)))]
    if draw(st.booleans()):
        begins = FIRST + draw(st.integers(1, RUNS - 1))
        versions.append(Agreed(begins, draw(st.sampled_from([1, 15])), draw(terms(kinds))))
    end = draw(st.none() | st.integers(versions[-1].month, FIRST + RUNS - 1))
    return Case(versions, end, draw(sales(versions, end)))


@st.composite
def sales(draw: st.DrawFn, versions: list[Agreed], end: int | None) -> list[tuple[int, Sold]]:
    made = []
    last = FIRST + RUNS - 1 if end is None else end
    for _ in range(draw(st.integers(0, 8))):
        month = draw(st.integers(FIRST, last))
        held = [n for n, each in enumerate(versions) if each.month <= month]
        version = held[-1] if versions[held[-1]].day == 1 else draw(st.sampled_from(held[-2:]))
        if versions[-1].month < month:
            version = held[-1]
        base = draw(st.integers(-30_000, 90_000))
        made.append((draw(st.integers(month, FIRST + RUNS - 1)), Sold(month, version, base)))
    return made


def day(month: int, of: int = 1) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, of)


def in_versions(case: Case) -> list[Version]:
    starts = [day(each.month, each.day) for each in case.versions]
    last = None if case.end is None else day(case.end + 1)
    return [
        Version(UUID(int=number), terms_from_plain(each.terms), start, until)
        for number, (each, start, until) in enumerate(
            zip(case.versions, starts, [*starts[1:], last], strict=True)
        )
    ]


def split_of(version: Version, base: int) -> Decimal:
    """What the split of a month gives by itself, before tiers."""
    return payable(Fraction(base, 100) * Fraction(version.terms.shares[0].rate), "EUR").amount


def played(case: Case) -> Iterator[tuple[int, list[Credited], list[Sold]]]:
    """Run every month; after each, what has been credited and what is sold as known by then."""
    versions = in_versions(case)
    credited: list[Credited] = []
    known: list[Sold] = []
    for now in range(FIRST, FIRST + RUNS):
        news = [sold for run, sold in case.sold if run == now]
        for sold in news:
            version = versions[sold.version]
            before = sum(
                each.base
                for each in known
                if (each.month, each.version) == (sold.month, sold.version)
            )
            # Late usage: the new split of the month less the stored one.
            share = split_of(version, before + sold.base) - split_of(version, before)
            credited.append(
                Credited(
                    version.terms_id, "studio", "", "share", day(sold.month),
                    money(Decimal(sold.base).scaleb(-2), "EUR"), money(share, "EUR"),
                )
            )  # fmt: skip
            known.append(sold)
        touched = {day(sold.month) for sold in news}
        found = entitlements(versions, credited, (day(now), day(now + 1)), touched, "EUR")
        credited += [
            Credited(each.terms_id, each.payee, each.rule, each.cause, each.month,
                     money(0, "EUR"), each.amount)
            for each in found
        ]  # fmt: skip
        yield now, credited, known


def units_of(credited: list[Credited], period: tuple[int, int], causes: set[str]) -> int:
    first, length = period
    amounts = (
        each.amount.amount
        for each in credited
        if each.cause in causes and 0 <= _index(each.month) - first < length
    )
    return int(sum(amounts, Decimal(0)).scaleb(2))


def _index(month: dt.date) -> int:
    return month.year * 12 + month.month - 1


def kinds_of(case: Case) -> dict[str, str]:
    promised = {"caps": "cap", "guarantees": "guarantee", "advances": "advance", "fees": "fee"}
    kinds = {"tier": case.versions[0].terms["tier_period"]}
    for version in case.versions:
        kinds |= {
            cause: version.terms[name][0]["period"]
            for name, cause in promised.items()
            if name in version.terms
        }
    return kinds


@settings(max_examples=EXAMPLES)
@given(case=cases())
def test_every_run_credits_what_is_due_less_what_was_credited(case: Case) -> None:
    for now, credited, known in played(case):
        for cause, kind in kinds_of(case).items():
            for month in range(FIRST, now + 1):
                period = reference.period_of(month, kind, case.versions)
                causes = {"share", "tier"} if cause == "tier" else {cause}

                found = units_of(credited, period, causes)

                expected = reference.due(cause, period, now, case.versions, case.end, known)
                assert found == expected, (cause, month - FIRST, now - FIRST)


@settings(max_examples=EXAMPLES // 3)
@given(case=cases(), data=st.data())
def test_property_it_does_not_matter_when_sales_become_known(
    case: Case, data: st.DataObject
) -> None:
    later = [
        (data.draw(st.integers(sold.month, FIRST + RUNS - 1)), sold)
        for _, sold in data.draw(st.permutations(case.sold))
    ]

    *_, (_, in_time, _) = played(case)
    *_, (_, in_another_order, _) = played(case._replace(sold=later))

    for month in range(FIRST, FIRST + RUNS):
        for cause, kind in kinds_of(case).items():
            period = reference.period_of(month, kind, case.versions)
            causes = {"share", "tier"} if cause == "tier" else {cause}
            assert units_of(in_time, period, causes) == units_of(in_another_order, period, causes)


@settings(max_examples=EXAMPLES // 3)
@given(case=cases())
def test_property_terms_with_promises_are_written_as_they_were_read(case: Case) -> None:
    for version in case.versions:
        read = terms_from_plain(version.terms)

        assert terms_from_plain(terms_to_plain(read)) == read
