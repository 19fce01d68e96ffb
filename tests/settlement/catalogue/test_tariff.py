"""A tariff is read strictly and written as it was read."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from currencies.units import UnknownCurrency
from i18n.errors import DomainError
from settlement.catalogue import tariff
from settlement.catalogue.bands import EmptyWindow, NotATimeOfDay, band_from_plain, week_of
from settlement.catalogue.plain_values import KeyMissing, UnknownKey, WrongValue
from settlement.catalogue.rate_deck import NotAPrefix, ValidityTurnedRound, rates_frame
from settlement.catalogue.section_reading import PriceSourceUnclear
from settlement.catalogue.tariff import tariff_from_plain, tariff_to_plain
from settlement.catalogue.tiers import TiersOutOfOrder

HEAD = {"code": "gold", "currency": "PLN", "valid_from": "2026-10-01"}

ON_HOLIDAYS = {"name": "b", "windows": [{"days": ["holiday"], "from": "08:00", "until": "18:00"}]}
A_CASE: dict[str, Any] = {"name": "c", "when": {"queue": ["a"]}, "price": "0"}

EVERYTHING: dict[str, Any] = HEAD | {
    "valid_until": "2027-10-01",
    "charge_rounding": "event",
    "tax_in_prices": "included",
    "holidays": "DE-BY",
    "holiday_weekday": "kept",
    "combination": "max",
    "voice": {
        "per": "second",
        "rates": [
            {
                "prefix": "48",
                "destination": "Poland",
                "price": "0.000000000001",
                "band": "peak",
                "priority": 2,
                "valid_from": "2026-10-02",
                "valid_until": "2026-11-01",
                "connection_fee": "0.1",
                "first_increment": 30,
                "next_increment": 6,
            },
            {"prefix": "", "destination": "World", "price": "1"},
        ],
        "bands": [
            {
                "name": "peak",
                "windows": [{"days": ["mon", "fri", "holiday"], "from": "22:00", "until": "06:00"}],
            },
            {"name": "rest", "otherwise": True},
        ],
        "first_increment": 60,
        "next_increment": 60,
        "minimum_seconds": 3,
        "included_seconds": 5,
        "connection_fee": "0.25",
        "band_crossing": "SPLIT",
        "split_tail": "clock",
        "allowance": {"amount": 6000, "allowance_measure": "rounded"},
    },
    "sms": {"tiers": {"kind": "volume", "steps": [{"up_to": 9, "price": "1"}, {"price": "2"}]}},
    "content": {
        "prices": {"game": "4.99"},
        "cases": [
            {"name": "desk", "when": {"queue": ["a", "b"], "a_prefix": ["48"]}, "price": "0"},
            {"name": "rest", "when": {"leg": ["ivr"]}, "prices": {"game": "1"}},
        ],
    },
    "voice_received": {"deck": "world", "rated_number": "caller"},
    "sms_received": {
        "zones": "world-zones",
        "rates": [{"zone": "Poland mobile", "price": "0.1", "valid_from": "2026-10-02"}],
        "portability": "ignored",
    },
    "fees": [
        {"product": "line", "kind": "recurring", "amount": "20", "proration_unit": "second"},
        {"product": "setup", "kind": "one_off", "amount": "5"},
    ],
}


@pytest.mark.parametrize("plain", [EVERYTHING, HEAD, HEAD | {"content": {"record": True}}])
def test_what_is_written_is_what_was_read(plain: dict[str, Any]) -> None:
    assert tariff_to_plain(tariff_from_plain(plain)) == plain


WRONG: list[tuple[dict[str, Any], type[DomainError]]] = [
    ({"vocie": {}}, UnknownKey),
    ({"voice": {"price": "1", "band_crosing": "SPLIT"}}, UnknownKey),
    ({"sms": {"price": "1", "minimum_seconds": 3}}, UnknownKey),
    ({"currency": "EURO"}, UnknownCurrency),
    ({"currency": None}, KeyMissing),
    ({"valid_from": "1 October"}, WrongValue),
    ({"valid_until": "2026-10-01"}, ValidityTurnedRound),
    ({"voice": {}}, PriceSourceUnclear),
    ({"voice": {"price": "1", "deck": "world"}}, PriceSourceUnclear),
    ({"content": {"deck": "world"}}, PriceSourceUnclear),
    ({"voice": {"price": 0.05}}, WrongValue),
    ({"voice": {"price": "0,05"}}, WrongValue),
    ({"voice": {"price": "-1"}}, WrongValue),
    ({"voice": {"price": "1e999999"}}, WrongValue),
    ({"voice": {"price": "1", "next_increment": 0}}, WrongValue),
    ({"voice": {"price": "1", "first_increment": True}}, WrongValue),
    ({"voice": {"price": "1", "band_crossing": "split"}}, WrongValue),
    ({"voice": {"rates": [{"prefix": "+48", "price": "1"}]}}, NotAPrefix),
    ({"voice": {"rates": [{"prefix": "４８", "price": "1"}]}}, NotAPrefix),
    ({"voice": {"rates": [{"prefix": "1" * 18, "price": "1"}]}}, NotAPrefix),
    ({"voice": {"rates": [{"prefix": "48"}]}}, KeyMissing),
    ({"sms": {"tiers": {"steps": [{"up_to": 5, "price": "1"}]}}}, TiersOutOfOrder),
    ({"sms": {"tiers": {"steps": [{"price": "1"}, {"price": "1"}]}}}, TiersOutOfOrder),
    ({"sms": {"tiers": {"steps": []}}}, TiersOutOfOrder),
    ({"content": {"record": True, "allowance": {"amount": 1}}}, WrongValue),
    ({"fees": [{"product": "line", "amount": "1", "kind": "monthly"}]}, WrongValue),
    ({"holidays": "XX"}, WrongValue),
    ({"holidays": "PL-BY"}, WrongValue),
    ({"holidays": "PL", "holiday_weekday": "never"}, WrongValue),
    ({"combination": "min"}, WrongValue),
    ({"max_tie": "later_leg"}, WrongValue),
    ({"charge_rounding": "call"}, WrongValue),
    ({"tax_in_prices": "yes"}, WrongValue),
    ({"voice": {"price": "1", "split_tail": "first_band"}}, WrongValue),
    ({"voice": {"price": "1", "allowance_order": "cheapest"}}, WrongValue),
    (
        {"voice": {"price": "1", "allowance": {"amount": 1, "allowance_measure": "billed"}}},
        WrongValue,
    ),
    (
        {
            "fees": [
                {"product": "line", "amount": "1", "kind": "recurring", "proration_unit": "hour"}
            ]
        },
        WrongValue,
    ),
    ({"voice": {"price": "1", "bands": [ON_HOLIDAYS]}}, WrongValue),
    ({"content": {"price": "1", "rated_number": "caller"}}, UnknownKey),
    ({"voice": {"zones": "world", "price": "1"}}, WrongValue),
    (
        {"voice": {"zones": "world", "tiers": {"kind": "package", "size": 1, "price": "1"}}},
        WrongValue,
    ),
    ({"voice": {"zones": "world", "rates": [{"prefix": "48", "price": "1"}]}}, UnknownKey),
    ({"voice": {"zones": "world", "rates": [{"price": "1"}]}}, KeyMissing),
    ({"voice": {"rates": [{"zone": "Poland", "price": "1"}]}}, UnknownKey),
    ({"voice": {"price": "1", "portability": "as_of_run"}}, WrongValue),
    ({"voice": {"price": "1", "cases": [A_CASE | {"when": {}}]}}, WrongValue),
    ({"voice": {"price": "1", "cases": [A_CASE | {"when": {"queue": []}}]}}, WrongValue),
    ({"voice": {"price": "1", "cases": [A_CASE | {"when": {"agent": ["x"]}}]}}, UnknownKey),
    ({"voice": {"price": "1", "cases": [A_CASE | {"when": {"a_prefix": ["+48"]}}]}}, WrongValue),
    ({"voice": {"price": "1", "cases": [A_CASE, A_CASE]}}, WrongValue),
    ({"voice": {"price": "1", "cases": [A_CASE | {"cases": [A_CASE]}]}}, UnknownKey),
    (
        {"voice": {"price": "1", "cases": [{"name": "c", "when": A_CASE["when"]}]}},
        PriceSourceUnclear,
    ),
]


@pytest.mark.parametrize(("change", "error"), WRONG)
def test_what_is_wrong_is_refused_by_name(change: dict[str, Any], error: type[DomainError]) -> None:
    with pytest.raises(error):
        tariff_from_plain(HEAD | change)


@pytest.mark.parametrize(
    "said",
    [
        {"charge_rounding": "line"},
        {"tax_in_prices": "excluded"},
        {"combination": "sum"},
        {"max_tie": "earlier_leg"},
        {"voice": {"band_crossing": "START"}},
        {"voice": {"split_tail": "last_band"}},
        {"voice": {"allowance_order": "expiring_first"}},
        {"voice": {"portability": "as_of_call"}},
        {"voice": {"rated_number": "called"}},
        {"voice": {"allowance": {"amount": 60, "allowance_measure": "connected"}}},
        {"sms": {"tiers": {"kind": "graduated"}}},
        {"fees": [{"proration_unit": "day"}]},
    ],
)
def test_a_policy_that_is_not_named_has_its_first_value(said: dict[str, Any]) -> None:
    silent: dict[str, Any] = HEAD | {
        "voice": {"price": "1", "allowance": {"amount": 60}},
        "sms": {"tiers": {"steps": [{"up_to": 5, "price": "2"}, {"price": "1"}]}},
        "fees": [{"product": "line", "amount": "1", "kind": "recurring"}],
    }
    named = dict(silent)
    for key, value in said.items():
        if key == "fees":
            named[key] = [silent[key][0] | value[0]]
        elif key == "sms":
            named[key] = {"tiers": silent[key]["tiers"] | value["tiers"]}
        else:
            named[key] = silent[key] | value if isinstance(value, dict) else value

    assert tariff_to_plain(tariff_from_plain(named)) == tariff_to_plain(tariff_from_plain(silent))


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(UnknownKey, match="tariff gold has the key vocie"):
        tariff_from_plain(HEAD | {"vocie": {}})


def minutes(**window: Any) -> list[int]:
    band = band_from_plain({"name": "b", "windows": [window]}, "here")
    week = week_of((band,))
    slot = week.slots.index(frozenset({"b"}))
    return [minute for minute, each in enumerate(week.slot_of_minute) if each == slot]


def test_midnight_to_midnight_is_the_whole_day() -> None:
    assert minutes(**{"from": "00:00", "until": "00:00"}) == list(range(7 * 1440))
    assert minutes(days=["tue"]) == list(range(1440, 2880))


def test_days_are_those_of_the_instant_also_past_midnight() -> None:
    friday = 4 * 1440

    over_midnight = minutes(**{"days": ["fri"], "from": "22:00", "until": "06:00"})

    early, late = range(friday, friday + 360), range(friday + 1320, friday + 1440)
    assert over_midnight == [*early, *late]


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(EmptyWindow):
        minutes(**{"from": "08:00", "until": "08:00"})
    with pytest.raises(NotATimeOfDay):
        minutes(**{"from": "8:00", "until": "09:00"})
    with pytest.raises(NotATimeOfDay):
        minutes(**{"from": "08:00", "until": "24:01"})


def test_the_example_that_authors_read_is_a_tariff() -> None:
    readme = (Path(tariff.__file__).parent / "README.md").read_text()
    readme = readme.partition("## The format of a promotion")[0]
    first, rates, *others = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)

    version = tariff_from_plain(tomllib.loads(first))
    for other in others:
        tariff_from_plain(HEAD | tomllib.loads(other))

    assert list(version.sections) == ["voice", "sms", "content"]
    assert len(rates_frame(tomllib.loads(rates)["voice"]["rates"])) == 1
