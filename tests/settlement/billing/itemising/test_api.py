"""Itemised usage over HTTP: the forms there are, whose it is, and whole numbers by right alone."""

from flask.testing import FlaskClient

from settlement.app import web
from settlement.billing.itemising.itemised import COLUMNS
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.settlement.delivery.builders import ALPHA, a_customer, an_operator, issued
from tests.tenants.people.builders import a_user


def test_a_customer_reads_the_usage_of_its_own_invoice(database: Database) -> None:
    client: FlaskClient = web.create_app(database).test_client()
    an_operator(database)
    keys = {}
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        payer, other = a_customer(session).id, a_customer(session, code="other").id
        document = issued(session, payer)
        for name, role, party in [
            ("payer", Role.CUSTOMER_USER, payer),
            ("other", Role.CUSTOMER_USER, other),
            ("clerk", Role.READ_ONLY, None),
            ("chief", Role.ADMINISTRATOR, None),
        ]:
            user = a_user(session, role, party, email=f"{name}@alpha.example")
            keys[name] = people.issue_api_key(
                session, "alpha", name=name, role=role, user_id=user.id, party_id=party
            )

    def asked(who: str, rest: str) -> tuple[int, bytes]:
        answer = client.get(
            f"/v1/documents/{document}/usage/{rest}",
            headers={"Authorization": f"Bearer {keys[who]}"},
        )
        return answer.status_code, answer.get_data()

    status, content = asked("payer", "csv")
    assert (status, content.decode().splitlines()[0]) == (200, ",".join(COLUMNS))
    assert asked("clerk", "parquet")[0] == 200
    assert asked("payer", "odt")[0] == 404
    assert asked("other", "csv")[0] == 404
    assert asked("payer", "csv?numbers=whole")[0] == 409
    assert asked("chief", "csv?numbers=whole")[0] == 200
    assert asked("chief", "csv?numbers=some")[0] == 422
