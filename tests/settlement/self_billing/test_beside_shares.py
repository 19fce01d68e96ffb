"""What a statement says of tiers, guarantees and advances, in the words of its reader."""

from currencies.money import money, shown
from settlement.self_billing.beside_shares import CAUSES, fact_steps, place_of

TIER = [
    {"fact": "tier_base", "money": "12000"},
    {"fact": "tier", "money": "5000", "rate": "0.5", "of": "10000"},
    {"fact": "tier", "money": "1200", "rate": "0.6", "of": "2000"},
    {"fact": "due", "money": "6200"},
    {"fact": "credited", "money": "-6000"},
]


def told(facts: list[dict[str, str]], amount: str, locale: str) -> list[tuple[str, str]]:
    steps = fact_steps(facts, money(amount), locale)
    return [(step.label.replace("\xa0", " "), shown(step.amount)) for step in steps]


def test_a_tier_says_which_part_of_the_base_each_rate_applied_to() -> None:
    assert told(TIER, "200.00 EUR", "en") == [
        ("Left to share in the tier period so far", "12000.00 EUR"),
        ("At 50% of 10,000.00 EUR", "5000.00 EUR"),
        ("At 60% of 2,000.00 EUR", "1200.00 EUR"),
        ("Your share so far", "6200.00 EUR"),
        ("less what you were credited", "-6000.00 EUR"),
        ("This statement", "200.00 EUR"),
    ]


def test_an_advance_says_what_is_left_to_take_back_also_in_polish() -> None:
    facts = [
        {"fact": "advance", "money": "1000"},
        {"fact": "earned", "money": "400"},
        {"fact": "recouped", "money": "0"},
        {"fact": "left", "money": "600"},
    ]

    assert told(facts, "-400.00 PLN", "pl") == [
        ("Zaliczka", "1000.00 PLN"),
        ("Zarobione w okresie do tej pory", "400.00 PLN"),
        ("Potrącone wcześniej", "0.00 PLN"),
        ("Pozostało do potrącenia", "600.00 PLN"),
        ("To zestawienie", "-400.00 PLN"),
    ]


def test_minutes_are_told_with_their_price() -> None:
    [step, _] = fact_steps(
        [{"fact": "minute", "money": "0.05", "count": "1.58"}], money("0.08 EUR"), "en"
    )

    assert (step.label, shown(step.amount)) == ("1.58 minutes, for each", "0.05 EUR")


def test_shares_stand_before_what_looks_at_what_was_earned() -> None:
    causes = ["fee", "advance", "guarantee", "tier", "unit", "share", "something new"]

    ordered = sorted(causes, key=place_of)

    assert ordered == ["share", "unit", "tier", "guarantee", "advance", "fee", "something new"]
    assert set(causes) & set(CAUSES) == {"fee", "advance", "guarantee", "tier", "unit"}


def test_a_commission_says_its_level_base_and_rate() -> None:
    facts = [
        {"fact": "commission_base", "money": "18.45", "level": "1", "count": "2"},
        {"fact": "commission_less", "money": "-3.45", "name": "VAT"},
        {"fact": "commission", "money": "1.5", "rate": "0.1", "of": "15"},
        {"fact": "ended_contract", "money": "0", "level": "1", "contract": "K-1",
         "day": "2026-11-11"},
        {"fact": "new_contracts", "money": "5", "level": "2", "count": "1"},
    ]  # fmt: skip

    assert [label for label, _ in told(facts, "1.50 EUR", "en")] == [
        "Level 1: charged to customers (2)",
        "less VAT",
        "At 10% of 15.00 EUR",
        "Level 1: contract K-1, ended on 11 Nov 2026",
        "Level 2: new contracts (1)",
        "This statement",
    ]
