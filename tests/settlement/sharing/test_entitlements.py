"""What is due over periods of its own less what was credited: figures worked out by hand."""

import datetime as dt
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from currencies.money import money
from settlement.agreements.sharing_terms import terms_from_plain
from settlement.sharing.entitlements import Credited, Version, entitlements

V1, V2 = UUID(int=1), UUID(int=2)
HALF = [{"payee": "studio", "rate": "0.5"}]
STEPS = [{"payee": "studio", "tiers": [{"up_to": "10000", "rate": "0.5"}, {"rate": "0.6"}]}]


def version(terms_id: UUID = V1, since: str = "2026-01-01", until: str | None = None,
            **terms: Any) -> Version:  # fmt: skip
    plain = {"owner": "operator", "shares": HALF} | terms
    until_day = None if until is None else dt.date.fromisoformat(until)
    return Version(terms_id, terms_from_plain(plain), dt.date.fromisoformat(since), until_day)


def credited(month: str, base: str, amount: str, cause: str = "share", by: UUID = V1) -> Credited:
    of = dt.date.fromisoformat(f"{month}-01")
    return Credited(by, "studio", "", cause, of, money(base, "EUR"), money(amount, "EUR"))


def run(
    month: str, versions: list[Version], rows: list[Credited], *touched: str
) -> list[tuple[str, str, str]]:
    starts = dt.date.fromisoformat(f"{month}-01")
    ends = (starts + dt.timedelta(days=31)).replace(day=1)
    days = {dt.date.fromisoformat(f"{each}-01") for each in touched}
    found = entitlements(versions, rows, (starts, ends), days, "EUR")
    return [(each.cause, f"{each.month:%Y-%m}", str(each.amount.amount)) for each in found]


def test_a_fee_is_by_the_day_from_the_day_on_which_the_agreement_begins() -> None:
    # R36: 100.00 of 31 days; the first 10 are 32.26, so 21 are 67.74.
    fee = {"fees": [{"payee": "studio", "amount": "100.00"}]}

    assert run("2026-10", [version(since="2026-10-11", **fee)], []) == [("fee", "2026-10", "67.74")]
    assert run("2026-11", [version(since="2026-10-11", **fee)], []) == [
        ("fee", "2026-11", "100.00")
    ]


def test_a_fee_over_versions_of_one_month_is_the_fee() -> None:
    # R36: 32.26 + 35.48 + 32.26 = 100.00, and 35.48 + 32.26 where the first version had none.
    fee = {"fees": [{"payee": "studio", "amount": "100.00"}]}
    first = version(since="2026-10-01", until="2026-10-11", **fee)
    others = [
        version(V2, "2026-10-11", "2026-10-22", **fee),
        version(UUID(int=3), "2026-10-22", **fee),
    ]

    assert run("2026-10", [first, *others], []) == [("fee", "2026-10", "100.00")]
    assert run("2026-10", [first._replace(terms=version().terms), *others], []) == [
        ("fee", "2026-10", "67.74")
    ]


def test_a_fee_that_a_later_version_dropped_is_owed_for_its_days() -> None:
    first = version(since="2026-10-01", until="2026-10-11",
                    fees=[{"payee": "studio", "amount": "100.00"}])  # fmt: skip

    assert run("2026-10", [first, version(V2, "2026-10-11")], []) == [("fee", "2026-10", "32.26")]


def test_a_fee_by_the_month_is_beside_one_by_the_year_before_it() -> None:
    # 181 of 365 days of 1,200.00 are 595.07; from July on it is 100.00 a month.
    yearly = version(until="2026-07-01",
                     fees=[{"payee": "studio", "amount": "1200.00", "period": "year"}])  # fmt: skip
    monthly = version(V2, "2026-07-01", fees=[{"payee": "studio", "amount": "100.00"}])
    given = [credited("2026-06", "0", "595.07", "fee")]

    assert run("2026-07", [yearly, monthly], given) == [("fee", "2026-07", "100.00")]
    given.append(credited("2026-07", "0", "100.00", "fee", V2))
    assert run("2026-08", [yearly, monthly], given) == [("fee", "2026-08", "100.00")]


def test_a_fee_by_the_year_is_beside_those_by_the_month_before_it() -> None:
    # 31 of 365 days of 1,200.00 are 101.92.
    monthly = version(until="2026-07-01", fees=[{"payee": "studio", "amount": "100.00"}])
    yearly = version(V2, "2026-07-01",
                     fees=[{"payee": "studio", "amount": "1200.00", "period": "year"}])  # fmt: skip
    given = [credited(f"2026-0{each}", "0", "100.00", "fee") for each in range(1, 7)]

    assert run("2026-07", [monthly, yearly], given) == [("fee", "2026-07", "101.92")]


@pytest.mark.parametrize(
    ("earned", "topped_up"), [("-50", "1050.00"), ("999.99", "0.01"), ("1000", None)]
)
def test_a_guarantee_is_reached_also_from_below_zero(earned: str, topped_up: str | None) -> None:
    promised = version(guarantees=[{"payee": "studio", "amount": "1000.00"}])

    found = run("2026-10", [promised], [credited("2026-10", "0", earned)])

    assert found == ([("guarantee", "2026-10", topped_up)] if topped_up else [])


def test_a_month_below_zero_adds_back_within_the_guarantee_s_period_only() -> None:
    # 800 - 100 + 200 = 900 of 1,000; the quarter before earned 5,000 and does not help.
    promised = version(guarantees=[{"payee": "studio", "amount": "1000.00", "period": "quarter"}])
    rows = [credited("2026-09", "0", "5000"), credited("2026-10", "0", "800"),
            credited("2026-11", "0", "-100"), credited("2026-12", "0", "200")]  # fmt: skip

    assert run("2026-11", [promised], rows[:3]) == []
    assert run("2026-12", [promised], rows) == [("guarantee", "2026-12", "100.00")]


def test_the_end_of_the_agreement_is_the_final_run() -> None:
    promised = version(
        until="2026-11-20", guarantees=[{"payee": "studio", "amount": "10.00", "period": "year"}]
    )

    assert run("2026-10", [promised], []) == []
    assert run("2026-11", [promised], []) == [("guarantee", "2026-11", "10.00")]
    topped_up = [credited("2026-11", "0", "10.00", "guarantee")]
    assert run("2026-12", [promised], topped_up) == []


def test_an_amendment_from_the_next_day_is_no_end() -> None:
    promise = {"guarantees": [{"payee": "studio", "amount": "10.00", "period": "year"}]}
    versions = [version(until="2026-11-01", **promise), version(V2, "2026-11-01", **promise)]

    assert run("2026-10", versions, []) == []


def test_a_cap_counts_what_tiers_add_and_a_late_refund_gives_back_what_was_cut() -> None:
    # 12,000 give 6,200, capped at 6,100; after a refund of 2,000 of October 5,000 are due, no cut.
    capped = version(shares=STEPS, caps=[{"payee": "studio", "amount": "6100.00"}])
    october = [credited("2026-10", "12000", "6000")]

    first = run("2026-10", [capped], october)
    assert first == [("tier", "2026-10", "200.00"), ("cap", "2026-10", "-100.00")]

    stored = [*october, credited("2026-10", "0", "200.00", "tier"),
              credited("2026-10", "0", "-100.00", "cap"),
              credited("2026-10", "-2000", "-1000", "refund")]  # fmt: skip
    assert run("2026-11", [capped], stored, "2026-10") == [
        ("tier", "2026-10", "-200.00"), ("cap", "2026-10", "100.00"),
    ]  # fmt: skip


def test_new_tiers_share_only_what_they_add_to_the_base() -> None:
    # 8,000 at 50 % under the first version; 4,000 more from 8,000 on: 2,000 at 50 %, 2,000 at 60 %.
    versions = [
        version(until="2026-11-01", tier_period="quarter"),
        version(V2, "2026-11-01", shares=STEPS, tier_period="quarter"),
    ]
    rows = [credited("2026-10", "8000", "4000"), credited("2026-11", "4000", "2000", by=V2)]

    assert run("2026-11", versions, rows) == [("tier", "2026-11", "200.00")]


def fractions(versions: list[Version], rows: list[Credited]) -> list[tuple[str, str, Fraction]]:
    """What rounding made of what is credited for October."""
    found = entitlements(versions, rows, (dt.date(2026, 10, 1), dt.date(2026, 11, 1)), [], "EUR")
    return [(each.cause, str(each.amount.amount), each.fraction) for each in found]


def test_a_fee_by_the_day_tells_what_is_not_a_whole_cent() -> None:
    # 21 of 31 days; the first ten are 32.258..., posted as 32.26, so 67.741... is posted as 67.74.
    fee = {"fees": [{"payee": "studio", "amount": "100.00"}]}

    assert fractions([version(since="2026-10-11", **fee)], []) == [
        ("fee", "67.74", Fraction(2100, 31) - Fraction("67.74"))
    ]


def test_a_tier_tells_its_own_rounding_beside_that_of_the_split() -> None:
    # Of 10,000.03 the split gives 5,000.02 for 5,000.015. 0.03 at 60 % instead of 50 % are 0.003
    # more: 5,000.018, so 5,000.02 are due and the tier posts nothing.
    rows = [credited("2026-10", "10000.03", "5000.02")._replace(fraction=Fraction("-0.005"))]

    assert fractions([version(shares=STEPS)], rows) == [("tier", "0.00", Fraction("0.003"))]


def test_what_a_tier_posted_of_a_fraction_is_posted_once() -> None:
    # 0.07 at 60 % are 0.042, at 50 % 0.035; with the tier's 0.003 of before, 0.004 are new.
    rows = [
        credited("2026-10", "10000.07", "5000.04")._replace(fraction=Fraction("-0.005")),
        credited("2026-10", "0", "0.00", "tier")._replace(fraction=Fraction("0.003")),
    ]

    assert fractions([version(shares=STEPS)], rows) == [("tier", "0.00", Fraction("0.004"))]
    posted = [rows[0], rows[1]._replace(fraction=Fraction("0.007"))]
    assert fractions([version(shares=STEPS)], posted) == []


def test_of_credits_from_before_the_ledger_no_fraction_is_made_up() -> None:
    rows = [
        credited("2026-10", "10000.03", "5000.02"),
        credited("2026-10", "0", "0.00", "tier"),
    ]

    assert fractions([version(shares=STEPS)], rows) == []


@pytest.mark.parametrize(
    ("promise", "told"),
    [
        # 10.003 exact, 10.00 credited: 4.00 whole are left of it, whatever the fraction.
        ({"caps": [{"payee": "studio", "amount": "4.00"}]}, ("cap", "-6.00", Fraction("-0.003"))),
        (
            {"guarantees": [{"payee": "studio", "amount": "12.00"}]},
            ("guarantee", "2.00", Fraction("-0.003")),
        ),
        # Of an advance of 15.00 all is kept, and of 4.00 no more than that.
        (
            {"advances": [{"payee": "studio", "amount": "15.00"}]},
            ("advance", "-10.00", Fraction("-0.003")),
        ),
        ({"advances": [{"payee": "studio", "amount": "4.00"}]}, ("advance", "-4.00", Fraction(0))),
    ],
)
def test_what_leaves_a_whole_amount_takes_the_fraction_away(
    promise: dict[str, Any], told: tuple[str, str, Fraction]
) -> None:
    rows = [credited("2026-10", "20.006", "10.00")._replace(fraction=Fraction("0.003"))]

    assert fractions([version(**promise)], rows) == [told]
