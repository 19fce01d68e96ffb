"""A month's end over HTTP: close, bill, state, pay, with the right people and nobody else."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from settlement.app import web
from settlement.billing.api import bill_runs, documents
from settlement.payouts.api import payout_batches
from settlement.payouts.gateway import check_file
from settlement.periods.api import periods as periods_api
from settlement.self_billing.api import statement_runs
from statements import service as statements
from statements.document import Kind
from tenants.directory import service as directory
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.settlement.billing.builders import a_customer, charged
from tests.settlement.billing.builders import october as open_october
from tests.settlement.payouts.builders import a_partner
from tests.settlement.self_billing.test_service import shared
from tests.tenants.people.builders import a_user
from tests.world import a_tenant

ALPHA = a_tenant("alpha").id


@pytest.fixture
def parties(database: Database) -> dict[str, UUID]:
    """A customer with charges and a partner with shares in October."""
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        statements.open_series(session, Kind.SELF_BILLED_INVOICE, "RS/{year}/{number:04}")
        period_id, run_id = open_october(session)
        customer, partner = a_customer(session), a_partner(session)
        charged(session, (period_id, run_id), customer, "100.00")
        shared(session, (run_id, period_id), partner)
        return {"customer": customer, "partner": partner}


@pytest.fixture
def client(
    database: Database, parties: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    assert parties
    routes = [periods_api, bill_runs, statement_runs, documents, payout_batches]
    monkeypatch.setattr(web, "API", routes)
    monkeypatch.setattr(web, "PAGES", [])
    return web.create_app(database).test_client()


def as_person(database: Database, role: Role, party_id: UUID | None = None) -> dict[str, str]:
    """The key of a person of this role."""
    with transaction(database, ALPHA, SYSTEM, "tests.person") as session:
        user = a_user(session, role, party_id)
        key = people.issue_api_key(
            session, "alpha", name=role.value, role=role, user_id=user.id, party_id=party_id
        )
    return {"Authorization": f"Bearer {key}"}


def test_from_the_close_of_the_month_to_the_file_at_the_bank(
    client: FlaskClient, database: Database, parties: dict[str, UUID]
):
    operator = as_person(database, Role.OPERATOR)
    maker = as_person(database, Role.FINANCE_MAKER)
    approver = as_person(database, Role.FINANCE_APPROVER)

    closed = client.post("/v1/periods/2026-10/closing", json={}, headers=operator)
    assert (closed.status_code, closed.json["is_open"]) == (200, False), closed.json
    billed: Any = client.post("/v1/bill-runs", json={"period": "2026-10"}, headers=operator).json
    assert [each["gross"] for each in billed["issued"]] == [{"amount": "123.00", "currency": "PLN"}]
    told: Any = client.post("/v1/statement-runs", json={"period": "2026-10"}, headers=operator).json
    assert [each["gross"]["amount"] for each in told["issued"]] == ["77.49"]

    wanted = {"currency": "PLN", "pays_on": "2026-11-10"}
    proposed: Any = client.post("/v1/payout-batches", json=wanted, headers=maker).json
    path = f"/v1/payout-batches/{proposed['id']}"
    assert proposed["amount"] == {"amount": "77.49", "currency": "PLN"}
    assert client.post(f"{path}/approval", headers=maker).status_code == 403
    assert client.get(f"{path}/file", headers=approver).status_code == 409
    approved = client.post(f"{path}/approval", headers=approver)
    assert (approved.status_code, approved.json["status"]) == (200, "approved")
    written = client.post(f"{path}/file", headers=maker)
    check_file(written.data, proposed["number"])
    assert client.get(f"{path}/file", headers=approver).data == written.data
    sent: Any = client.post(f"{path}/confirmation", headers=maker).json
    assert sent["status"] == "sent"


def test_who_may_not_close_is_refused(client: FlaskClient, database: Database):
    reader = as_person(database, Role.READ_ONLY)

    assert client.post("/v1/periods/2026-10/closing", json={}, headers=reader).status_code == 403
    assert client.get("/v1/periods/2026-10/obstacles", headers=reader).json == {
        "suspended": 0,
        "missing": {},
        "missing_files": {},
        "quarantined": [],
        "silent": {},
        "unrated": 0,
    }


def test_a_portal_user_sees_its_own_documents_only(
    client: FlaskClient, database: Database, parties: dict[str, UUID]
):
    operator = as_person(database, Role.OPERATOR)
    client.post("/v1/periods/2026-10/closing", json={}, headers=operator)
    client.post("/v1/bill-runs", json={"period": "2026-10"}, headers=operator)
    client.post("/v1/statement-runs", json={"period": "2026-10"}, headers=operator)
    partner = as_person(database, Role.PARTNER_USER, parties["partner"])

    every: Any = client.get("/v1/documents", headers=operator).json
    own: Any = client.get("/v1/documents", headers=partner).json

    assert [each["kind"] for each in own] == ["self_billed_invoice"]
    invoice = next(each for each in every if each["kind"] == "invoice")
    assert client.get(f"/v1/documents/{invoice['id']}", headers=partner).status_code == 404
    assert client.get(f"/v1/documents/{invoice['id']}/pdf", headers=partner).status_code == 404
    pdf = client.get(f"/v1/documents/{own[0]['id']}/pdf", headers=partner)
    assert (pdf.status_code, pdf.data[:4]) == (200, b"%PDF")
    again = client.get(f"/v1/documents/{own[0]['id']}/pdf", headers=partner)
    assert again.data == pdf.data


def test_a_month_that_is_none_is_said_to_be_none(client: FlaskClient, database: Database):
    operator = as_person(database, Role.OPERATOR)

    assert client.get("/v1/periods/2031-01", headers=operator).status_code == 404
    assert client.get("/v1/periods/October", headers=operator).status_code == 422
    assert (
        dt.date(2026, 10, 1).isoformat()
        == (client.get("/v1/periods/2026-10", headers=operator).json["starts_on"])
    )
