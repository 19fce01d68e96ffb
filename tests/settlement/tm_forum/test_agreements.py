"""Agreements by TMF651 and partnerships by TMF668: read by their sides, agreed by staff."""

from typing import Any

import pytest

from settlement.tm_forum.references import AGREEMENTS, PARTNERSHIPS
from tests.settlement.tm_forum.conftest import Checked, Office

KIND = "Agreement"


def conditions(item: dict[str, Any]) -> dict[str, str]:
    return {each["id"]: each["description"] for each in item["termOrCondition"]}


def renewed(shown: dict[str, Any], **changes: object) -> dict[str, Any]:
    """What a GET showed, agreed anew from 2027 on."""
    return shown | {"agreementPeriod": {"startDateTime": "2026-12-31T23:00:00Z"}} | changes


def test_a_revenue_share_says_its_sides_days_products_and_terms(office: Office, checked: Checked):
    told = {each["name"]: each for each in checked("651", KIND, office.get(AGREEMENTS))}

    share = told["RS-1"]
    assert sorted(told) == ["IC-1", "RS-1", "RS-2"]
    assert (share["agreementType"], share["version"], share["status"]) == (
        "revenueShare",
        "1",
        "active",
    )
    # Midnight in Warsaw, in summer.
    assert share["agreementPeriod"] == {"startDateTime": "2026-09-30T22:00:00+00:00"}
    assert [(each["role"], each["id"]) for each in share["engagedParty"]] == [
        ("partner", str(office.partners["P-1"])),
        ("operator", "alpha"),
    ]
    [item] = share["agreementItem"]
    assert [each["id"] for each in item["productOffering"]] == ["NEWS", "QUIZ"]
    assert conditions(item) == {
        "deductions": '[{"name": "store fee", "rate": "0.1"}]',
        "owner": '"operator"',
        "shares": '[{"payee": "P-1", "rate": "0.6"}, {"payee": "P-2", "rate": "0.2"}]',
    }
    assert checked("651", KIND, office.get(share["href"])) == share


def test_interconnect_says_its_tariffs_and_trunks_by_its_own_clocks(
    office: Office, checked: Checked
):
    [own] = checked("651", KIND, office.get(AGREEMENTS, "atlantic"))

    assert (own["agreementType"], own["name"]) == ("interconnect", "IC-1")
    # Midnight in Dublin, in summer.
    assert own["agreementPeriod"] == {"startDateTime": "2026-09-30T23:00:00+00:00"}
    assert {"name": "trunk", "value": "PJSIP/atlantic", "valueType": "string"} in own[
        "characteristic"
    ]
    assert conditions(own["agreementItem"][0])["incoming"] == '"atlantic-in"'


def test_a_side_sees_its_own_agreement_without_the_parts_of_others(
    office: Office, checked: Checked
):
    answer = office.get(AGREEMENTS, "P-1")

    [own] = checked("651", KIND, answer)
    assert conditions(own["agreementItem"][0])["shares"] == '[{"payee": "P-1", "rate": "0.6"}]'
    assert "P-2" not in answer.text
    # A payee under the agreement of another is no side of it.
    foreign = office.get(f"{AGREEMENTS}/{own['id']}", "P-2")
    nothing = office.get(f"{AGREEMENTS}/{office.partners['P-1']}", "P-2")
    assert (foreign.status_code, foreign.json) == (404, nothing.json)
    assert office.get(f"{AGREEMENTS}/{own['id']}", "atlantic").status_code == 404


@pytest.mark.parametrize("name", ["RS-1", "IC-1"])
def test_what_is_shown_can_be_agreed_anew(office: Office, checked: Checked, name: str):
    [shown] = office.get(AGREEMENTS, name=name).get_json()

    answer = office.post(AGREEMENTS, renewed(shown))

    assert answer.status_code == 201, answer.text
    [first, second] = checked("651", KIND, answer)["agreementItem"]
    ends, begins = first["termOrCondition"][0]["validFor"], second["termOrCondition"][0]["validFor"]
    assert ends["endDateTime"] == begins["startDateTime"]
    assert conditions(first) == conditions(second)


def test_a_new_revenue_share_is_agreed(office: Office, checked: Checked):
    [shown] = office.get(AGREEMENTS, name="RS-2").get_json()
    item = shown["agreementItem"][0] | {"productOffering": [{"id": "QUIZ"}]}
    ended = {"startDateTime": "2026-01-01T00:00:00+01:00", "endDateTime": "2026-02-01T00:00:00Z"}

    answer = office.post(
        AGREEMENTS, shown | {"name": "RS-3", "agreementItem": [item], "agreementPeriod": ended}
    )

    made = checked("651", KIND, answer)
    assert (answer.status_code, made["name"], made["status"]) == (201, "RS-3", "ended")
    assert answer.headers["Location"] == made["href"]
    # The first of February, one in the morning in Warsaw, is the first of February.
    assert made["agreementPeriod"]["endDateTime"] == "2026-01-31T23:00:00+00:00"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"agreementType": "barter"}, "barter"),
        ({"agreementItem": []}, "0 versions"),
        ({"characteristic": []}, "currency"),
        ({"engagedParty": []}, "partner"),
        ({"engagedParty": [{"role": "partner", "id": "P-1"}]}, "P-1"),
        ({"agreementPeriod": {"startDateTime": "2027-01-01"}}, "offset"),
        ({"agreementPeriod": {"startDateTime": "soon"}}, "soon"),
        ({"name": 7}, "name"),
        (
            {
                "agreementItem": [
                    {"termOrCondition": [{"id": "lottery", "description": '"yes"'}]},
                ]
            },
            "products",
        ),
    ],
)
def test_what_cannot_be_agreed_is_refused_with_the_reason(
    office: Office, checked: Checked, changes: dict[str, Any], word: str
):
    [shown] = office.get(AGREEMENTS, name="RS-1").get_json()

    answer = office.post(AGREEMENTS, renewed(shown, **changes))

    assert answer.status_code == 400
    assert word in checked("651", "Error", answer)["message"]


def test_a_partnership_is_a_party_with_its_agreements(office: Office, checked: Checked):
    told = checked("668", "Partnership", office.get(PARTNERSHIPS))

    assert {
        each["partner"][0]["id"]: [named["name"] for named in each["partner"][0]["agreement"]]
        for each in told
    } == {"P-1": ["RS-1"], "P-2": ["RS-2"], "atlantic": ["IC-1"]}
    by_name = {each["partner"][0]["id"]: each for each in told}
    assert by_name["atlantic"]["specification"]["id"] == "interconnect"
    assert checked("668", "Partnership", office.get(told[0]["href"])) == told[0]


@pytest.mark.parametrize("who", ["P-1", "P-2", "atlantic"])
def test_a_party_sees_its_own_partnership(office: Office, checked: Checked, who: str):
    [own] = checked("668", "Partnership", office.get(PARTNERSHIPS, who))

    assert own["partner"][0]["id"] == who
    for each in office.get(PARTNERSHIPS).get_json():
        status = office.get(each["href"], who).status_code
        assert status == (200 if each["id"] == own["id"] else 404)


def test_a_partnership_is_not_created_but_agreed(office: Office, checked: Checked):
    answer = office.post(PARTNERSHIPS, {"name": "P-3"})

    assert answer.status_code == 400
    assert "TMF651" in checked("668", "Error", answer)["message"]
