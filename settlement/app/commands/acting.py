"""Which person acts by a command: what one proposes, another approves."""

import click

from settlement.app.console import Office
from tenants.people import service as people
from tenants.principal import Principal

AS_USER = click.option("--as", "email", required=True, help="The e-mail of the user who acts.")


def person_of(office: Office, tenant: str, email: str) -> Principal:
    """The active user of a tenant with this address. Raises NoSuchUser."""
    with office.look(tenant) as session:
        for user in people.users(session):
            if user.email == email and user.is_active:
                return Principal(user.email, user.role, user.id, user.party_id)
    raise people.NoSuchUser(user=email)
