"""Commands about the installation: make it, look at its health, create tenants."""

from typing import Any

import click
import sqlalchemy as sa

from settlement.app.console import Answer, Office, answers
from tenants.directory import service as directory
from tenants.directory.tenant import Address, Tenant
from tenants.ids import tenant_id_of


@click.command()
@answers
def init(office: Office) -> Answer:
    """Make the database, or bring it to the schema of this release."""
    database = office.prepare()
    with database.engine.connect() as connection:
        version = connection.scalar(sa.text("SHOW server_version"))
    return {"postgresql": version, "tenants": len(directory.tenant_codes(database))}


@click.command()
@answers
def doctor(office: Office) -> Answer:
    """Look whether what Saldo stands on is as it must be."""
    fonts = office.settings.fonts_folder / "DejaVuSans.ttf"
    findings = [{"check": "fonts", "fine": fonts.exists(), "found": str(fonts)}]
    with office.database().engine.connect() as connection:
        role = connection.execute(
            sa.text("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = user")
        ).one()
        owned = connection.scalar(sa.text("SELECT count(*) FROM pg_tables WHERE tableowner = user"))
        version = connection.scalar(sa.text("SHOW server_version"))
    findings += [
        {"check": "server", "fine": True, "found": str(version)},
        {
            "check": "role bypasses nothing",
            "fine": not (role.rolsuper or role.rolbypassrls),
            "found": role.rolname,
        },
        {"check": "role owns nothing", "fine": owned == 0, "found": f"{owned} tables"},
    ]
    return findings


@click.group()
def tenant() -> None:
    """Tenants of this installation."""


@tenant.command("create")
@click.argument("code")
@click.option("--name", required=True)
@click.option("--legal-name", required=True)
@click.option("--tax-id", required=True)
@click.option("--street", required=True)
@click.option("--postcode", required=True)
@click.option("--city", required=True)
@click.option("--country", required=True, help="Two letters, for example PL.")
@click.option("--currency", required=True, help="Base currency, for example PLN.")
@click.option("--time-zone", required=True, help="For example Europe/Warsaw.")
@click.option("--language", "languages", multiple=True, default=("en",), show_default=True)
@answers
def create(office: Office, code: str, currency: str, **facts: Any) -> Answer:
    """Create a tenant with its legal entity."""
    country = facts["country"]
    created = Tenant(
        id=tenant_id_of(code),
        code=code,
        name=facts["name"],
        legal_name=facts["legal_name"],
        country=country,
        tax_id=facts["tax_id"],
        address=Address(facts["street"], facts["postcode"], facts["city"], country),
        base_currency=currency,
        time_zone=facts["time_zone"],
        languages=tuple(facts["languages"]),
    )
    with office.work(code, "tenants.create") as session:
        directory.create_tenant(session, created)
    return {"tenant": code, "id": created.id}


@tenant.command("list")
@answers
def list_tenants(office: Office) -> Answer:
    """List the tenants."""
    return [{"tenant": code} for code in directory.tenant_codes(office.database())]
