"""Statements by TMF737: an item for each share, amounts exact, each partner its own."""

from decimal import Decimal
from typing import Any

import pytest

from settlement.periods import service as periods
from settlement.self_billing import service as self_billing
from settlement.tm_forum.references import ALGORITHMS, MODELS, REPORTS
from tenants.principal import SYSTEM
from tenants.session import transaction
from tests.settlement.books import a_share
from tests.settlement.self_billing.test_service import october
from tests.settlement.tm_forum.conftest import Checked, Office
from tests.world import a_tenant

KIND = "PartyRevSharingReport"


@pytest.fixture
def stated(office: Office) -> dict[str, str]:
    """October's statements: 40.10 and 22.90 PLN to P-1, 5.05 PLN taken back from P-2."""
    with transaction(office.database, a_tenant().id, SYSTEM, "tests.shares") as session:
        where = october(session)
        agreed = office.agreed["RS-1"]
        for code, product, amount in (
            ("P-1", "QUIZ", "40.10"),
            ("P-1", "NEWS", "22.90"),
            ("P-2", "QUIZ", "-5.05"),
        ):
            party = office.partners[code]
            ids = (agreed.terms_id, agreed.agreement_id, party)
            a_share(session, *where, *ids, amount, product=product)
        periods.close(session, "2026-10")
        run = self_billing.issue_statements(session, "2026-10")
    codes = {party_id: code for code, party_id in office.partners.items()}
    return {codes[each.filing.party_id]: str(each.id) for each in run.issued}


def exact(part: dict[str, Any]) -> tuple[str, str]:
    return part["unit"], str(part["value"])


def test_a_report_has_the_shares_of_the_statement(
    office: Office, stated: dict[str, str], checked: Checked
):
    told = checked("737", KIND, office.get(f"{REPORTS}/{stated['P-1']}"))

    agreed = office.agreed["RS-1"]
    items = told["partyRevSharingReportItem"]
    assert {exact(item["money"]) for item in items} == {("PLN", "40.10"), ("PLN", "22.90")}
    assert {each["partyRevSharingModelItem"]["itemId"] for each in items} == {"P-1"}
    assert items[0]["billPeriod"] == {
        "startDateTime": "2026-09-30T22:00:00+00:00",
        "endDateTime": "2026-10-31T23:00:00+00:00",
    }
    [detail] = items[0]["sharingReportItemIDetail"]
    [rule] = detail["partyRevSharingAlgorithm"]
    assert rule["href"] == f"{ALGORITHMS}/{agreed.terms_id}"
    assert told["partyRevSharingModel"]["href"] == f"{MODELS}/{agreed.agreement_id}"


def test_items_add_up_to_the_report_to_the_last_digit(office: Office, stated: dict[str, str]):
    [theirs, ours] = sorted(office.get(REPORTS).get_json(), key=lambda each: each["money"]["value"])

    for report, whole in ((theirs, "-5.05"), (ours, "63.00")):
        amounts = [item["money"]["value"] for item in report["partyRevSharingReportItem"]]
        assert exact(report["money"]) == ("PLN", whole)
        assert sum(amounts) == Decimal(whole)


def test_a_partner_lists_its_own_reports(office: Office, stated: dict[str, str], checked: Checked):
    answer = office.get(REPORTS, "P-1")

    [own] = checked("737", KIND, answer)
    assert (own["id"], answer.headers["X-Total-Count"]) == (stated["P-1"], "1")
    assert len(checked("737", KIND, office.get(REPORTS))) == 2
    foreign = office.get(f"{REPORTS}/{stated['P-2']}", "P-1")
    nothing = office.get(f"{REPORTS}/{office.partners['P-1']}", "P-1")
    assert (foreign.status_code, foreign.json) == (404, nothing.json)


def test_a_report_is_not_created_but_issued(office: Office, checked: Checked):
    answer = office.post(REPORTS, {"@type": KIND})

    assert answer.status_code == 400
    assert "/v1/statement-runs" in checked("737", "Error", answer)["message"]
