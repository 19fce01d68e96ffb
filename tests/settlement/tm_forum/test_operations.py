"""Every operation of the official descriptions is served, or refused in the error of TM Forum."""

import pytest

from settlement.tm_forum.references import (
    AGREEMENTS,
    ALGORITHMS,
    EVENTS,
    MODELS,
    PARTNERSHIPS,
    REPORTS,
)
from tests.settlement.tm_forum.conftest import Checked, Office
from tests.settlement.tm_forum.contract import operations

RESOURCES = {
    "651": AGREEMENTS,
    "668": PARTNERSHIPS,
    "735": EVENTS,
    "736": ALGORITHMS,
    "737": REPORTS,
    "738": MODELS,
}
# What is agreed, charged and stated is never changed or taken away through these APIs, and they
# tell nobody by themselves: whoever wants to know asks.
NOT_SERVED = ("/hub", "/listener/", "Specification")
NOBODY = "00000000-0000-4000-8000-000000000000"
EVENT = "2026-10.00000000-0000-4000-8000-000000000000.1"


def _is_served(method: str, path: str) -> bool:
    return method in ("GET", "POST") and not any(part in path for part in NOT_SERVED)


@pytest.mark.parametrize("number", RESOURCES)
def test_resources_are_read_and_asked_for_on_the_official_paths(number: str):
    base, _, name = RESOURCES[number].rpartition("/")
    served = {(method, path) for method, path in operations(number) if _is_served(method, path)}

    assert base.startswith("/tmf-api/")
    assert served == {("GET", f"/{name}"), ("GET", f"/{name}/{{id}}"), ("POST", f"/{name}")}


@pytest.mark.parametrize("number", RESOURCES)
def test_every_official_operation_is_answered_or_refused_in_their_error(
    number: str, office: Office, checked: Checked
):
    base = RESOURCES[number].rpartition("/")[0]
    for method, path in sorted(operations(number)):
        address = base + path.replace("{id}", EVENT if number == "735" else NOBODY)

        answer = office.ask(method, address, {} if method in ("POST", "PATCH") else None)

        if method == "GET" and _is_served(method, path) and "{id}" not in path:
            assert answer.status_code == 200, (method, path)
            continue
        # Of nobody there is nothing to show, and an empty body asks for nothing.
        told = checked(number, "Error", answer)
        known = {400, 404} if _is_served(method, path) else {404, 405}
        assert answer.status_code in known, (method, path, answer.status_code)
        assert told["reason"] or told["message"]
