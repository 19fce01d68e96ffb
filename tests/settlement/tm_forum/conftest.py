"""Two partners under one revenue share, one under a share of its own as well, and readers."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from settlement.agreements import service as agreements
from settlement.agreements.agreed import AgreedTerms
from settlement.app import web
from settlement.catalogue.products import service as products
from settlement.tm_forum.api import TM_FORUM
from tenants.directory import service as directory
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.settlement.agreements.builders import a_carrier
from tests.settlement.self_billing.test_service import a_partner
from tests.settlement.tm_forum.contract import keeps
from tests.tenants.people.builders import a_user
from tests.world import a_tenant

OCTOBER = dt.date(2026, 10, 1)
TERMS: dict[str, Any] = {
    "products": ["QUIZ", "NEWS"],
    "owner": "operator",
    "deductions": [{"name": "store fee", "rate": "0.10"}],
    "shares": [{"payee": "P-1", "rate": "0.60"}, {"payee": "P-2", "rate": "0.20"}],
}
THEIR_OWN = {"products": ["GAME"], "owner": "operator", "shares": [{"payee": "P-2", "rate": "0.5"}]}

TRAFFIC = {
    "time_zone": "Europe/Dublin",
    "incoming": "atlantic-in",
    "outgoing": "atlantic-out",
    "tolerance": "0.005",
}


@dataclass(frozen=True)
class Office:
    """A tenant with its agreements, by code, and the ways to ask it."""

    client: FlaskClient
    database: Database
    keys: dict[str, str]
    partners: dict[str, UUID]
    agreed: dict[str, AgreedTerms]

    def get(self, path: str, who: str = "operator", **query: object) -> TestResponse:
        """GET as somebody: the operator, read_only, or the partner of a code."""
        return self.client.get(path, headers=self._key(who), query_string=query)

    def post(self, path: str, body: object, who: str = "operator") -> TestResponse:
        """POST as somebody."""
        return self.client.post(path, headers=self._key(who), json=body)

    def ask(self, method: str, path: str, body: object, who: str = "operator") -> TestResponse:
        """Any request as somebody."""
        return self.client.open(path, method=method, headers=self._key(who), json=body)

    def _key(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[who]}", "Accept-Language": "en"}


@pytest.fixture
def office(database: Database, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(web, "API", [])
    monkeypatch.setattr(web, "PAGES", [])
    monkeypatch.setattr(web, "TM_FORUM", TM_FORUM)
    keys, agreed = {}, {}
    with transaction(database, a_tenant("alpha").id, SYSTEM, "tests.tenant") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        partners = {code: a_partner(session, code) for code in ("P-1", "P-2")}
        for product in ("QUIZ", "NEWS", "GAME"):
            products.add_product(session, product, product.title(), "content")
        for code, partner, terms in (("RS-1", "P-1", TERMS), ("RS-2", "P-2", THEIR_OWN)):
            agreed[code] = agreements.agree_share(
                session, code, partners[partner], "PLN", terms, OCTOBER
            )
        carrier = a_carrier(session)
        agreed["IC-1"] = agreements.agree_interconnect(
            session, "IC-1", carrier.id, "XDR", TRAFFIC, ["PJSIP/atlantic"], OCTOBER
        )
        user = a_user(session, Role.CARRIER_USER, carrier.id, email="carrier@c.example")
        keys["atlantic"] = people.issue_api_key(
            session, "alpha", name="atlantic", role=Role.CARRIER_USER, user_id=user.id
        )
        for code, party_id in partners.items():
            user = a_user(session, Role.PARTNER_USER, party_id, email=f"{code}@p.example".lower())
            keys[code] = people.issue_api_key(
                session, "alpha", name=code, role=Role.PARTNER_USER, user_id=user.id
            )
        for role in (Role.OPERATOR, Role.READ_ONLY):
            keys[role.value] = people.issue_api_key(session, "alpha", name=role.value, role=role)
    client = web.create_app(database).test_client()
    return Office(client, database, keys, partners, agreed)


Checked = Callable[[str, str, TestResponse], Any]


@pytest.fixture
def checked() -> Checked:
    """The JSON of an answer, after the official description has been held against it."""

    def check(number: str, kind: str, answer: TestResponse) -> Any:
        assert answer.is_json, answer.text
        told = answer.get_json()
        for each in told if isinstance(told, list) else [told]:
            keeps(number, kind, each)
        return told

    return check
