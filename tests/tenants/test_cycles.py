"""Commands and the web application look for cycles of objects less often than Python does."""

import gc
import importlib
from collections.abc import Iterator

import pytest

from settlement.app import cli
from tenants.cycles import SELDOM


@pytest.fixture(autouse=True)
def _as_python_begins() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_a_command_looks_for_cycles_seldom(monkeypatch: pytest.MonkeyPatch):
    seen = []
    monkeypatch.setattr(cli, "saldo", lambda: seen.append(gc.get_threshold()))

    cli.main()

    assert seen == [SELDOM]


def test_the_web_application_looks_for_cycles_seldom(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("settlement.app.web.create_app", lambda: None)

    importlib.reload(importlib.import_module("wsgi"))

    assert gc.get_threshold() == SELDOM
