"""Every fault of a tariff comes with an event that shows it in rating (rules R19-R21)."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from i18n.errors import DomainError
from settlement.catalogue.lint.finding import ERRORS, LISTED, MESSAGES, WARNINGS, Finding
from settlement.catalogue.lint.tariff_lint import (
    TariffUnsound,
    lint,
    lint_versions,
    refuse_unsound,
)
from settlement.catalogue.rate_deck import rates_frame
from settlement.catalogue.tariff import TariffVersion, tariff_from_plain
from settlement.catalogue.zones.zone_plan import ZONES
from settlement.rating.prefixes import AmbiguousPrice
from settlement.rating.price_list import BandUnknown
from settlement.rating.snapshot import DeckMissing, TariffVersionsOverlap, ZonePlanMissing
from tests.settlement.catalogue import test_lint_bundles
from tests.settlement.catalogue.examples import charged, put_to_the_kernel, suspended
from tests.settlement.catalogue.test_lint_promotions import SHOWN

PEAK = {"name": "peak", "windows": [{"days": ["mon"], "from": "08:00", "until": "18:00"}]}
REST = {"name": "rest", "otherwise": True}
ALWAYS = {"name": "always", "windows": [{}]}
WEEKDAYS = {
    "name": "week",
    "windows": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}],
}


def a_plan(*rows: tuple[str, str, date | None, date | None]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=ZONES, orient="row")


PLANS = {
    "world": a_plan(("48", "Poland", None, None), ("486", "Poland mobile", None, None)),
    "torn": a_plan(("48", "Poland", None, None), ("48", "Moon", date(2026, 3, 1), None)),
}


def a_version(rates: list[dict[str, Any]] | None = None, **voice: Any) -> TariffVersion:
    section = {"rates": rates or [{"prefix": "48", "price": "1"}]} | voice
    return tariff_from_plain(a_tariff(voice=section))


def a_tariff(**facts: Any) -> dict[str, Any]:
    return {"code": "gold", "currency": "PLN", "valid_from": "2026-01-01"} | facts


def a_rate(prefix: str = "48", **facts: Any) -> dict[str, Any]:
    return {"prefix": prefix, "price": "1"} | facts


def codes(version: TariffVersion) -> list[str]:
    return [finding.code for finding in lint(version, {}, PLANS)]


def the_finding(version: TariffVersion, code: str, zone: str = "UTC") -> Finding:
    return next(each for each in lint(version, {}, PLANS, zone) if each.code == code)


def test_a_sound_tariff_has_no_findings() -> None:
    rates = [
        a_rate(band="peak"),
        a_rate(band="rest"),
        a_rate("4812", valid_from="2026-05-01"),
        a_rate("49", valid_until="2026-05-01"),
        a_rate("49", valid_from="2026-05-01"),
    ]

    assert codes(a_version(rates, bands=[PEAK, REST])) == []


# Faults for which rating stops: the tariff is contradictory, or something it names is not there.
STOPPED: dict[str, tuple[TariffVersion, type[DomainError]]] = {
    "AMBIGUOUS_PRICE": (a_version([a_rate(), a_rate(price="2")]), AmbiguousPrice),
    "BAND_UNKNOWN": (a_version([a_rate(band="peak"), a_rate("")]), BandUnknown),
    "DECK_MISSING": (tariff_from_plain(a_tariff(voice={"deck": "x"})), DeckMissing),
    "ZONE_PLAN_MISSING": (
        a_version([{"zone": "Poland", "price": "1"}], zones="moon"),
        ZonePlanMissing,
    ),
    "ZONE_AMBIGUOUS": (
        a_version([{"zone": zone, "price": "1"} for zone in ("Poland", "Moon")], zones="torn"),
        AmbiguousPrice,
    ),
}


@pytest.mark.parametrize("code", STOPPED)
def test_rating_stops_at_the_event_of_a_contradiction(code: str) -> None:
    version, stops = STOPPED[code]

    finding = the_finding(version, code)

    with pytest.raises(stops):
        put_to_the_kernel(finding, [version], plans=PLANS)


# Faults for which the event finds no price.
UNPRICED: dict[str, TariffVersion] = {
    "GAP": a_version([a_rate(band="peak")], bands=[PEAK, REST]),
    "GAP_OUTSIDE_BANDS": a_version([a_rate(band="peak")], bands=[PEAK]),
    "PRICE_LOST": a_version([a_rate(valid_until="2026-05-01"), a_rate("49")]),
    "ZONE_WITHOUT_RATE": a_version([{"zone": "Poland", "price": "1"}], zones="world"),
    "ZONE_UNKNOWN": a_version([{"zone": "Moon", "price": "1"}], zones="world"),
    "PRICE_OUT_OF_DATE": a_version([a_rate(valid_until="2025-01-01"), a_rate("49")]),
}


@pytest.mark.parametrize("code", UNPRICED)
def test_the_event_of_a_gap_finds_no_price(code: str) -> None:
    finding = the_finding(UNPRICED[code], code)

    batch = put_to_the_kernel(finding, [UNPRICED[code]], plans=PLANS)

    assert suspended(batch) == ["NO_RATE"]


def a_case(name: str, **when: list[str]) -> dict[str, Any]:
    return {"name": name, "when": when, "price": "1"}


# Faults of units: the event of a meter finds a price of another unit only.
POWER = {"price": "0.85"}
WATER = {"name": "water", "when": {"unit": ["litre"]}, "price": "12.50", "per": "cubic_metre"}
OF_ANOTHER_UNIT: dict[str, TariffVersion] = {
    "UNIT_WITHOUT_PRICE": tariff_from_plain(a_tariff(meter=POWER)),
    "CASE_UNIT_DIFFERS": tariff_from_plain(
        a_tariff(meter=POWER | {"cases": [WATER | {"per": "kilowatt_hour"}]})
    ),
}


def test_a_cloud_needs_no_price_of_water_but_one_of_storage() -> None:
    """Units are asked for in families: those that one meter of a customer likely counts too."""
    cloud = {"price": "0.12", "per": "core_hour"}
    cases = [
        {"name": "kept", "when": {"unit": ["megabyte_hour"]}, "price": "1", "per": "gigabyte_hour"},
        {"name": "asked", "when": {"unit": ["request"]}, "price": "1", "per": "request"},
    ]

    partly = tariff_from_plain(a_tariff(meter=cloud | {"cases": cases[:1]}))

    finding = the_finding(partly, "UNIT_WITHOUT_PRICE")

    assert finding.event["unit"] == "request"
    assert codes(tariff_from_plain(a_tariff(meter=cloud | {"cases": cases}))) == []


@pytest.mark.parametrize("code", OF_ANOTHER_UNIT)
def test_the_event_in_a_unit_without_a_price_waits(code: str) -> None:
    version = OF_ANOTHER_UNIT[code]

    finding = the_finding(version, code)

    assert finding.event["unit"] == "litre"
    assert suspended(put_to_the_kernel(finding, [version])) == ["UNIT_DIFFERS"]


@pytest.mark.parametrize(
    ("cases", "found"),
    [
        ([WATER], []),
        ([WATER | {"when": {"unit": ["litre"], "product": ["water"]}}], []),
        ([WATER | {"when": {"product": ["water"]}}], []),
        ([WATER | {"when": {"unit": ["watt_hour", "litre"]}}], ["CASE_UNIT_DIFFERS"]),
        ([], ["UNIT_WITHOUT_PRICE"]),
    ],
)
def test_a_tariff_for_power_and_water_is_sound_where_each_unit_has_a_price(
    cases: list[dict[str, Any]], found: list[str]
) -> None:
    assert codes(tariff_from_plain(a_tariff(meter=POWER | {"cases": cases}))) == found


MINUTES = [{"up_to": 1, "price": "3"}, {"up_to": 5, "price": "2"}, {"price": "1"}]
# Faults for which the event is charged by something else: the columns that tell, and their values.
PASSED_OVER: dict[str, tuple[TariffVersion, dict[str, Any]]] = {
    "PRICE_NEVER_USED": (a_version([a_rate(price="5"), a_rate(priority=1)]), {"price": 1}),
    "BAND_NEVER_HOLDS": (
        a_version([a_rate(band="always"), a_rate(band="rest")], bands=[ALWAYS, REST]),
        {"band": "always"},
    ),
    "CASE_NEVER_REACHED": (
        a_version(cases=[a_case("first", queue=["a", "b"]), a_case("second", queue=["a"])]),
        {"case_name": "first"},
    ),
    "ALLOWANCE_EMPTY": (
        a_version(allowances=[{"code": "minutes", "amount": 0}]),
        {"covered_by": "charge", "free_units": 0},
    ),
    "ALLOWANCE_NEVER_USED": (
        a_version(allowances=[{"code": "minutes", "amount": 60, "destinations": ["Moon"]}]),
        {"covered_by": "charge", "free_units": 0},
    ),
}
PASSED_OVER["TIER_NEVER_REACHED"] = (
    # Billed by ten minutes, no month ends in the tier up to one, or up to five.
    tariff_from_plain(
        a_tariff(
            voice={
                "tiers": {"kind": "volume", "steps": MINUTES},
                "first_increment": 600,
                "next_increment": 600,
            }
        )
    ),
    {"price": 1, "billed_units": 600},
)


@pytest.mark.parametrize("code", PASSED_OVER)
def test_the_event_of_what_never_happens_is_charged_by_something_else(code: str) -> None:
    version, expected = PASSED_OVER[code]

    finding = the_finding(version, code)

    batch = put_to_the_kernel(finding, [version], plans=PLANS)
    assert charged(batch, *expected) == tuple(expected.values())


def test_versions_may_touch_and_not_overlap() -> None:
    plain = a_tariff(voice={"price": "1"})
    old = tariff_from_plain(plain | {"valid_until": "2026-02-01"})
    new = tariff_from_plain(plain | {"valid_from": "2026-02-01"})
    early = tariff_from_plain(plain | {"valid_from": "2026-01-31"})

    assert lint_versions([new, old]) == []
    (finding,) = lint_versions([old, early])
    assert finding.event["occurred_at"] == "2026-01-31T12:00:00Z"
    with pytest.raises(TariffVersionsOverlap):
        put_to_the_kernel(finding, [old, early])


def test_every_code_of_lint_has_an_event_that_was_put_to_the_kernel() -> None:
    shown = {*STOPPED, *UNPRICED, *PASSED_OVER, *OF_ANOTHER_UNIT, "VERSIONS_OVERLAP"}
    # Rating asks for no exchange rate: a missing one is found by the draft, and shown there.
    shown |= {"NO_FX_RATE"}
    # Those of a commitment are shown by a subscription, in test_lint_terms.
    shown |= {"TERM_WITHOUT_EFFECT", "BONUS_WITHOUT_FEES", "FEES_NEVER_CHARGED"}
    # What has no purchase cost is shown by what would be charged, in test_lint_margin.
    shown |= {"MARGIN_WITHOUT_COST"}
    # Those of promotions are shown by a charge, in test_lint_promotions.
    shown |= SHOWN
    # Those of bundles are shown by a charge, in test_lint_bundles.
    shown |= test_lint_bundles.SHOWN

    assert shown == set(MESSAGES)
    assert not set(ERRORS) & set(WARNINGS)


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

    found = codes(a_version(rates, bands=[PEAK, REST]))

    assert found == ["AMBIGUOUS_PRICE"]


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"valid_until": "2026-05-01"}, {"valid_from": "2026-05-01"}),
        ({"band": "peak"}, {"band": "rest"}),
        # They meet before the version begins, so no event of the version meets both.
        ({"valid_until": "2025-05-01"}, {"valid_until": "2025-05-01"}),
    ],
)
def test_prices_that_never_meet_are_not_ambiguous(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    rates = [a_rate(**one), a_rate(**other), a_rate("", priority=0)]

    assert "AMBIGUOUS_PRICE" not in codes(a_version(rates, bands=[PEAK, REST]))


def test_a_long_price_meets_one_that_is_not_its_neighbour() -> None:
    rates = [
        a_rate(),
        a_rate(valid_from="2026-02-01", valid_until="2026-03-01", priority=1),
        a_rate(valid_from="2026-04-01", valid_until="2026-05-01"),
    ]

    finding = the_finding(a_version(rates), "AMBIGUOUS_PRICE")

    assert finding.event["occurred_at"] == "2026-04-01T12:00:00Z"


def test_the_event_of_an_ambiguity_is_a_minute_at_which_both_hold() -> None:
    lunch = {"name": "lunch", "windows": [{"from": "12:00", "until": "13:00"}]}
    rates = [a_rate(band="peak"), a_rate(band="lunch"), a_rate("", priority=0)]

    (finding,) = lint(a_version(rates, bands=[PEAK, lunch]), {}, zone="Europe/Warsaw")

    # The first Monday of 2026 is 5 January; noon in Warsaw is 11:00 UTC.
    assert dict(finding.event) == {
        "kind": "voice",
        "direction": "outgoing",
        "account": "example",
        "occurred_at": "2026-01-05T11:00:00Z",
        "b_number": "48",
        "duration_seconds": 60,
        "quantity": 1,
        "unit": "piece",
    }
    assert finding.message() == "48 has two prices of priority 0 at once"


def test_a_minute_that_the_clock_jumps_over_is_not_taken_as_an_example() -> None:
    night = {
        "name": "night",
        "windows": [{"days": ["sun"], "from": "02:30", "until": "02:45"}],
    }
    version = tariff_from_plain(
        a_tariff(
            # On 29 March 2026, a Sunday, clocks in Warsaw go from 02:00 to 03:00.
            valid_from="2026-03-29",
            voice={
                "rates": [a_rate(band="night"), a_rate("4", band="rest")],
                "bands": [night, REST],
            },
        )
    )

    # 48 has a price throughout; 4 has none on Sundays from 02:30.
    finding = the_finding(version, "GAP", "Europe/Warsaw")

    assert finding.event["occurred_at"] == "2026-04-05T00:30:00Z"
    assert suspended(put_to_the_kernel(finding, [version])) == ["NO_RATE"]


def test_a_shorter_prefix_closes_the_gap() -> None:
    rates = [a_rate(band="peak"), a_rate("4")]

    assert codes(a_version(rates, bands=[PEAK, REST])) == []


def test_prices_that_begin_later_than_the_version_have_no_gap_before() -> None:
    june = {"valid_from": "2026-06-01"}
    whole = [a_rate(band="peak", **june), a_rate(band="rest", **june)]

    assert codes(a_version(whole, bands=[PEAK, REST])) == []
    finding = the_finding(a_version(whole[:1], bands=[PEAK, REST]), "GAP")
    assert finding.event["occurred_at"] == "2026-06-01T00:00:00Z"


def test_a_gap_of_some_months_is_found_where_a_band_alone_loses_its_price() -> None:
    rates = [a_rate(band="peak"), a_rate(band="rest", valid_until="2026-05-01")]

    finding = the_finding(a_version(rates, bands=[PEAK, REST]), "GAP")

    # 1 May 2026 is a Friday, so no peak.
    assert finding.event["occurred_at"] == "2026-05-01T00:00:00Z"
    assert finding.fields == {"place": "48", "bands": "rest"}


@pytest.mark.parametrize(
    ("rates", "lost_on"),
    [
        ([a_rate(valid_until="2026-05-01"), a_rate(valid_from="2026-06-01")], "2026-05-01"),
        ([a_rate(valid_until="2026-05-01"), a_rate("4", valid_until="2026-07-01")], "2026-07-01"),
        ([a_rate(valid_until="2026-05-01"), a_rate("4")], None),
        ([a_rate(valid_from="2026-05-01")], None),
        # The first goes on while shorter ones of a higher priority come and go.
        (
            [
                a_rate(valid_until="2026-12-01"),
                a_rate(priority=1, valid_from="2026-02-01", valid_until="2026-03-01"),
                a_rate(priority=1, valid_from="2026-04-01", valid_until="2026-05-01"),
            ],
            "2026-12-01",
        ),
    ],
)
def test_a_price_is_lost_where_no_shorter_prefix_goes_on(
    rates: list[dict[str, Any]], lost_on: str | None
) -> None:
    found = [each for each in lint(a_version(rates), {}) if each.code == "PRICE_LOST"]

    assert {each.event["occurred_at"][:10] for each in found} == ({lost_on} if lost_on else set())


def test_errors_refuse_and_warnings_do_not() -> None:
    refuse_unsound("gold", lint(a_version([a_rate(), a_rate(priority=1)]), {}))

    with pytest.raises(TariffUnsound) as refused:
        refuse_unsound("gold", lint(a_version([a_rate(), a_rate()]), {}))
    assert "gold has 1 faults; the first: 48 has two prices" in str(refused.value)
    assert "for example section voice, occurred at 2026-01-01T12:00:00Z, " in str(refused.value)


def test_faults_that_are_not_listed_are_counted() -> None:
    rates = [a_rate(str(number)) for number in range(100, 100 + LISTED + 7)] * 2

    found = lint(a_version(rates), {})

    assert len(found) == LISTED
    assert sum(1 + each.others for each in found) == LISTED + 7
    with pytest.raises(TariffUnsound, match=f"gold has {LISTED + 7} faults"):
        refuse_unsound("gold", found)


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
    for finding in found:
        assert charged(put_to_the_kernel(finding, [version]), "case_name") == ("first",)


def test_an_event_of_a_case_belongs_to_no_case_before_it() -> None:
    first = a_case("first", queue=["a"])
    second = {"name": "second", "when": {"queue": ["a", "b"]}, "rates": [a_rate(), a_rate()]}
    version = a_version(cases=[first, second])

    (finding,) = lint(version, {})

    assert (finding.code, finding.section) == ("AMBIGUOUS_PRICE", "voice, second")
    assert (finding.event["queue"], finding.event["b_number"]) == ("b", "48")
    with pytest.raises(AmbiguousPrice):
        put_to_the_kernel(finding, [version])


def test_prices_by_the_caller_have_a_caller_in_their_example() -> None:
    version = tariff_from_plain(
        a_tariff(
            voice_received={
                "rated_number": "caller",
                "rates": [a_rate(band="peak")],
                "bands": [PEAK, REST],
            }
        )
    )

    (finding,) = lint(version, {})

    assert (finding.event["direction"], finding.event["a_number"]) == ("incoming", "48")
    assert suspended(put_to_the_kernel(finding, [version])) == ["NO_RATE"]


def test_a_holiday_without_a_price_is_a_gap_with_a_holiday_as_its_example() -> None:
    section = {"rates": [a_rate(band="week")], "bands": [WEEKDAYS]}
    version = tariff_from_plain(a_tariff(holidays="PL", valid_from="2026-01-07", voice=section))

    (finding,) = lint(version, {})

    # After Epiphany the next holiday in Poland is Easter Sunday.
    assert (finding.code, finding.event["occurred_at"]) == (
        "GAP_OUTSIDE_BANDS",
        "2026-04-05T00:00:00Z",
    )
    assert suspended(put_to_the_kernel(finding, [version])) == ["NO_RATE"]


def test_each_zone_has_a_price_and_each_price_a_zone() -> None:
    sound = [{"zone": "Poland", "price": "1"}, {"zone": "Poland mobile", "price": "1"}]

    assert codes(a_version(sound, zones="world")) == []
    finding = the_finding(a_version(sound[:1], zones="world"), "ZONE_WITHOUT_RATE")
    assert (finding.event["b_number"], finding.fields["place"]) == ("486", "Poland mobile")


def test_prices_of_zones_are_looked_at_like_those_of_prefixes() -> None:
    mobile = {"zone": "Poland mobile", "price": "1"}
    peak = {"zone": "Poland", "price": "1", "band": "peak"}
    rest = peak | {"band": "rest"}
    bands = [PEAK, REST]

    twice = a_version([mobile, peak, rest, rest], zones="world", bands=bands)
    # The price of Poland does not fill the gap of Poland mobile.
    gap = a_version(
        [{"zone": "Poland", "price": "1"}, mobile | {"band": "peak"}], zones="world", bands=bands
    )

    found = [lint(each, {}, PLANS) for each in (twice, gap)]
    told = [
        [(each.code, each.fields["place"], each.event["b_number"]) for each in of] for of in found
    ]
    assert told == [
        [("AMBIGUOUS_PRICE", '"Poland"', "48")],
        [("GAP", '"Poland mobile"', "486")],
    ]


@pytest.mark.parametrize(
    ("first", "following", "reached"), [(60, 60, True), (90, 60, True), (600, 300, False)]
)
def test_a_volume_tier_is_reached_where_billed_units_may_end_in_it(
    first: int, following: int, reached: bool
) -> None:
    steps = [{"up_to": 5, "price": "3"}, {"up_to": 9, "price": "2"}, {"price": "1"}]
    section = {"first_increment": first, "next_increment": following}
    section |= {"tiers": {"kind": "volume", "steps": steps}}

    found = codes(tariff_from_plain(a_tariff(voice=section)))

    assert found == ([] if reached else ["TIER_NEVER_REACHED"])


def test_what_an_allowance_leaves_may_end_in_any_tier() -> None:
    section = {"first_increment": 600, "next_increment": 600, "allowance": {"amount": 90}}
    section |= {"tiers": {"kind": "volume", "steps": MINUTES}}

    assert codes(tariff_from_plain(a_tariff(voice=section))) == []


def test_a_deck_is_looked_at_like_prices_in_the_tariff() -> None:
    version = tariff_from_plain(a_tariff(voice={"deck": "world"}))
    decks = {"world": rates_frame([a_rate(), a_rate()])}

    (finding,) = lint(version, decks)

    with pytest.raises(AmbiguousPrice):
        put_to_the_kernel(finding, [version], decks)


@pytest.mark.parametrize(
    ("plan", "allowed", "found"),
    [
        ("world", "Poland mobile", []),
        ("world", "by the deck", []),
        ("world", "Moon", ["ALLOWANCE_NEVER_USED"]),
        ("torn", "Poland", ["ZONE_AMBIGUOUS"]),
        ("nowhere", "Moon", ["ZONE_PLAN_MISSING"]),
    ],
)
def test_zones_beside_a_deck_are_names_and_need_no_price_of_their_own(
    plan: str, allowed: str, found: list[str]
) -> None:
    allowances = [{"code": "minutes", "amount": 60, "destinations": [allowed]}]
    voice = {"deck": "world", "zones": plan, "allowances": allowances}
    decks = {"world": rates_frame([a_rate(destination="by the deck")])}

    findings = lint(tariff_from_plain(a_tariff(voice=voice)), decks, PLANS)

    assert [each.code for each in findings] == found
