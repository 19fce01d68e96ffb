"""Disputes on their page: who raised one takes it back, the other side answers it."""

import pytest

from currencies.money import money
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Reason, Side
from settlement.disputes.values import service as values
from statements import service as statements
from statements.document import Kind
from tenants.ids import tenant_id_of
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.pages.conftest import Office
from tests.pages.reader import signed_in, text_of


@pytest.mark.parametrize(
    ("raised_by", "ours", "theirs"),
    [(Side.US, ["withdrawal"], []), (Side.THEM, ["settlement"], ["withdrawal"])],
)
def test_who_raised_a_dispute_withdraws_it_and_the_other_side_answers(
    office: Office, raised_by: Side, ours: list[str], theirs: list[str]
) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.dispute") as session:
        [stated] = statements.documents(session, kind=Kind.SELF_BILLED_INVOICE)
        raised = disputes.raise_dispute(
            session, document_id=stated.id, disputed=money("0.40 PLN"), reason=Reason.SHARE,
            raised_by=raised_by,
        )  # fmt: skip
        values.propose(session, raised.id, money("0.25 PLN"), "half way", Side.US)
    pages = {Role.OPERATOR: "/disputes", Role.PARTNER_USER: "/own/disputes"}

    found = {}
    for role, place in pages.items():
        page = signed_in(office.app, office.world, role).read(place)
        actions = page.xpath(f"//form[contains(@action, '{raised.id}')]/@action")
        found[role] = [each.rsplit("/", 1)[1] for each in actions]
        assert "Alpha Telekom proposes 0.25 PLN: half way" in text_of(page)

    assert found == {Role.OPERATOR: ours, Role.PARTNER_USER: theirs}


def test_we_take_our_own_dispute_back_on_the_page(office: Office) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.own") as session:
        [stated] = statements.documents(session, kind=Kind.SELF_BILLED_INVOICE)
        raised = disputes.raise_dispute(
            session, document_id=stated.id, disputed=money("0.10 PLN"), reason=Reason.TAX,
            raised_by=Side.US,
        )  # fmt: skip
    operator = signed_in(office.app, office.world, Role.OPERATOR)

    answer = operator.send(f"/disputes/{raised.id}/withdrawal")

    assert "The dispute is withdrawn." in answer.text
