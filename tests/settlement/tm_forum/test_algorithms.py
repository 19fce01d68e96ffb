"""Split rules by TMF736: read by staff and payees, agreed as the next version of an agreement."""

from typing import Any

import pytest

from settlement.agreements import service as agreements
from settlement.tm_forum.references import ALGORITHMS
from tenants.principal import SYSTEM
from tenants.session import reading
from tests.settlement.tm_forum.conftest import Checked, Office
from tests.world import a_tenant

KIND = "PartyRevSharingAlgorithm"


def actions(algorithm: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (each["policyAction"]["name"], each["policyActionVariable"]["id"], each["value"])
        for each in algorithm["actionVariable"]
    ]


def conditions(algorithm: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (each["policyConditionVariable"]["id"], each["value"])
        for each in algorithm["conditionVariable"]
    ]


def a_rule(*steps: tuple[str, str, str], **said: str) -> dict[str, Any]:
    known = {"agreement": "RS-1", "valid_from": "2027-01-01"} | said
    return {
        "@type": KIND,
        "conditionVariable": [
            {"value": value, "policyConditionVariable": {"id": name}}
            for name, value in known.items()
        ],
        "actionVariable": [
            {"value": value, "policyAction": {"name": name}, "policyActionVariable": {"id": whom}}
            for name, whom, value in steps
        ],
    }


def test_a_split_rule_says_its_conditions_and_its_steps_in_order(office: Office, checked: Checked):
    answer = office.get(ALGORITHMS)

    first, second = checked("736", KIND, answer)
    assert (answer.headers["X-Total-Count"], answer.headers["X-Result-Count"]) == ("2", "2")
    assert first["href"] == f"{ALGORITHMS}/{office.agreed['RS-1'].terms_id}"
    assert (first["@type"], first["name"]) == (KIND, "RS-1, version 1")
    assert actions(first) == [
        ("deductions", "store fee", "0.1"),
        ("shares", "P-1", "0.6"),
        ("shares", "P-2", "0.2"),
    ]
    assert conditions(first) == [
        ("agreement", "RS-1"),
        ("currency", "PLN"),
        ("product", "NEWS"),
        ("product", "QUIZ"),
        ("valid_from", "2026-10-01"),
    ]
    assert checked("736", KIND, office.get(second["href"])) == second


def test_a_payee_sees_its_own_part_and_nothing_of_the_others(office: Office, checked: Checked):
    [first] = checked("736", KIND, office.get(ALGORITHMS, "P-1"))

    assert actions(first) == [("deductions", "store fee", "0.1"), ("shares", "P-1", "0.6")]
    assert "P-2" not in office.get(ALGORITHMS, "P-1").text
    assert len(checked("736", KIND, office.get(ALGORITHMS, "P-2"))) == 2


def test_a_foreign_rule_is_as_if_it_were_not_there(office: Office, checked: Checked):
    foreign = office.get(f"{ALGORITHMS}/{office.agreed['RS-2'].terms_id}", "P-1")
    nothing = office.get(f"{ALGORITHMS}/{a_tenant().id}", "P-1")

    assert foreign.status_code == nothing.status_code == 404
    assert checked("736", "Error", foreign) == checked("736", "Error", nothing)


def test_a_list_is_filtered_cut_and_narrowed(office: Office):
    answer = office.get(ALGORITHMS, limit=1, offset=1, fields="name")

    assert answer.headers["X-Total-Count"] == "2"
    assert [set(each) for each in answer.get_json()] == [{"id", "href", "@type", "name"}]
    by_value = office.get(ALGORITHMS, **{"conditionVariable.value": "GAME"}).get_json()
    assert [each["name"] for each in by_value] == ["RS-2, version 1"]
    assert office.get(ALGORITHMS, limit="many").status_code == 400


def test_a_rule_posted_becomes_the_next_version(office: Office, checked: Checked):
    steps = (
        ("deductions", "store fee", '{"amount": "0.05"}'),
        ("shares", "P-1", "0.5"),
        ("shares", "P-2", "0.25"),
    )

    answer = office.post(ALGORITHMS, a_rule(*steps))

    told = checked("736", KIND, answer)
    assert (answer.status_code, answer.headers["Location"]) == (201, told["href"])
    assert (told["name"], actions(told)) == ("RS-1, version 2", list(steps))
    with reading(office.database, a_tenant().id, SYSTEM) as session:
        before, after = agreements.agreement_terms(session, "RS-1")
    assert str(before.valid_until) == str(after.valid_from) == "2027-01-01"
    assert after.products == ("NEWS", "QUIZ")
    assert [part["rate"] for part in after.sharing["shares"]] == ["0.5", "0.25"]


def test_what_is_shown_can_be_sent_back(office: Office):
    shown = office.get(ALGORITHMS).get_json()[0]

    again = office.post(ALGORITHMS, shown)

    assert (again.status_code, again.get_json()) == (201, shown)


@pytest.mark.parametrize(
    ("rule", "status", "word"),
    [
        (a_rule(("auction", "P-1", "0.5")), 400, "auction"),
        (a_rule(("shares", "P-1", "all")), 400, "all"),
        (a_rule(("shares", "P-1", "0.7"), ("shares", "P-2", "0.7")), 400, "1.4"),
        (a_rule(("shares", "P-2", "0.5")), 400, "P-1"),
        (a_rule(("shares", "P-1", '{"rate"')), 400, "value"),
        (a_rule(("shares", "P-1", "0.5"), valid_from="soon"), 400, "soon"),
        (a_rule(("shares", "P-1", "0.5"), agreement="RS-9"), 404, "RS-9"),
        ({"@type": KIND, "name": "Ours"}, 400, "conditionVariable"),
        ({"@type": "Other"}, 400, KIND),
        ([], 400, KIND),
    ],
)
def test_a_rule_the_engine_cannot_compute_is_refused_with_the_reason(
    office: Office, checked: Checked, rule: Any, status: int, word: str
):
    answer = office.post(ALGORITHMS, rule)

    told = checked("736", "Error", answer)
    assert (answer.status_code, told["@type"], told["status"]) == (status, "Error", str(status))
    assert word in told["message"]
    assert office.get(ALGORITHMS).headers["X-Total-Count"] == "2"


@pytest.mark.parametrize("who", ["P-1", "read_only"])
def test_only_who_may_agree_may_post_a_rule(office: Office, who: str):
    assert office.post(ALGORITHMS, a_rule(("shares", "P-1", "0.5")), who).status_code == 403
