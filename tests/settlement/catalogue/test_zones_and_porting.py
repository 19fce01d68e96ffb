"""Zone plans and ported numbers: rows follow one another, what was said stays (R21, R22)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from settlement.catalogue import service as catalogue
from settlement.catalogue.dated_rows import (
    DatedFileUnreadable,
    DatedRowContradicts,
    DatedRowsUnreadable,
)
from settlement.catalogue.lint.tariff_lint import TariffUnsound
from settlement.catalogue.porting import service as porting
from settlement.catalogue.zones import service as zones
from settlement.catalogue.zones.service import NoSuchZonePlan
from tenants.session import TenantSession

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
FOREVER = (date(2000, 1, 1), date(2100, 1, 1))
ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def imported(session: TenantSession, *lines: str, valid_from: date = OCTOBER) -> tuple[int, int]:
    heading = "prefix,zone,valid_from,valid_until"
    content = "\n".join([heading, *lines]).encode()
    found = zones.import_zones(session, "world", "World", content, valid_from)
    return found.added, found.known


def rows(session: TenantSession, first: date = FOREVER[0], until: date = FOREVER[1]) -> list:
    return zones.zones_between(session, "world", first, until).rows()


def test_a_prefix_leaves_its_zone_where_its_next_row_begins(session: TenantSession) -> None:
    imported(session, "48,Poland,,", "486,Mobile,,2026-12-01")
    imported(session, "486,Poland,2026-11-01,", valid_from=NOVEMBER)

    assert rows(session) == [
        ("48", "Poland", OCTOBER, None),
        ("486", "Mobile", OCTOBER, NOVEMBER),
        ("486", "Poland", NOVEMBER, None),
    ]
    assert [row[1] for row in rows(session, NOVEMBER, DECEMBER)] == ["Poland", "Poland"]


def test_the_same_rows_again_change_nothing_and_other_ones_are_refused(
    session: TenantSession,
) -> None:
    assert imported(session, "48,Poland,,", "48,Poland,,") == (1, 0)
    assert imported(session, "48,Poland,,", "49,Germany,,") == (1, 1)

    with pytest.raises(DatedRowContradicts, match="48 is Poland from 2026-10-01"):
        imported(session, "48,Europe,,")
    assert len(rows(session)) == 2


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["+48,Poland,,"], "line 2: BAD_PREFIX"),
        ([",Poland,,"], "line 2: BAD_PREFIX"),
        (["48,,,"], "line 2: BAD_ZONE"),
        (["48,Poland,1.11.2026,"], "line 2: BAD_TIME"),
        (["48,Poland,2026-11-01,2026-11-01"], "line 2: NO_TIME_AT_ALL"),
        (["48,Poland,,", "48,Europe,,"], "line 3: TWICE: 48"),
        (["48,A,2026-10-01,2026-12-01", "48,B,2026-11-01,"], "line 3: OVERLAP: 48"),
        (["48,Poland"], "line 2: WRONG_COLUMN_COUNT"),
    ],
)
def test_a_row_that_cannot_be_read_refuses_the_file(
    session: TenantSession, lines: list[str], reason: str
) -> None:
    with pytest.raises(DatedRowsUnreadable, match=reason):
        imported(session, *lines)
    assert zones.zone_plans(session) == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe48", b"prefix,price\n48,1", b"prefix\n48"])
def test_a_file_without_the_columns_is_refused(session: TenantSession, content: bytes) -> None:
    with pytest.raises(DatedFileUnreadable):
        zones.import_zones(session, "world", "World", content, OCTOBER)


def test_what_was_known_at_an_instant_is_what_was_imported_by_then(
    session: TenantSession,
) -> None:
    imported(session, "48,Poland,,")
    before = session.now() - timedelta(seconds=1)

    known = zones.zones_between(session, "world", *FOREVER, session.now())
    unknown = zones.zones_between(session, "world", *FOREVER, before)

    assert (known.height, unknown.height) == (1, 0)
    with pytest.raises(NoSuchZonePlan):
        zones.zones_between(session, "moon", *FOREVER)


def test_a_tariff_of_zones_that_are_not_there_is_not_published(session: TenantSession) -> None:
    imported(session, "48,Poland,,", "44,United Kingdom,,")
    terms = {
        "currency": "PLN",
        "voice": {"zones": "world", "rates": [{"zone": "Poland", "price": "0.1"}]},
    }

    published = catalogue.publish_tariff(session, "gold", "Gold", terms, OCTOBER)

    assert [finding["code"] for finding in published.findings] == ["ZONE_WITHOUT_RATE"]
    terms["voice"]["rates"][0]["zone"] = "Moon"  # type: ignore[index]
    with pytest.raises(TariffUnsound, match="Moon"):
        catalogue.publish_tariff(session, "silver", "Silver", terms, OCTOBER)


def test_a_number_goes_on_to_its_next_operator(session: TenantSession) -> None:
    first = b"number,operator,valid_from\n48600100200,48700,2026-10-05T14:00:00+02:00\n"
    second = (
        b"number,operator,valid_from,valid_until\n"
        b"48600100200,4899,2026-10-20T00:00:00Z,2026-11-01T00:00:00Z\n"
    )

    assert porting.import_ported(session, first).added == 1
    assert porting.import_ported(session, second).added == 1
    assert porting.import_ported(session, first).known == 1

    at = [datetime(2026, 10, 5, 12, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)]
    assert porting.ported_between(session, *ALWAYS).rows() == [
        ("48600100200", "48700", at[0], at[1]),
        ("48600100200", "4899", at[1], datetime(2026, 11, 1, tzinfo=UTC)),
    ]
    assert porting.ported_between(session, at[1], ALWAYS[1])["operator"].to_list() == ["4899"]
    assert porting.ported_between(session, *ALWAYS, known_at=at[0] - timedelta(days=999)).is_empty()
    assert [row["operator"] for row in porting.portings_of(session, "48600100200")] == [
        "48700",
        "4899",
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("48600100200,48700,2026-10-05T14:00:00", "BAD_TIME"),
        ("48600100200,48700,2026-10-05T14:00:00.5Z", "BAD_TIME"),
        ("48600100200,48700,", "NO_BEGINNING"),
        ("48600100200,Beta,2026-10-05T14:00:00Z", "BAD_OPERATOR"),
        ("+48600100200,48700,2026-10-05T14:00:00Z", "BAD_NUMBER"),
    ],
)
def test_a_porting_says_its_instant_and_a_routing_prefix(
    session: TenantSession, line: str, reason: str
) -> None:
    with pytest.raises(DatedRowsUnreadable, match=reason):
        porting.import_ported(session, f"number,operator,valid_from\n{line}".encode())


def test_a_number_that_is_with_another_operator_from_then_is_refused(
    session: TenantSession,
) -> None:
    line = "number,operator,valid_from\n48600100200,{},2026-10-05T14:00:00Z"
    porting.import_ported(session, line.format(48700).encode())

    with pytest.raises(DatedRowContradicts, match="48600100200 is 48700"):
        porting.import_ported(session, line.format(48800).encode())
