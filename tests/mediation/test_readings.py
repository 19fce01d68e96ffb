"""Readings of meters land in any order; what they show is worked out anew from all of them."""

import datetime as dt
import itertools

import pytest

from mediation import service
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from tenants.clock import HeldClock
from tenants.session import TenantSession
from tests.mediation.landed import landed_usage
from tests.mediation.sources import ZONE

SEPTEMBER, OCTOBER, NOVEMBER = (
    (dt.datetime(2026, month, 1, tzinfo=dt.UTC), dt.datetime(2026, month + 1, 1, tzinfo=dt.UTC))
    for month in (9, 10, 11)
)
MAPPING = {
    "delimiter": ";",
    "count": [3, 3],
    "columns": {"occurred_at": 1, "reading": 2, "estimated": 3},
    "constants": {
        "account": "48501",
        "unit": "kilowatt_hour",
        "register_digits": "5",
    },
    "values": {"estimated": {"E": "yes", "A": "no"}},
    "time_format": "%d.%m.%Y %H:%M",
}


@pytest.fixture
def meters(session: TenantSession) -> TenantSession:
    """A session in which the source "meters" is registered."""
    settings = {"zone": ZONE, "mapping": MAPPING, "kind": "meter"}
    sources.register_source(session, "meters", "Meters", "delimited", settings)
    return session


def read(session: TenantSession, *lines: str) -> None:
    """One file for each reading."""
    for line in lines:
        service.ingest(session, "meters", line, f"{line}\n".encode())


def later(session: TenantSession) -> None:
    """An hour goes by in this session."""
    session.clock = HeldClock(session.now() + dt.timedelta(hours=1))


def used(session: TenantSession, month: tuple[dt.datetime, dt.datetime]) -> list[tuple[str, int]]:
    rows = landed_usage(session, *month).select("unit", "quantity")
    return [(unit, quantity) for unit, quantity in rows.iter_rows()]


OPENING, ESTIMATE, ACTUAL = (
    "15.09.2026 08:00;99990;A",
    "15.10.2026 08:00;40;E",
    "15.11.2026 08:00;65.5;A",
)


def test_an_estimate_is_used_until_somebody_reads(meters: TenantSession) -> None:
    read(meters, OPENING, ESTIMATE)
    # 99,990 to 100,000 kWh and 40 more.
    assert used(meters, OCTOBER) == [("watt_hour", 50_000)]
    before = meters.now()
    later(meters)

    read(meters, ACTUAL)

    assert used(meters, OCTOBER) == [("watt_hour", 0)]
    assert used(meters, NOVEMBER) == [("watt_hour", 75_500)]
    # The month of the estimate has to be rated again; the month before it has not.
    assert service.has_landed_since(meters, *OCTOBER, before)
    assert not service.has_landed_since(meters, *SEPTEMBER, before)


@pytest.mark.parametrize("order", list(itertools.permutations([OPENING, ESTIMATE, ACTUAL])))
def test_readings_in_any_order_show_the_same(meters: TenantSession, order: tuple[str, ...]) -> None:
    read(meters, *order)

    months = [used(meters, month) for month in (SEPTEMBER, OCTOBER, NOVEMBER)]
    assert months == [[("watt_hour", 0)], [("watt_hour", 0)], [("watt_hour", 75_500)]]


def test_a_late_reading_moves_consumption_to_its_own_month(meters: TenantSession) -> None:
    read(meters, OPENING, ACTUAL)
    before = meters.now()
    later(meters)

    read(meters, "20.10.2026 08:00;10;A")

    assert used(meters, OCTOBER) == [("watt_hour", 20_000)]
    assert used(meters, NOVEMBER) == [("watt_hour", 55_500)]
    assert service.has_landed_since(meters, *OCTOBER, before)
    assert service.has_landed_since(meters, *NOVEMBER, before)


def test_a_reading_that_went_back_shows_it(meters: TenantSession) -> None:
    read(meters, OPENING, ACTUAL, "20.11.2026 08:00;60;A", "25.11.2026 08:00;70.5;A")

    assert used(meters, NOVEMBER) == [
        ("watt_hour", 75_500),
        ("watt_hour", -5_500),
        ("watt_hour", 5_000),
    ]


def test_a_reading_out_of_suspense_is_written_as_a_reading(meters: TenantSession) -> None:
    read(meters, OPENING, ACTUAL, "20.11.2026 08:00;60;A")
    usage = service.landed_usage(meters, *NOVEMBER)
    back = usage.filter(usage["quantity"] < 0).drop("arrived_at")
    reason = back.select(reason="unit").with_columns(reason=usage["unit"][:1])["reason"]
    period = meters.ids.new()

    suspense.suspend_at_rating(meters, back.with_columns(reason=reason, detail=None), period)

    [waiting] = suspense.open_suspense(meters)
    shown = {name: waiting.fields.get(name) for name in ("reading", "unit", "quantity")}
    assert shown == {"reading": "60000", "unit": "watt_hour", "quantity": None}
