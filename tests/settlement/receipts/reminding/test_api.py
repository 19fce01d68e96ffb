"""Reminders over HTTP and as a page: due, issued, kept."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from settlement.app import web
from settlement.app.jobs import JOBS
from settlement.billing import service as billing
from settlement.periods import service as periods
from settlement.receipts.reminding import jobs as reminding
from settlement.receipts.reminding import pages, service
from statements import service as statements
from statements.document import Kind
from tenants.directory import service as directory
from tenants.jobs import service as jobs
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import reading, transaction
from tenants.web.paging import cursor
from tests.settlement.billing.builders import a_customer, charged, october
from tests.tenants.people.builders import a_user
from tests.world import a_tenant

ALPHA = a_tenant("alpha").id
DUE_AND_SEVEN = dt.timedelta(days=21)


@pytest.fixture
def customers() -> tuple[str, ...]:
    """Who is late."""
    return ("C-1",)


@pytest.fixture
def client(database: Database, customers: tuple[str, ...]) -> Iterator[FlaskClient]:
    """Customers whose invoices over 123.00 are seven days late."""
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        statements.open_series(session, Kind.REMINDER, "WZ/{number}")
        where = october(session)
        for code in customers:
            charged(session, where, a_customer(session, code), "100.00")
        periods.close(session, "2026-10")
        billing.bill_period(session, "2026-10")
        user = a_user(session, Role.OPERATOR)
        key = people.issue_api_key(
            session, "alpha", name="operator", role=Role.OPERATOR, user_id=user.id
        )
        began, clock = session.now(), session.clock
    clock.move_to(began + DUE_AND_SEVEN)
    made = web.create_app(database).test_client()
    made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    yield made
    clock.move_to(began)


def test_what_is_due_is_issued_and_listed(client: FlaskClient):
    [due] = client.get("/v1/reminders/due").json
    assert (due["party"], due["level"], due["amount"]["amount"]) == ("C-1", 1, "123.00")
    assert "Issue these letters" in client.get("/reminders").text

    run = client.post("/v1/reminders/runs").json

    assert [each["number"] for each in run["issued"]] == ["WZ/1"]
    assert (run["notes"], run["parked"]) == ([], [])
    assert [each["kind"] for each in client.get("/v1/reminders").json["data"]] == ["reminder"]
    page = client.get("/reminders").text
    assert "WZ/1" in page
    assert "Nobody is due a reminder today" in page


@pytest.mark.parametrize("customers", [("C-1", "C-2", "C-3")])
def test_letters_are_listed_page_by_page_the_newest_first(client: FlaskClient):
    client.post("/v1/reminders/runs")

    first = client.get("/v1/reminders?limit=2").json
    rest = client.get(f"/v1/reminders?limit=2&starting_after={first['next_cursor']}").json

    assert [each["number"] for each in first["data"]] == ["WZ/3", "WZ/2"]
    assert [each["number"] for each in rest["data"]] == ["WZ/1"]
    assert (first["has_more"], rest["has_more"], rest["next_cursor"]) == (True, False, None)


@pytest.mark.parametrize("parts", [["x"], ["00000000-0000-7000-8000-000000000000"]])
def test_a_place_that_is_not_in_the_list_is_refused(client: FlaskClient, parts: list[str]):
    refused = client.get(f"/v1/reminders?starting_after={cursor(parts)}")

    assert refused.status_code in (404, 422)


@pytest.mark.parametrize("customers", [("C-1", "C-2")])
def test_a_page_shows_the_first_letters_and_says_that_there_are_more(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pages, "ROWS", 1)
    due = client.get("/reminders").text
    assert "(C-1)" in due and "(C-2)" not in due
    assert "1 more are left out here" in due

    client.post("/v1/reminders/runs")

    # The newest first.
    issued = client.get("/reminders").text
    assert "WZ/2" in issued and "WZ/1<" not in issued
    assert "Only the first ones are shown." in issued


@pytest.mark.parametrize("customers", [("C-1", "C-2", "C-3")])
def test_many_letters_are_issued_by_a_job_that_says_how_far_it_is(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pages, "AT_ONCE", 2)
    monkeypatch.setattr(reminding, "PART", 2)

    asked = client.post("/reminders/runs")

    assert asked.status_code == 303 and asked.location.endswith("/runs")
    assert client.get("/v1/reminders").json["data"] == []
    with reading(database, ALPHA, SYSTEM) as session:
        [waiting] = jobs.runs(session)
    jobs.do_run(database, JOBS, ALPHA, waiting.id)
    with reading(database, ALPHA, SYSTEM) as session:
        run = jobs.run(session, waiting.id)
    assert (run.status, run.done, run.total) == ("done", 3, 3)
    assert run.result == {"issued": 3, "interest_notes": 0, "parked": []}
    assert len(client.get("/v1/reminders").json["data"]) == 3


@pytest.mark.parametrize("customers", [("C-1", "C-2")])
def test_a_part_issues_its_own_letters_alone(client: FlaskClient, database: Database):
    with transaction(database, ALPHA, SYSTEM, "tests.remind") as session:
        first, second = service.due(session)

        one = service.issue(session, [second.account])
        again = service.issue(session, [second.account])

    assert [each.filing.party_id for each in one.issued] == [second.party_id]
    assert again.issued == ()
    assert [each["party"] for each in client.get("/v1/reminders/due").json] == [first.party]
