"""Events counted by what they come to, against the same events one by one."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl
import pytest

from settlement.rating.rated_batch import RATED
from settlement.sharing.crediting import Revenue
from settlement.sharing.event_units import Events

SONGS, CALLS = UUID(int=8), UUID(int=9)
ANNA = UUID(int=1)


def charges(*rows: tuple[str, int, str, UUID]) -> pl.LazyFrame:
    """Rated charges by record, part, amount in cents and terms."""
    facts = [
        {
            "source": "s",
            "record_key": record,
            "side": "customer",
            "balance": "receivable",
            "part": part,
            "party": str(ANNA),
            "destination": "49",
            "amount_3600": Decimal(cents) * 36,
            "terms": str(terms),
            "product": "song",
            "currency": "EUR",
        }
        for record, part, cents, terms in rows
    ]
    schema = {name: RATED[name] for name in facts[0]} if facts else dict(RATED)
    return pl.DataFrame(facts, schema=schema).lazy()


def revenue(terms: UUID, **changes: Any) -> Revenue:
    return Revenue(UUID(int=7), terms, "song", "EUR", 1, Decimal("1.00"), **changes)


def found(events: Events, asked: Revenue) -> dict[int, int]:
    """How many events come to how many cents."""
    counts: dict[int, int] = {}
    for units, number in events.units_of(asked).iter_rows():
        counts[units] = counts.get(units, 0) + number
    return counts


RATED_SALES = charges(
    ("a", 1, "99", SONGS),
    ("b", 1, "99", SONGS),
    ("c", 1, "29.5", SONGS),
    ("d", 1, "-99", SONGS),
    ("e", 1, "7", CALLS),
    # Rounded by itself a part would be one cent; both of one event come to one together.
    ("f", 1, "0.5", SONGS),
    ("f", 2, "0.6", SONGS),
    # Parts of one event in two revenues are rounded apart.
    ("g", 1, "3.4", SONGS),
    ("g", 2, "3.4", CALLS),
)
OF_SONGS = {99: 2, 30: 1, -99: 1, 1: 1, 3: 1}


@pytest.mark.parametrize("looked_at", [set(), {SONGS, CALLS}], ids=["counted", "looked at"])
def test_events_of_a_revenue_are_counted_as_they_are_rounded_one_by_one(
    looked_at: set[UUID],
) -> None:
    events = Events(RATED_SALES, {SONGS, CALLS} - looked_at, looked_at)

    assert found(events, revenue(SONGS)) == OF_SONGS
    assert found(events, revenue(CALLS)) == {7: 1, 3: 1}


def test_events_of_one_part_each_are_counted_by_amount() -> None:
    sales = charges(*((f"{n}", 1, "149" if n % 3 else "0.49", SONGS) for n in range(12)))

    events = Events(sales, {SONGS}, set())

    assert events.units_of(revenue(SONGS)).sort("units").rows() == [(0, 4), (149, 8)]


def test_a_revenue_by_rule_looks_at_its_own_charges() -> None:
    events = Events(RATED_SALES, set(), {SONGS, CALLS})

    nobody = revenue(SONGS, rule="young", sold_to=frozenset({(str(ANNA), "48")}))
    anna = revenue(SONGS, rule="young", sold_to=frozenset({(str(ANNA), "49")}))

    assert found(events, nobody) == {}
    assert found(events, anna) == OF_SONGS


def test_revenue_that_no_event_stands_behind_has_none() -> None:
    events = Events(charges(), {SONGS}, {CALLS})

    assert found(events, revenue(SONGS)) == {}
    assert found(events, revenue(CALLS)) == {}
