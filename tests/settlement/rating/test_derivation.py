"""Every charge says how it came about, and what it says gives its amount (rule R131)."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from settlement.rating.derivation import amount_formula, derivation_of
from settlement.rating.rated_batch import RatedBatch
from tests.settlement.rating.formula import Wrong, worked_out
from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_message,
    a_sale,
    a_tariff,
    at,
    rated,
)

Plain = dict[str, Any]

# Rule R16: 17:58:30 in Warsaw, peak until 18:00.
PEAK = {
    "rates": [
        {"prefix": "48", "price": "0.10", "band": "peak"},
        {"prefix": "48", "price": "0.04", "band": "rest"},
    ],
    "bands": [
        {"name": "peak", "windows": [{"from": "08:00", "until": "18:00"}]},
        {"name": "rest", "otherwise": True},
    ],
    "first_increment": 60,
    "next_increment": 60,
    "band_crossing": "SPLIT",
}
AT_SIX = at("2026-10-01T15:58:30")
TIERS = [{"up_to": 1, "price": "0.60"}, {"price": "0.30"}]
ALLOWANCES = [{"code": "one", "amount": 15}, {"code": "two", "amount": 5}]


def formulas(batch: RatedBatch) -> list[str]:
    return [derivation_of(row).formula for row in batch.charges.iter_rows(named=True)]


def assert_all_give_their_amounts(batch: RatedBatch) -> None:
    for row in batch.charges.iter_rows(named=True):
        given = worked_out(derivation_of(row).formula)
        assert given == Fraction(row["amount_3600"]) / 3600, derivation_of(row).formula


CALLS: list[tuple[str, list[Plain], Plain, list[str]]] = [
    (
        "R10: increments",
        [a_call(75)],
        {"price": "0.006", "first_increment": 30, "next_increment": 6},
        ["round_up(75 - 0, 30, 6) = 78; 78 * 0.006 / 60 = 0.0078"],
    ),
    (
        "R15: included seconds",
        [a_call(75)],
        {"price": "0.60", "included_seconds": 10, "first_increment": 60, "next_increment": 60},
        ["round_up(75 - 10, 60, 60) = 120; 120 * 0.6 / 60 = 1.2"],
    ),
    ("R14: minimum", [a_call(2)], {"price": "0.60", "minimum_seconds": 3}, ["2 < 3; 0"]),
    (
        "a connection fee",
        [a_call(60)],
        {"price": "0.60", "connection_fee": "0.10"},
        ["round_up(60 - 0, 1, 1) = 60; 60 * 0.6 / 60 + 0.1 = 0.7"],
    ),
    (
        "an amount without an end",
        [a_call(7)],
        {"price": "0.10", "per": "hour"},
        ["round_up(7 - 0, 1, 1) = 7; 7 * 0.1 / 3600 = 7 / 36000"],
    ),
    (
        "R32: allowances",
        [a_call(90)],
        {"price": "0.60", "allowances": ALLOWANCES},
        [
            "min(90 - 0 - 0, 15) = 15; 0",
            "min(90 - 0 - 15, 5) = 5; 0",
            "round_up(90 - 0 - 20, 1, 1) = 70; 70 * 0.6 / 60 = 0.7",
        ],
    ),
    (
        "R32: an allowance of rounded seconds",
        [a_call(90)],
        {
            "price": "0.60",
            "first_increment": 60,
            "next_increment": 60,
            "allowance": {"amount": 20, "allowance_measure": "rounded"},
        },
        [
            "min(round_up(90 - 0, 60, 60) - 0, 20) = 20; 0",
            "round_up(90 - 0, 60, 60) - 20 = 100; 100 * 0.6 / 60 = 1",
        ],
    ),
    (
        "R16: bands",
        [a_call(151, occurred_at=AT_SIX)],
        PEAK,
        [
            "round_up(151 - 0, 60, 60) = 180; 180 - 90 = 90; 90 * 0.1 / 60 = 0.15",
            "round_up(151 - 0, 60, 60) = 180; 180 - 90 = 90; 90 * 0.04 / 60 = 0.06",
        ],
    ),
    (
        "R30: graduated tiers",
        [a_call(90)],
        {"tiers": {"kind": "graduated", "steps": TIERS}},
        [
            "round_up(90 - 0, 1, 1) = 90; min(0 + 90, 60) - max(0, 0) = 60; 60 * 0.6 / 60 = 0.6",
            "round_up(90 - 0, 1, 1) = 90; 0 + 90 - max(0, 60) = 30; 30 * 0.3 / 60 = 0.15",
        ],
    ),
    (
        "R30: volume tiers",
        [a_call(90)],
        {"tiers": {"kind": "volume", "steps": TIERS}},
        ["round_up(90 - 0, 1, 1) = 90; 60 < 90; 90 * 0.3 / 60 = 0.45"],
    ),
    (
        "packages",
        [a_call(90)],
        {"tiers": {"kind": "package", "size": 1, "price": "5"}},
        [
            "round_up(90 - 0, 1, 1) = 90; ceil((0 + 90) / 60) - ceil(0 / 60) = 2; 2 * 5 = 10",
        ],
    ),
    (
        "a commitment",
        [a_call(90)],
        {"tiers": {"kind": "commitment", "units": 1, "price": "0.60", "overage": "1.20"}},
        [
            "round_up(90 - 0, 1, 1) = 90; min(0 + 90, 60) - max(0, 0) = 60; 60 * 0.6 / 60 = 0.6",
            "round_up(90 - 0, 1, 1) = 90; 0 + 90 - max(0, 60) = 30; 30 * 1.2 / 60 = 0.6",
        ],
    ),
]


@pytest.mark.parametrize(("name", "calls", "voice", "expected"), CALLS, ids=[c[0] for c in CALLS])
def test_a_formula_gives_the_amount(
    name: str, calls: list[Plain], voice: Plain, expected: list[str]
) -> None:
    batch = rated(calls, a_tariff(voice))

    assert formulas(batch) == expected, name
    assert_all_give_their_amounts(batch)


def test_pieces_and_records_have_formulas_too() -> None:
    tariff = a_tariff(sms={"price": "0.10"}, content={"record": True})
    records = [a_message(quantity=3), a_sale(amount=Decimal("4.99"), currency="PLN")]

    batch = rated(records, tariff)

    assert formulas(batch) == ["3 * 0.1 = 0.3", "4.99"]
    assert_all_give_their_amounts(batch)


def test_data_have_formulas_in_bytes() -> None:
    data = {"price": "0.02", "first_increment": 1024, "next_increment": 1024}

    batch = rated([a_call(60, kind="data", quantity=1_000_000, unit="byte")], a_tariff(data=data))

    assert formulas(batch) == [
        "round_up(1000000 - 0, 1024, 1024) = 1000448; 1000448 * 0.02 / 1000000 = 0.02000896"
    ]
    assert_all_give_their_amounts(batch)


def test_a_leg_that_is_set_aside_says_what_it_would_have_cost() -> None:
    """R25: of two legs the dearer one is charged."""
    legs = [
        a_call(60, record_key="a", session_id="one"),
        a_call(120, record_key="b", session_id="one"),
    ]

    batch = rated(legs, a_tariff({"price": "0.60"}, combination="max"))

    assert sorted(formulas(batch)) == [
        "round_up(120 - 0, 1, 1) = 120; 120 * 0.6 / 60 = 1.2",
        "round_up(60 - 0, 1, 1) = 60; 60 * 0.6 / 60 = 0.6; 0",
    ]
    assert_all_give_their_amounts(batch)


SENTENCES = {
    "en": (
        "75 s, less 0 s included and 0 s covered by allowances, are rounded up to 30 s and then by"
        " 6 s: 78 s are billed. 78 s at 0.006 PLN a minute: 0.0078 PLN."
    ),
    "pl": (
        "75 s, pomniejszone o 0 s wliczonych w cenę i 0 s z pakietów, zaokrąglono w górę do 30 s,"
        " a dalej co 6 s: rozliczono 78 s. 78 s po 0,006 PLN za minutę: 0,0078 PLN."
    ),
    "ru": (
        "75 с за вычетом 0 с, включённых в цену, и 0 с из пакетов округлены вверх до 30 с и далее"
        " по 6 с: к оплате 78 с. 78 с по 0,006 PLN за минуту: 0,0078 PLN."
    ),
}


@pytest.mark.parametrize(("locale", "sentence"), SENTENCES.items())
def test_the_same_is_said_in_the_language_of_the_reader(locale: str, sentence: str) -> None:
    voice = {"price": "0.006", "first_increment": 30, "next_increment": 6}
    (row,) = rated([a_call(75)], a_tariff(voice)).charges.iter_rows(named=True)

    assert derivation_of(row).sentence(locale) == sentence


@pytest.mark.parametrize("locale", ["en", "pl", "ru"])
def test_every_kind_of_charge_can_be_said(locale: str) -> None:
    for _, calls, voice, _ in CALLS:
        for row in rated(calls, a_tariff(voice)).charges.iter_rows(named=True):
            said = derivation_of(row).sentence(locale)
            assert said and "{" not in said


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(-3, 2), "-1.5"),
        (Fraction(1, 3), "1 / 3"),
        (Fraction(1, 10**16), "0.0000000000000001"),
        (Fraction(7, 36000), "7 / 36000"),
    ],
)
def test_an_amount_is_a_decimal_or_a_quotient(amount: Fraction, text: str) -> None:
    assert amount_formula(amount) == text
    assert worked_out(text) == amount


@pytest.mark.parametrize("formula", ["1 + 1 = 3", "3 < 2; 0", "2 < 2", "f(1)", "round_up(1; 2"])
def test_a_formula_that_does_not_hold_is_found_out(formula: str) -> None:
    with pytest.raises((Wrong, ValueError)):
        worked_out(formula)
