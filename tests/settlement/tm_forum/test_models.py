"""Revenue shares by TMF738: every payee with what it takes part in."""

from settlement.tm_forum.references import AGREEMENTS, ALGORITHMS, MODELS
from tests.settlement.tm_forum.conftest import Checked, Office

KIND = "PartyRevSharingModel"


def test_a_model_names_every_payee_its_products_and_its_rule(office: Office, checked: Checked):
    first, second = checked("738", KIND, office.get(MODELS))

    agreed = office.agreed["RS-1"]
    assert (first["id"], first["name"]) == (str(agreed.agreement_id), "RS-1")
    items = first["partyRevSharingModelItem"]
    assert [each["id"] for each in items] == ["P-1", "P-2"]
    [involved] = items[1]["sharingModelItemInvolvement"]
    assert [each["id"] for each in involved["productOffering"]] == ["NEWS", "QUIZ"]
    [price] = involved["offeringPrice"]
    [rule] = price["partyRevSharingAlgorithm"]
    assert rule["href"] == f"{ALGORITHMS}/{agreed.terms_id}"
    assert items[0]["agreement"][0]["href"] == f"{AGREEMENTS}/{agreed.agreement_id}"
    assert checked("738", KIND, office.get(second["href"])) == second


def test_a_partner_sees_itself_alone_and_no_agreement_of_another(office: Office, checked: Checked):
    first, second = checked("738", KIND, office.get(MODELS, "P-2"))

    for model, is_own in ((first, False), (second, True)):
        [item] = model["partyRevSharingModelItem"]
        [party] = model["relatedParty"]
        assert party["partyOrPartyRole"]["id"] == str(office.partners["P-2"])
        assert item["id"] == "P-2"
        assert ("href" in item["agreement"][0]) is is_own
    assert "P-1" not in office.get(MODELS, "P-2").text


def test_a_foreign_model_is_as_if_it_were_not_there(office: Office):
    foreign = office.get(f"{MODELS}/{office.agreed['RS-2'].agreement_id}", "P-1")

    assert (foreign.status_code, foreign.get_json()["code"]) == (404, "not-found")


def test_a_model_is_not_created_but_agreed(office: Office, checked: Checked):
    answer = office.post(MODELS, {"@type": KIND, "name": "RS-3"})

    told = checked("738", "Error", answer)
    assert (answer.status_code, told["status"]) == (400, "400")
    assert "TMF651" in told["message"]
