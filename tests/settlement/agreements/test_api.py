"""From a party to a contract and an agreement over HTTP, with the right people and nobody else."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from settlement.agreements.api import contracts, interconnects, revenue_shares
from settlement.app import web
from settlement.catalogue.api import rate_decks, tariffs
from settlement.catalogue.products.api import products
from settlement.parties.api import own_bank_accounts, parties
from tenants.directory import service as directory
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.tenants.people.builders import a_user
from tests.world import a_tenant

ALPHA = a_tenant("alpha").id
ROUTES = [
    parties, own_bank_accounts, products, tariffs, rate_decks, contracts, revenue_shares,
    interconnects,
]  # fmt: skip
POLISH_IBAN = "PL61109010140000071219812874"


def as_person(database: Database, role: Role) -> dict[str, str]:
    """The key of a person of this role."""
    with transaction(database, ALPHA, SYSTEM, "tests.person") as session:
        user = a_user(session, role)
        key = people.issue_api_key(session, "alpha", name=role.value, role=role, user_id=user.id)
    return {"Authorization": f"Bearer {key}"}


class Caller:
    """A person with a key, asking; an answer that is not the one expected fails the test."""

    def __init__(self, client: FlaskClient, key: dict[str, str]) -> None:
        self.client = client
        self.key = key

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(f"/v1{path}", headers=self.key)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()

    def post(self, path: str, body: object, status: int = 201) -> Any:
        sent = {"data": body} if isinstance(body, bytes) else {"json": body}
        answer = self.client.post(f"/v1{path}", headers=self.key, **sent)  # type: ignore[arg-type]
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()

    def put(self, path: str, body: object, status: int = 200) -> Any:
        answer = self.client.put(f"/v1{path}", json=body, headers=self.key)
        assert answer.status_code == status, answer.text
        return answer.json


@pytest.fixture
def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        directory.create_tenant(session, a_tenant("alpha"))
    monkeypatch.setattr(web, "API", ROUTES)
    monkeypatch.setattr(web, "PAGES", [])
    return web.create_app(database).test_client()


@pytest.fixture
def operator(client: FlaskClient, database: Database) -> Caller:
    return Caller(client, as_person(database, Role.OPERATOR))


def a_party(code: str, kind: str = "customer", **changes: object) -> dict[str, object]:
    address = {"street": "ul. Prosta 1", "postcode": "00-001", "city": "Łódź", "country": "PL"}
    return {
        "kind": kind, "code": code, "name": code.title(), "country": "PL", "address": address,
        "language": "pl", "currency": "PLN", "time_zone": "Europe/Warsaw",
    } | changes  # fmt: skip


def test_a_part_of_a_taxpayer_is_registered_and_read(operator: Caller) -> None:
    unit = {"kind": "local_government", "name": "Szkoła nr 1", "number": "5260250274-12345"}
    told = a_party("school", tax_id="PL5260250274", tax_unit=unit)

    registered = operator.post("/parties", told)

    assert operator.get(f"/parties/{registered['id']}")["tax_unit"] == unit
    operator.post("/parties", told | {"code": "b", "tax_unit": unit | {"number": "1"}}, 422)
    operator.post("/parties", told | {"code": "c", "tax_unit": unit | {"kind": "other"}}, 422)


def test_which_part_of_a_taxpayer_a_party_is_can_be_changed(operator: Caller) -> None:
    unit = {"kind": "vat_group", "name": "Spółka córka", "number": "5260250274-12345"}
    place = f"/parties/{operator.post('/parties', a_party('s', tax_id='PL5260250274'))['id']}"

    assert operator.put(f"{place}/tax-unit", {"tax_unit": unit})["tax_unit"] == unit
    for wrong in ({"number": "1"}, {"name": " "}, {"kind": "other"}):
        operator.put(f"{place}/tax-unit", {"tax_unit": unit | wrong}, 422)
    assert operator.get(place)["tax_unit"] == unit
    operator.put(f"{place}/tax-unit", {"tax_unit": None})
    assert operator.get(place)["tax_unit"] is None


def a_tariff(code: str, **terms: object) -> dict[str, object]:
    return {"code": code, "name": code, "valid_from": "2026-01-01",
            "terms": {"currency": "PLN", "voice": {"price": "0.30"}} | terms}  # fmt: skip


def test_a_party_is_registered_listed_and_paid(operator: Caller) -> None:
    codes = ("alfa", "beta", "gamma")
    ids = {code: operator.post("/parties", a_party(code, "partner"))["id"] for code in codes}

    page = operator.get("/parties?kind=partner&limit=2")
    rest = operator.get(f"/parties?kind=partner&starting_after={page['next_cursor']}")
    account = {"holder": "Alfa", "iban": POLISH_IBAN, "currency": "PLN"}
    operator.post(f"/parties/{ids['alfa']}/bank-accounts", account)
    operator.post("/own-bank-accounts", account)

    assert [each["code"] for each in page["data"] + rest["data"]] == ["alfa", "beta", "gamma"]
    assert (page["has_more"], rest["has_more"]) == (True, False)
    assert operator.get(f"/parties/{ids['beta']}")["address"]["city"] == "Łódź"
    (kept,) = operator.get(f"/parties/{ids['alfa']}/bank-accounts")
    assert (kept["iban"], kept["is_active"]) == (POLISH_IBAN, True)
    assert len(operator.get("/own-bank-accounts")) == 1
    refused = operator.post("/parties", a_party("alfa"), 409)
    assert refused["detail"].startswith("There is already a party alfa.")
    assert operator.post("/parties", a_party("delta", tax_id="123"), 422)["type"].endswith(
        ":tax-id-wrong"
    )


def test_a_customer_signs_subscribes_and_leaves(operator: Caller) -> None:
    operator.post("/parties", a_party("nowak"))
    operator.post("/products", {"code": "VOICE", "name": "Calls", "service": "voice"})
    operator.post("/tariffs", a_tariff("gold"))
    signed = operator.post(
        "/contracts",
        {
            "number": "U/1",
            "customer": "nowak",
            "currency": "PLN",
            "valid_from": "2026-10-01",
            "policies": {"tax_rounding": "line"},
            "subscriptions": [
                {"product": "VOICE", "tariff": "gold", "identifiers": ["+48601234567"]}
            ],
        },
    )
    place = f"/contracts/{signed['id']}"

    operator.post(
        f"{place}/subscriptions",
        {"product": "VOICE", "tariff": "gold", "identifiers": ["card-1"]},
    )
    ended = operator.post(f"{place}/termination", {"on": "2026-11-01"}, 200)

    assert signed["policies"] == {"tax_rounding": "line"}
    assert ended["valid_until"] == "2026-11-01"
    assert operator.get("/contracts")["data"] == [ended] == [operator.get(place)]
    subscriptions = operator.get(f"{place}/subscriptions")
    assert [each["valid_until"] for each in subscriptions] == ["2026-11-01"] * 2
    taken = {"product": "VOICE", "tariff": "gold", "identifiers": ["48601234567"]}
    late = operator.post(f"{place}/subscriptions", taken, 409)
    assert late["type"].endswith(":identifier-taken")


def test_partners_and_carriers_agree_terms(operator: Caller) -> None:
    partner = operator.post("/parties", a_party("melodia", "partner"))
    carrier = operator.post("/parties", a_party("atlantic", "carrier"))
    operator.post("/products", {"code": "NEWS", "name": "News", "service": "content"})
    operator.post("/tariffs", a_tariff("atlantic-in"))
    shares = [{"payee": "melodia", "rate": "0.70"}]
    share = {
        "code": "m", "party_id": partner["id"], "currency": "PLN", "valid_from": "2026-10-01",
        "terms": {"products": ["NEWS"], "owner": "operator", "shares": shares},
    }  # fmt: skip
    interconnect = {
        "code": "a", "party_id": carrier["id"], "currency": "PLN", "valid_from": "2026-10-01",
        "terms": {"time_zone": "Europe/Dublin", "incoming": "atlantic-in"}, "trunks": ["T1"],
    }  # fmt: skip

    agreed = operator.post("/revenue-shares", share)
    operator.post("/interconnects", interconnect)

    assert operator.get("/revenue-shares") == [agreed]
    assert operator.get("/interconnects")[0]["terms"]["incoming"] == "atlantic-in"
    over = share | {"terms": {"products": ["NEWS"], "owner": "operator", "shares": shares * 2}}
    assert operator.post("/revenue-shares", over, 422)["type"].endswith(":shares-over-whole")
    as_number = share | {"terms": {"products": ["NEWS"], "owner": "operator",
                                   "shares": [{"payee": "melodia", "rate": 0.7}]}}  # fmt: skip
    assert operator.post("/revenue-shares", as_number, 422)["type"].endswith(":wrong-value")


FILE = "/rate-decks/world/imports?name=World&currency=PLN&valid_from=2026-10-01"


def test_a_deck_comes_as_a_file_and_prices_a_tariff(operator: Caller) -> None:
    columns = "&columns=prefix:Prefix&columns=price:Rate&decimal=,&delimiter=;"
    content = b"Prefix;Rate\n48;0,05\n4812;free\n"

    refused = operator.post(FILE + columns, content, 422)
    imported = operator.post(FILE + columns + "&leave_out_findings=true", content)
    again = operator.post(FILE + columns + "&leave_out_findings=true", content)
    operator.post("/tariffs", a_tariff("gold", voice={"deck": "world"}))

    assert "line 3: PRICE_WRONG (free)" in refused["detail"]
    assert (imported["rates"], imported["was_known"], again["was_known"]) == (1, False, True)
    [finding] = imported["findings"]
    assert finding.pop("event")["b_number"] == "4812"
    assert finding == {"line": 3, "reason": "PRICE_WRONG", "text": "free"}
    assert [each["code"] for each in operator.get("/rate-decks")] == ["world"]
    assert len(operator.get("/rate-decks/world/imports")) == 1
    assert operator.get("/tariffs")[0]["terms"]["voice"] == {"deck": "world"}
    assert operator.get("/rate-decks/moon/imports", 404)["type"].endswith(":no-such-deck")
    operator.get("/rate-decks/%00/imports", 422)


def test_columns_may_be_named_by_number(operator: Caller) -> None:
    imported = operator.post(f"{FILE}&columns=prefix:2&columns=price:1", b"0.05,48\n0.04,49\n")

    assert imported["rates"] == 2


def test_a_rate_card_says_what_its_tariff_has_to_say(operator: Caller) -> None:
    card = {
        "name": "Default", "type": "termination", "currency": "PLN", "endpoint": "default",
        "fields": [{"name": "prefix"}, {"name": "rate"}], "rates": [["48", 0.05]],
        "charge": {"rounding": "up", "precision": 4},
    }  # fmt: skip
    document = {
        "name": "ABC", "schema_version": "1.0.0", "version": "1.0", "date": "2026-10-01",
        "cards": {"default": card},
    }  # fmt: skip

    imported = operator.post("/rate-decks/abc/rate-cards?valid_from=2026-10-01", document)

    assert imported["rates"] == 1
    assert imported["remarks"] == ["charge: rounded up to 4 decimals"]


WRITES = (
    "/parties", "/own-bank-accounts", "/products", "/tariffs", "/contracts", "/revenue-shares",
    "/interconnects", f"{FILE}&columns=prefix:1&columns=price:2",
)  # fmt: skip


def test_who_may_only_read_changes_nothing(client: FlaskClient, database: Database) -> None:
    reader = Caller(client, as_person(database, Role.READ_ONLY))

    for path in WRITES:
        assert reader.post(path, {}, 403)["type"].endswith(":not-allowed"), path
    reader.get("/parties")
    reader.get("/contracts")
