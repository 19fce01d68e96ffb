"""Events by TMF735: what was charged for shared usage, to those who share it alone."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl
import pytest

from settlement.periods import service as periods
from settlement.rating.rated_batch import RATED
from settlement.tm_forum.references import EVENTS
from tenants.column_files import keep_frame
from tenants.principal import SYSTEM
from tenants.session import transaction
from tests.settlement.books import insert
from tests.settlement.tm_forum.conftest import Checked, Office
from tests.world import a_tenant

KIND = "CdrTransaction"
BATCH = str(UUID(int=7))
NOON = dt.datetime(2026, 10, 5, 12, tzinfo=dt.UTC)


def a_charge(line: int, terms: object, product: str, amount: str, part: int = 1) -> dict[str, Any]:
    return {
        "source": "shop",
        "batch_id": BATCH,
        "line": line,
        "record_key": f"k{line}",
        "kind": "content",
        "direction": "outgoing",
        "occurred_at": NOON + dt.timedelta(minutes=line),
        "occurred_on": dt.date(2026, 10, 5),
        "side": "customer",
        "balance": "receivable",
        "party": "customer-48601234567",
        "charge_rounding": "line",
        "product": product,
        "part": part,
        "covered_by": "charge",
        "quantity": 1 if part == 1 else None,
        "amount_3600": Decimal(amount) * 3600,
        "currency": "PLN",
        "terms": None if terms is None else str(terms),
    }


@pytest.fixture
def october(office: Office) -> Office:
    """Four events: two of RS-1 (one in two parts), one of RS-2, one that nobody shares."""
    one, two = (office.agreed[code].terms_id for code in ("RS-1", "RS-2"))
    charges = [
        a_charge(1, one, "QUIZ", "1.20"),
        a_charge(2, one, "NEWS", "0.254"),
        a_charge(2, one, "NEWS", "0.251", part=2),
        a_charge(3, two, "GAME", "-3.00"),
        a_charge(4, None, "QUIZ", "9.99"),
    ]
    with transaction(office.database, a_tenant().id, SYSTEM, "tests.charges") as session:
        period = periods.open_period(session, "2026-10")
        periods.open_period(session, "2026-11")
        insert(
            session, "rating_runs", period_id=period.id, snapshot_digest="0" * 64,
            rated_sha256=keep_frame(session.files, pl.DataFrame(charges, schema=RATED)),
            events=4, rated=4, suspended=0, unbillable=0, free=0, rated_at=session.now(),
        )  # fmt: skip
    return office


def lines(told: list[dict[str, Any]]) -> list[int]:
    return [int(each["id"].rsplit(".", 1)[1]) for each in told]


def test_an_event_says_when_what_and_how_much(october: Office, checked: Checked):
    answer = october.get(EVENTS)

    told = checked("735", KIND, answer)
    assert lines(told) == [1, 2, 3]
    assert (answer.headers["X-Total-Count"], told[0]["state"]) == ("3", "charged")
    assert told[0]["creationDate"] == "2026-10-05T12:01:00+00:00"
    cdrs = [each["transactionItem"][0]["cdr"][0] for each in told]
    # Two parts of one event are rounded together: 0.254 + 0.251 is 0.51, not 0.25 + 0.25.
    assert [str(each["amount"]["value"]) for each in cdrs] == ["1.20", "0.51", "-3.00"]
    assert [each["cdrDirectionType"] for each in cdrs] == ["charge", "charge", "refund"]
    assert [each["productRef"]["id"] for each in cdrs] == ["QUIZ", "NEWS", "GAME"]
    assert checked("735", KIND, october.get(told[1]["href"])) == told[1]


def test_a_partner_sees_events_it_shares_and_no_customer(october: Office, checked: Checked):
    answer = october.get(EVENTS, "P-1")

    assert lines(checked("735", KIND, answer)) == [1, 2]
    assert "P-2" not in answer.text and "48601234567" not in answer.text
    assert lines(october.get(EVENTS, "P-2").get_json()) == [1, 2, 3]


def test_a_foreign_event_is_as_if_it_were_not_there(october: Office):
    *_, foreign = october.get(EVENTS).get_json()

    nothing = october.get(f"{EVENTS}/2026-10.{BATCH}.99", "P-1")
    assert nothing.status_code == 404
    for identity in (foreign["id"], f"2026-10.{BATCH}.4", f"2026-11.{BATCH}.1", "1", "x.y.z"):
        answer = october.get(f"{EVENTS}/{identity}", "P-1")
        assert (answer.status_code, answer.json) == (404, nothing.json), identity


@pytest.mark.parametrize(
    ("query", "found", "total"),
    [
        ({"limit": 1, "offset": 1}, [2], "3"),
        ({"product": "QUIZ"}, [1], "1"),
        ({"period": "2026-10", "offset": 3}, [], "3"),
        ({"period": "2026-11"}, [], "0"),
    ],
)
def test_events_are_listed_a_page_at_a_time(
    october: Office, query: dict[str, object], found: list[int], total: str
):
    answer = october.get(EVENTS, **query)

    assert (lines(answer.get_json()), answer.headers["X-Total-Count"]) == (found, total)


def test_what_events_cannot_be_asked_by_is_refused(october: Office, checked: Checked):
    assert october.get(EVENTS, period="2031-01").status_code == 404
    for query in ({"state": "charged"}, {"limit": "0"}):
        answer = october.get(EVENTS, **query)
        assert answer.status_code == 400
        checked("735", "Error", answer)


def test_an_event_is_not_created_but_taken_in(office: Office, checked: Checked):
    answer = office.post(EVENTS, {"@type": KIND})

    assert answer.status_code == 400
    assert "TMF635" in checked("735", "Error", answer)["message"]
