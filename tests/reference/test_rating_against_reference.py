"""The rating kernel and the slow reference agree on generated tariffs and usage."""

import os
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.rating.allowances import OPENINGS
from settlement.rating.derivation import derivation_of
from settlement.rating.kernel import rate
from settlement.rating.rated_batch import RatedBatch
from settlement.rating.snapshot import rows
from tests.reference import rating as reference
from tests.settlement.rating.formula import worked_out
from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_subscription,
    a_trunk,
    at,
    outcome_of,
    snapshot,
    usage_frame,
)

Plain = dict[str, Any]

# `make properties` asks for more.
EXAMPLES = int(os.environ.get("SALDO_PROPERTY_EXAMPLES", "40"))

# The hours around the night in which Warsaw shows 02:00-03:00 twice, and the end of the month.
STARTS = st.builds(
    lambda base, seconds, micros: at(base) + timedelta(seconds=seconds, microseconds=micros),
    st.sampled_from(["2026-10-24T20:00:00", "2026-10-31T21:00:00", "2026-10-01T15:30:00"]),
    st.integers(0, 6 * 3600),
    st.sampled_from([0, 0, 1, 999_999]),
)
NUMBERS = st.one_of(
    st.sampled_from(["48", "481", "48221234567", "4822", "48220", "49301234567", "7", ""]),
    st.text("0482", min_size=1, max_size=12),
    st.sampled_from(["BANK", "48X", "+48221234567", None]),
)
PRICES = st.decimals(0, 1000, places=5).map(str) | st.sampled_from(["0", "0.000000000001", "0.10"])
PREFIXES = st.sampled_from(["", "4", "48", "482", "4822", "48220", "49", "0"])
BANDS = [
    {
        "name": "peak",
        "windows": [{"days": ["thu", "fri", "sat"], "from": "08:00", "until": "18:00"}],
    },
    {"name": "night", "windows": [{"from": "22:30", "until": "02:15"}]},
    {"name": "rest", "otherwise": True},
]


@st.composite
def rates(draw: st.DrawFn, bands: bool) -> list[Plain]:
    """Rates without ambiguity: one for a prefix, a band, a priority and a validity."""
    names = [None, "peak", "night", "rest"] if bands else [None]
    made = []
    for prefix in draw(st.lists(PREFIXES, min_size=1, max_size=5, unique=True)):
        for place, band in enumerate(draw(st.lists(st.sampled_from(names), unique=True))):
            rate = {"prefix": prefix, "price": draw(PRICES), "priority": place}
            if band:
                rate["band"] = band
            rate |= draw(
                st.sampled_from(
                    [{}, {"connection_fee": "0.05"}, {"first_increment": 30, "next_increment": 6}]
                )
            )
            rate |= draw(
                st.sampled_from(
                    [{}, {}, {"valid_from": "2026-10-25"}, {"valid_until": "2026-11-01"}]
                )
            )
            made.append(rate)
    return made or [{"prefix": "", "price": "0.01"}]


@st.composite
def allowances(draw: st.DrawFn, most: int) -> Plain:
    facts = {
        "code": draw(st.sampled_from(["minutes", "family", "bonus"])),
        "amount": draw(st.integers(0, most)),
        "shared_by": draw(st.sampled_from(["subscription", "contract", "customer"])),
        "rollover_months": draw(st.integers(0, 2)),
        "priority": draw(st.integers(0, 2)),
    }
    return facts | draw(st.sampled_from([{}, {"destinations": ["any", "48", "4822"]}]))


@st.composite
def openings(draw: st.DrawFn) -> list[Plain]:
    """What is left of August, September and October: of each pool at most once."""
    made = {}
    for _ in range(draw(st.integers(0, 6))):
        month, granted = draw(st.sampled_from([(10, 9), (10, 8), (11, 10), (11, 9), (12, 11)]))
        facts = {
            "tariff": draw(st.sampled_from(["standard", "wholesale"])),
            "section": draw(st.sampled_from(["voice", "voice", "voice_received", "sms"])),
            "allowance": draw(st.sampled_from(["minutes", "family", "bonus"])),
            "holder": draw(st.sampled_from(["S1", "K1", "C1", "C2", "I1", "carrier-1"])),
            "month": date(2026, month, 1),
            "granted": date(2026, granted, 1),
        }
        made[tuple(facts.values())] = facts | {"units": draw(st.integers(0, 300))}
    return list(made.values())


@st.composite
def sections(draw: st.DrawFn, timed: bool = True) -> Plain:
    split = draw(st.booleans())
    source = draw(st.sampled_from(["rates", "rates", "price", "tiers"]))
    section: Plain = {}
    if source == "rates":
        section["rates"] = draw(rates(bands=split))
        section["bands"] = BANDS if split else []
    elif source == "price":
        section["price"] = draw(PRICES)
    else:
        steps = [{"up_to": 2, "price": "0.10"}, {"up_to": 5, "price": "0.07"}, {"price": "0.01"}]
        section["tiers"] = draw(
            st.sampled_from(
                [
                    {"kind": "graduated", "steps": steps},
                    {"kind": "volume", "steps": steps},
                    {"kind": "package", "size": 3, "price": "0.50"},
                    {"kind": "commitment", "units": 4, "price": "0.05", "overage": "0.08"},
                ]
            )
        )
    most = 600 if timed else 3
    measure = draw(st.sampled_from(["connected", "rounded"]))
    how_many = draw(st.sampled_from(["none", "one", "several"]))
    if how_many == "one":
        section["allowance"] = {"amount": draw(st.integers(0, most)), "allowance_measure": measure}
    elif how_many == "several":
        several = draw(
            st.lists(allowances(most), min_size=1, max_size=3, unique_by=itemgetter("code"))
        )
        section["allowances"] = [each | {"allowance_measure": measure} for each in several]
        section["allowance_order"] = draw(st.sampled_from(["expiring_first", "priority"]))
    if timed:
        section |= draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "per": st.sampled_from(["second", "minute", "hour"]),
                    "first_increment": st.sampled_from([1, 30, 60, 90]),
                    "next_increment": st.sampled_from([1, 6, 60]),
                    "minimum_seconds": st.sampled_from([0, 3, 60]),
                    "included_seconds": st.sampled_from([0, 10]),
                    "connection_fee": st.sampled_from(["0", "0.25"]),
                    "split_tail": st.sampled_from(["last_band", "clock"]),
                },
            )
        )
        if split:
            section["band_crossing"] = draw(st.sampled_from(["SPLIT", "START"]))
    return section


@st.composite
def tariffs(draw: st.DrawFn, code: str) -> list[Plain]:
    versions = []
    for valid in draw(
        st.sampled_from(
            [
                [{"valid_from": "2020-01-01"}],
                [{"valid_from": "2026-10-25"}],
                [
                    {"valid_from": "2020-01-01", "valid_until": "2026-10-25"},
                    {"valid_from": "2026-10-25"},
                ],
            ]
        )
    ):
        version = {"code": code, "currency": "PLN", "voice": draw(sections())} | valid
        if draw(st.booleans()):
            version["sms"] = draw(sections(timed=False))
        if draw(st.booleans()):
            version["voice_received"] = draw(sections())
        version["content"] = draw(
            st.sampled_from(
                [{"prices": {"game": "4.99", "song": "0.99"}}, {"record": True}, {"price": "1"}]
            )
        )
        versions.append(version)
    return versions


@st.composite
def records(draw: st.DrawFn) -> list[Plain]:
    made = []
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["voice", "voice", "voice", "sms", "content", "data"]))
        facts = {
            "record_key": f"{draw(st.sampled_from('ABÉ'))}{number}",
            "line": number + 1,
            "kind": kind,
            "direction": draw(st.sampled_from(["outgoing", "outgoing", "incoming", "transit"])),
            "b_number": draw(NUMBERS),
            "account": draw(
                st.sampled_from(["48600100200", "48600100201", "48600100202", "48999", None])
            ),
            "trunk_in": draw(st.sampled_from(["T1", "T2", None])),
            "trunk_out": draw(st.sampled_from(["T1", None])),
            "product": draw(st.sampled_from(["game", "song", "film", None])),
            "occurred_at": draw(STARTS),
            "quantity": 1 if kind == "voice" else draw(st.integers(1, 3)),
        }
        if kind == "content":
            facts["amount"] = draw(st.sampled_from([None, Decimal("3.99"), Decimal("-1.50")]))
            facts["currency"] = draw(st.sampled_from(["PLN", "EUR"]))
        made.append(a_call(draw(st.integers(0, 900)) if kind == "voice" else None) | facts)
    return made


SUBSCRIPTIONS = [
    a_subscription(contract="K1"),
    a_subscription(identifier="48600100202", subscription="S3", contract="K1"),
    # Two identifiers of one subscription share its allowance; one of them changes hands.
    a_subscription(identifier="48600100201", contract="K1", valid_until="2026-10-25"),
    a_subscription(
        identifier="48600100201", subscription="S2", customer="C2", valid_from="2026-10-25"
    ),
]
TRUNKS = [
    a_trunk(),
    a_trunk(direction="incoming", zone="Asia/Kolkata"),
    a_trunk(trunk="T2", direction="incoming", agreement="I2", valid_from="2026-10-25"),
]


def found_by(batch: RatedBatch) -> Counter[reference.Part]:
    columns = ["record_key", "side", "balance", "agreement", "destination", "band", "covered_by"]
    granted = pl.col("granted").dt.strftime("%Y-%m")
    pool = pl.concat_str(pl.col("allowance"), granted, separator=" ")
    shown = batch.charges.select(*columns, pool, "free_units", "billed_units", "amount_3600")
    return Counter(reference.Part(*row[:-1], Fraction(row[-1]) / 3600) for row in shown.iter_rows())


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    usage=records(),
    retail=tariffs("standard"),
    wholesale=tariffs("wholesale"),
    left=openings(),
)
def test_rating_agrees_with_the_reference(
    usage: list[Plain], retail: list[Plain], wholesale: list[Plain], left: list[Plain]
) -> None:
    known = snapshot(retail + wholesale, SUBSCRIPTIONS, TRUNKS)
    known.openings = rows(OPENINGS, *left)

    batch = rate(usage_frame(*usage), known)

    parts, outcomes = reference.rate(usage, SUBSCRIPTIONS, TRUNKS, retail + wholesale, {}, left)
    assert outcome_of(batch) == outcomes
    assert found_by(batch) == Counter(parts)


@settings(max_examples=EXAMPLES // 4, deadline=None, suppress_health_check=list(HealthCheck))
@given(usage=records(), retail=tariffs("standard"), order=st.randoms(use_true_random=False))
def test_property_no_order_of_arrival_changes_a_charge(
    usage: list[Plain], retail: list[Plain], order: Any
) -> None:
    known = snapshot([*retail, retail[0] | {"code": "wholesale"}], SUBSCRIPTIONS, TRUNKS)
    shuffled = list(usage)
    order.shuffle(shuffled)

    one, other = rate(usage_frame(*usage), known), rate(usage_frame(*shuffled), known)

    assert found_by(one) == found_by(other)
    assert outcome_of(one) == outcome_of(other)


@settings(max_examples=EXAMPLES // 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(usage=records(), retail=tariffs("standard"), wholesale=tariffs("wholesale"), left=openings())
def test_property_every_derivation_gives_its_amount(
    usage: list[Plain], retail: list[Plain], wholesale: list[Plain], left: list[Plain]
) -> None:
    """R131."""
    known = snapshot(retail + wholesale, SUBSCRIPTIONS, TRUNKS)
    known.openings = rows(OPENINGS, *left)

    for charge in rate(usage_frame(*usage), known).charges.iter_rows(named=True):
        formula = derivation_of(charge).formula
        assert worked_out(formula) == Fraction(charge["amount_3600"]) / 3600, formula
