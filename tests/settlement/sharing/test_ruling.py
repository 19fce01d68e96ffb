"""The first rule that matches splits a revenue; units are counted event by event."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import polars as pl
import pytest

from settlement.agreements.sharing_terms import terms_from_plain
from settlement.sharing.crediting import Revenue, late_credits
from settlement.sharing.ruling import (
    OF_REVENUE,
    Customer,
    Parted,
    charges_of_revenue,
    customers_of,
    rule_for,
)
from settlement.sharing.unit_credits import UnitCounts, unit_counts, unit_credits

ANNA, JAN = UUID(int=1), UUID(int=2)
SPLIT = [{"payee": "studio", "rate": "0.5"}]
TERMS = terms_from_plain(
    {
        "owner": "operator",
        "shares": SPLIT,
        "rules": [
            {"name": "young abroad", "segments": ["young"], "territories": ["DE"], "shares": SPLIT},
            {"name": "young", "segments": ["young"], "shares": SPLIT},
            {"name": "songs to 49", "products": ["song"], "destinations": ["49"], "shares": SPLIT},
        ],
    }
)


def customer(segments: str = "", territories: str = "PL") -> Customer:
    return Customer(frozenset(segments.split()), frozenset(territories.split()))


@pytest.mark.parametrize(
    ("product", "who", "destination", "rule"),
    [
        ("song", customer("young", "DE"), "49", "young abroad"),
        ("song", customer("old young", "PL"), "49", "young"),
        ("song", customer(), "4930", "songs to 49"),
        ("song", customer(), "4", ""),
        ("song", customer(), "", ""),
        ("game", customer("", "DE"), "49", ""),
    ],
)
def test_the_first_rule_that_matches_in_everything_it_names(
    product: str, who: Customer, destination: str, rule: str
) -> None:
    assert rule_for(TERMS, product, who, destination) == rule


def test_a_territory_is_what_a_customer_is_classed_by_or_its_country() -> None:
    found = customers_of([ANNA, JAN], {ANNA: ["young"]}, {ANNA: "north"}, {ANNA: "PL", JAN: "DE"})

    assert found == {
        ANNA: Customer(frozenset({"young"}), frozenset({"north", "PL"})),
        JAN: Customer(frozenset(), frozenset({"DE"})),
    }


def charges(*rows: tuple[str, UUID, str | None, int, str]) -> pl.DataFrame:
    """Rated charges by record, party, destination, billed units and amount times 3600."""
    return pl.DataFrame(
        [
            {
                "source": "s",
                "record_key": record,
                "party": str(party),
                "destination": destination,
                "billed_units": billed,
                "amount_3600": Decimal(amount),
                "terms": str(UUID(int=8)),
                "product": "song",
                "currency": "PLN",
            }
            for record, party, destination, billed, amount in rows
        ]
    )


def revenue(**changes: Any) -> Revenue:
    return Revenue(UUID(int=7), UUID(int=8), "song", "PLN", 1, Decimal("1.00"), **changes)


def test_a_revenue_by_rule_has_the_charges_of_its_customers_and_destinations() -> None:
    rated = charges(("a", ANNA, "49", 1, "1"), ("b", JAN, "49", 1, "1"), ("c", JAN, None, 1, "1"))
    sold_to = frozenset({(str(ANNA), "49"), (str(JAN), "")})

    own = charges_of_revenue(rated, revenue(rule="young", sold_to=sold_to))

    assert own["record_key"].to_list() == ["a", "c"]
    assert charges_of_revenue(rated, revenue()).height == 3


def test_charges_parted_once_give_each_revenue_what_looking_through_all_would() -> None:
    song = charges(("a", ANNA, "49", 1, "1"), ("b", JAN, "49", 1, "1"), ("c", JAN, None, 1, "1"))
    others = [song.with_columns(**{name: pl.lit("other")}) for name in OF_REVENUE]
    rated = pl.concat([others[0], song, *others[1:]])
    parted = Parted(rated)

    for asked in (revenue(), revenue(rule="r", sold_to=frozenset({(str(JAN), "")}))):
        assert parted.of(asked).equals(charges_of_revenue(rated, asked))
    assert parted.of(revenue())["record_key"].to_list() == ["a", "b", "c"]
    assert Parted(song.clear()).of(revenue()).is_empty()


def test_an_event_in_two_parts_is_one_and_one_that_takes_back_is_one_less() -> None:
    rated = charges(
        ("call", ANNA, "49", 20, "0"), ("call", ANNA, "49", 70, "2520"),
        ("sale", ANNA, None, 1, "3600"), ("sale 2", JAN, None, 1, "3600"),
        ("refund", ANNA, None, 1, "-3600"),
    )  # fmt: skip

    assert unit_counts(rated) == UnitCounts(events=2, units=91)
    assert unit_counts(rated.clear()) == UnitCounts(0, 0)


@pytest.mark.parametrize(
    ("per", "amount", "told"),
    [("event", "0.05", "0.15"), ("minute", "0.10", "0.16"), ("unit", "0.001", "0.10")],
)
def test_an_amount_for_units_is_rounded_once_and_the_owner_bears_it(
    per: str, amount: str, told: str
) -> None:
    # 95 seconds are 1.5833 minutes: 0.158, so 0.16; 95 x 0.001 is 0.095, half-up 0.10.
    terms = terms_from_plain(
        {"owner": "operator", "units": [{"payee": "studio", "amount": amount, "per": per}]}
    )

    given = unit_credits(revenue(), terms, {"studio": UUID(int=3)}, UnitCounts(3, 95))

    assert [str(each.amount) for each in given] == [told, f"-{told}"]
    assert [each.party_id for each in given] == [UUID(int=3), None]
    exact = {"event": Fraction("0.15"), "minute": Fraction(95, 600), "unit": Fraction("0.095")}
    assert given[0].fraction == exact[per] - Fraction(told)
    assert given[1].fraction == Fraction(told) - exact[per]


def test_units_of_less_than_a_cent_leave_a_fraction_and_no_money() -> None:
    terms = terms_from_plain(
        {"owner": "operator", "units": [{"payee": "studio", "amount": "0.001"}]}
    )
    parties = {"studio": UUID(int=3)}

    stored = unit_credits(revenue(), terms, parties, UnitCounts(3, 3))
    late = late_credits(stored, unit_credits(revenue(), terms, parties, UnitCounts(4, 4)))

    assert [(each.amount, each.fraction) for each in stored] == [
        (0, Fraction("0.003")), (0, Fraction("-0.003")),
    ]  # fmt: skip
    assert [each.fraction for each in late[:2]] == [Fraction("-0.003"), Fraction("0.004")]
    assert unit_credits(revenue(), terms, parties, UnitCounts(0, 0)) == []


def test_late_units_take_the_stored_amount_back_and_give_the_new_one() -> None:
    terms = terms_from_plain(
        {"owner": "operator", "units": [{"payee": "studio", "amount": "0.05"}]}
    )
    parties = {"studio": UUID(int=3)}
    stored = unit_credits(revenue(), terms, parties, UnitCounts(3, 3))

    late = late_credits(stored, unit_credits(revenue(), terms, parties, UnitCounts(4, 4)))

    assert [str(each.amount) for each in late] == ["-0.15", "0.20", "0.15", "-0.20"]
    assert [step["count"] for step in late[0].steps] == ["-3"]
    assert late_credits(stored, stored) == []
