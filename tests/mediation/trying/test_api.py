"""A sample is tried over HTTP, from a page and from the command line."""

import base64
import io
import json

import pytest
from flask.testing import FlaskClient

from mediation.repairing import service as repairing
from mediation.repairing.rule import Change
from mediation.sources import service as sources
from mediation.trying.api import usage_trials
from settlement.app import web
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import transaction
from tenants.web.problems import LANGUAGE_COOKIE
from tests.mediation.sources import MAPPING, ZONE, delimited_file
from tests.tenants.people.builders import a_key
from tests.world import a_tenant

SAMPLE = delimited_file(
    "c1;601234567;+49301234567;2026-10-05 12:00:00;61", "c2;601234567;+49301234567;;61"
)


@pytest.fixture
def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(web, "API", [usage_trials])
    with transaction(database, a_tenant("alpha").id, SYSTEM, "tests.tenant") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        settings = {"zone": ZONE, "mapping": MAPPING}
        sources.register_source(session, "switch", "Switch", "delimited", settings)
    return web.create_app(database).test_client()


@pytest.fixture
def key(client: FlaskClient, database: Database) -> dict[str, str]:
    assert client
    return {"Authorization": f"Bearer {a_key(database)}"}


def test_a_sample_is_sent_with_its_settings(client: FlaskClient, key: dict[str, str]) -> None:
    body = {"source": "switch", "content": base64.b64encode(SAMPLE).decode(), "records": 1}

    answer = client.post("/v1/usage-trials", json=body, headers=key)

    assert answer.status_code == 200
    assert answer.json["outcomes"] == {"landed": 1, "rejected": 0, "duplicate": 0, "suspended": 1}
    assert answer.json["faults"] == [
        {"outcome": "suspended", "reason": "MISSING_TIME", "records": 1}
    ]
    [shown] = answer.json["shown"]
    assert (shown["draft"]["event_id"], shown["usage"]["b_number"]) == ("c1", "49301234567")


def test_what_standing_rules_would_repair_is_told_over_http_and_on_the_page(
    client: FlaskClient, database: Database, key: dict[str, str]
) -> None:
    with transaction(database, a_tenant("alpha").id, SYSTEM, "tests.rule") as session:
        change = Change("MISSING_TIME", "occurred_at", "", "occurred_at", "2026-10-05 13:00:00")
        rule = repairing.apply(session, change, "the <clock> stands", is_standing=True).rule
    body = {"source": "switch", "content": base64.b64encode(SAMPLE).decode()}

    answer = client.post("/v1/usage-trials", json=body, headers=key).json
    page = client.post(
        "/usage-trials",
        data={"source": "switch", "sample": (io.BytesIO(SAMPLE), "cdr.csv")},
        headers=key | {"Accept-Language": "en"},
    ).text

    [repair] = answer["repairs"]
    assert (repair["rule"], repair["reason"], repair["records"], repair["left"]) == (
        str(rule.id),
        "MISSING_TIME",
        1,
        1,
    )
    assert (repair["target"], repair["value"], repair["lines"]) == (
        "occurred_at",
        "2026-10-05 13:00:00",
        [3],
    )
    assert [each["repairs"] for each in answer["shown"]] == [
        [],
        [
            {
                "rule": str(rule.id),
                "why": "the <clock> stands",
                "target": "occurred_at",
                "before": "",
                "after": "2026-10-05 13:00:00",
            }
        ],
    ]
    told = ("Standing repair rules would change", "Repaired by a standing rule", "&lt;clock&gt;")
    assert [words for words in told if words not in page] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"content": "???", "source": "switch"}, 422),
        ({"content": ""}, 422),
        ({"content": "", "source": "nobody"}, 404),
        ({"content": "", "format": "delimited", "settings": {"colour": 1}}, 422),
        ({"content": "", "format": "tea leaves"}, 422),
    ],
)
def test_what_cannot_be_tried_is_refused(
    client: FlaskClient, key: dict[str, str], body: dict[str, object], status: int
) -> None:
    assert client.post("/v1/usage-trials", json=body, headers=key).status_code == status


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Try a file", "The time is missing", "Would land")),
        ("pl", ("Wypróbuj plik", "Brak czasu", "Zostałby przyjęty")),
        ("ru", ("Проверить файл", "Время отсутствует", "Будет принята")),
    ],
)
def test_the_page_shows_a_sample_in_the_readers_language(
    client: FlaskClient, key: dict[str, str], language: str, words: tuple[str, ...]
) -> None:
    client.set_cookie(LANGUAGE_COOKIE, language)

    page = client.post(
        "/usage-trials",
        data={
            "source": "switch",
            "settings": json.dumps({"zone": ZONE, "mapping": MAPPING}),
            "sample": (io.BytesIO(SAMPLE), "cdr.csv"),
        },
        headers=key,
    )

    assert page.status_code == 200
    assert [word for word in words if word not in page.text] == []
    assert "49301234567" in page.text


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[]", "no JSON object"),
        ("{", "not usable JSON"),
        ('{"mapping": {}}', "no columns"),
        ('{"colour": "<blue>"}', "colour"),
    ],
)
def test_the_page_keeps_what_was_written_and_says_what_is_wrong(
    client: FlaskClient, key: dict[str, str], written: str, said: str
) -> None:
    page = client.post(
        "/usage-trials",
        data={
            "format": "delimited",
            "settings": written,
            "sample": (io.BytesIO(b"x"), "cdr.csv"),
        },
        headers=key | {"Accept-Language": "en"},
    )

    assert page.status_code == 200
    assert said in page.text
    assert "<blue>" not in page.text


def test_the_page_begins_with_the_settings_of_a_source(
    client: FlaskClient, key: dict[str, str]
) -> None:
    page = client.get("/usage-trials?source=switch", headers=key)

    assert "Europe/Warsaw" in page.text
