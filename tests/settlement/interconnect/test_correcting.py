"""Rules R58 and R60: what changed in a declared month is declared as a correction that names it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.interconnect.correcting import NegativeWithoutPeriod, changed, require_period_named
from settlement.interconnect.declaring import as_traffic
from statements.declaration import Bucket, Received
from statements.document import Period

DAY = date(2026, 10, 12)
BUCKET = Bucket(
    day=DAY, direction="incoming", trunk="T", destination="D", calls=10, seconds=600,
    billed_seconds=600, rate=Decimal("0.05"), amount=Decimal("0.50"),
)  # fmt: skip
RECEIVED = Received(
    number="A-2", issued_on=DAY, declarant="A", recipient="B", agreement="IC",
    period=Period(date(2026, 10, 1), date(2026, 11, 1)), time_zone="UTC", currency="EUR",
    buckets=(BUCKET,), totals=(),
)  # fmt: skip


def told(buckets: list[Bucket]) -> list[tuple[int, int, Decimal | None, Decimal]]:
    return sorted((b.calls, b.seconds, b.rate, b.amount) for b in buckets)


def test_nothing_is_declared_where_nothing_changed() -> None:
    assert changed([BUCKET], as_traffic([BUCKET])) == []


def test_late_calls_are_declared_alone() -> None:
    now = replace(BUCKET, calls=12, seconds=720, billed_seconds=720, amount=Decimal("0.60"))

    assert told(changed([now], as_traffic([BUCKET]))) == [
        (2, 120, Decimal("0.05"), Decimal("0.10"))
    ]


def test_calls_taken_back_are_negative() -> None:
    assert told(changed([], as_traffic([BUCKET]))) == [
        (-10, -600, Decimal("0.05"), Decimal("-0.50"))
    ]


def test_a_retroactive_rate_tells_both_versions() -> None:
    cheaper = replace(BUCKET, rate=Decimal("0.04"), amount=Decimal("0.40"))

    assert told(changed([cheaper], as_traffic([BUCKET]))) == [
        (-10, -600, Decimal("0.05"), Decimal("-0.50")),
        (10, 600, Decimal("0.04"), Decimal("0.40")),
    ]


COUNTS = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(["0.04", "0.05"]), st.integers(0, 90)), max_size=8
)


def buckets_of(counts: list[tuple[int, str, int]]) -> list[Bucket]:
    return [
        replace(
            BUCKET, day=date(2026, 10, day), rate=Decimal(rate), calls=calls, seconds=60 * calls,
            billed_seconds=60 * calls, amount=Decimal(rate) * calls,
        )
        for day, rate, calls in counts
    ]  # fmt: skip


@given(first=COUNTS, second=COUNTS, third=COUNTS)
def test_all_declarations_together_are_the_month_as_it_is_known(
    first: list[tuple[int, str, int]],
    second: list[tuple[int, str, int]],
    third: list[tuple[int, str, int]],
) -> None:
    declared = buckets_of(first)
    for later in (second, third):
        declared = [*declared, *changed(buckets_of(later), as_traffic(declared))]

    assert sum(b.calls for b in declared) == sum(calls for _, _, calls in third)
    assert sum(b.amount for b in declared) == sum(Decimal(rate) * calls for _, rate, calls in third)
    assert changed(buckets_of(third), as_traffic(declared)) == []


@pytest.mark.parametrize("figure", [{"calls": -1}, {"seconds": -1}, {"amount": Decimal("-0.01")}])
def test_what_is_negative_names_what_it_corrects(figure: dict[str, object]) -> None:
    negative = replace(RECEIVED, buckets=(replace(BUCKET, **figure),))  # type: ignore[arg-type]

    with pytest.raises(NegativeWithoutPeriod):
        require_period_named(negative)
    require_period_named(replace(negative, corrects="A-1"))
    require_period_named(RECEIVED)
