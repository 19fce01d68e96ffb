"""The brand over HTTP and as a page: kept, previewed, gone back to, by administrators alone."""

import base64
import datetime as dt
import io

import pytest
from PIL import Image
from pypdf import PdfReader

from settlement.app import web
from statements import service as statements
from statements.brand_editing.api import brands
from statements.branding import service
from statements.document import Kind
from statements.filing import Filing
from tenants.directory import service as directory
from tenants.people import service as people
from tenants.principal import SYSTEM, Role
from tenants.session import reading, transaction
from tests.settlement.parties.builders import a_registered_party
from tests.statements.builders import a_line, an_invoice
from tests.tenants.people.builders import a_user
from tests.world import a_tenant

ALPHA = a_tenant("alpha").id
DAY = "2026-11-10"
BRAND = {"deep": "#6a1b4d", "texts": {"en": {"footer": "Registered in Warsaw"}}}


@pytest.fixture
def client(database, monkeypatch):
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        directory.create_tenant(session, a_tenant("alpha"))
    monkeypatch.setattr(web, "API", [brands])
    monkeypatch.setattr(web, "PAGES", [])
    return web.create_app(database).test_client()


@pytest.fixture
def key_of(database, client):
    assert client

    def made(role):
        with transaction(database, ALPHA, SYSTEM, "tests.person") as session:
            user = a_user(session, role)
            key = people.issue_api_key(
                session, "alpha", name=role.value, role=role, user_id=user.id
            )
        return {"Authorization": f"Bearer {key}"}

    return made


@pytest.fixture
def document(database, client):
    assert client
    with transaction(database, ALPHA, SYSTEM, "tests.document") as session:
        statements.open_series(session, Kind.INVOICE, "FV/{number}")
        party = a_registered_party(session)
        draft = an_invoice([a_line()], number="", issued_on=None)
        return statements.issue(session, draft, Filing(party.id, "a"), dt.date(2026, 11, 10)).id


def a_picture():
    out = io.BytesIO()
    Image.new("RGB", (60, 20), (200, 80, 20)).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def test_a_brand_is_kept_previewed_and_gone_back_to(client, key_of, document, database):
    administrator = key_of(Role.ADMINISTRATOR)
    first = client.post(
        "/v1/brand/versions",
        json={**BRAND, "valid_from": DAY, "logo": a_picture()},
        headers=administrator,
    )
    assert (first.status_code, first.json["version"]) == (201, 1), first.json
    assert first.json["has_logo"] and first.json["texts"] == BRAND["texts"]
    second = client.post(
        "/v1/brand/versions",
        json={"valid_from": DAY, "logo_of_version": 1},
        headers=administrator,
    )
    assert (second.json["version"], second.json["has_logo"]) == (2, True)

    tried = client.post(
        "/v1/brand/preview",
        json={"document_id": str(document), "texts": {"en": {"header": "Draft of a claim"}}},
        headers=administrator,
    )
    back = client.post(
        "/v1/brand/versions/1/restore", json={"valid_from": DAY}, headers=administrator
    )

    page = PdfReader(io.BytesIO(tried.data)).pages[0].extract_text()
    assert "Draft of a claim" in page and "FV/1" in page and "Preview" in page
    assert (back.json["version"], back.json["restores"]) == (3, 1)
    assert back.json["deep"] == "#6a1b4d"
    listed = client.get("/v1/brand/versions", headers=administrator).json
    assert [each["version"] for each in listed] == [3, 2, 1]
    with reading(database, ALPHA, SYSTEM) as session:
        assert len(service.versions(session)) == 3


def test_a_label_has_a_brand_of_its_own(client, key_of):
    administrator = key_of(Role.ADMINISTRATOR)
    said = {"valid_from": DAY, "deep": "#6a1b4d"}

    house = client.post("/v1/brand/versions", json=said, headers=administrator)
    resold = client.post(
        "/v1/brand/versions", json={**said, "label": "Fonia"}, headers=administrator
    )
    refused = client.post(
        "/v1/brand/versions", json={**said, "label": "x" * 61}, headers=administrator
    )

    assert [(each.json["version"], each.json["label"]) for each in (house, resold)] == [
        (1, ""),
        (2, "Fonia"),
    ]
    assert refused.status_code == 422


def test_only_an_administrator_changes_the_brand(client, key_of):
    operator = key_of(Role.OPERATOR)

    refused = client.post("/v1/brand/versions", json={"valid_from": DAY}, headers=operator)

    assert refused.status_code == 403
    assert client.get("/v1/brand/versions", headers=operator).json == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"deep": "red"},
        {"logo": "no base64!"},
        {"logo": base64.b64encode(b"<svg/>").decode()},
        {"templates": {"invoice.html": "{{ 7.real }}"}},
        {"templates": {"letter.html": "x"}},
        {"texts": {"fr": {}}},
        {"texts": {"en": {"title": "x"}}},
    ],
)
def test_what_cannot_be_worn_is_refused(client, key_of, wrong):
    administrator = key_of(Role.ADMINISTRATOR)

    answer = client.post(
        "/v1/brand/versions", json={"valid_from": DAY, **wrong}, headers=administrator
    )

    assert answer.status_code == 422, answer.json
    assert client.get("/v1/brand/versions", headers=administrator).json == []
