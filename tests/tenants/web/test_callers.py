"""A key that many requests show at the same moment is looked up once for those that wait."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from uuid import UUID

import flask
import pytest

from tenants.people.service import Caller
from tenants.principal import SYSTEM
from tenants.web import callers

KNOWN = "saldo_wisla_abc_secret"
SWITCH = Caller(UUID(int=1), "wisla", SYSTEM, "switch", "en")


@pytest.fixture
def app() -> flask.Flask:
    app = flask.Flask(__name__)
    app.extensions["saldo.database"] = SimpleNamespace()
    return app


def who_asks(app: flask.Flask, key: str) -> Caller | None:
    with app.test_request_context(headers={"Authorization": f"Bearer {key}"}):
        return callers.find_caller()


def test_requests_that_wait_share_one_look(app, monkeypatch):
    # given a look that lasts until two more requests have come
    looks: list[str] = []
    has_begun, may_end = threading.Event(), threading.Event()

    def look(_database: object, key: str) -> Caller | None:
        looks.append(key)
        has_begun.set()
        assert may_end.wait(timeout=30)
        return SWITCH if key == KNOWN else None

    monkeypatch.setattr("tenants.people.service.principal_of_key", look)
    with ThreadPoolExecutor(max_workers=3) as threads:
        # when
        first = threads.submit(who_asks, app, KNOWN)
        assert has_begun.wait(timeout=30)
        others = [threads.submit(who_asks, app, KNOWN) for _ in range(2)]
        waiting = app.extensions["saldo.keyholders"]._queues[KNOWN].waiting
        while len(waiting) < 3:
            pass
        may_end.set()

        # then the two that came meanwhile are answered by a look that began after they came
        assert [each.result(timeout=30) for each in (first, *others)] == [SWITCH] * 3
    assert looks == [KNOWN] * 2


def test_each_request_is_answered_for_its_own_key_as_it_is_now(app, monkeypatch):
    valid = {KNOWN}
    monkeypatch.setattr(
        "tenants.people.service.principal_of_key",
        lambda _, key: SWITCH if key in valid else None,
    )

    assert who_asks(app, KNOWN) == SWITCH
    assert who_asks(app, "saldo_wisla_abc_other") is None
    valid.clear()  # It is revoked.
    assert who_asks(app, KNOWN) is None
