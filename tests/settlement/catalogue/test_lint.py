"""Every fault of a tariff comes with an event that would show it (rules R19-R21)."""

from typing import Any

import polars as pl
import pytest

from settlement.catalogue.lint import TariffUnsound, lint, lint_versions, refuse_unsound
from settlement.catalogue.tariff import tariff_from_plain
from settlement.catalogue.zones.zone_plan import ZONES

PEAK = {"name": "peak", "windows": [{"days": ["mon"], "from": "08:00", "until": "18:00"}]}
REST = {"name": "rest", "otherwise": True}


def a_version(rates: list[dict[str, Any]] | None = None, **voice: Any):
    section = {"rates": rates or [{"prefix": "48", "price": "1"}]} | voice
    plain = {"code": "gold", "currency": "PLN", "valid_from": "2026-01-01", "voice": section}
    return tariff_from_plain(plain)


def codes(version) -> list[str]:
    return [finding.code for finding in lint(version, {})]


def a_rate(prefix: str = "48", **facts: Any) -> dict[str, Any]:
    return {"prefix": prefix, "price": "1"} | facts


def test_a_sound_tariff_has_no_findings() -> None:
    rates = [
        a_rate(band="peak"),
        a_rate(band="rest"),
        a_rate("4812", valid_from="2026-05-01"),
        a_rate("49", valid_until="2026-05-01"),
        a_rate("49", valid_from="2026-05-01"),
    ]

    assert codes(a_version(rates, bands=[PEAK, REST])) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        ({"valid_until": "2026-05-02"}, {"valid_from": "2026-05-01"}),
        ({"band": "peak"}, {"priority": 0}),
    ],
)
def test_two_equally_good_prices_are_an_error(one: dict[str, Any], other: dict[str, Any]) -> None:
    rates = [a_rate(**one), a_rate(**other), a_rate("", priority=0)]

    assert "AMBIGUOUS_PRICE" in codes(a_version(rates, bands=[PEAK, REST]))


@pytest.mark.parametrize(
    ("facts", "ambiguous"),
    [
        ({"days": ["tue"], "from": "08:00", "until": "18:00"}, False),
        ({"days": ["mon"], "from": "18:00", "until": "08:00"}, False),
        ({"days": ["mon"], "from": "17:59", "until": "08:00"}, True),
        ({"days": ["sun", "mon"], "from": "00:00", "until": "00:00"}, True),
    ],
)
def test_r20_prices_are_ambiguous_where_they_share_a_minute_of_a_weekday(
    facts: dict[str, Any], ambiguous: bool
) -> None:
    bands = [PEAK, {"name": "other", "windows": [facts]}, REST]
    rates = [a_rate(band="peak"), a_rate(band="other"), a_rate(band="rest")]

    assert codes(a_version(rates, bands=bands)) == (["AMBIGUOUS_PRICE"] if ambiguous else [])


@pytest.mark.parametrize("other", [{"prefix": "481"}, {"priority": 1}])
def test_r20_a_longer_prefix_or_a_higher_priority_is_not_equally_good(
    other: dict[str, Any],
) -> None:
    assert "AMBIGUOUS_PRICE" not in codes(a_version([a_rate(), a_rate() | other]))


def test_the_example_of_an_ambiguity_is_a_minute_at_which_both_hold() -> None:
    lunch = {"name": "lunch", "windows": [{"from": "12:00", "until": "13:00"}]}
    rates = [a_rate(band="peak"), a_rate(band="lunch"), a_rate("", priority=0)]

    (finding,) = lint(a_version(rates, bands=[PEAK, lunch]), {})

    assert dict(finding.example) == {
        "section": "voice",
        "number": "48",
        "date": "1970-01-01",
        "time": "mon 12:00",
    }


def test_a_number_without_a_price_in_a_band_is_an_error() -> None:
    version = a_version([a_rate(band="peak")], bands=[PEAK, REST])

    (finding,) = lint(version, {})

    assert (finding.level, finding.code) == ("error", "GAP")
    assert finding.example["time"] == "mon 00:00"


def test_a_shorter_prefix_closes_the_gap() -> None:
    rates = [a_rate(band="peak"), a_rate("4")]

    assert codes(a_version(rates, bands=[PEAK, REST])) == []


def test_what_can_never_happen_is_a_warning() -> None:
    always = {"name": "always", "windows": [{}]}

    assert codes(a_version(bands=[always, REST])) == ["BAND_NEVER_HOLDS"]
    assert codes(a_version([a_rate(), a_rate(priority=1)])) == ["PRICE_NEVER_USED"]
    assert codes(a_version([a_rate(valid_until="2025-01-01")])) == ["PRICE_OUT_OF_DATE"]


def test_bands_and_decks_that_are_not_there_are_errors() -> None:
    plain = {"code": "gold", "currency": "PLN", "valid_from": "2026-01-01", "sms": {"deck": "x"}}

    assert codes(a_version([a_rate(band="peak")])) == ["BAND_UNKNOWN"]
    assert codes(tariff_from_plain(plain)) == ["DECK_MISSING"]


def test_versions_may_touch_and_not_overlap() -> None:
    plain = {"code": "gold", "currency": "PLN", "valid_from": "2026-01-01"}
    old = tariff_from_plain(plain | {"valid_until": "2026-02-01"})
    new = tariff_from_plain(plain | {"valid_from": "2026-02-01"})
    early = tariff_from_plain(plain | {"valid_from": "2026-01-31"})

    assert lint_versions([new, old]) == []
    assert [each.code for each in lint_versions([old, early])] == ["VERSIONS_OVERLAP"]


def test_errors_refuse_and_warnings_do_not() -> None:
    refuse_unsound("gold", lint(a_version([a_rate(), a_rate(priority=1)]), {}))

    with pytest.raises(TariffUnsound) as refused:
        refuse_unsound("gold", lint(a_version([a_rate(), a_rate()]), {}))
    assert "gold has 1 faults; the first: 48 has two prices" in str(refused.value)
    assert "for example section voice, number 48, date 1970-01-01" in str(refused.value)


def a_case(name: str, **when: list[str]) -> dict[str, Any]:
    return {"name": name, "when": when, "price": "1"}


@pytest.mark.parametrize(
    ("earlier", "later", "reached"),
    [
        ({"queue": ["a", "b"]}, {"queue": ["a"]}, False),
        ({"queue": ["a"]}, {"queue": ["a"], "leg": ["ivr"]}, False),
        ({"a_prefix": ["48"]}, {"a_prefix": ["4822"]}, False),
        ({"queue": ["a"], "leg": ["ivr"]}, {"queue": ["a"]}, True),
        ({"queue": ["a"]}, {"queue": ["a", "b"]}, True),
        ({"a_prefix": ["4822"]}, {"a_prefix": ["48"]}, True),
    ],
)
def test_a_case_that_an_earlier_one_covers_is_never_reached(
    earlier: dict[str, list[str]], later: dict[str, list[str]], reached: bool
) -> None:
    version = a_version(cases=[a_case("first", **earlier), a_case("second", **later)])

    found = lint(version, {})

    assert [finding.code for finding in found] == ([] if reached else ["CASE_NEVER_REACHED"])
    shown = [finding.example for finding in found]
    assert shown == [{"section": "voice"} | {k: v[0] for k, v in later.items()}] or reached


def test_the_prices_of_a_case_are_looked_at_like_those_of_a_section() -> None:
    case = {"name": "desk", "when": {"queue": ["a"]}, "rates": [a_rate(), a_rate()]}

    found = lint(a_version(cases=[case]), {})

    assert [(each.code, each.example["section"]) for each in found] == [
        ("AMBIGUOUS_PRICE", "voice, case desk")
    ]


def test_a_holiday_without_a_price_is_a_gap_with_a_holiday_as_its_example() -> None:
    bands = [
        {"name": "week", "windows": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}]}
    ]
    plain = {"code": "gold", "currency": "PLN", "valid_from": "2026-01-01", "holidays": "PL"}
    section = {"rates": [a_rate(band="week")], "bands": bands}

    found = lint(tariff_from_plain(plain | {"voice": section}), {})

    assert [(each.code, each.example["time"]) for each in found] == [("GAP", "holiday 00:00")]


PLAN = pl.DataFrame(
    [("48", "Poland", None, None), ("486", "Poland mobile", None, None)],
    schema=ZONES,
    orient="row",
)


def of_zones(*rates: dict[str, Any], plan: str = "world", **voice: Any):
    version = a_version([{"price": "1"} | rate for rate in rates], zones=plan, **voice)
    return [(each.level, each.code, each.example) for each in lint(version, {}, {"world": PLAN})]


def test_each_zone_has_a_price_and_each_price_a_zone() -> None:
    sound = [{"zone": "Poland"}, {"zone": "Poland mobile"}]

    assert of_zones(*sound) == []
    assert of_zones(sound[0]) == [
        (
            "warning",
            "ZONE_WITHOUT_RATE",
            {"section": "voice", "zone": "Poland mobile", "number": "486"},
        )
    ]
    assert of_zones(*sound, {"zone": "Moon"}) == [
        ("error", "ZONE_UNKNOWN", {"section": "voice", "zone": "Moon"})
    ]
    assert of_zones(*sound, plan="moon") == [("error", "ZONE_PLAN_MISSING", {"section": "voice"})]


def test_prices_of_zones_are_looked_at_like_those_of_prefixes() -> None:
    mobile = {"zone": "Poland mobile"}
    peak, rest = {"zone": "Poland", "band": "peak"}, {"zone": "Poland", "band": "rest"}

    twice = of_zones(mobile, peak, rest, rest, bands=[PEAK, REST])
    # The price of Poland does not fill the gap of Poland mobile.
    gap = of_zones({"zone": "Poland"}, mobile | {"band": "peak"}, bands=[PEAK, REST])

    found = [[(code, example["zone"]) for _, code, example in each] for each in (twice, gap)]
    assert found == [[("AMBIGUOUS_PRICE", "Poland")], [("GAP", "Poland mobile")]]
