"""A month is cut where a payer's bills begin: its lines say in which part, and cost the same."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from settlement.agreements.contract import Subscriber
from settlement.rating.charge_line import ChargeLine
from settlement.rating.charging import charges_before, charges_of
from settlement.rating.cuts import cuts_of, last_part, part_with, parts_of
from settlement.rating.explaining.service import of_charges
from settlement.rating.fee_lines import Sold
from settlement.rating.fees import Days
from settlement.rating.rated_batch import RatedBatch
from settlement.rating.slicing.summed import all_summed, summed
from settlement.rating.usage_lines import as_charge_lines, usage_lines
from tests.settlement.rating.formula import worked_out
from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_subscription,
    a_tariff,
    at,
    rated,
    usage_frame,
)

PHONE, CONTRACT, CUSTOMER, PAYER, RETAIL, BATCH = (UUID(int=number) for number in range(1, 7))
FIRST, UNTIL = date(2026, 10, 1), date(2026, 11, 1)
OCTOBER = Days(FIRST, UNTIL)
CUT = date(2026, 10, 15)
SUBSCRIBER = Subscriber(
    PHONE, CONTRACT, CUSTOMER, "phone", "standard", "PLN", "Europe/Warsaw", FIRST, None, PAYER
)
# By the tenth of a grosz: half-up, each part by itself would make 0.01 of 0.005 twice.
BY_SECOND = {"price": "0.30", "first_increment": 1, "next_increment": 1}


def a_month_of(
    calls: list[tuple[str, int]], rounding: str = "line", voice: dict[str, str] | None = None
) -> tuple[RatedBatch, pl.DataFrame]:
    """Calls of some seconds by instant (UTC), and their charges as they are kept."""
    records = [
        a_call(seconds, record_key=f"call-{number}", occurred_at=at(when), batch_id=str(BATCH))
        for number, (when, seconds) in enumerate(calls)
    ]
    tariff = a_tariff(voice or BY_SECOND, charge_rounding=rounding)
    who = a_subscription(subscription=str(PHONE), customer=str(CUSTOMER))
    batch = rated(records, tariff, subscriptions=[who])
    charges = batch.charges.with_columns(
        tariff_version=pl.lit(str(RETAIL)), terms=pl.lit(None, pl.String)
    )
    return batch._replace(charges=charges), usage_frame(*records)


def lines_of(
    batch: RatedBatch, usage: pl.DataFrame, cut_on: date | None = CUT, slices: int = 1
) -> list[ChargeLine]:
    cuts = cuts_of([SUBSCRIBER], {PAYER: cut_on} if cut_on else {})
    sums = [
        summed(
            usage,
            batch._replace(
                charges=batch.charges.filter(pl.int_range(pl.len()) % slices == each),
                priced_by=batch.priced_by.filter(pl.int_range(pl.len()) % slices == each),
            ),
            cuts=cuts,
        )
        for each in range(slices)
    ]
    of_month = all_summed(sums)
    lines = usage_lines(of_month, {PHONE: SUBSCRIBER}, Sold({}, {}), FIRST, UNTIL, cuts)
    return sorted(as_charge_lines(lines, of_month.batch_sets), key=lambda line: line.starts_on)


def test_the_rest_of_a_month_is_the_whole_rounded_less_the_part_before() -> None:
    # A second costs 0.005: rounded by themselves two of them would cost 0.02.
    calls = [("2026-10-14T10:00:00", 1), ("2026-10-15T10:00:00", 1)]

    first, rest = lines_of(*a_month_of(calls))

    assert (first.starts_on, first.ends_on, first.amount) == (FIRST, CUT, Decimal("0.01"))
    assert (rest.starts_on, rest.ends_on, rest.amount) == (CUT, UNTIL, Decimal("0.00"))
    assert [line.amount_3600 for line in (first, rest)] == [Decimal(18), Decimal(18)]


def test_the_day_of_an_event_is_that_of_the_customer() -> None:
    # Warsaw is two hours ahead of UTC until 25 October 2026.
    calls = [("2026-10-14T21:59:59", 60), ("2026-10-14T22:00:00", 120)]

    first, rest = lines_of(*a_month_of(calls))

    assert [(line.events, line.seconds) for line in (first, rest)] == [(1, 60), (1, 120)]


def test_an_allowance_is_of_the_calendar_month_wherever_it_is_cut() -> None:
    voice = BY_SECOND | {"allowances": [{"code": "free", "amount": 90}]}
    calls = [("2026-10-10T10:00:00", 60), ("2026-10-20T10:00:00", 60)]

    first, rest = lines_of(*a_month_of(calls, voice=voice))

    # 60 free seconds, then the 30 that are left and 30 at 0.30 a minute.
    assert [(line.free_units, line.amount) for line in (first, rest)] == [
        (60, Decimal("0.00")),
        (30, Decimal("0.15")),
    ]


def test_who_is_billed_by_calendar_months_has_one_line() -> None:
    calls = [("2026-10-10T10:00:00", 60), ("2026-10-20T10:00:00", 60)]

    [line] = lines_of(*a_month_of(calls), cut_on=None)

    assert (line.starts_on, line.ends_on, line.events) == (FIRST, UNTIL, 2)


def test_what_happens_once_stands_in_the_part_of_its_day() -> None:
    before, rest = Days(FIRST, CUT), Days(CUT, UNTIL)

    assert parts_of(OCTOBER, CUT) == (before, rest)
    assert part_with(CUT - timedelta(days=1), OCTOBER, CUT) == before
    assert part_with(CUT, OCTOBER, CUT) == rest
    assert last_part(OCTOBER, CUT) == rest
    assert parts_of(OCTOBER, None) == (OCTOBER,)
    assert part_with(CUT, OCTOBER, None) == last_part(OCTOBER, None) == OCTOBER


MIDNIGHT = at("2026-09-30T22:00:00").replace(tzinfo=None)
CALLS = st.lists(
    st.tuples(
        # Minutes of October by the clocks of Warsaw.
        st.integers(0, 31 * 24 * 60 + 59).map(
            lambda minute: (MIDNIGHT + timedelta(minutes=minute)).isoformat()
        ),
        st.integers(1, 4000),
    ),
    min_size=1,
    max_size=12,
)


@given(CALLS, st.integers(2, 28), st.sampled_from(["line", "event"]), st.integers(1, 3))
def test_property_a_cut_month_costs_what_the_whole_one_does(
    calls: list[tuple[str, int]], day: int, rounding: str, slices: int
) -> None:
    voice = {"price": "0.37", "first_increment": 1, "next_increment": 1}
    batch, usage = a_month_of(calls, rounding, voice)
    cut_on = FIRST.replace(day=day)
    # An event that is rounded by itself is in one slice with all its parts, as here each has one.
    [whole] = lines_of(batch, usage, None)

    cut = lines_of(batch, usage, cut_on, slices)

    added: Counter[str] = Counter()
    for line in cut:
        for name in ("events", "seconds", "billed_units", "amount_3600", "amount"):
            added[name] += getattr(line, name)
        own = charges_of(batch.charges, line)
        assert own.height == line.events
        derived = of_charges(line, own, charges_before(batch.charges, line, own))
        assert derived is not None
        assert worked_out(derived.formula) == Fraction(line.amount)
        days = own["occurred_on"]
        assert ((days >= line.starts_on) & (days < line.ends_on)).all()
    assert added == Counter({name: getattr(whole, name) for name in added})
