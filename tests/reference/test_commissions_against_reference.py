"""Commissions agree with the slow reference, run after run, whenever facts become known."""

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from currencies.money import Money, money, total
from settlement.agreements.agent import AgentChange, Network, SuperiorChange
from settlement.agreements.commission_terms import (
    commission_terms_from_plain,
    commission_terms_to_plain,
)
from settlement.sharing.commissions import (
    AgreedCommission,
    Charged,
    Due,
    Signed,
    commissions,
)
from tests.reference import commissions as reference

EXAMPLES = int(os.environ.get("SALDO_PROPERTY_EXAMPLES", "150"))
MONTHS = [dt.date(2026, month, 1) for month in range(1, 7)]
DAYS = st.dates(MONTHS[0], dt.date(2026, 6, 30))
AGENTS = [1, 2, 3, 4]
PRODUCTS = ["song", "film"]
RATES = st.sampled_from(["0.05", "0.10", "0.333", "0.125", "0"])
AMOUNTS = st.sampled_from(["20.00", "5.00", "0.01", "0"])
WHEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Case(NamedTuple):
    """All there is, and for each charge the number of the run that first knows it."""

    world: reference.World
    known_from: list[int]


@st.composite
def terms(draw: st.DrawFn) -> reference.Plain:
    levels = st.lists(RATES, min_size=1, max_size=3)
    plain: reference.Plain = {"rates": [{"levels": draw(levels)}]}
    if draw(st.booleans()):
        plain["rates"].append({"products": ["song"], "levels": draw(levels)})
    if draw(st.booleans()):
        plain["deductions"] = [
            {"name": "VAT", "rate": "0.23", "vat": True},
            {"name": "fee", "rate": "0.10"},
        ]
    if draw(st.booleans()):
        plain["per_contract"] = draw(st.lists(AMOUNTS, min_size=1, max_size=3))
        plain["clawback_months"] = draw(st.integers(0, 4))
    return plain


@st.composite
def cases(draw: st.DrawFn) -> Case:
    contracts, sellers, charged, known_from = [], [], [], []
    for number in range(draw(st.integers(1, 4))):
        first = draw(DAYS)
        length = draw(st.none() | st.integers(1, 200))
        end = None if length is None else first + dt.timedelta(days=length)
        contracts.append(reference.Contract(number, first, end))
        seller = draw(st.none() | st.sampled_from(AGENTS))
        sellers.append(reference.Placed(number, first, seller))
        if draw(st.booleans()):
            day = first + dt.timedelta(days=draw(st.integers(1, 60)))
            sellers.append(reference.Placed(number, day, draw(st.none() | st.sampled_from(AGENTS))))
        for _ in range(draw(st.integers(0, 4))):
            month = draw(st.sampled_from(MONTHS))
            known_from.append(draw(st.integers(MONTHS.index(month), len(MONTHS) - 1)))
            charged.append(
                reference.Charged(
                    number, month, draw(st.sampled_from(PRODUCTS)), draw(st.integers(-999, 9999))
                )
            )
    # A superior has the higher number, so that nobody can come to stand above himself.
    superiors = []
    for agent in AGENTS[:-1]:
        for day in draw(st.lists(DAYS, max_size=2, unique=True)):
            above = draw(st.none() | st.sampled_from(AGENTS[AGENTS.index(agent) + 1 :]))
            superiors.append(reference.Placed(agent, day, above))
    heads = [
        reference.Head(agent, day, draw(terms()))
        for agent in draw(st.lists(st.sampled_from(AGENTS), max_size=3, unique=True))
        for day in draw(st.lists(DAYS, min_size=1, max_size=2, unique=True))
    ]
    return Case(reference.World(sellers, superiors, heads, contracts, charged), known_from)


def party(number: int | None) -> UUID | None:
    return None if number is None else UUID(int=number)


def network_of(world: reference.World) -> Network:
    agents: dict[UUID, list[AgentChange]] = defaultdict(list)
    for who, day, agent in sorted(world.sellers, key=lambda placed: placed.day):
        change = AgentChange(UUID(int=who), party(agent), day, WHEN, "test")
        agents[UUID(int=who)].append(change)
    superiors: dict[UUID, list[SuperiorChange]] = defaultdict(list)
    for who, day, agent in sorted(world.superiors, key=lambda placed: placed.day):
        above = SuperiorChange(UUID(int=who), party(agent), day, WHEN, "test")
        superiors[UUID(int=who)].append(above)
    return Network(agents, superiors)


def agreed_in(world: reference.World) -> list[AgreedCommission]:
    found = []
    for number, head in enumerate(world.heads):
        later = [
            each.day for each in world.heads if each.agent == head.agent and each.day > head.day
        ]
        read = commission_terms_from_plain(head.terms, "c")
        identity = UUID(int=head.agent)
        until = min(later, default=None)
        found.append(
            AgreedCommission(identity, UUID(int=number), identity, "EUR", read, head.day, until)
        )
    return found


def signed_by(world: reference.World, now: dt.date) -> list[Signed]:
    ends_on = reference.next_month(now)
    return [
        Signed(
            each.first.replace(day=1), UUID(int=each.number), str(each.number), each.first,
            each.end if each.end is not None and each.end <= ends_on else None,
        )
        for each in world.contracts
        if each.first.replace(day=1) <= now
    ]  # fmt: skip


def charged_by(case: Case, run: int) -> list[Charged]:
    sums: dict[tuple[int, dt.date, str], int] = defaultdict(int)
    for charge, known in zip(case.world.charged, case.known_from, strict=True):
        if known <= run:
            sums[charge[:3]] += charge.units
    return [
        Charged(
            month, reference.next_month(month) - dt.timedelta(days=1), UUID(int=contract),
            UUID(int=contract), product, money(Decimal(units).scaleb(-2), "EUR"),
        )
        for (contract, month, product), units in sums.items()
    ]  # fmt: skip


def after_run(case: Case, credited: dict[Due, list[Money]], run: int) -> None:
    so_far = {due: total(amounts, "EUR") for due, amounts in credited.items()}
    world, now = case.world, MONTHS[run]
    for each in commissions(
        agreed_in(world), network_of(world), charged_by(case, run), signed_by(world, now), so_far
    ):
        credited[each.due].append(each.amount)


def in_units(credited: dict[Due, list[Money]]) -> dict[reference.Key, int]:
    found: dict[reference.Key, int] = defaultdict(int)
    for due, amounts in credited.items():
        key = (
            due.cause, due.agreement_id.int, due.agent_id.int, due.level, due.product, due.month
        )  # fmt: skip
        found[key] += int(total(amounts, "EUR").amount.scaleb(2))
    return {key: units for key, units in found.items() if units}


def known_world(case: Case, run: int) -> reference.World:
    known: Sequence[reference.Charged] = [
        charge
        for charge, first in zip(case.world.charged, case.known_from, strict=True)
        if first <= run
    ]
    return case.world._replace(charged=known)


@settings(max_examples=EXAMPLES)
@given(case=cases())
def test_every_run_credits_what_is_due_less_what_was_credited(case: Case) -> None:
    credited: dict[Due, list[Money]] = defaultdict(list)
    for run, now in enumerate(MONTHS):
        after_run(case, credited, run)

        assert in_units(credited) == reference.due(known_world(case, run), now)


@settings(max_examples=EXAMPLES // 3)
@given(case=cases(), data=st.data())
def test_property_it_does_not_matter_when_charges_become_known(
    case: Case, data: st.DataObject
) -> None:
    later = [
        data.draw(st.integers(MONTHS.index(charge.month), len(MONTHS) - 1))
        for charge in case.world.charged
    ]
    one: dict[Due, list[Money]] = defaultdict(list)
    other: dict[Due, list[Money]] = defaultdict(list)

    for run in range(len(MONTHS)):
        after_run(case, one, run)
        after_run(case._replace(known_from=later), other, run)

    assert in_units(one) == in_units(other)


@settings(max_examples=EXAMPLES // 3)
@given(plain=terms())
def test_property_terms_are_written_as_they_were_read(plain: reference.Plain) -> None:
    read = commission_terms_from_plain(plain, "c")

    assert commission_terms_from_plain(commission_terms_to_plain(read), "c") == read
