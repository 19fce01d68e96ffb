"""The official receipt of a network is kept with the step that it confirms, and given out."""

from settlement.app import web
from settlement.delivery import service
from settlement.delivery.delivery import Answer, Channel, State
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.settlement.delivery.builders import ALPHA, a_customer, an_operator, chosen, issued
from tests.tenants.people.builders import a_user

UPO = b"<Potwierdzenie/>"


def test_a_receipt_is_kept_and_given_out(database: Database) -> None:
    client = web.create_app(database).test_client()
    an_operator(database)
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        user = a_user(session, Role.READ_ONLY)
        key = people.issue_api_key(session, "alpha", name="k", role=Role.READ_ONLY, user_id=user.id)
        document = issued(session, a_customer(session).id)
        chosen(session, Channel.PORTAL)
        service.line_up(session)
        [found] = service.deliveries(session)
    place, reader = f"/v1/deliveries/{found.id}", {"Authorization": f"Bearer {key}"}

    assert client.get(f"{place}/receipt", headers=reader).status_code == 404
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        service.settle(session, found.id, 1, Answer(State.SENT, "taken", "S/1"))
        told = Answer(State.DELIVERED, "KSeF 1", "1", receipt=UPO)
        assert service.arrived(session, found.id, told)
        # Told again, nothing is kept anew.
        assert not service.arrived(session, found.id, told)

    answer = client.get(f"{place}/receipt", headers=reader)
    assert (answer.status_code, answer.get_data()) == (200, UPO)
    assert answer.headers["Content-Disposition"].endswith("FV-2026-0001-receipt.xml")
    assert client.get(place, headers=reader).json["has_receipt"] is True
    assert document == found.document_id
