"""Every route, asked by every role, about its own and about everybody else's.

What is foreign answers exactly as what does not exist, in status and in words; no canary of the
other tenant, or of the competitor within the tenant, is in any answer; and the other tenant's rows
are the same afterwards. `matrix.toml` says who may do what.
"""

import json
import re
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from tenants.people import service as people
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tenants.web.callers import SESSION_COOKIE, form_token
from tenants.web.problems import API_PATHS
from tests.isolation.cast import PORTALS, STAFF, Tenant
from tests.isolation.conftest import Stage, versions_of
from tests.tenants.people.builders import PASSWORD

MATRIX = tomllib.loads(Path(__file__).with_name("matrix.toml").read_text())
ROWS: dict[str, dict[str, Any]] = MATRIX["routes"]
GROUPS: dict[str, list[str]] = MATRIX["groups"]
KINDS = {variable: kind for kind, variable in MATRIX["kinds"].items()}
ROLES = [*STAFF, *PORTALS]

CODES = (
    "source", "schedule", "product", "tariff", "deck", "zone_plan", "customer", "second_promotion",
    "netting_agreement",
    "agreement_code", "carrier_agreement", "trunk",
)  # fmt: skip
UNKNOWN = {"period": "1999-01"} | dict.fromkeys(CODES, "nobody-has-this")
NOBODYS_ID = "019a0000-0000-7000-8000-000000000000"
VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Asked:
    """One request as a row of the matrix describes it."""

    method: str
    rule: str
    ids: dict[str, str]
    query: dict[str, str]
    json: Any
    text: str | None

    @property
    def kinds(self) -> list[str]:
        """Kinds of identifiers in the path, the query and the body."""
        rest = json.dumps([self.query, self.json, self.text])
        return [*self.ids.values(), *re.findall(r"\{(\w+)\}", rest)]


def asked(key: str) -> Asked:
    method, rule = key.split(" ", 1)
    row = ROWS[key]
    own_kinds = row.get("ids", {})
    ids = {
        name: own_kinds[name] if name in own_kinds else KINDS[name]
        for name in VARIABLE.findall(rule)
        if row["to"] != "everybody" and name not in row.get("fixed", {})
    }
    for name, text in row.get("fixed", {}).items():
        rule = re.sub(rf"<(?:\w+:)?{name}>", text, rule)
    return Asked(method, rule, ids, row.get("query", {}), row.get("json"), row.get("text"))


def filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: filled(part, ids) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, ids) for part in value]
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: ids[found.group(1)], value)
    return value


def ask(stage: Stage, request: Asked, ids: dict[str, str], role: Role | None) -> TestResponse:
    """Ask as a role of alpha: with its key where programs ask, with its cookie where people do."""
    path = VARIABLE.sub(
        lambda found: quote(ids.get(request.ids.get(found.group(1), ""), "none")), request.rule
    )
    client = stage.app.test_client()
    headers = {"Accept-Language": "en"}
    if role is not None and path.startswith(API_PATHS):
        headers["Authorization"] = f"Bearer {stage.alpha.keys[role]}"
    elif role is not None:
        cookie = fresh_cookie(stage, role) if path == "/sign-out" else stage.alpha.cookies[role]
        client.set_cookie(SESSION_COOKIE, cookie)
        with stage.app.test_request_context(headers={"Cookie": f"{SESSION_COOKIE}={cookie}"}):
            headers["X-Form-Token"] = form_token()
    content: dict[str, Any] = {}
    if request.json is not None:
        content["json" if path.startswith(API_PATHS) else "data"] = filled(request.json, ids)
    elif request.text is not None:
        content["data"] = filled(request.text, ids)
    return client.open(
        path,
        method=request.method,
        query_string=filled(request.query, ids),
        headers=headers,
        **content,
    )


def fresh_cookie(stage: Stage, role: Role) -> str:
    """A sign-in of its own for a request that ends it."""
    with transaction(stage.database, stage.alpha.id, SYSTEM, "tests.sign_in") as session:
        entered = people.sign_in(session, "alpha", f"{role.value}@alpha.example", PASSWORD)
    assert entered is not None
    return entered.cookie


def said(answer: TestResponse, *hidden: str) -> tuple[int, str]:
    """Status and words, without the request's own number, nonces and the identifier asked for."""
    text = answer.get_data(as_text=True)
    for name in hidden:
        text = text.replace(name, "…").replace(quote(name), "…")
    text = re.sub(r"[0-9a-f]{64}", "…", text)
    text = text.replace(answer.headers["X-Request-ID"], "…")
    policy = answer.headers["Content-Security-Policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    return answer.status_code, text.replace(nonce, "…")


def everything(answer: TestResponse) -> str:
    return f"{answer.headers}\n{answer.get_data(as_text=False).decode('latin-1')}"


def allowed(key: str) -> list[Role]:
    to = ROWS[key]["to"]
    return ROLES if to == "everybody" else [Role(role) for role in GROUPS[to]]


def require_beta_untouched(stage: Stage) -> None:
    """Not a row of beta was written, not even with what it held, since this was last asked."""
    before, stage.versions_of_beta = stage.versions_of_beta, versions_of(stage, stage.beta)
    assert stage.versions_of_beta == before


def test_every_route_has_a_row_and_every_row_a_route(stage: Stage) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in stage.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert sorted(routes - set(ROWS)) == [], "add these routes to matrix.toml"
    assert sorted(set(ROWS) - routes) == [], "these rows of matrix.toml have no route"


def test_every_view_says_who_may_enter(stage: Stage) -> None:
    # Flask and the OpenAPI document bring two views of their own.
    theirs = {"static", "api-docs.openapi_json"}

    silent = {
        name
        for name, view in stage.app.view_functions.items()
        if not hasattr(view, "rights") and name not in theirs
    }

    assert not silent, "put `requires` or `public` above these views"


@pytest.mark.parametrize("key", sorted(ROWS))
def test_a_route_serves_the_roles_it_is_for_and_no_other(stage: Stage, key: str) -> None:
    request = asked(key)

    for role in ROLES:
        answer = ask(stage, request, dict(stage.alpha.ids_of(role)), role)

        assert "CNRY-beta" not in everything(answer), role
        if role in allowed(key):
            assert answer.status_code not in (401, 403) and answer.status_code < 500, (
                role,
                answer.text,
            )
            if request.ids:
                assert answer.status_code != 404, (role, answer.text)
        else:
            assert answer.status_code == 403, (role, answer.text)
    require_beta_untouched(stage)


@pytest.mark.parametrize(
    "key", sorted(key for key, row in ROWS.items() if row["to"] != "everybody")
)
def test_nobody_enters_without_signing_in(stage: Stage, key: str) -> None:
    answer = ask(stage, asked(key), dict(stage.alpha.ids), None)

    assert answer.status_code == (401 if asked(key).rule.startswith(API_PATHS) else 302)
    assert "CNRY" not in everything(answer)


@pytest.mark.parametrize("key", sorted(key for key in ROWS if asked(key).kinds))
def test_what_is_foreign_answers_like_what_is_not_there(stage: Stage, key: str) -> None:
    request = asked(key)

    for role in allowed(key):
        own = dict(stage.alpha.ids_of(role))
        others = [stage.beta.ids_of(role)]
        if role in PORTALS:
            others.append(stage.alpha.own[role, 2])
        for kind in request.kinds:
            unknown = UNKNOWN.get(kind, NOBODYS_ID)
            nothing = ask(stage, request, own | {kind: unknown}, role)
            # A PUT makes what is not there.
            if request.method in ("POST", "PATCH", "DELETE") and kind in request.ids.values():
                assert nothing.status_code >= 400, (role, kind)
            for other in others:
                if kind not in other:
                    continue
                foreign = ask(stage, request, own | {kind: other[kind]}, role)

                assert said(foreign, other[kind]) == said(nothing, unknown), (role, kind)
                assert "CNRY-beta" not in everything(foreign).replace(other[kind], "")
    require_beta_untouched(stage)


@pytest.mark.parametrize("key", sorted(key for key, row in ROWS.items() if "json" in row))
def test_a_body_cannot_name_another_tenant(stage: Stage, key: str) -> None:
    request = asked(key)

    for role in allowed(key):
        body = request.json | {"tenant_id": str(stage.beta.id)}
        answer = ask(stage, replace(request, json=body), dict(stage.alpha.ids_of(role)), role)

        # A program is told; of a form only the fields it has are read.
        assert answer.status_code == 422 if "/v1/" in key else answer.status_code < 500, answer.text
    require_beta_untouched(stage)


@pytest.mark.parametrize("role", list(PORTALS))
def test_a_competitor_is_never_seen(stage: Stage, role: Role) -> None:
    """Everything this portal may look at names its own party and never the other."""
    competitor = f"CNRY-alpha-{PORTALS[role].value}2"

    for key in sorted(ROWS):
        if key.startswith("GET") and role in allowed(key):
            answer = ask(stage, asked(key), dict(stage.alpha.ids_of(role)), role)
            assert competitor not in everything(answer), key


def test_the_pool_carries_no_tenant_from_one_request_to_the_next(stage: Stage) -> None:
    for _ in range(3):
        ask(stage, asked("GET /v1/users"), {}, Role.ADMINISTRATOR)

    with stage.database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT current_setting('app.tenant', true)").scalar()
    assert not found


def test_requests_of_both_tenants_at_once_never_mix(stage: Stage) -> None:
    """Few connections, many hands, and every third request fails on its way."""
    paths = ("/v1/users", "/v1/documents", "/v1/runs/" + NOBODYS_ID)

    def ask_often(tenant: Tenant, other: str) -> list[str]:
        headers = {"Authorization": f"Bearer {tenant.keys[Role.ADMINISTRATOR]}"}
        client = stage.app.test_client()
        answers = [client.get(paths[n % 3], headers=headers) for n in range(30)]
        return [answer.text for answer in answers if f"CNRY-{other}" in everything(answer)]

    with ThreadPoolExecutor(8) as hands:
        asking = [
            hands.submit(ask_often, *pair)
            for pair in [(stage.alpha, "beta"), (stage.beta, "alpha")] * 4
        ]

    assert [crossed for one in asking for crossed in one.result()] == []
